"""Files in the library: each content once, for as long as something refers to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.store.trees import START, answer, prompt, talk
from tests.support import pictures
from tests.support.library import add_turn
from tui_chat.core.attachment import Attachment, attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Turn
from tui_chat.store.database import open_file
from tui_chat.store.library import Library
from tui_chat.store.schema_migrations import MIGRATIONS

LOG = attachment("app.log", "text/plain", 8, b"one\ntwo\n")
SAME = attachment("copy.log", "text/plain", 8, b"one\ntwo\n")
CAT = attachment("cat.png", "image/png", 75, pictures.png())


class Clock:
    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    made = Library(tmp_path / "data", now=Clock())
    await made.open()
    yield made
    await made.close()


def asked(*attached: Attachment) -> Turn:
    return Turn("user", "Why?", START, attachments=attached)


async def kept(library: Library) -> set[str]:
    return set(await library.files.contents([LOG.sha256, CAT.sha256]))


async def test_what_a_turn_refers_to_is_kept_once_and_comes_back(library: Library) -> None:
    conversation = Conversation("c", START)
    await library.begin(conversation, [Node("p", None, asked(LOG, CAT)), Node("a", "p", answer())])
    await add_turn(library, "c", Node("q", "a", asked(SAME)))
    loaded = await library.load("c")
    assert loaded.nodes["p"].turn.attachments == (LOG, CAT)
    assert loaded.nodes["p"].turn.attachments[1].data == CAT.data
    assert loaded.nodes["q"].turn.attachments == (SAME,)
    assert await library.write(lambda db, _: db.rows("SELECT count(*) FROM files")) == [(2,)]


async def test_it_goes_with_the_last_conversation_that_has_it(library: Library) -> None:
    for name in ("one", "two"):
        made = Conversation(name, START)
        made.add(Node("p", None, asked(LOG)))
        await library.create(made)
    await library.delete("one")
    assert await kept(library) == {LOG.sha256}
    await library.trash.remove(["one"])
    assert await kept(library) == {LOG.sha256}
    await library.trash.remove(["two"])
    assert await kept(library) == set()


async def test_a_draft_keeps_it(library: Library) -> None:
    await library.files.keep([LOG, CAT])
    await library.drafts.set("", f"[app.log](attachment:{LOG.sha256}) why?")
    made = Conversation("c", START)
    made.add(Node("p", None, asked(LOG)))
    await library.create(made)
    await library.trash.remove(["c"])
    assert LOG.sha256 in await kept(library)


async def test_what_was_never_sent_goes_after_a_day(tmp_path: Path) -> None:
    clock = Clock()
    library = Library(tmp_path / "data", now=clock)
    await library.open()
    await library.files.keep([LOG, CAT])
    await library.drafts.set("c", f"[cat.png](attachment:{CAT.sha256})")
    for days, left in ((0.5, {LOG.sha256, CAT.sha256}), (1.5, {CAT.sha256})):
        await library.close()
        clock.now = START + timedelta(days=days)
        await library.open()
        assert await kept(library) == left
    await library.close()


async def test_it_follows_into_another_library(tmp_path: Path, library: Library) -> None:
    made = Conversation("c", START)
    made.add(Node("p", None, asked(LOG)))
    await library.create(made)
    await library.files.keep([CAT])
    await library.drafts.set("c", f"[cat.png](attachment:{CAT.sha256})")
    (tmp_path / "data" / "conversations.db").unlink()
    assert (await library.load("c")).nodes["p"].turn.attachments == (LOG,)
    assert await kept(library) == {LOG.sha256, CAT.sha256}


async def test_a_lost_file_is_named_and_the_turn_stays(library: Library) -> None:
    made = Conversation("c", START)
    made.add(Node("p", None, asked(LOG, CAT)))
    await library.create(made)

    def lose(db: object, _: object) -> None:
        db.connection.execute("DELETE FROM files WHERE sha256 = ?", (LOG.sha256,))  # type: ignore[attr-defined]

    await library.write(lose)
    loaded = await library.load("c")
    assert loaded.nodes["p"].turn.attachments == (CAT,)
    assert loaded.damage == ("turn p: the attached file 'app.log' cannot be read",)


def test_an_older_library_takes_files(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    open_file(path, 1.0, MIGRATIONS[:5]).connection.close()
    library = Library(tmp_path)
    library.open().now()
    made = talk(("q", "a"), id="c")
    made.add(Node("p", "a0", asked(LOG)))
    library.create(made).now()
    assert library.load("c").now() == made
    assert made.nodes["p0"].turn == prompt("q")
    library.close().now()
