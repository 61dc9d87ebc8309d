"""A picture is shown by the desktop's viewer, by its bytes and never by its name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.pictures import png
from tui_chat.core.attachment import attachment
from tui_chat.core.link_pipe_variable import OPEN_LINKS_FD
from tui_chat.ui.open_picture import PictureCopies

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script as a viewer")


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a viewer was given, which is the only program there is."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("xdg-open", "open"):
        (folder / name).write_text(f'#!/bin/sh\necho "$1" >> {tmp_path / "seen"}\n')
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(OPEN_LINKS_FD, raising=False)
    return tmp_path / "seen"


def test_the_viewer_gets_a_copy_named_for_what_it_is(seen: Path) -> None:
    copies = PictureCopies()
    assert copies.open(attachment("evil.desktop", "image/png", 75, png()))
    shown = Path(seen.read_text().strip())
    assert (shown.suffix, shown.read_bytes()) == (".png", png())
    assert shown.parent.stat().st_mode & 0o077 == 0


def test_nothing_else_is_opened_and_nothing_on_this_machine_from_a_browser(
    seen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = PictureCopies()
    assert not copies.open(attachment("run.sh", "text/plain", 3, b"rm "))
    monkeypatch.setenv(OPEN_LINKS_FD, "3")
    assert not copies.open(attachment("cat.png", "image/png", 75, png()))
    monkeypatch.delenv(OPEN_LINKS_FD)
    monkeypatch.setenv("PATH", "/nowhere")
    assert not copies.open(attachment("cat.png", "image/png", 75, png()))
    assert not seen.exists()
