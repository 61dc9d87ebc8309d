"""The library of system prompts: chosen from the list or by name; any other text is the system prompt itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.controllers.fakes import Lists, Notices
from tui_chat.store.prompt_templates import system_prompts
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.controllers.system_prompts import SystemPromptsController
from tui_chat.ui.item_list_contents import ItemChoice
from tui_chat.ui.saved_choices import SavedChoices


def made(context: AppContext, folder: Path, *choices: ItemChoice | None) -> tuple[SystemPromptsController, Lists]:
    (folder / "system").mkdir(exist_ok=True)
    (folder / "system" / "teacher.md").write_text("Explain it simply.\n")
    context.system_prompts = system_prompts(folder / "config.toml")
    dialogs = Lists(list(choices))
    settings = SettingsController(context, SavedChoices(None, Notices()), Notices(), lambda _: None)
    return SystemPromptsController(context, settings, dialogs, Notices()), dialogs


@pytest.mark.parametrize(
    ("typed", "system"),
    [
        ("teacher", "Explain it simply."),
        ("Teacher", "Explain it simply."),
        ("teacher of none", "teacher of none"),
        ("Be brief.", "Be brief."),
        ("none", None),
    ],
)
async def test_a_name_stands_for_its_text(context: AppContext, tmp_path: Path, typed: str, system: str | None) -> None:
    controller, _ = made(context, tmp_path)
    assert await controller.set_typed(typed) is None
    assert context.session.settings.system == system


async def test_one_is_chosen_from_the_list_or_taken_away(context: AppContext, tmp_path: Path) -> None:
    controller, dialogs = made(context, tmp_path, ItemChoice("use", "teacher"), ItemChoice("clear", "teacher"), None)
    await controller.show()
    used = context.session.settings.system
    await controller.show()
    assert (used, context.session.settings.system) == ("Explain it simply.", None)
    assert [item.in_use for contents in dialogs.lists for item in contents.items] == [False, True]


async def test_a_changed_file_is_read_again(context: AppContext, tmp_path: Path) -> None:
    controller, _ = made(context, tmp_path)
    await controller.set_typed("teacher")
    (tmp_path / "system" / "teacher.md").write_text("Explain it like a poet, at some length.")
    await controller.set_typed("teacher")
    assert context.session.settings.system == "Explain it like a poet, at some length."


async def test_without_a_library_the_list_says_where_it_would_be(context: AppContext) -> None:
    context.system_prompts = system_prompts(Path("/nowhere/config.toml"))
    dialogs = Lists([None])
    settings = SettingsController(context, SavedChoices(None, Notices()), Notices(), lambda _: None)
    await SystemPromptsController(context, settings, dialogs, Notices()).show()
    assert "/nowhere/system" in dialogs.lists[0].empty
