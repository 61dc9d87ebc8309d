"""An import that is stopped says how far it came."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.scripted import StillClock
from tui_chat.cli import importing, output
from tui_chat.cli.options import Options
from tui_chat.engine.exchange import Services
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library


async def test_a_stopped_import_says_how_far_it_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "talks.jsonl"
    lines = [{"messages": [{"role": "user", "content": f"Question {number}?"}]} for number in range(500)]
    file.write_text("\n".join(map(json.dumps, lines)))
    notes: list[str] = []
    begun = asyncio.Event()
    monkeypatch.setattr(output, "note", notes.append)
    monkeypatch.setattr(output, "write", lambda lines: begun.set())
    library = Library.private()
    await library.open()
    options = Options(command="import", files=(str(file),))
    task = asyncio.create_task(importing._import(Services(library, StillClock(), Ids()), options))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    kept = len(await library.list())
    await library.close()
    (note,) = notes
    assert "stopped" in note
    assert f"{int(note.split('stopped: ')[1].split()[0])} imported" in note
    assert 0 < kept < 500
