"""The last line: the keys that matter now. One widget and one line of text, because Textual's own footer mounts a
widget for each key and every mounted widget costs at each layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.keybar_keys import KeyHint, Place, edge_hints, hints
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.state import UiState

if TYPE_CHECKING:
    from tui_chat.ui.reading_hints import Chosen

PLACES: dict[str, Place] = {
    "Button": "setting button",
    "FindBar": "find",
    "SecretInput": "setting name",
    "LibraryPane": "library",
    "RowSelect": "setting list",
    "SelectOverlay": "setting list",
    "SettingField": "setting",
    "StartPage": "start",
    "SystemPromptArea": "system prompt",
    "Transcript": "reading",
}
"""Widgets with keys of their own, by name: most of them are not loaded."""

GAP = 3


class KeyBar(Widget):
    """Shows `key word` pairs, as many as there is room for: those that fit the state at the left, those that are always
    there at the right. A click on one does what its key does."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    """

    shown: reactive[UiState] = reactive(UiState(), layout=False)
    place: reactive[Place] = reactive("prompt", layout=False)
    keys: reactive[Keymap] = reactive(Keymap(), layout=False)
    chosen: reactive[Chosen | None] = reactive(None, layout=False)
    """What the reading cursor is on."""

    def __init__(self, keys: Keymap) -> None:
        super().__init__()
        self.set_reactive(KeyBar.keys, keys)
        self._over: Sequence[KeyHint] = ()

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)
        self.watch(self.screen, "focused", self._follow)
        for column in self.screen.query("ChatColumn"):
            self.watch(column, "chosen", self._choose)

    def _show(self, state: UiState) -> None:
        self.shown = state

    def _choose(self, chosen: Chosen | None) -> None:
        self.chosen = chosen

    def _follow(self, focused: Widget | None) -> None:
        names = [type(node).__name__ for node in focused.ancestors_with_self] if focused is not None else []
        place: Place = next((PLACES[name] for name in names if name in PLACES), "prompt")
        self.place = getattr(focused, "place", place) if place == "setting" else place

    def covered(self, keys: Sequence[tuple[str, str]]) -> None:
        """A window with these keys lies on top of the screen; none: the last one is gone."""
        self._over = [KeyHint(*pair) for pair in keys]
        if keys:
            self.place = "modal"
        else:
            self._follow(self.screen.focused)

    def render(self) -> Content:
        left, right, gap = self._fitting()
        shown = [key_hints([(hint.key, hint.word) for hint in each]) for each in (left, right)]
        return Content.assemble(shown[0], " " * gap, shown[1])

    def _fitting(self) -> tuple[list[KeyHint], list[KeyHint], int]:
        left = self._over or self._left()
        return fitting(left, edge_hints(self.place, self.keys), max(self.content_size.width, 1))

    def _left(self) -> Sequence[KeyHint]:
        if self.place == "reading" and self.chosen is not None:
            from tui_chat.ui.reading_hints import reading_hints

            return reading_hints(self.chosen, self.keys)
        return hints(self.place, self.shown, self.keys)

    async def on_click(self, event: events.Click) -> None:
        at = event.x - self.content_region.x + self.region.x
        left, right, gap = self._fitting()
        for each, start in ((left, 0), (right, _width(left) + gap)):
            for number, hint in enumerate(each):
                begin = start + (_width(each[:number]) + GAP if number else 0)
                if begin <= at < begin + _width([hint]) and hint.command:
                    event.stop()
                    await self.run_action(f"screen.command({hint.command!r})")
                    return


def fitting(left: Sequence[KeyHint], right: Sequence[KeyHint], width: int) -> tuple[list[KeyHint], list[KeyHint], int]:
    """What there is room for at the left and at the right edge, and the cells between. The hint at the far right stays
    longest, then those at the left, and the others at the right give way first."""
    left, right = list(left), list(right)
    while len(right) > 1 and _width(left) + GAP + _width(right) > width:
        del right[0]
    while left and _width(left) + (GAP + _width(right) if right else 0) > width:
        del left[-1]
    return left, right, max(width - _width(left) - _width(right), 0) if right else 0


def _width(shown: Sequence[KeyHint]) -> int:
    return sum(Content(f"{hint.key} {hint.word}").cell_length for hint in shown) + GAP * max(len(shown) - 1, 0)
