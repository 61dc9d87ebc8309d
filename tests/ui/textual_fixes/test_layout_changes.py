"""Widgets are told of every change of their size."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen
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
