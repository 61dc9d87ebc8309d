"""The library gives back what it was given, in any order of operations."""

from __future__ import annotations

import asyncio
import stat
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given

from tests.store.trees import START, answer, conversations, prompt, talk
from tests.support.library import add_turn, set_head, set_sent, set_settings, set_title
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Usage
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.store.library import Library, LibraryError


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    made = Library(tmp_path / "data")
    await made.open()
    yield made
    await made.close()


@examples(50)
@given(conversations())
def test_any_conversation_comes_back_equal(conversation: Conversation) -> None:
    library = Library.private()
    library.open().now()
    library.create(conversation).now()
    assert library.load(conversation.id).now() == conversation
    library.close().now()


async def test_a_conversation_built_turn_by_turn_survives_the_process(tmp_path: Path) -> None:
    library = Library(tmp_path)
    await library.open()
    made = Conversation("c", START, settings=Settings(temperature=0.2))
    await library.create(made)
    for node in (Node("1", None, prompt("Hi\r\nthere")), Node("2", "1", answer()), Node("3", "1", answer("b"))):
        await add_turn(library, "c", node)
        made.add(node)
    final = replace(
        answer("The end", 5, Outcome.ANSWER_BLOCKED), verdicts=(Verdict("answer", "hate", True, severity="high"),)
    )
    await library.finish("c", "2", final)
    await library.finish("c", "3", replace(answer("b"), outcome=Outcome.COMPLETE, usage=Usage(1, 2, 3)))
    await set_head(library, "c", "2")
    await set_settings(library, "c", Settings(top_p=0.5))
    await library.close()

    again = Library(tmp_path)
    await again.open()
    loaded = await again.load("c")
    made.put("2", final)
    made.put("3", replace(answer("b"), outcome=Outcome.COMPLETE, usage=Usage(1, 2, 3)))
    made.head, made.settings, made.title = "2", Settings(top_p=0.5), "Hi"
    assert loaded == made
    assert await again.latest() == "c"
    await again.close()


async def test_pieces_of_a_running_answer_are_there_at_once(library: Library) -> None:
    await library.create(Conversation("c", START))
    await add_turn(library, "c", Node("1", None, prompt("q")))
    await add_turn(library, "c", Node("2", "1", answer("be")))
    for piece in ("fore\0", "ä", "\U0001f389", ""):
        await library.append("c", "2", text=piece, reasoning="r")
    turn = (await library.load("c")).nodes["2"].turn
    assert (turn.text, turn.reasoning, turn.outcome) == ("before\0ä\U0001f389", "rrrr", Outcome.INCOMPLETE)
    running = (await library.load("c", running={"2"})).nodes["2"].turn
    assert (running.text, running.outcome) == (turn.text, None)
    await library.finish("c", "2", answer("all of it", outcome=Outcome.STOPPED))
    assert (await library.load("c")).nodes["2"].turn == answer("all of it", outcome=Outcome.STOPPED)
    with pytest.raises(LibraryError, match="ended already"):
        await library.append("c", "2", text="late")


