"""One turn from prompt to saved answer: what is in the library, and when."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
from tests.support.library import on_disk, set_sent
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Turn
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.engine.exchange import Exchange, Services
from tui_chat.engine.session import BusyError, Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library, LibraryError


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    library = Library(tmp_path)
    await library.open()
    yield Services(library, StillClock(), Ids())
    await library.close()


async def test_the_prompt_is_kept_before_anything_is_sent(services: Services, tmp_path: Path) -> None:
    session = Session(services, Settings())
    exchange = await session.ask("Why is the sky blue?")
    found = on_disk(tmp_path, session.conversation.id)
    assert [n.turn.text for n in found.path()] == ["Why is the sky blue?", ""]
    assert found.nodes[exchange.answer_id].turn.outcome is Outcome.INCOMPLETE
    assert found.title == "Why is the sky blue?" == session.conversation.title


async def test_an_answer_is_kept_whole_and_the_next_prompt_carries_the_history(
    services: Services, tmp_path: Path
) -> None:
    backend = ScriptedBackend([answered("Rivers carry water."), answered("Rome.")])
    session = Session(services, Settings(temperature=0.2))
    first = await session.ask("One")
    await first.run(backend)
    session.ended(first)
    session.change(Settings(temperature=0.9))
    second = await session.ask("Two")
    await second.run(backend)
    assert backend.asked == [
        ([("user", "One")], Settings(temperature=0.2)),
        ([("user", "One"), ("assistant", "Rivers carry water."), ("user", "Two")], Settings(temperature=0.9)),
    ]
    found = on_disk(tmp_path, session.conversation.id)
    assert [n.turn for n in found.path()] == [n.turn for n in session.conversation.path()]
    answer = found.nodes[second.answer_id].turn
    assert (answer.text, answer.outcome, answer.model) == ("Rome.", Outcome.COMPLETE, "scripted-1")
    assert (answer.endpoint, answer.settings) == ("scripted", Settings(temperature=0.9))


async def test_pieces_are_kept_while_the_answer_runs(services: Services, tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Rivers carry water.")], hold=asyncio.Semaphore(4))
    session = Session(services, Settings())
    exchange = await session.ask("One")
    task = asyncio.create_task(exchange.run(backend))
    await until(lambda: exchange.reply.text == "Rivers carry ")
    await until(lambda: on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn.text)
    kept = on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn
    assert (kept.text, kept.outcome) == ("Rivers carry ", Outcome.INCOMPLETE)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_became_thinking_is_thinking_on_the_disk_too_while_the_answer_runs(
    services: Services, tmp_path: Path
) -> None:
    steps = asyncio.Semaphore(4)
    script: list[ev.Event | Exception] = [
        ev.Sent(1),
        ev.Started(model="m"),
        ev.TextDelta("Greet "),
        ev.TextDelta("them."),
    ]
    script += [ev.Relabeled(), ev.TextDelta("Hello "), ev.TextDelta("there!"), ev.Finished("stop"), ev.Closed(True)]
    backend = ScriptedBackend([script], hold=steps)
    session = Session(services, Settings())
    exchange = await session.ask("One")
    task = asyncio.create_task(exchange.run(backend))

    def kept() -> tuple[str, str]:
        turn = on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn
        return turn.text, turn.reasoning

    await until(lambda: kept() == ("Greet them.", ""))
    steps.release()
    await until(lambda: kept() == ("", "Greet them."))
    steps.release()
    await until(lambda: kept() == ("Hello ", "Greet them."))
    for _ in range(3):
        steps.release()
    await task
    assert kept() == ("Hello there!", "Greet them.")


async def test_pieces_that_come_while_the_last_ones_are_written_are_kept_once(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, slow = asyncio.Semaphore(3), asyncio.Event()
    append = services.library.append
    writes: list[str] = []

    async def slowly(*args: Any, **pieces: Any) -> None:
        writes.append(pieces["text"])
        await slow.wait()
        await append(*args, **pieces)

    monkeypatch.setattr(services.library, "append", slowly)
    session = Session(services, Settings())
    exchange = await session.ask("One")
    task = asyncio.create_task(exchange.run(ScriptedBackend([answered("Rivers carry much water.")], hold=steps)))
    await until(lambda: writes == ["Rivers "])
    steps.release()
    await until(lambda: exchange.reply.text == "Rivers carry ")
    slow.set()
    await until(
        lambda: on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn.text == "Rivers carry "
    )
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "".join(writes) == "Rivers carry "


async def test_a_stopped_answer_keeps_what_came(services: Services, tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Rivers carry water.")], hold=asyncio.Semaphore(3))
    session = Session(services, Settings())
    exchange = await session.ask("One")
    task = asyncio.create_task(exchange.run(backend))
    await until(lambda: exchange.reply.text)
    exchange.stop()
    shown = session.conversation.nodes[exchange.answer_id].turn
    assert (shown.text, shown.outcome) == ("Rivers ", Outcome.STOPPED), "at once, not when the worker has ended"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await services.unsaved.settled()
    kept = on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn
    assert (kept.text, kept.outcome) == ("Rivers ", Outcome.STOPPED)


async def test_one_stopped_before_it_began_sends_nothing_and_is_kept(services: Services, tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Rivers")])
    session = Session(services, Settings())
    exchange = await session.ask("One")
    exchange.stop()
    await exchange.run(backend)
    assert backend.asked == []
    assert on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn.outcome is Outcome.STOPPED


async def test_a_bug_below_ends_the_turn_and_loses_nothing(services: Services, tmp_path: Path) -> None:
    backend = ScriptedBackend([[ev.Sent(1), ev.TextDelta("Riv"), RuntimeError("Bearer sk-secret")]])
    session = Session(services, Settings())
    exchange = await session.ask("One")
    await exchange.run(backend)
    kept = on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn
    assert (kept.text, kept.outcome) == ("Riv", Outcome.INCOMPLETE)
    assert kept.error is not None
    assert "RuntimeError" in kept.error.message
    assert "sk-secret" not in repr(kept.error)


async def test_a_rejected_prompt_does_not_poison_the_next(services: Services) -> None:
    rejected = ServerError(ErrorKind.FILTERED, "filtered", status=400)
    backend = ScriptedBackend([[ev.Sent(1), ev.Failed(rejected), ev.Closed(done=False)], answered("Yes.")])
    session = Session(services, Settings())
    first = await session.ask("Bad")
    await first.run(backend)
    session.ended(first)
    assert first.reply.outcome is Outcome.PROMPT_BLOCKED
    second = await session.ask("Good")
    await second.run(backend)
    assert backend.asked[1][0] == [("user", "Good")]


async def test_one_answer_at_a_time_in_a_conversation(services: Services) -> None:
    session = Session(services, Settings())
    results = await asyncio.gather(session.ask("One"), session.ask("Two"), return_exceptions=True)
    assert [type(r) for r in results] == [Exchange, BusyError]
    assert len(session.conversation.nodes) == 2


async def test_two_conversations_are_answered_side_by_side(services: Services) -> None:
    backend = ScriptedBackend([answered("One."), answered("Two.")], hold=asyncio.Semaphore(0))
    session = Session(services, Settings())
    first = await session.ask("1")
    one = asyncio.create_task(first.run(backend))
    first_id = session.conversation.id
    session.new()
    second = await session.ask("2")
    two = asyncio.create_task(second.run(backend))
    assert (await session.open(first_id)) is first.conversation
    assert session.current is first
    assert backend.hold is not None
    for _ in range(20):
        backend.hold.release()
    await asyncio.gather(one, two)
    assert {first.reply.text, second.reply.text} == {"One.", "Two."}


async def test_a_retry_adds_a_sibling(services: Services, tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Old."), answered("New.")])
    session = Session(services, Settings())
    first = await session.ask("One")
    await first.run(backend)
    session.ended(first)
    second = await session.retry()
    assert second is not None
    await second.run(backend)
    assert backend.asked[1][0] == [("user", "One")]
    found = on_disk(tmp_path, session.conversation.id)
    assert [n.turn.text for n in found.path()] == ["One", "New."]
    assert [found.nodes[i].turn.text for i in found.siblings(second.answer_id)] == ["Old.", "New."]


async def test_a_library_that_cannot_take_the_prompt_changes_nothing(services: Services, tmp_path: Path) -> None:
    session = Session(services, Settings())
    await services.library.close()
    with pytest.raises(LibraryError):
        await session.ask("One")
    assert session.conversation.nodes == {}
    assert session.current is None


async def test_a_library_that_cannot_take_the_answer_says_so_and_the_text_stays(
    services: Services, tmp_path: Path
) -> None:
    backend = ScriptedBackend([answered("Rivers carry water.")])
    session = Session(services, Settings())
    exchange = await session.ask("One")
    with sqlite3.connect(tmp_path / "conversations.db") as meddler:
        meddler.execute("CREATE TRIGGER refuse BEFORE UPDATE ON turns BEGIN SELECT RAISE(ABORT, 'no'); END")
    meddler.close()
    await exchange.run(backend)
    assert exchange.problem is not None
    assert session.conversation.nodes[exchange.answer_id].turn.text == "Rivers carry water."


BAD = Verdict("answer", "violence", blocked=True, severity="high")


async def test_an_ended_answer_is_kept_at_once_and_a_late_verdict_as_soon_as_it_comes(
    services: Services, tmp_path: Path
) -> None:
    script: list[ev.Event | Exception] = [
        ev.Sent(1), ev.TextDelta("Rivers"), ev.Finished("stop"), ev.Judged((BAD,)), ev.Closed(done=True),
    ]  # fmt: skip
    backend = ScriptedBackend([script, answered("Fine.")], hold=asyncio.Semaphore(3))
    assert backend.hold is not None
    session = Session(services, Settings())
    first = await session.ask("One")
    task = asyncio.create_task(first.run(backend))

    def kept() -> Turn:
        return on_disk(tmp_path, session.conversation.id).nodes[first.answer_id].turn

    await until(lambda: first.reply.state.has_ended and kept().outcome is Outcome.COMPLETE)
    assert kept().text == "Rivers"
    assert session.current is None, "the next prompt need not wait for the filter"
    await set_sent(services.library, session.conversation.id, {first.answer_id: False})
    session.conversation.put(first.answer_id, replace(session.conversation.nodes[first.answer_id].turn, sent=False))
    backend.hold.release()
    await until(lambda: first.reply.blocked and kept().withdrawn)
    assert (kept().outcome, kept().withdrawn, kept().verdicts) == (Outcome.ANSWER_BLOCKED, True, (BAD,))
    assert kept().sent is False, "what the user said meanwhile stays"
    second = await session.ask("Two")
    session.ended(first)
    assert session.answering(session.conversation.id) is second
    for _ in range(9):
        backend.hold.release()
    await second.run(backend)
    await task
    assert backend.asked[1][0] == [("user", "Two")]


async def test_the_next_prompt_carries_an_answer_that_still_waits_for_its_verdicts(services: Services) -> None:
    backend = ScriptedBackend([answered("Rivers."), answered("Fine.")], hold=asyncio.Semaphore(4))
    assert backend.hold is not None
    session = Session(services, Settings())
    first = await session.ask("One")
    task = asyncio.create_task(first.run(backend))
    await until(lambda: first.reply.state.has_ended)
    second = await session.ask("Two")
    for _ in range(9):
        backend.hold.release()
    await second.run(backend)
    await task
    assert backend.asked[1][0] == [("user", "One"), ("assistant", "Rivers."), ("user", "Two")]


async def test_a_quit_while_verdicts_are_waited_for_leaves_the_answer_complete(
    services: Services, tmp_path: Path
) -> None:
    backend = ScriptedBackend([answered("Rivers.")], hold=asyncio.Semaphore(4))
    session = Session(services, Settings())
    exchange = await session.ask("One")
    task = asyncio.create_task(exchange.run(backend))
    await until(lambda: exchange.reply.state.has_ended)
    exchange.stop()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await services.unsaved.settled()
    kept = on_disk(tmp_path, session.conversation.id).nodes[exchange.answer_id].turn
    assert (kept.text, kept.outcome) == ("Rivers.", Outcome.COMPLETE)
