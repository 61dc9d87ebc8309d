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
from tui_chat.ui.keybar_keys import STAY, KeyHint, Place, edge_hints, hints
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

FEWEST = 3
"""Hints at the left that stay longer than all but one at the right."""


class KeyBar(Widget):
    """Shows `key word` pairs, as many as there is room for: those that fit the state at the left, those that are always
    there at the right. A click on one does what its key does."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    """

    shown: reactive[UiState] = reactive(UiState(), layout=False)
    place: reactive[Place] = reactive("prompt", layout=False)
    keys: reactive[Keymap] = reactive(Keymap(), layout=False)
    listed: reactive[tuple[tuple[str, str], ...]] = reactive((), layout=False)
    """The keys of the list over the prompt; none while it is closed."""
    panes: reactive[frozenset[str]] = reactive(frozenset[str](), layout=False)
    """The panes that are open."""
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
        if place == "setting" and focused is not None:
            self.watch(focused, "typed", self._typed, init=False)

    def _typed(self) -> None:
        """A value is being typed, or is no more: other keys act."""
        self._follow(self.screen.focused)

    def covered(self, keys: Sequence[tuple[str, str]]) -> None:
        """A window with these keys lies on top of the screen; none: the last one is gone."""
        self._over = [KeyHint(*pair) for pair in keys]
        if keys:
            self.place = "modal"
        else:
            self._follow(self.screen.focused)
        self.refresh()

    def render(self) -> Content:
        left, right, between, gap = self._fitting()
        shown = [key_hints([(hint.key, hint.word) for hint in each], " " * gap) for each in (left, right)]
        return Content.assemble(shown[0], " " * between, shown[1])

    def _fitting(self) -> tuple[list[KeyHint], list[KeyHint], int, int]:
        left = self._over or self._left()
        stay = STAY if self.place == "prompt" and self.panes else 1
        right = edge_hints(self.place, self.keys, self.panes)
        return fitting(left, right, max(self.content_size.width, 1), stay)

    def _left(self) -> Sequence[KeyHint]:
        if self.place == "reading" and self.chosen is not None:
            from tui_chat.ui.reading_hints import reading_hints

            return reading_hints(self.chosen, self.keys)
        if self.place == "prompt" and self.listed:
            return [KeyHint(*pair) for pair in self.listed]
        return hints(self.place, self.shown, self.keys)

    async def on_click(self, event: events.Click) -> None:
        at = event.x - self.content_region.x + self.region.x
        left, right, between, gap = self._fitting()
        for each, start in ((left, 0), (right, _width(left, gap) + between)):
            for number, hint in enumerate(each):
                begin = start + (_width(each[:number], gap) + gap if number else 0)
                if begin <= at < begin + _width([hint]) and hint.command:
                    event.stop()
                    await self.run_action(f"screen.command({hint.command!r})")
                    return


def fitting(
    left: Sequence[KeyHint], right: Sequence[KeyHint], width: int, stay: int = 1
) -> tuple[list[KeyHint], list[KeyHint], int, int]:
    """What there is room for at the left and at the right edge, the cells between those two, and between two hints.
    The hint at the far right stays longest, then the first ones at the left, so many as `stay` at the far right, the
    rest of those at the left, and last the others at the right. Hints move together where one more fits then."""
    wide, tight = (_spaced(left, right, width, gap, stay) for gap in (GAP, GAP - 1))
    found = tight if len(tight[0]) + len(tight[1]) > len(wide[0]) + len(wide[1]) else wide
    crowded = stay > 1 and len(found[0]) < min(FEWEST, len(left))
    return fitting(left, right, width, stay - 1) if crowded else found


def _spaced(
    left: Sequence[KeyHint], right: Sequence[KeyHint], width: int, gap: int, stay: int
) -> tuple[list[KeyHint], list[KeyHint], int, int]:
    shown, stays, more = list(left), list(right[-stay:]), list[KeyHint]()
    while shown and _width(shown, gap) + (GAP + _width(stays, gap) if stays else 0) > width:
        del shown[-1]
    for hint in right[:-stay]:
        if _width(shown, gap) + GAP + _width([*more, hint, *stays], gap) <= width:
            more.append(hint)
    stays = [*more, *stays]
    return shown, stays, max(width - _width(shown, gap) - _width(stays, gap), 0) if stays else 0, gap


def _width(shown: Sequence[KeyHint], gap: int = GAP) -> int:
    return sum(Content(f"{hint.key} {hint.word}").cell_length for hint in shown) + gap * max(len(shown) - 1, 0)
