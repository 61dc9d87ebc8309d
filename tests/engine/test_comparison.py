"""Several answers to one prompt at once: what is stored when, and what of it survives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
from tests.store.trees import answer, prompt, talk
from tests.support.library import on_disk
from tests.support.sent import sent_messages
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.comparison import Variant
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import ErrorKind, Outcome, ServerError
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.engine.comparison import (
    Comparison,
    answers_to,
    begin_comparison,
    keep_answer,
    pair_of,
    proposed,
    standing_answer,
    version_names,
)
from tui_chat.engine.exchange import Exchange, Services
from tui_chat.engine.session import BusyError, Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library, LibraryError

COOL, WARM = Variant(Settings(temperature=0.2), "here"), Variant(Settings(temperature=1.0), "there", "big-1")


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    library = Library(tmp_path)
    await library.open()
    session = Session(Services(library, StillClock(), Ids()), Settings(temperature=0.7))
    first = await session.ask("Name a river.")
    await first.run(ScriptedBackend([answered("The Rhine.")]))
    session.ended(first)
    yield session
    await library.close()


async def run_all(session: Session, *pairs: tuple[Exchange, ScriptedBackend]) -> None:
    await asyncio.gather(*(exchange.run(backend) for exchange, backend in pairs))
    for exchange, _ in pairs:
        session.ended(exchange)


def texts(conversation: Conversation) -> list[str]:
    return [node.turn.text for node in conversation.path()]


async def begun(session: Session, *variants: Variant) -> tuple[str, list[Exchange]]:
    prompt = session.conversation.last_prompt()
    assert prompt is not None
    return prompt.id, await begin_comparison(session, prompt.id, variants)


async def test_the_places_are_stored_before_anything_is_sent_and_what_is_shown_stays(
    session: Session, tmp_path: Path
) -> None:
    _, (cool, warm) = await begun(session, COOL, WARM)
    kept = on_disk(tmp_path, session.conversation.id)
    found = [kept.nodes[each.answer_id].turn for each in (cool, warm)]
    assert [(turn.settings, turn.endpoint, turn.model, turn.outcome) for turn in found] == [
        (Settings(temperature=0.2), "here", None, Outcome.INCOMPLETE),
        (Settings(temperature=1.0), "there", "big-1", Outcome.INCOMPLETE),
    ]
    assert texts(kept) == texts(session.conversation) == ["Name a river.", "The Rhine."]


async def test_each_is_asked_with_its_own_and_the_kept_one_goes_on(session: Session, tmp_path: Path) -> None:
    prompt, (cool, warm) = await begun(session, COOL, WARM)
    here, there = (
        ScriptedBackend([answered("The Po."), answered("No.")], name="here"),
        ScriptedBackend([answered("The Amazon!")], name="there"),
    )
    await run_all(session, (cool, here), (warm, there))
    assert here.asked == [([("user", "Name a river.")], COOL.settings)]
    assert there.asked == [([("user", "Name a river.")], WARM.settings)]
    assert session.settings == Settings(temperature=0.7)
    keep_answer(session, cool.answer_id)
    await session.services.unsaved.settled()
    assert texts(on_disk(tmp_path, session.conversation.id)) == ["Name a river.", "The Po."]
    followed = await session.ask("A longer one?")
    await followed.run(here)
    assert here.asked[-1][0] == [("user", "Name a river."), ("assistant", "The Po."), ("user", "A longer one?")]
    kept = on_disk(tmp_path, session.conversation.id)
    assert [kept.nodes[each].turn.text for each in kept.children(prompt)] == ["The Rhine.", "The Po.", "The Amazon!"]


async def test_a_kill_in_the_middle_keeps_what_came_of_each(session: Session, tmp_path: Path) -> None:
    _, made = await begun(session, COOL, WARM, Variant(Settings(seed=1), "here"))
    backends = [ScriptedBackend([answered(f"{n} two three four")], hold=asyncio.Semaphore(3 + n)) for n in (0, 1, 2)]
    tasks = [asyncio.create_task(each.run(backend)) for each, backend in zip(made, backends, strict=True)]
    expected = ["0 ", "1 two ", "2 two three "]

    def kept() -> list[str]:
        nodes = on_disk(tmp_path, session.conversation.id).nodes
        return [nodes[each.answer_id].turn.text for each in made]

    await until(lambda: kept() == expected)
    # What a killed process leaves: nothing is written at its end.
    await session.services.library.close()
    found = on_disk(tmp_path, session.conversation.id)
    assert {found.nodes[each.answer_id].turn.outcome for each in made} == {Outcome.INCOMPLETE}
    assert kept() == expected
    assert texts(found) == ["Name a river.", "The Rhine."]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert session.services.unsaved.flush_now(1.0)


async def test_one_that_fails_and_one_that_is_rejected_leave_the_others_alone(session: Session) -> None:
    blocked = ev.Judged((Verdict("prompt", "violence", blocked=True, severity="high"),))
    refused = ServerError(ErrorKind.FILTERED, "No.", 400)
    scripts: list[list[ev.Event | Exception]] = [
        answered("The Po."),
        [ev.Sent(1), ev.Failed(ServerError(ErrorKind.SERVER, "Broken.", 500)), ev.Closed(True)],
        [ev.Sent(1), blocked, ev.Failed(refused), ev.Closed(True)],
        [ev.Sent(1), RuntimeError("a bug")],
        [ev.Sent(1), ev.Failed(ServerError(ErrorKind.RATE_LIMIT, "Slowly.", 429)), ev.Closed(True)],
        [ev.Sent(1), ev.TextDelta("The Elbe"), ev.Closed(False)],
        answered("The Nile is", reason="length"),
        answered("The Ebro", reason="content_filter"),
    ]
    prompt, made = await begun(session, *(Variant(Settings(seed=n), "here") for n in range(len(scripts))))
    await run_all(session, *((each, ScriptedBackend([script])) for each, script in zip(made, scripts, strict=True)))
    turns = [session.conversation.nodes[each.answer_id].turn for each in made]
    assert [turn.outcome for turn in turns] == [
        Outcome.COMPLETE,
        Outcome.FAILED,
        Outcome.PROMPT_BLOCKED,
        Outcome.FAILED,
        Outcome.FAILED,
        Outcome.INCOMPLETE,
        Outcome.LENGTH,
        Outcome.ANSWER_BLOCKED,
    ]
    assert [turn.text for turn in turns] == ["The Po.", "", "", "", "", "The Elbe", "The Nile is", "The Ebro"]
    assert [verdict.category for verdict in turns[2].verdicts] == ["violence"]
    # The rejected column is a version among others: with a sound answer kept, the prompt goes out again.
    keep_answer(session, made[0].answer_id)
    assert [message.text for message in sent_messages(session.conversation)] == ["Name a river.", "The Po."]
    keep_answer(session, made[2].answer_id)
    assert sent_messages(session.conversation) == []
    # What has no text is not shown unless it is asked for, the one on the screen included.
    told = [made[0].answer_id, *(each.answer_id for each in made[5:])]
    assert Comparison.found(session.conversation, prompt).answers == told
    assert Comparison.found(session.conversation, prompt, (4, 2)).answers == [made[2].answer_id, made[0].answer_id]


async def test_each_can_be_stopped_alone(session: Session) -> None:
    _, (cool, warm) = await begun(session, COOL, WARM)
    hold = asyncio.Semaphore(3)
    slow = asyncio.create_task(cool.run(ScriptedBackend([answered("The Po and more")], hold=hold)))
    await until(lambda: cool.reply.text == "The ")
    cool.stop()
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)
    await warm.run(ScriptedBackend([answered("The Amazon.")]))
    nodes = session.conversation.nodes
    assert [(nodes[each.answer_id].turn.text, nodes[each.answer_id].turn.outcome) for each in (cool, warm)] == [
        ("The ", Outcome.STOPPED),
        ("The Amazon.", Outcome.COMPLETE),
    ]


async def test_while_they_come_nothing_else_begins_but_another_of_them(session: Session) -> None:
    prompt, (cool, warm) = await begun(session, COOL, WARM)
    assert session.current == cool
    with pytest.raises(BusyError):
        await session.ask("Too early")
    with pytest.raises(BusyError):
        await begin_comparison(session, prompt, [COOL])
    (again,) = await begin_comparison(session, prompt, [COOL], concurrent=True)
    assert len(session.exchanges(session.conversation.id)) == 3
    await run_all(session, *((each, ScriptedBackend([answered("A.")])) for each in (cool, warm, again)))
    assert not session.is_busy(session.conversation.id)


async def test_a_library_that_refuses_changes_nothing(session: Session) -> None:
    before = dict(session.conversation.nodes), session.conversation.head
    await session.services.library.close()
    with pytest.raises(LibraryError):
        await begun(session, COOL, WARM)
    assert (dict(session.conversation.nodes), session.conversation.head) == before
    assert not session.running


async def test_of_many_answers_the_newest_are_shown_with_the_one_on_the_screen(session: Session) -> None:
    prompt, made = await begun(session, *(Variant(Settings(seed=n), "here") for n in range(4)))
    shown = session.conversation.head
    await run_all(session, *((each, ScriptedBackend([answered("A.")])) for each in made))
    assert Comparison.found(session.conversation, prompt).answers == [shown, *(each.answer_id for each in made[1:])]


async def test_answers_that_are_there_are_told_apart_by_number_and_settings(session: Session) -> None:
    prompt, made = await begun(session, COOL, Variant(Settings(temperature=1.0), "here"))
    await run_all(session, *((each, ScriptedBackend([answered("A.")], name="here")) for each in made))
    cool, warm = Comparison.found(session.conversation, prompt, (2, 3)).heads
    assert cool.startswith("2/3 · temperature 0.2 · ")
    assert warm.startswith("3/3 · temperature 1 · ")


async def test_versions_are_counted_as_in_the_conversation_whatever_became_of_them(session: Session) -> None:
    prompt, made = await begun(session, COOL, WARM)
    broken: list[ev.Event | Exception] = [
        ev.Sent(1),
        ev.Failed(ServerError(ErrorKind.SERVER, "Broken.")),
        ev.Closed(True),
    ]
    await run_all(session, *zip(made, (ScriptedBackend([broken]), ScriptedBackend([answered("A.")])), strict=True))
    await run_all(session, (await session.edit(prompt, "Name two."), ScriptedBackend([answered("B.")])))
    conversation = session.conversation
    heads = Comparison.found(conversation, prompt, (1, 2, 3, 4)).heads
    assert [head.rpartition(" · ")[0].partition(" · temp")[0] for head in heads] == [
        "prompt 1/2 · answer 1/3",
        "prompt 1/2 · answer 2/3",
        "prompt 1/2 · answer 3/3",
        "prompt 2/2",
    ]
    for head, answer_id in zip(heads, answers_to(conversation, prompt), strict=True):
        conversation.head = answer_id
        shown = conversation.versions()
        which, count, _ = shown.get(answer_id, (1, 1, ""))
        assert (f"answer {which}/{count}" in head) == (count > 1), "the same numbers as in the conversation"
        which, count, _ = shown[conversation.nodes[answer_id].parent or ""]
        assert f"prompt {which}/{count}" in head


@pytest.mark.parametrize(("second", "alike"), [("The Rhine.", True), ("The  Rhine.\n", True), ("The Rhône.", False)])
async def test_answers_in_which_no_word_differs_are_said_to_be_alike(
    session: Session, second: str, alike: bool
) -> None:
    prompt_id, (cool, warm) = await begun(session, COOL, WARM)
    shown = Comparison.begun(session.conversation, prompt_id, (COOL, WARM), (None, None), (cool, warm))
    assert not shown.alike, "nothing has arrived"
    await run_all(
        session, (cool, ScriptedBackend([answered("The Rhine.")])), (warm, ScriptedBackend([answered(second)]))
    )
    assert shown.alike is alike
    assert Comparison.found(session.conversation, prompt_id, (2, 3)).alike is alike


async def test_answers_without_a_word_are_not_alike(session: Session) -> None:
    prompt_id, asked = await begun(session, COOL, WARM)
    shown = Comparison.begun(session.conversation, prompt_id, (COOL, WARM), (None, None), asked)
    await run_all(session, *((each, ScriptedBackend([answered("")])) for each in asked))
    assert not shown.all_coming
    assert not shown.alike


def edited() -> Conversation:
    """A prompt with two answers, and another version of it with one, which is shown and goes on."""
    made = talk(("one", "1"), ("two", "2"))
    made.add(Node("again", "p1", answer("2b")))
    made.add(Node("other", "a0", prompt("two, edited")))
    made.add(Node("theirs", "other", answer("3")))
    made.add(Node("on", "theirs", prompt("and on")))
    made.add(Node("last", "on", answer("4")))
    return made


def test_versions_are_named_as_they_are_counted_below_them() -> None:
    made = edited()
    assert version_names(made, "other") == {"a1": "1.1", "again": "1.2", "theirs": "2"}
    assert proposed(made, "p1") == "1.2 2"
    assert (version_names(made, "p0"), proposed(made, "p0")) == ({"a0": "1"}, "")
    made.add(Node("third", "p0", answer("1b")))
    assert [*version_names(made, "p0").values()] == ["1", "2"]


async def test_an_answer_that_stands_is_not_asked_for_again(session: Session) -> None:
    prompt_id, (cool, warm) = await begun(session, COOL, WARM)
    (again,) = await begin_comparison(session, prompt_id, [COOL], concurrent=True)
    await run_all(session, *((each, ScriptedBackend([answered("A.")], name="here")) for each in (cool, warm, again)))
    conversation = session.conversation
    assert standing_answer(conversation, prompt_id, COOL, None) == again.answer_id, "the newest"
    conversation.head = cool.answer_id
    assert standing_answer(conversation, prompt_id, COOL, None) == cool.answer_id, "the one that is shown"
    assert standing_answer(conversation, prompt_id, Variant(Settings(seed=1), "here"), None) is None
    mixed = Comparison.begun(conversation, prompt_id, (COOL, WARM), (cool.answer_id, None), (warm,))
    old, new = mixed.heads
    assert old.startswith("here · temperature 0.2 · answered ")
    assert new.endswith("temperature 1")
    assert not mixed.dropped(0)


def test_versions_of_a_prompt_are_compared_with_their_prompts() -> None:
    made = edited()
    found = Comparison.found(made, "other")
    assert found.answers == ["a1", "again", "theirs"]
    assert [node.id for node in found.prompts or ()] == ["p1", "p1", "other"]
    assert (found.prompt, found.prompt_of(2)) == ("2 versions of a prompt, and their answers", "other")
    alone = Comparison.found(made, "other", (1, 2))
    assert (alone.prompts, alone.prompt_of(0)) == (None, "p1")


@pytest.mark.parametrize(
    ("node_id", "pair"),
    [("a1", (1, 3)), ("again", (2, 3)), ("p1", (2, 3)), ("last", (2, 3)), ("p0", None), ("a0", None)],
)
def test_a_branch_is_compared_with_what_is_shown(node_id: str, pair: tuple[int, int] | None) -> None:
    found = pair_of(edited(), node_id)
    assert (None if found is None else found[1]) == pair
