"""Widgets are told of every change of their size."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from tests.waiting import until
from tui_chat.ui.screens.chat import ChatScreen
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.textual_fixes.layout_changes import LayoutCompositor


class Told(Static):
    """Remembers the widths that it was told."""

    def on_mount(self) -> None:
        self.widths: list[int] = []

    def on_resize(self, event: events.Resize) -> None:
        self.widths.append(event.size.width)


class Columns(Screen[None]):
    def __init__(self) -> None:
        super().__init__()
        self._compositor = LayoutCompositor()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Told(id="left")
            yield Told(id="right")


class ColumnsApp(App[None]):
    CSS = "#left, #right { width: 1fr; }"

    def get_default_screen(self) -> Screen[None]:
        return Columns()


async def test_widgets_are_told_of_a_layout_that_was_looked_at_before_it_was_made() -> None:
    app = ColumnsApp()
    async with app.run_test(size=(80, 10)):
        left, right = app.screen.query_one("#left", Told), app.screen.query_one("#right", Told)
        await until(lambda: left.widths[-1:] == right.widths[-1:] == [40])

        async def show(shown: bool) -> None:
            right.display = shown
            app.screen._compositor.update_widgets({Static()})  # as one that was mounted just now
            app.screen.find_widget(left)  # as the focus does
            await until(lambda: left.widths[-1] == (40 if shown else 80))

        await show(False)
        right.widths.clear()
        await show(True)
        await until(lambda: right.widths == [40])


async def test_the_screens_of_the_app_compare_with_the_layout_before() -> None:
    screens: list[Screen[None]] = [ChatScreen(), Modal()]
    assert all(isinstance(screen._compositor, LayoutCompositor) for screen in screens)


class Rows(Screen[None]):
    """A text beside two rows, a window over them, and a list longer than its place."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LayoutCompositor()

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Told("left\n" * 9, id="left")
            with VerticalScroll():
                yield from (Drawn(f"row {number}") for number in range(20))
        yield Drawn("over it", id="over")


class Drawn(Static):
    """Counts how often it was asked for its lines."""

    asked = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        Drawn.asked += 1
        return super().render_lines(crop)


class RowsApp(App[None]):
    CSS = "#left { width: 1fr; } #over { layer: top; offset: 30 4; width: 12; height: 3; } Rows { layers: low top; }"

    def get_default_screen(self) -> Screen[None]:
        return Rows()


async def test_a_change_is_drawn_as_the_whole_screen_is_and_asks_no_others() -> None:
    app = RowsApp()
    async with app.run_test(size=(60, 12)):
        compositor = app.screen._compositor
        await until(lambda: len(compositor.visible_widgets) > 12)
        whole = [[cell for segment in strip for cell in segment.text] for strip in compositor.render_strips()]
        for region in (Region(0, 3, 30, 1), Region(28, 2, 20, 5), Region(59, 0, 1, 12), Region(31, 5, 2, 1)):
            compositor._dirty_regions = {region}
            update = compositor.render_partial_update()
            assert update is not None
            for y in region.line_range:
                drawn = {x + n: c for x, s in update.chops[y].items() if s for n, c in enumerate(s.text)}
                assert [drawn[x] for x in region.column_range] == whole[y][region.x : region.right]
        Drawn.asked = 0
        compositor._dirty_regions = {Region(0, 3, 20, 2)}
        compositor.render_partial_update()
        assert Drawn.asked == 0
        compositor._dirty_regions = {Region(32, 5, 8, 1)}
        compositor.render_partial_update()
        assert Drawn.asked == 1, "what lies whole behind the window is drawn"


@pytest.mark.parametrize(("lines", "width"), [(12, 40), (5, 60), (0, 60)])
async def test_behind_a_widget_that_has_not_heard_of_its_size_every_line_is_drawn(
    monkeypatch: pytest.MonkeyPatch, lines: int, width: int
) -> None:
    """A line of nothing would scroll the terminal, and a part of one stay as it was."""
    app = RowsApp()
    async with app.run_test(size=(60, 12)):
        compositor = app.screen._compositor
        await until(lambda: len(compositor.visible_widgets) > 12)
        stale = app.screen.query_one(Horizontal)
        monkeypatch.setattr(stale, "render_lines", lambda crop: [Strip.blank(width)] * min(lines, crop.height))
        compositor._dirty_regions = {Region(0, 0, 60, 12)}
        monkeypatch.setattr(
            type(compositor),
            "visible_widgets",
            {stale: (stale.region, stale.region), app.screen: (app.screen.region, app.screen.region)},
        )
        update = compositor.render_partial_update()
        assert update is not None
        assert [y for y in range(12) if any(strip is None for strip in update.chops[y].values())] == []


async def test_a_layout_that_moves_back_what_was_scrolled_draws_it() -> None:
    app = RowsApp()
    async with app.run_test(size=(60, 12)):
        screen, compositor = app.screen, app.screen._compositor
        rows = screen.query_one(VerticalScroll)
        compositor.reflow(screen, screen.size)
        for lines, reflow in ((3, compositor.reflow_visible), (0, compositor.reflow)):
            compositor._dirty_regions.clear()
            rows.set_reactive(Widget.scroll_y, lines)
            reflow(screen, screen.size)
        first, fourth = list(rows.query(Drawn))[0:4:3]
        assert first.region.y == 0
        assert {first.region, fourth.region} <= compositor._dirty_regions
