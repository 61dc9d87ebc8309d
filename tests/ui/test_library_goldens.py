"""How the library looks, on its own screen and in the pane, at four widths and in two themes. What it lists
is made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend
from tests.support.golden import check
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.core.message import Outcome
from tui_chat.store.themes import load_themes
from tui_chat.ui.app import ChatApp
from tui_chat.ui.controllers.library import LibraryController
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.themes import theme_of
from tui_chat.ui.widgets import library_rows, library_view
from tui_chat.ui.widgets.library_pane import LibraryPane
from tui_chat.ui.widgets.library_view import LibraryView

NOW = datetime(2026, 5, 6, 15, 0, tzinfo=UTC)
THEMES = [theme_of(data) for data in load_themes()[0]]


class StoodStill(datetime):
    """The clock of the list."""

    @classmethod
    def now(cls, tz: Any = None) -> StoodStill:
        return cls(2026, 5, 6, 15, 0, tzinfo=UTC)


def row(name: str, title: str, back: timedelta, **more: Any) -> LibraryRow:
    return LibraryRow(name, title, NOW - back, **more)


ROWS = (
    row("a", "Sourdough at 78 % hydration", timedelta(days=40), pinned=True),
    row("b", "Why is my postgres query slow?", timedelta(minutes=3), open=True),
    row("c", "Regex for matching ISO dates", timedelta(hours=2), unread=True),
    row("d", "Rivers and what they carry to the sea", timedelta(hours=5), tags=("work", "water")),
    row("e", "数据库 与 索引", timedelta(days=1), state=Outcome.STOPPED),
    row("f", "Letter to the landlord about the heating that never works in winter", timedelta(days=2)),
    row("g", "How to pick a lock", timedelta(days=12), state=Outcome.PROMPT_BLOCKED),
    row("h", "A name for a cat", timedelta(days=400)),
)


class Made:
    """A library of these."""

    async def fill(self, view: LibraryView, point_at: str | None = None) -> None:
        view.show(ROWS)

    async def preview(self, row: LibraryRow) -> Sequence[tuple[str, str]]:
        return [("user", row.title), ("mistral-large", "It depends on the plan that the planner makes.")]


def laid_out(app: ChatApp, width: int, height: int) -> bool:
    """The pane is at the left, the box in the middle of a terminal of this size."""
    region = app.screen.query_one("#box, LibraryPane").region
    is_placed = not region.x or abs(region.x + region.right - width) < 2
    return is_placed and region.bottom in range(height - 3, height + 1)


async def at_all_widths(app: ChatApp, pilot: Pilot[int], name: str, theme: str) -> None:
    for width in (60, 140, 200, 100):
        height = 20 if width == 60 else 30
        await pilot.resize_terminal(width, height)
        await until(lambda: laid_out(app, width, height))  # noqa: B023 - called before the next turn
        await pilot.pause()
        shown = app.screen.query_one("#box, LibraryPane").region
        await check(
            f"{name}-{width}-{theme}",
            app,
            looks=width == 100,
            rows=range(shown.y, shown.bottom),
            columns=(shown.x, shown.right),
        )


@pytest.mark.parametrize("theme", ["nightshade", "linen"])
async def test_the_library_and_its_pane(tmp_path: Path, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")  # wherever the test runs
    monkeypatch.setattr(library_view, "datetime", StoodStill)
    monkeypatch.setattr(library_rows, "datetime", StoodStill)
    async with chat(tmp_path, ScriptedBackend([]), size=(100, 30), themes=THEMES, theme=theme) as (app, pilot):
        await app.push_screen(LibraryScreen(cast("LibraryController", Made())))
        await until(lambda: "postgres" in text_of(app))
        await pilot.press("down", "insert")
        await at_all_widths(app, pilot, "library", theme)
        await pilot.press("escape", "escape")
        await until(lambda: app.screen is screen_of(app))
        await pilot.press("f3")
        await until(lambda: bool(app.screen.query(LibraryPane)) and "No conversations yet." in text_of(app))
        app.screen.query_one(LibraryView).show(ROWS)
        await at_all_widths(app, pilot, "library-pane", theme)
