"""A button that names its key: enter where that presses it, else its own."""

from __future__ import annotations

from textual.widgets import Button

from tui_chat.ui.key_hints import key_label


class KeyButton(Button):
    """The one that enter presses is filled, as a whole: Textual 8.2.8 turns the colours of a focused label alone."""

    DEFAULT_CSS = """
    KeyButton {
        &, &:hover, &:focus { background: transparent; background-tint: transparent; color: $foreground !important;
                              text-style: none !important; }
        &.-enter, &.-enter:hover, &.-enter:focus { background: $primary !important;
                                                   color: $button-color-foreground !important; }
        &.-enter:ansi { color: $block-cursor-foreground !important; }
    }
    """

    def __init__(self, key: str, word: str, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(key_label(key, word), id=id, compact=True)
        self._key, self.word = key, word.lower()
        self._label = word

    @property
    def hint(self) -> tuple[str, str]:
        return "enter" if self.has_class("-enter") else self._key, self.word

    def take_enter(self, presses: bool) -> None:
        """Enter presses it now, or does not."""
        self.set_class(presses, "-enter")
        self.label = key_label(self.hint[0], self._label)
        self.refresh(layout=True)  # a new label alone is drawn in the width of the old one

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.take_enter(has_focus)