async def test_an_unfinished_answer_is_folded_at_the_next_start_and_reads_the_same(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    library.create(Conversation("c", START)).now()
    add_turn(library, "c", Node("1", None, prompt("q"))).now()
    add_turn(library, "c", Node("2", "1", answer())).now()
    library.append("c", "2", text="never fini", reasoning="why\0").now()
    library.append("c", "2", text="shed", reasoning=" not").now()
    before = library.load("c").now()
    other = Library(tmp_path)
    other.open().now()
    assert [hit.turn_id for hit in other.search("finished").now()] == ["2"]
    library.append("c", "2", text=", or is it").now()
    after = other.load("c").now().nodes["2"].turn
    assert (before.nodes["2"].turn.text, after.text) == ("never finished", "never finished, or is it")
    assert after.reasoning == "why\0 not"
    library.close().now()
    other.close().now()


async def test_order_is_kept_between_awaited_and_waiting_operations(library: Library) -> None:
    await library.create(Conversation("c", START))
    await add_turn(library, "c", Node("1", None, prompt("q")))
    await add_turn(library, "c", Node("2", "1", answer()))
    tasks = [asyncio.ensure_future(library.append("c", "2", text=f"{number} ")) for number in range(50)]
    await asyncio.sleep(0)
    assert library.load("c").now().nodes["2"].turn.text == "".join(f"{number} " for number in range(50))
    await asyncio.gather(*tasks)


async def test_a_cancelled_wait_does_not_cancel_the_write(library: Library) -> None:
    await library.create(Conversation("c", START))
    writes = [asyncio.ensure_future(add_turn(library, "c", Node(str(n), None, prompt("q")))) for n in range(30)]
    await asyncio.sleep(0)
    for write in writes:
        write.cancel()
    await asyncio.gather(*writes, return_exceptions=True)
    assert len((await library.load("c")).nodes) == 30


async def test_lone_surrogates_become_replacement_characters_and_pairs_are_joined(library: Library) -> None:
    await library.create(Conversation("c", START))
    await add_turn(library, "c", Node("1", None, prompt("a\ud800b \ud83c\udf89")))
    await add_turn(library, "c", Node("2", "1", answer()))
    await library.append("c", "2", text="\udfff!")
    nodes = (await library.load("c")).nodes
    assert (nodes["1"].turn.text, nodes["2"].turn.text) == ("a\ufffdb \U0001f389", "\ufffd!")


@pytest.mark.parametrize(
    "operation",
    [
        lambda library: add_turn(library, "gone", Node("1", None, prompt("q"))),
        lambda library: library.append("gone", "1", text="x"),
        lambda library: library.finish("gone", "1", answer("x")),
        lambda library: set_title(library, "gone", "x"),
        lambda library: set_head(library, "c", "nothing"),
        lambda library: set_sent(library, "c", {"nothing": True}),
        lambda library: library.append("c", "nothing", text="x"),
        lambda library: add_turn(library, "c", Node("9", "nothing", prompt("q"))),
        lambda library: add_turn(library, "c", Node("p0", None, prompt("q"))),
        lambda library: library.create(talk(("q", "a"), id="c")),
        lambda library: library.load("gone"),
        lambda library: library.delete("gone"),
        lambda library: library.resolve_prefix("zz"),
        lambda library: library.resolve_prefix(""),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(library: Library, operation: object) -> None:
    before = talk(("q", "a"), id="c")
    await library.create(before)
    with pytest.raises(LibraryError) as caught:
        await operation(library)  # type: ignore[operator]
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    assert await library.load("c") == before


async def test_a_first_prompt_that_failed_can_be_tried_again(library: Library) -> None:
    await library.create(Conversation("c", START))
    await library.create(Conversation("c", START, settings=Settings(seed=1)))
    assert (await library.load("c")).settings.seed == 1
    assert await library.list() == []
    assert await library.latest() is None


async def test_the_list_is_newest_first_with_titles_counts_and_states(library: Library) -> None:
    await library.create(talk(("Erste Frage", "a"), ("q", "b"), id="old", title="Named"))
    await library.create(talk(("\n \nWhat is\tthe capital?\nAnd why?", "Paris"), id="untitled"))
    fresh = Conversation("new", START)
    await library.create(fresh)
    await add_turn(library, "new", Node("1", None, prompt("first words " * 10)))
    rows = {row.id: row for row in await library.list()}
    assert await library.list(counted=False) == [replace(row, turns=0) for row in rows.values()]
    assert list(rows) == ["new", "old", "untitled"]
    assert [rows[name].title for name in ("old", "untitled")] == ["Named", "What is the capital?"]
    assert rows["new"].title == "first words " * 4 + "first words…"
    assert [row.turns for row in rows.values()] == [1, 4, 2]
    assert [row.state for row in rows.values()] == [None, Outcome.COMPLETE, Outcome.COMPLETE]
    await add_turn(library, "new", Node("2", "1", answer()))
    assert (await library.summary("new")).state is Outcome.INCOMPLETE
    assert [row.id for row in await library.list(limit=1, offset=1)] == ["old"]
    assert (len(await library.list(limit=10**30)), await library.list(limit=-1)) == (3, [])
    assert len(await library.search("words", 10**30)) == 1
    await set_title(library, "new", "Mine")
    await add_turn(library, "new", Node("3", None, prompt("another root")))
    assert (await library.summary("new")).title == "Mine"


async def test_an_import_from_the_future_is_not_always_the_latest(library: Library) -> None:
    future = talk(("q", "a"), id="future")
    future.put("a0", replace(future.nodes["a0"].turn, created=START + timedelta(days=40000)))
    await library.create(future)
    await library.create(Conversation("today", START))
    await add_turn(library, "today", Node("1", None, prompt("q")))
    assert await library.latest() == "today"


async def test_a_prefix_names_one_conversation(library: Library) -> None:
    for name in ("abc1", "abc2", "abd"):
        await library.create(talk(("q", "a"), id=name))
    assert await library.resolve_prefix("ABD") == "abd"
    assert await library.resolve_prefix("abc1") == "abc1"
    with pytest.raises(LibraryError, match=r"abc1|abc2"):
        await library.resolve_prefix("abc")
    with pytest.raises(LibraryError, match="begins with"):
        await library.resolve_prefix("%")


async def test_the_modes_are_private(tmp_path: Path) -> None:
    library = Library(tmp_path / "a" / "data")
    await library.open()
    await library.create(talk(("q", "a")))
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a" / "data").iterdir()}
    assert modes == dict.fromkeys(("conversations.db", "conversations.db-wal", "conversations.db-shm"), 0o600)
    assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700
    await library.close()


def test_a_private_library_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    private = Library.private()
    private.open().now()
    private.create(talk(("q", "a long answer " * 1000))).now()
    assert [hit.turn_id for hit in private.search("long").now()] == ["a0"]
    assert list(tmp_path.iterdir()) == []
    private.close().now()


async def test_a_closed_library_says_so_and_can_be_opened_again(library: Library) -> None:
    await library.create(talk(("q", "a")))
    await library.close()
    with pytest.raises(LibraryError, match="not open"):
        await library.list()
    await library.close()
    await library.open()
    assert len(await library.list()) == 1


def test_loading_takes_as_long_as_the_conversation_and_what_is_changed_in_it_takes_no_longer(tmp_path: Path) -> None:
    """Processor time of 1,250 and of 5,000 turns, with room for a busy machine."""
    library = Library(tmp_path)
    library.open().now()
    load, head = [], []
    for count in (1250, 5000):
        name = f"talk {count}"
        library.create(talk(*[(f"question {n}", "some words of an answer " * 20) for n in range(count)], id=name)).now()
        add_turn(library, name, Node("end", f"a{count - 1}", answer())).now()
        load.append(min(_timed(lambda: library.load(name).now()) for _ in range(3)))  # noqa: B023
        head.append(min(_timed(lambda: set_head(library, name, "end").now()) for _ in range(9)))  # noqa: B023
    assert load[1] < load[0] * 10
    assert head[1] < head[0] * 3 + 0.002
    library.close().now()


def test_a_piece_costs_the_same_however_long_the_answer(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    library.create(talk(("question", "answer"))).now()
    add_turn(library, "talk", Node("end", "a0", answer())).now()
    early = min(_timed(lambda: library.append("talk", "end", "piece " * 20).now()) for _ in range(200))
    for _ in range(20):
        library.append("talk", "end", "x" * 100_000).now()
    late = min(_timed(lambda: library.append("talk", "end", "piece " * 20).now()) for _ in range(200))
    assert late < early * 6, "two million characters are there already"
    library.close().now()


def _timed(work: object) -> float:
    begin = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - begin
