"""What the library cannot take at the end of a run is in a file that can be imported."""

from __future__ import annotations

import json
import stat
import tempfile
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
from tests.store.faults import full
from tui_chat.core.settings import Settings
from tui_chat.engine.exchange import Services
from tui_chat.engine.file_import import open_file
from tui_chat.engine.recovery_file import last_try
from tui_chat.engine.session import Session
from tui_chat.engine.unsaved_write_kinds import DraftWrite, TitleWrite
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library


def files(folder: Path) -> list[Path]:
    """The recovery files in a folder."""
    return list(folder.glob("*.chat.json"))


async def unsaved_answer(folder: Path, name: str) -> Session:
    """A conversation whose answer is on the screen and nowhere else."""
    library = Library(folder)
    await library.open()
    session = Session(Services(library, StillClock(), Ids(), retry_s=1000), Settings())
    exchange = await session.ask(f"What is {name}?")
    with full(folder):
        await exchange.run(ScriptedBackend([answered(f"{name} is a word \ud800.")]))
    session.ended(exchange)
    return session


async def test_an_answer_and_a_draft_are_in_one_file_that_can_be_imported(tmp_path: Path) -> None:
    session = await unsaved_answer(tmp_path / "data", "This")
    services = session.services
    with full(tmp_path / "data"):
        services.unsaved.save(DraftWrite("", "half a thought"))
        said = last_try(services)
    assert said is not None
    (file,) = files(tmp_path / "data")
    assert str(file) in said
    assert "an answer in “What is This?” and what is typed in the prompt" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await services.library.close()
    other = Library(tmp_path / "other")
    await other.open()
    await open_file(Services(other, StillClock(), Ids()), file)
    known = [await other.load(each.id) for each in await other.list()]
    texts = [[node.turn.text for node in each.path()] for each in known]
    assert sorted(texts) == [["What is This?", "This is a word \ufffd."], ["half a thought"]]
    await other.close()


async def test_where_the_data_folder_takes_no_file_it_is_in_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    session = await unsaved_answer(tmp_path / "data", "That")
    await session.services.library.close()
    (tmp_path / "data").rename(tmp_path / "away")
    said = last_try(session.services)
    assert said is not None
    (file,) = files(tmp_path / "tmp")
    assert str(file) in said
    assert json.loads(file.read_text(encoding="utf-8"))["turns"][1]["text"].startswith("That is a word")


async def test_what_is_saved_after_all_needs_no_file(tmp_path: Path) -> None:
    session = await unsaved_answer(tmp_path, "It")
    assert last_try(session.services) is None
    assert files(tmp_path) == []
    await session.services.library.close()


async def test_a_title_needs_no_file_and_is_named(tmp_path: Path) -> None:
    library = Library(tmp_path)
    await library.open()
    services = Services(library, StillClock(), Ids(), retry_s=1000)
    services.unsaved.save(TitleWrite("nobody", "Rivers"))
    said = last_try(services)
    assert said is not None
    assert "“Rivers”" in said
    assert files(tmp_path) == []
    await library.close()
