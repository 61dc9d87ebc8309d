"""Paths as they are written on the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_chat.engine.user_paths import short_path


def test_a_path_is_whole_and_begins_with_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "me"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home)
    for typed, shown in {
        "x.md": "~/x.md",
        "a/../x.md": "~/x.md",
        "~/b/x.md": "~/b/x.md",
        "../x.md": f"{tmp_path}/x.md",
    }.items():
        assert short_path(Path(typed)) == shown
