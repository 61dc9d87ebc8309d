"""Edited prompts and repeated answers: siblings in the tree and in the library; nothing is overwritten."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings
from tui_chat.engine.exchange import Services
from tui_chat.engine.session import BusyError, Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library, LibraryError


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    library = Library(tmp_path)
    await library.open()
    try:
        yield Session(Services(library, StillClock(), Ids()), Settings())
    finally:
        await library.close()


async def talk(session: Session, *texts: str) -> ScriptedBackend:
    """Each prompt is answered by its own text in capitals."""
    backend = ScriptedBackend([answered(text.upper()) for text in texts])
    for text in texts:
        exchange = await session.ask(text)
        await exchange.run(backend)
        session.ended(exchange)
    return backend


def shown(session: Session) -> list[str]:
    return [node.turn.text for node in session.conversation.path()]


async def test_an_edited_prompt_is_a_branch_with_what_stood_above(session: Session) -> None:
    await talk(session, "one", "two", "three")
    second = session.conversation.path()[2].id
    backend = ScriptedBackend([answered("NEW")])
    exchange = await session.edit(second, "deux")
    await exchange.run(backend)
    session.ended(exchange)
    assert shown(session) == ["one", "ONE", "deux", "NEW"]
    assert backend.asked[0][0] == [("user", "one"), ("assistant", "ONE"), ("user", "deux")]
    kept = await session.services.library.load(session.conversation.id)
    assert [n.turn.text for n in kept.path()] == ["one", "ONE", "deux", "NEW"]
    assert {n.turn.text for n in kept.nodes.values()} == {"one", "ONE", "two", "TWO", "three", "THREE", "deux", "NEW"}


async def test_the_first_prompt_can_be_edited_too(session: Session) -> None:
    await talk(session, "one")
    first = session.conversation.path()[0].id
    exchange = await session.edit(first, "uno")
    await exchange.run(ScriptedBackend([answered("UNO")]))
    session.ended(exchange)
    assert shown(session) == ["uno", "UNO"]
    assert len(session.conversation.siblings(first)) == 2


async def test_versions_are_walked_through_and_remembered(session: Session) -> None:
    await talk(session, "one", "two")
    first = session.conversation.path()[0].id
    again = await session.retry(first)
    assert again is not None
    await again.run(ScriptedBackend([answered("ONE MORE")]))
    session.ended(again)
    assert shown(session) == ["one", "ONE MORE"]
    assert session.show_version(again.answer_id, 1) is None
    older = session.show_version(again.answer_id, -1)
    assert older is not None
    assert shown(session) == ["one", "ONE", "two", "TWO"]
    kept = await session.services.library.load(session.conversation.id)
    assert kept.head == session.conversation.head
    assert session.show_version(older, 1) == again.answer_id
    assert shown(session) == ["one", "ONE MORE"]


async def test_what_cannot_be_kept_changes_nothing(session: Session) -> None:
    await talk(session, "one", "two")
    first = session.conversation.path()[0].id
    exchange = await session.retry(first)
    assert exchange is not None
    with pytest.raises(BusyError):
        await session.edit(first, "x")
    exchange.stop()
    await exchange.run(ScriptedBackend([]))
    session.ended(exchange)
    head, count = session.conversation.head, len(session.conversation.nodes)
    await session.services.library.close()
    with pytest.raises(LibraryError):
        await session.edit(first, "x")
    assert (session.conversation.head, len(session.conversation.nodes)) == (head, count)


async def test_one_answer_at_a_time_whatever_it_is_asked_for_by(session: Session) -> None:
    await talk(session, "one")
    prompt = session.conversation.path()[0].id
    session.conversation.put(
        session.conversation.path()[-1].id, replace(session.conversation.path()[-1].turn, outcome=Outcome.STOPPED)
    )
    exchange = await session.ask("two")
    before = shown(session)
    tries: list[Callable[[], Awaitable[object]]] = [
        session.retry,
        partial(session.retry, prompt),
        session.resume,
        partial(session.edit, prompt, "x"),
        partial(session.ask, "y"),
    ]
    for again in tries:
        with pytest.raises(BusyError):
            await again()
    assert shown(session) == before
    await exchange.run(ScriptedBackend([answered("TWO")]))
    session.ended(exchange)
    assert await session.retry() is not None


async def test_options_of_the_command_line_lie_over_an_opened_conversation(tmp_path: Path) -> None:
    library = Library(tmp_path)
    await library.open()
    try:
        services = Services(library, StillClock(), Ids())
        first = Session(services, Settings(temperature=0.1, max_tokens=5))
        await talk(first, "one")
        run = Session(services, Settings(temperature=0.9, top_p=0.5), Settings(temperature=0.3, seed=7))
        await run.open(first.conversation.id)
        assert run.settings == Settings(temperature=0.3, max_tokens=5, seed=7)
        assert run.new().settings == Settings(temperature=0.3, top_p=0.5, seed=7)
    finally:
        await library.close()
