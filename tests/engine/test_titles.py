"""A title that a person gave stays, whatever is read, written or computed at the same time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
from tests.store.faults import locked
from tests.store.trees import talk
from tests.support.library import raw_connection, set_title
from tui_chat.core.conversation import Conversation
from tui_chat.core.settings import Settings
from tui_chat.engine.exchange import Services
from tui_chat.engine.external_changes import ExternalWatch
from tui_chat.engine.session import Session
from tui_chat.store.external_changes import Snapshot
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library

GIVEN = "Mine"
QUESTION = "Why is the sky blue?"


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    library = Library(tmp_path)
    await library.open()
    library.wait_for_others(0.02)
    yield Session(Services(library, StillClock(), Ids(), retry_s=1000), Settings())
    await library.close()


def stored(folder: Path, conversation_id: str) -> str:
    with contextlib.closing(sqlite3.connect(folder / "conversations.db")) as connection:
        row = connection.execute("SELECT title FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
        assert isinstance(row[0], str)
        return row[0]


async def test_one_given_while_the_answer_comes_outlasts_it_and_every_later_prompt(
    session: Session, tmp_path: Path
) -> None:
    backend = ScriptedBackend([answered("Rivers."), answered("Owls."), answered("Foxes.")])
    exchange = await session.ask(QUESTION)
    session.rename(session.conversation.id, GIVEN)
    await exchange.run(backend)
    session.ended(exchange)
    edited = await session.edit(exchange.prompt_id, "Another first prompt")
    await edited.run(backend)
    session.ended(edited)
    again = await session.retry()
    assert again is not None
    await again.run(backend)
    await session.services.unsaved.settled()
    assert (session.conversation.title, stored(tmp_path, session.conversation.id)) == (GIVEN, GIVEN)


async def test_one_given_to_a_conversation_that_answers_behind_another_is_on_the_screen_when_it_is_opened(
    session: Session, tmp_path: Path
) -> None:
    first = await session.ask(QUESTION)
    conversation_id = session.conversation.id
    session.new()
    session.rename(conversation_id, GIVEN)
    assert (await session.open(conversation_id)).title == GIVEN
    await first.run(ScriptedBackend([answered("Rivers.")]))
    session.ended(first)
    assert (await session.open(conversation_id)).title == GIVEN
    await session.services.unsaved.settled()
    assert stored(tmp_path, conversation_id) == GIVEN


async def test_one_given_while_the_conversation_is_read_is_newer_than_what_was_read(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = session.services.library
    await library.create(talk(("question", "answer"), title="Old"))
    read = library.load

    async def load(conversation_id: str) -> Conversation:
        found = await read(conversation_id)
        session.rename(conversation_id, GIVEN)
        await session.services.unsaved.settled()
        return found

    monkeypatch.setattr(library, "load", load)
    assert (await session.load("talk")).title == GIVEN


async def test_one_that_is_not_on_disk_yet_is_not_forgotten_when_the_conversation_is_opened(
    session: Session, tmp_path: Path
) -> None:
    await session.services.library.create(talk(("question", "answer"), title="Old"))
    with locked(tmp_path):
        session.rename("talk", GIVEN)
        await session.services.unsaved.settled()
        assert session.services.unsaved.failed
        assert (await session.open("talk")).title == GIVEN


async def test_one_that_another_program_gave_later_is_read(session: Session) -> None:
    library = session.services.library
    await library.create(talk(("question", "answer"), title="Old"))
    session.rename("talk", GIVEN)
    await session.services.unsaved.settled()
    await set_title(library, "talk", "Theirs")
    assert (await session.open("talk")).title == "Theirs"


@pytest.mark.parametrize("when", ["before", "meanwhile", "not on disk"])
async def test_what_another_program_wrote_brings_no_older_title_back(
    session: Session, tmp_path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = session.services.library
    await library.create(talk(("question", "answer"), title="Old"))
    await session.open("talk")
    watch = ExternalWatch(session)
    await watch.start()
    await watch.look()
    with contextlib.closing(raw_connection(tmp_path / "conversations.db")) as theirs:
        theirs.execute("UPDATE conversations SET updated = updated + 1")
        theirs.execute("UPDATE turns SET text = 'answered' WHERE id = 'a0'")
    if when == "not on disk":
        with locked(tmp_path):
            session.rename("talk", GIVEN)
            await session.services.unsaved.settled()
            await watch.look()
    elif when == "before":
        session.rename("talk", GIVEN)
        await watch.look()
    else:
        read = library.look

        async def look(conversation_id: str, before: Snapshot) -> Snapshot:
            found = await read(conversation_id, before)
            session.rename(conversation_id, GIVEN)
            await session.services.unsaved.settled()
            return found

        monkeypatch.setattr(library, "look", look)
        await watch.look()
    await session.services.unsaved.flush()
    assert (session.conversation.title, stored(tmp_path, "talk")) == (GIVEN, GIVEN)


async def test_one_given_elsewhere_to_a_conversation_without_turns_outlasts_its_first_prompt(
    session: Session, tmp_path: Path
) -> None:
    library = session.services.library
    await library.create(Conversation("empty", session.services.clock.now(), "Read"))
    await session.open("empty")
    await set_title(library, "empty", GIVEN)
    await session.ask(QUESTION)
    assert stored(tmp_path, "empty") == GIVEN
