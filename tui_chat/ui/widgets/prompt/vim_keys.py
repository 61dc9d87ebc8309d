"""Connects the prompt's text area to the state machine of `vim.py`."""

from __future__ import annotations

from itertools import accumulate
from typing import Protocol

from textual import events
from textual.document._document import DocumentBase, Location, Selection
from textual.document._edit import Edit
from textual.document._history import EditHistory

from tui_chat.ui.widgets.prompt.vim import VimState, VimStep, press
from tui_chat.ui.widgets.prompt.vim_motions import on_character

_NAMES = {"backspace": "h", "delete": "x"}
"""Keys that would edit the text in normal mode, and what they do there."""


class EditedArea(Protocol):
    document: DocumentBase
    history: EditHistory

    @property
    def selection(self) -> Selection: ...

    @selection.setter
    def selection(self, selection: Selection) -> None: ...

    def edit(self, edit: Edit) -> object: ...

    def undo(self) -> None: ...

    def redo(self) -> None: ...


class VimKeys:
    """It begins in insert mode. Folded pastes are characters of which none is changed alone."""

    def __init__(self, area: EditedArea) -> None:
        self._area = area
        self._state = VimState()
        self._cursor = 0
        """Where the cursor is in visual mode: the selection of the text area ends behind it."""

    @property
    def shown(self) -> str:
        """The mode, and the keys of a command that is not complete."""
        return f"{self._state.mode.upper()} {self._state.pending}".rstrip()

    def key(self, event: events.Key) -> bool:
        """Deal with a key. False leaves it to the prompt."""
        key = event.character if event.is_printable and event.character else event.key
        text = "\n".join(self._area.document.lines)
        if self._state.mode != "insert":
            if key == "?" and not text:
                return False
            key = _NAMES.get(key, key)
        cursor = self._cursor if self._state.mode == "visual" else self._index(self._area.selection.end)
        step = press(self._state, key, text, min(cursor, len(text)))
        was_visual, self._state = self._state.mode == "visual", step.state
        if step.taken:
            self._apply(step, text, was_visual=was_visual)
        return step.taken

    def _apply(self, step: VimStep, before: str, *, was_visual: bool) -> None:
        area = self._area
        if step.action:
            (area.undo if step.action == "undo" else area.redo)()
            after = "\n".join(area.document.lines)
            area.selection = Selection.cursor(self._place(on_character(after, self._index(area.selection.end))))
            return
        if step.text != before:
            first, last, new = _difference(before, step.text)
            area.history.checkpoint()
            area.edit(Edit(new, self._place(first), self._place(last), False))
            area.history.checkpoint()
        self._cursor = step.cursor
        if step.state.mode == "visual":
            anchor = step.state.anchor
            ends = (anchor, step.cursor + 1) if step.cursor >= anchor else (anchor + 1, step.cursor)
            area.selection = Selection(*map(self._place, ends))
        elif was_visual or step.text != before or self._index(area.selection.end) != step.cursor:
            area.selection = Selection.cursor(self._place(step.cursor))

    def _index(self, place: Location) -> int:
        row, column = place
        return sum(len(line) + 1 for line in self._area.document.lines[:row]) + column

    def _place(self, index: int) -> Location:
        starts = list(accumulate((len(line) + 1 for line in self._area.document.lines), initial=0))
        row = max(n for n, start in enumerate(starts[:-1]) if start <= index or n == 0)
        return row, min(index - starts[row], len(self._area.document.lines[row]))


def _difference(before: str, after: str) -> tuple[int, int, str]:
    """The replaced part of a text, from where to where, and its replacement."""
    shorter = min(len(before), len(after))
    first = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    end = next((n for n in range(shorter - first) if before[-1 - n] != after[-1 - n]), shorter - first)
    return first, len(before) - end, after[first : len(after) - end]
