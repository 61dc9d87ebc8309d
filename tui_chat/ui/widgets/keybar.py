"""The last line: the keys that matter now. One widget and one line of text, because Textual's own footer mounts a
widget for each key and every mounted widget costs at each layout."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.ui.commands import COMMANDS, READING
from tui_chat.ui.state import UiState
from tui_chat.ui.user_keys import Keys


class KeyBar(Widget):
    """Shows `key word` pairs, as many as there is room for."""

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; color: $text-muted; padding: 0 1; }
    """

    answering: reactive[bool] = reactive(False, layout=False)

    reading: reactive[bool] = reactive(False, layout=False)
    """The transcript has the keys."""

    keys: reactive[Keys] = reactive(Keys(), layout=False)

    def __init__(self, keys: Keys) -> None:
        super().__init__()
        self.set_reactive(KeyBar.keys, keys)

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show)

    def _show(self, state: UiState) -> None:
        self.answering = state.answering

    def render(self) -> Content:
        room = max(self.content_size.width, 1)
        line = Content("")
        for key, word in self._pairs():
            pair = Content.assemble((f"{key} ", "bold $text-accent"), (word, ""))
            gap = 2 if line.cell_length else 0
            if line.cell_length + gap + pair.cell_length > room:
                break
            line = Content.assemble(line, " " * gap, pair)
        return line

    def _pairs(self) -> list[tuple[str, str]]:
        if self.reading:
            moves = [("↑↓", "block"), ("shift+↑↓", "message"), ("←→", "version"), ("esc", "back")]
            return [*moves, *((self.keys.first(c.id), c.short) for c in READING if c.short and self.keys.of(c.id))]
        first = "chat.stop" if self.answering else "chat.send"
        hidden = "chat.send" if self.answering else "chat.stop"
        commands = [c for c in COMMANDS if c.short and c.id != hidden and self.keys.of(c.id)]
        commands.sort(key=lambda c: (c.id != first, c.id != "help"))
        return [(self.keys.first(c.id), c.short) for c in commands]
