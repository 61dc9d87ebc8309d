"""The last line: the keys that matter now. One widget and one line of text, because Textual's own footer mounts a
widget for each key and every mounted widget costs at each layout."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.keybar_keys import KeyHint, Place, hints
from tui_chat.ui.keymap import Keys
from tui_chat.ui.state import UiState

PLACES: dict[str, Place] = {
    "FindBar": "find",
    "LibraryPane": "library",
    "SettingsPane": "settings",
    "StartView": "start",
    "Transcript": "reading",
}
"""Widgets with keys of their own, by name: most of them are not loaded."""

GAP = 3


class KeyBar(Widget):
    """Shows `key word` pairs, as many as there is room for. A click on one does what its key does."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    """

    shown: reactive[UiState] = reactive(UiState(), layout=False)
    place: reactive[Place] = reactive("prompt", layout=False)
    keys: reactive[Keys] = reactive(Keys(), layout=False)

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.set_reactive(KeyBar.keys, keys)

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)
        self.watch(self.screen, "focused", self._follow)

    def _show(self, state: UiState) -> None:
        self.shown = state

    def _follow(self, focused: Widget | None) -> None:
        names = [type(node).__name__ for node in focused.ancestors_with_self] if focused is not None else []
        self.place = next((PLACES[name] for name in names if name in PLACES), "prompt")

    def covered(self, by_modal: bool) -> None:
        """A window lies on top of the screen, or the last one is gone."""
        if by_modal:
            self.place = "modal"
        else:
            self._follow(self.screen.focused)

    def render(self) -> Content:
        return key_hints([(hint.key, hint.word) for hint in self._fitting()])

    def _fitting(self) -> list[KeyHint]:
        room, fitting = max(self.content_size.width, 1), list[KeyHint]()
        for hint in hints(self.place, self.shown, self.keys):
            room -= _width(hint) + (GAP if fitting else 0)
            if room < 0:
                break
            fitting.append(hint)
        return fitting

    async def on_click(self, event: events.Click) -> None:
        at = event.x - self.content_region.x + self.region.x
        for hint in self._fitting():
            if 0 <= at < _width(hint) and hint.command:
                event.stop()
                await self.run_action(f"screen.command({hint.command!r})")
                return
            at -= _width(hint) + GAP


def _width(hint: KeyHint) -> int:
    return Content(f"{hint.key} {hint.word}").cell_length
