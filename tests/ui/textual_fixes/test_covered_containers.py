"""A container that keeps its rows shows what one that draws them each time shows, whatever changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tests.support.shared_stylesheet import SharedStylesheet
from tests.waiting import until
from tui_chat.ui.textual_fixes.covered_containers import CoveredVertical


class TwoApp(App[None]):
    """The same container twice, the first with kept rows."""

    CSS = """
    #around { background: $surface; }
    #kept, #plain { height: 1fr; }
    #kept.other, #plain.other { background: $primary; border: round red; padding: 1 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet = SharedStylesheet(variables=self.stylesheet._variables)

    def compose(self) -> ComposeResult:
        with Vertical(id="around"):
            yield CoveredVertical(id="kept")
            yield Vertical(id="plain")


def rows(app: App[None], name: str) -> list[Strip]:
    widget = app.query_one(f"#{name}", Widget)
    return widget.render_lines(widget.outer_size.region)


def retheme(app: App[None]) -> None:
    app.theme = "textual-light"


def reclass(app: App[None]) -> None:
    app.query("#kept, #plain").add_class("other")


def restyle(app: App[None]) -> None:
    for widget in app.query("#kept, #plain"):
        widget.styles.background = "red"


def behind(app: App[None]) -> None:
    app.query_one("#around").styles.background = "green"


@pytest.mark.parametrize("change", [retheme, reclass, restyle, behind])
async def test_a_change_shows(change: Callable[[App[None]], None]) -> None:
    app = TwoApp()
    async with app.run_test():
        before = rows(app, "kept")
        assert before == rows(app, "plain")
        change(app)
        await until(lambda: rows(app, "plain") != before)
        kept, plain = ([strip.simplify() for strip in rows(app, name)] for name in ("kept", "plain"))
        assert kept == plain


async def test_another_size_shows() -> None:
    app = TwoApp()
    async with app.run_test(size=(40, 20)) as pilot:
        assert [strip.cell_length for strip in rows(app, "kept")] == [40] * 10
        await pilot.resize_terminal(60, 30)
        await until(lambda: [strip.cell_length for strip in rows(app, "kept")] == [60] * 15)


@pytest.mark.parametrize("part", [Region(0, 3, 80, 2), Region(5, 0, 20, 4), Region(79, 0, 1, 12)])
async def test_a_part_of_it_is_that_part(part: Region) -> None:
    app = TwoApp()
    async with app.run_test():
        kept, plain = (app.query_one(f"#{name}", Widget) for name in ("kept", "plain"))
        for _ in range(2):
            assert [*map(list, kept.render_lines(part))] == [*map(list, plain.render_lines(part))]


async def test_nothing_is_drawn_twice() -> None:
    app = TwoApp()
    async with app.run_test():
        assert rows(app, "kept") is rows(app, "kept")
        assert rows(app, "plain") is not rows(app, "plain")
