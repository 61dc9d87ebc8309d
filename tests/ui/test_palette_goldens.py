"""How the palette, the help and the list of themes look, at four widths and in two themes.

What they hold is tested elsewhere: here it is made up, so that a new command changes none of these pictures.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend
from tests.support import golden
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.store.themes import load_themes
from tui_chat.ui.app import ChatApp
from tui_chat.ui.key_help_layout import HelpEntry, HelpSection
from tui_chat.ui.palette.entry import Kind, PaletteSection, entry
from tui_chat.ui.palette.ranking import ranked
from tui_chat.ui.screens.key_help import KeyHelpScreen
from tui_chat.ui.screens.palette import PaletteScreen
from tui_chat.ui.themes import theme_of

THEMES = [theme_of(data) for data in load_themes()[0]]

ENTRIES = (
    entry(Kind.COMMAND, "retry", "Answer the last prompt again; the old answer stays", "Suggested", key="^r"),
    entry(Kind.COMMAND, "copy", "Copy the selected or last answer as Markdown", "Suggested", key="f8"),
    entry(Kind.COMMAND, "new", "New conversation", "Conversation", key="^n"),
    entry(Kind.COMMAND, "file", "Open a conversation from a file", "Conversation", detail="JSON, Markdown", key="^e"),
    entry(Kind.COMMAND, "long", "A title too long for one line of a narrow terminal", "Conversation", key="^w"),
    entry(Kind.SETTING, "temperature", "Temperature", "Settings and model", detail="0.7"),
    entry(Kind.ENDPOINT, "azure", "azure", "Endpoints", detail="in use", current=True),
    entry(Kind.NOTE, "none", "no list: the server has none", "Endpoints"),
    entry(Kind.CONVERSATION, "a", "Why is my postgres query slow?", "Conversations", detail="10:30"),
    *(entry(Kind.CONVERSATION, str(n), f"数据库 and the conversation {n}", "Conversations") for n in range(20)),
)

HELP = (
    HelpSection("Now", (HelpEntry("^r", "Answer the last prompt again; the old answer stays"),)),
    HelpSection(
        "Prompt",
        (
            HelpEntry("enter", "Send the prompt"),
            HelpEntry("shift+enter, alt+enter, ctrl+j", "A new line in the prompt (also \\ then enter)"),
        ),
    ),
    HelpSection(
        "Typed in the prompt",
        (
            HelpEntry("/model [NAME]", "Choose the model for the next request"),
            HelpEntry("//", "a text that begins with a slash"),
        ),
    ),
)


class Made:
    """A list of these."""

    title = "Palette"
    hint = "A command, a setting with its value, a conversation, a model, a theme"

    def sections(self, typed: str) -> Sequence[PaletteSection]:
        return ranked(ENTRIES, typed)

    async def load(self) -> AsyncIterator[None]:
        yield


async def check(name: str, app: ChatApp) -> None:
    """Only the box: what is around it belongs to others."""
    box = app.screen.query_one("#box").region
    await golden.check(
        f"{name}-{app.theme}", app, looks=True, rows=range(box.y, box.bottom), columns=(box.x, box.right)
    )


@pytest.mark.parametrize("theme", ["nightshade", "linen"])
async def test_the_palette_and_the_help(tmp_path: Path, theme: str) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(100, 30), themes=THEMES, theme=theme) as (app, pilot):
        await app.push_screen(PaletteScreen(Made()))
        await pilot.press("down")
        await at_all_widths(app, pilot, "palette")
        await pilot.press(*"con")
        await pilot.pause()
        await check("palette-typed", app)
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        await app.push_screen(KeyHelpScreen(HELP))
        await at_all_widths(app, pilot, "help")


def centred(app: ChatApp, width: int) -> bool:
    """The box is where it belongs in a terminal of this width."""
    box = app.screen.query_one("#box").region
    return abs(box.x + box.right - width) < 2


async def at_all_widths(app: ChatApp, pilot: Pilot[int], name: str) -> None:
    for width in (60, 140, 200, 100):
        await pilot.resize_terminal(width, 20 if width == 60 else 30)
        await until(lambda: centred(app, width))  # noqa: B023 - called before the next turn
        await pilot.pause()
        await check(f"{name}-{width}", app)


@pytest.mark.parametrize("theme", ["nightshade", "linen"])
async def test_the_list_of_themes(tmp_path: Path, theme: str) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(100, 30), themes=THEMES, theme=theme) as (app, pilot):
        await pilot.press("ctrl+p", *"change the theme", "enter")
        await until(lambda: f"● {theme}" in text_of(app))
        await pilot.pause()
        await check("themes-100", app)
