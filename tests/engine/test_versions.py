"""Edited prompts and repeated answers: siblings in the tree and in the library; nothing is overwritten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
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
