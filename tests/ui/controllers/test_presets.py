"""Presets: saved under a name, replaced when asked, deleted; those of config.toml stay as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ui.controllers.fakes import Lists, Notices
from tui_chat.core.settings import Settings
from tui_chat.store.preset_file import PresetFile
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.presets import PresetsController
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.item_list_contents import ItemChoice
from tui_chat.ui.saved_choices import SavedChoices

S, USE, DELETE = "save", "use", "delete"


class Saved:
    def __init__(self) -> None:
        self.presets: dict[str, Settings | None] = {}

    def preset(self, name: str, settings: Settings | None) -> None:
        self.presets[name] = settings


def made(context: AppContext, dialogs: Lists, saved: Any) -> PresetsController:
    choices = SavedChoices(saved, Notices())
    settings = SettingsController(context, choices, Notices(), lambda _: None)
    return PresetsController(context, settings, choices, dialogs, Notices())


async def test_the_settings_are_saved_under_a_name_and_used(context: AppContext) -> None:
    saved, session = Saved(), context.session
    session.change(Settings(temperature=0.2, max_tokens=200))
    dialogs = Lists([ItemChoice(S), None], "  short  answers ")
    await made(context, dialogs, saved).show()
    assert saved.presets == {"short answers": Settings(temperature=0.2, max_tokens=200)}
    assert dialogs.lists[-1].said == "The preset short answers is saved."
    assert [(item.name, item.detail, item.in_use) for item in dialogs.lists[-1].items] == [
        ("short answers", "temp 0.2 · max 200", True)
    ]
    session.change(Settings(temperature=1.0))
    await made(context, Lists([ItemChoice(USE, "short answers")]), saved).show()
    assert session.settings == Settings(temperature=0.2, max_tokens=200)


@pytest.mark.parametrize(("answer", "kept"), [(True, Settings(temperature=0.5)), (False, Settings(top_p=0.1))])
async def test_one_of_the_same_name_is_replaced_only_when_asked(
    context: AppContext, answer: bool, kept: Settings
) -> None:
    context.presets, context.origins = {"a": Settings(top_p=0.1)}, {"presets.a": "saved.toml"}
    dialogs = Lists([ItemChoice(S, "a"), None], "a", answer)
    await made(context, dialogs, Saved()).show()
    assert context.presets == {"a": kept}
    assert "Replace it?" in dialogs.asked[-1][0]


@pytest.mark.parametrize(
    ("choices", "answers", "said"),
    [
        ([ItemChoice(S), None], ["mine"], "mine is a preset of config.toml: "),
        ([ItemChoice(DELETE, "mine"), None], [], "mine is a preset of config.toml: "),
        ([ItemChoice(S), None], ["sk-proj-abcdefghijklmnop1234567890"], "That looks like a key"),
        ([ItemChoice(S), None], ["x" * 61], "A name has at most 60 characters"),
        ([ItemChoice(S), None], ["  "], ""),
        ([ItemChoice(S), None], [None], ""),
    ],
)
async def test_what_cannot_be_done_changes_nothing_and_says_why(
    context: AppContext, choices: list[ItemChoice | None], answers: list[object], said: str
) -> None:
    saved, context.presets, before = Saved(), {"mine": Settings(top_p=0.1)}, {"mine": Settings(top_p=0.1)}
    dialogs = Lists(choices, *answers)
    await made(context, dialogs, saved).show()
    assert (context.presets, saved.presets) == (before, {})
    assert dialogs.lists[-1].said.startswith(said)


async def test_one_is_deleted_when_that_is_confirmed(context: AppContext) -> None:
    context.presets, context.origins = {"a": Settings(top_p=0.1)}, {"presets.a": "saved.toml"}
    saved = Saved()
    await made(context, Lists([ItemChoice(DELETE, "a"), ItemChoice(DELETE, "a"), None], False, True), saved).show()
    assert (context.presets, saved.presets) == ({}, {"a": None})


async def test_without_any_setting_there_is_nothing_to_save(context: AppContext) -> None:
    context.session.change(Settings())
    dialogs = Lists([ItemChoice(S), None])
    await made(context, dialogs, Saved()).show()
    assert "Nothing is set" in dialogs.lists[-1].said


async def test_a_preset_is_used_as_the_file_has_it_now(context: AppContext, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[presets.mine]\ntop_p = 0.1\n")
    context.presets, context.origins = {"mine": Settings(top_p=0.1), "kept": Settings(seed=1)}, {"theme": "saved.toml"}
    context.preset_file = PresetFile(config, ["mine"])
    controller = made(context, Lists([None]), Saved())
    config.write_text("[presets.mine]\ntop_p = 0.25\n[presets.new]\nseed = 7\nstop = 1\n")
    assert await controller.use_named("mine") is None
    assert context.session.settings.top_p == 0.25
    assert context.origins == {
        "theme": "saved.toml", "presets.kept": "saved.toml", "presets.mine": "config.toml", "presets.new": "config.toml"
    }  # fmt: skip
    assert list(context.presets) == ["kept", "mine", "new"]
    assert (await controller.use_named("nwe") or "").endswith("Did you mean new?")
