"""Choices in the app reach `saved.toml`, also those that could not be written at first."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat
from tests.waiting import until
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.store import app_state
from tui_chat.store.atomic_write import write_atomic
from tui_chat.store.config_problem import ConfigurationError


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text()) if path.exists() else {}


@pytest.fixture
def saved(tmp_path: Path) -> SavedFile:
    """One whose folder cannot be made yet."""
    (tmp_path / "folder").write_text("in the way")
    return SavedFile(tmp_path / "folder" / "saved.toml")


def refused(saved: SavedFile, *names: str) -> None:
    """Endpoints and a theme are chosen, and none of it can be written."""
    for name in names:
        with pytest.raises(ConfigurationError):
            saved.endpoint(name)
    with pytest.raises(ConfigurationError):
        saved.ui(theme="ember")


async def test_the_app_tries_again_by_itself(saved: SavedFile, tmp_path: Path) -> None:
    async with chat(tmp_path / "data", ScriptedBackend([]), saved=saved):
        refused(saved, "mine")
        clear(saved)
        await until(lambda: not saved.waits)
    assert read(saved.path)["endpoint"] == "mine"


def clear(saved: SavedFile) -> None:
    saved.path.parent.unlink()


def test_a_choice_that_could_not_be_written_is_written_later(saved: SavedFile) -> None:
    refused(saved, "old", "mine")
    saved.retry()
    assert saved.waits
    clear(saved)
    saved.retry()
    assert read(saved.path) == {"endpoint": "mine", "ui": {"theme": "ember"}}
    assert not saved.waits


def test_it_is_written_before_the_next_one_and_never_over_a_later_one(saved: SavedFile) -> None:
    refused(saved, "old")
    clear(saved)
    saved.endpoint("added", EndpointConfig("added", "http://h"))
    assert read(saved.path)["endpoint"] == "added"
    assert read(saved.path)["ui"] == {"theme": "ember"}
    saved.retry()
    assert read(saved.path)["endpoint"] == "added"


def test_what_the_user_was_told_is_not_saved_is_not_saved_behind_his_back(saved: SavedFile) -> None:
    with pytest.raises(ConfigurationError):
        saved.settings(Settings(temperature=0.1))
    assert not saved.waits


def test_an_added_endpoint_and_that_it_is_chosen_are_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[str] = []
    real = write_atomic

    def counted(path: Path, text: str) -> None:
        writes.append(text)
        real(path, text)

    monkeypatch.setattr(app_state, "write_atomic", counted)
    saved = SavedFile(tmp_path / "saved.toml")
    saved.endpoint("mine", EndpointConfig("mine", "http://h"))
    assert len(writes) == 1
    assert read(saved.path)["endpoint"] == "mine"
    assert read(saved.path)["endpoints"]["mine"]["url"] == "http://h"
