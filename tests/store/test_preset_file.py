"""Presets of a configuration file that is edited while the program runs."""

from __future__ import annotations

from pathlib import Path

from tests.store.test_config import load
from tui_chat.core.settings import Settings

MINE, SAVED = "[presets.mine]\ntemperature = 0.1\n[endpoints.saved]\nurl = 'http://h'\n", "[presets.saved]\nseed = 1\n"
KEPT = {"saved": Settings(seed=1)}


def test_what_changes_in_the_file_changes_here_and_what_was_saved_in_the_app_stays(tmp_path: Path) -> None:
    loaded = load(tmp_path, MINE, SAVED)
    file, presets = loaded.preset_file, loaded.presets
    assert file.update(presets) is presets  # nothing has changed
    file_text = tmp_path / "config.toml"
    file_text.write_text("[presets.mine]\ntemperature = 0.25\n[presets.other]\ntop_p = 0.5\n")
    presets = file.update(presets)
    assert presets == KEPT | {"mine": Settings(temperature=0.25), "other": Settings(top_p=0.5)}
    assert not file.has_changed()
    file_text.write_text("# none any more\n")
    assert file.has_changed()
    assert file.update(presets) == KEPT
    file_text.unlink()
    assert file.update(KEPT) == KEPT
    assert file.news() == ()


def test_a_mistake_is_told_once_and_what_was_told_at_the_start_is_not_told_again(tmp_path: Path) -> None:
    loaded = load(tmp_path, "[presets.mine]\ntemperature = 9\n", SAVED)
    assert len(loaded.problems) == 1
    file, config = loaded.preset_file, tmp_path / "config.toml"
    config.write_text("[presets.mine]\ntemperature = 9\ntop_p = 0.5\nseed = 1.5\n")
    assert file.update(loaded.presets)["mine"] == Settings(top_p=0.5)
    assert file.news() == ("config.toml: presets.mine.seed: found 1.5, expected a whole number",)
    config.write_text("[presets.mine]\ntemperature = 9\ntop_p = 0.75\nseed = 1.5\n")
    assert file.update(KEPT)["mine"] == Settings(top_p=0.75)
    assert file.news() == ()


def test_a_file_that_cannot_be_read_takes_nothing_away(tmp_path: Path) -> None:
    loaded = load(tmp_path, MINE, SAVED)
    file, config = loaded.preset_file, tmp_path / "config.toml"
    config.unlink()
    config.mkdir()
    assert file.update(loaded.presets) == loaded.presets
    assert len(file.news()) == 1
