"""A button that names its key: enter while it has the focus, else its own."""

from __future__ import annotations

from typing import Literal

from textual.widgets import Button

from tui_chat.ui.key_hints import key_label


class KeyButton(Button):
    def __init__(self, key: str, word: str, *, id: str, variant: Literal["default", "primary"] = "default") -> None:  # noqa: A002
        super().__init__(key_label(key, word), id=id, variant=variant, compact=True)
        self._key, self._word = key, word

    @property
    def hint(self) -> tuple[str, str]:
        return "enter" if self.has_focus else self._key, self._word.lower()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.label = key_label(self.hint[0], self._word)
        self.refresh(layout=True)  # a new label alone is drawn in the width of the old one
