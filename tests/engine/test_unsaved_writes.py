"""What could not be written is remembered, tried again, and is in the library once the cause has gone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
from tests.store.faults import full, locked, no_room
from tests.support.library import on_disk, set_title
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings
from tui_chat.engine.exchange import Exchange, GivenUpError, Sending, Services
from tui_chat.engine.session import BusyError, Session
from tui_chat.engine.unsaved_write_kinds import DraftWrite, TitleWrite
from tui_chat.engine.unsaved_writes import UnsavedWrites
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library, LibraryError

LONG = " ".join(f"word{number:04}" for number in range(3000))
HALF = len(LONG) // 2
NEVER = 1000.0
"""Seconds until it would be tried again by itself: a test that does not want that."""


async def opened(folder: Path, retry_s: float) -> Session:
    library = Library(folder)
    await library.open()
    library.wait_for_others(0.02)
    return Session(Services(library, StillClock(), Ids(), retry_s=retry_s), Settings())


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    session = await opened(tmp_path, NEVER)
    yield session
    await session.services.library.close()


@pytest.fixture
async def eager(tmp_path: Path) -> AsyncIterator[Session]:
    """One that tries again at once."""
    session = await opened(tmp_path, 0.01)
    yield session
    await session.services.library.close()


async def half_way(session: Session, text: str = LONG) -> tuple[Exchange, asyncio.Task[None], ScriptedBackend]:
    """An answer of which half has come and is stored."""
    script: list[ev.Event | Exception] = [
        ev.Sent(1), ev.TextDelta(text[:HALF]), ev.TextDelta(text[HALF:]), ev.Finished("stop"), ev.Closed(done=True),
    ]  # fmt: skip
    backend = ScriptedBackend([script, answered("Fine.")], hold=asyncio.Semaphore(2))
    exchange = await session.ask("One")
    task = asyncio.create_task(exchange.run(backend))
    await until(lambda: exchange._kept != (0, 0))
    return exchange, task, backend


def go_on(backend: ScriptedBackend) -> None:
    assert backend.hold is not None
    for _ in range(20):
        backend.hold.release()


def kept(folder: Path, exchange: Exchange) -> tuple[str, Outcome | None]:
    turn = on_disk(folder, exchange.conversation.id).nodes[exchange.answer_id].turn
    return turn.text, turn.outcome


async def test_an_answer_that_ended_on_a_full_disk_is_written_with_the_next_prompt(
    session: Session, tmp_path: Path
) -> None:
    exchange, task, backend = await half_way(session)
    with no_room(session.services.library):
        go_on(backend)
        await task
        session.ended(exchange)
        assert exchange.problem is not None
        assert "disk is full" in exchange.problem.message
        assert [write.words for write in session.services.unsaved.failed] == ["an answer in “One”"]
        assert kept(tmp_path, exchange) == (LONG[:HALF], Outcome.INCOMPLETE)
    later = await session.ask("Two")
    assert kept(tmp_path, exchange) == (LONG, Outcome.COMPLETE)
    assert session.services.unsaved.failed == ()
    await later.run(backend)
    assert backend.asked[1][0] == [("user", "One"), ("assistant", LONG), ("user", "Two")]


async def test_it_is_written_by_itself_once_there_is_room(eager: Session, tmp_path: Path) -> None:
    told: list[int] = []
    unsaved = eager.services.unsaved
    unsaved.watch(lambda: told.append(len(unsaved.failed)))
    exchange, task, backend = await half_way(eager)
    with no_room(eager.services.library):
        go_on(backend)
        await task
        assert exchange.problem is not None
    await until(lambda: not unsaved.failed)
    assert kept(tmp_path, exchange) == (LONG, Outcome.COMPLETE)
    await until(lambda: told == [1, 0])


async def test_a_library_that_another_process_holds_takes_the_answer_later(session: Session, tmp_path: Path) -> None:
    exchange, task, backend = await half_way(session)
    with locked(tmp_path):
        go_on(backend)
        await task
        assert exchange.problem is not None
        assert exchange.problem.locked
    assert await session.services.unsaved.flush() == ()
    assert kept(tmp_path, exchange) == (LONG, Outcome.COMPLETE)


async def test_pieces_that_failed_are_neither_lost_nor_doubled(eager: Session, tmp_path: Path) -> None:
    words = [f"word{number} " for number in range(40)]
    script: list[ev.Event | Exception] = [ev.Sent(1), *map(ev.TextDelta, words), RuntimeError("the end")]
    backend = ScriptedBackend([script], hold=asyncio.Semaphore(11))
    exchange = await eager.ask("One")
    task = asyncio.create_task(exchange.run(backend))
    await until(lambda: kept(tmp_path, exchange)[0] == "".join(words[:10]))
    assert backend.hold is not None
    with full(tmp_path):
        for _ in range(10):
            backend.hold.release()
        await until(lambda: exchange.problem is not None)
        assert kept(tmp_path, exchange)[0] == "".join(words[:10])
    await until(lambda: kept(tmp_path, exchange)[0] == "".join(words[:20]))
    await until(lambda: exchange.problem is None)
    for _ in range(5):
        backend.hold.release()
    await until(lambda: kept(tmp_path, exchange)[0] == "".join(words[:25]))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await eager.services.unsaved.settled()
    assert kept(tmp_path, exchange)[0] == "".join(words[:25])


async def test_stopping_an_answer_does_not_wait_for_the_library(session: Session, tmp_path: Path) -> None:
    session.services.library.wait_for_others(30)
    exchange, task, _ = await half_way(session)
    with locked(tmp_path):
        waits = asyncio.ensure_future(set_title(session.services.library, exchange.conversation.id, "x"))
        await asyncio.sleep(0)
        exchange.stop()
        task.cancel()
        async with asyncio.timeout(60):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert not waits.done(), "the library was held all the while"
    await waits
    await session.services.unsaved.settled()
    assert kept(tmp_path, exchange) == (LONG[:HALF], Outcome.STOPPED)


async def test_a_conversation_with_something_unsaved_is_opened_as_it_is_here(session: Session, tmp_path: Path) -> None:
    exchange, task, backend = await half_way(session)
    with full(tmp_path):
        go_on(backend)
        await task
        session.ended(exchange)
        session.new()
        opened = await session.open(exchange.conversation.id)
        assert opened.nodes[exchange.answer_id].turn.text == LONG
    await session.services.unsaved.flush()
    session.new()
    assert (await session.open(exchange.conversation.id)).nodes[exchange.answer_id].turn.text == LONG


async def test_what_was_said_since_wins_when_an_answer_is_tried_again(session: Session, tmp_path: Path) -> None:
    from tui_chat.engine.excluded_messages import send

    exchange, task, backend = await half_way(session)
    unsaved = session.services.unsaved
    with full(tmp_path):
        go_on(backend)
        await task
        send(unsaved, exchange.conversation, exchange.answer_id, False)
        session.change(Settings(temperature=0.3))
        unsaved.save(TitleWrite(exchange.conversation.id, "first", exchange.conversation))
        unsaved.save(TitleWrite(exchange.conversation.id, "second", exchange.conversation))
        unsaved.save(DraftWrite(exchange.conversation.id, "a thought"))
        await unsaved.settled()
        assert len(unsaved.failed) == 5
    assert await unsaved.flush() == ()
    found = on_disk(tmp_path, exchange.conversation.id)
    assert (found.nodes[exchange.answer_id].turn.text, found.nodes[exchange.answer_id].turn.sent) == (LONG, False)
    assert (found.title, found.settings) == ("second", Settings(temperature=0.3))
    assert await session.services.library.drafts.get(found.id) == "a thought"


async def test_what_is_not_saved_yet_of_a_deleted_conversation_comes_back_with_it(
    session: Session, tmp_path: Path
) -> None:
    library = session.services.library
    exchange, task, backend = await half_way(session)
    with full(tmp_path):
        go_on(backend)
        await task
    await library.delete(exchange.conversation.id)
    assert await session.services.unsaved.flush() == ()
    assert await library.list() == []
    await library.trash.restore(exchange.conversation.id)
    assert on_disk(tmp_path, exchange.conversation.id).nodes[exchange.answer_id].turn.text == LONG


FIRST, NEXT, AGAIN = "first", "next", "again"


@pytest.mark.parametrize("what", [FIRST, NEXT, AGAIN])
async def test_a_prompt_is_stored_with_its_place_for_the_answer_or_not_at_all(
    session: Session, tmp_path: Path, what: str
) -> None:
    """Every statement of it fails once, each in its turn."""
    library = session.services.library
    if what != FIRST:
        await (await session.ask("Before")).run(ScriptedBackend([answered("Yes.")]))
    before = None if what == FIRST else on_disk(tmp_path, session.conversation.id)

    async def begin() -> Exchange | None:
        return await (session.retry() if what == AGAIN else session.ask("Rivers"))

    failures = 0
    while failures < 30:
        breaking = await _fail_statement(library, failures + 1)
        try:
            await begin()
        except LibraryError:
            failures += 1
            found = await library.contains(session.conversation.id) and on_disk(tmp_path, session.conversation.id)
            assert (found or None) == before, f"statement {failures} failed and something was stored"
            assert len(session.conversation.nodes) == (0 if before is None else len(before.nodes))
        else:
            break
        finally:
            breaking.clear()
    assert failures > 3
    texts = [node.turn.text for node in on_disk(tmp_path, session.conversation.id).path()]
    assert texts == {FIRST: ["Rivers", ""], NEXT: ["Before", "Yes.", "Rivers", ""], AGAIN: ["Before", ""]}[what]


async def _fail_statement(library: Library, number: int) -> threading.Event:
    """Let the n-th statement of the next transaction fail with an error of the disk; cleared, nothing fails."""
    import sqlite3

    on = threading.Event()
    on.set()

    class Breaking:
        def __init__(self, connection: sqlite3.Connection) -> None:
            self.connection = connection
            self.left = number

        def __getattr__(self, name: str) -> object:
            return getattr(self.connection, name)

        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            return self._run(sql, self.connection.execute, *values)

        def executemany(self, sql: str, *values: object) -> sqlite3.Cursor:
            return self._run(sql, self.connection.executemany, *values)

        def _run(self, sql: str, work: object, *values: object) -> sqlite3.Cursor:
            if on.is_set() and sql.split()[0] in ("INSERT", "UPDATE", "DELETE", "COMMIT"):
                self.left -= 1
                if self.left == 0:
                    raise sqlite3.OperationalError("disk I/O error")
            return work(sql, *values)  # type: ignore[operator, no-any-return]

    def work(db, _now):  # type: ignore[no-untyped-def]
        real = db.connection.connection if isinstance(db.connection, sqlite3.Connection) is False else db.connection
        db.connection = Breaking(real)

    await library.write(work, 1)
    return on


async def test_a_send_waits_for_another_process_and_is_stored_once(session: Session, tmp_path: Path) -> None:
    waiting = Sending()
    with locked(tmp_path):
        task = asyncio.create_task(session.ask("Rivers", waiting))
        await until(lambda: waiting.waiting)
        assert session.sending is waiting
        with pytest.raises(BusyError):
            await session.ask("Rivers")
        assert session.conversation.nodes == {}
    await task
    assert [n.turn.text for n in on_disk(tmp_path, session.conversation.id).path()] == ["Rivers", ""]
    assert session.sending is None


async def test_a_send_that_is_given_up_stores_nothing(session: Session, tmp_path: Path) -> None:
    waiting = Sending()
    with locked(tmp_path):
        task = asyncio.create_task(session.ask("Rivers", waiting))
        await until(lambda: waiting.waiting)
        waiting.given_up = True
        with pytest.raises(GivenUpError):
            await task
    assert session.conversation.nodes == {}
    assert await session.services.library.list() == []
    await session.ask("Rivers")
    assert len(await session.services.library.list()) == 1


async def test_a_prompt_takes_its_draft_with_it(session: Session) -> None:
    library = session.services.library
    await library.drafts.set("", "Rivers")
    await library.drafts.set("other", "stays")
    await session.ask("Rivers", Sending(drafts=("",)))
    assert (await library.drafts.get(""), await library.drafts.get("other")) == ("", "stays")


async def test_a_closed_library_ends_the_trying(tmp_path: Path) -> None:
    library = Library(tmp_path)
    await library.open()
    unsaved = UnsavedWrites(library, 0.001)
    await library.close()
    unsaved.save(DraftWrite("", "text"))
    assert [write.words for write in unsaved.flush_now()] == ["what is typed in the prompt"]
    assert unsaved._timer is None
