"""Switches of `[ui]`: each is turned through its values, applied at once, and saved for the next start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.ui.controllers.fakes import Notices, Tasks
from tui_chat.cli.early_config import read_early_config
from tui_chat.cli.options import Options
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.store.config import load_configuration
from tui_chat.store.paths import find_paths
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.switches import SWITCHES, SwitchesController
from tui_chat.ui.saved_choices import SavedChoices


@pytest.mark.parametrize(
    ("name", "begins", "turned"),
    [
        ("vim", False, [(True, "vim keys: on"), (False, "vim keys: off")]),
        ("reduced_motion", False, [(True, "reduced motion: on"), (False, "reduced motion: off")]),
        ("notify", "auto", [("off", "notifications: off"), ("auto", "notifications: on")]),
        ("notify", "bell", [("off", "notifications: off"), ("auto", "notifications: on")]),
        ("mouse", True, [(False, "mouse: off"), (True, "mouse: on")]),
        (
            "show_reasoning",
            "collapsed",
            [("open", "thoughts: open"), ("hidden", "thoughts: hidden"), ("collapsed", "thoughts: folded")],
        ),
    ],
)
async def test_a_switch_is_turned_now_and_for_the_next_start_whatever_the_users_file_says(
    context: AppContext, tmp_path: Path, name: str, begins: Any, turned: list[tuple[object, str]]
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f"[ui]\n{name} = {repr(begins).lower()}\n".replace("'", '"'))
    paths = find_paths(str(config), str(tmp_path), {})
    field, jobs, applied, said = SWITCHES[name].field, Tasks(), list[object](), list[str]()
    context = replace(context, **{field: begins})
    choices = SavedChoices(SavedFile(paths.saved), Notices())
    switches = SwitchesController(context, choices, lambda: applied.append(getattr(context, field)), said.append, jobs)
    for _ in turned:
        switches.turn(name)
        await jobs.done()
        assert getattr(load_configuration(paths, {}).ui, name) == applied[-1]
        early = read_early_config(Options(config=str(config), data_dir=str(tmp_path)), {})
        assert name != "mouse" or early.mouse == applied[-1]
    assert list(zip(applied, said, strict=True)) == turned
