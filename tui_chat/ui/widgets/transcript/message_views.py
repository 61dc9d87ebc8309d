"""How messages are looked at: this file owns folding, hiding, the Markdown source and the details, and that what the
reader has before their eyes stays there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.stream_driver import StreamingPane
from tui_chat.ui.widgets.transcript.view_options import NOTHING_SAID


class LookingPane(StreamingPane):
    """A pane whose messages can be looked at in several ways. What is said of one that is not shown changes nothing."""

    def toggle(self, node_id: str) -> None:
        """Fold or unfold the thinking of a message."""
        if node_id in self.shelf:
            self._see(node_id, thought=not self.shelf.entry(node_id).shows_thinking)

    def toggle_source(self, node_id: str) -> None:
        """Show the Markdown source of a message as it was written, or what it means again."""
        if node_id in self.shelf:
            self._see(node_id, raw=not self.shelf.entry(node_id).seen.raw)

    def toggle_details(self, node_id: str) -> None:
        """Show or hide all that is known about an answer, under its footer."""
        if node_id in self.shelf:
            self._see(node_id, detailed=not self.shelf.entry(node_id).seen.detailed)

    def fold_code(self, node_id: str, number: int, *, folded: bool) -> None:
        """Fold or unfold a long code block of a message, by its number among the code blocks there."""
        if node_id in self.shelf:
            self._see(node_id, folds={**self.shelf.entry(node_id).seen.folds, number: folded})

    def toggle_folds(self, node_id: str, number: int | None) -> bool:
        """Fold or unfold one code block, or all that is long in a message, its thinking too. False: nothing to do."""
        entry = self.shelf.entry(node_id)
        folding = entry.folding
        if number is not None and folding is not None:
            folded = any(fold.number == number for fold in folding.folds)
            self.fold_code(node_id, number, folded=not folded)
            return folding.blocks > 0
        if folding is not None and folding.blocks:
            self._see(node_id, fold=not folding.folds, folds=NOTHING_SAID)
            return True
        self.toggle(node_id)
        return entry.thinks

    def veil(self, node_id: str) -> None:
        """Hide what the content filter rejected of a message, or show it; the choice is kept while the app runs."""
        if node_id in self.shelf:
            self._see(node_id, hidden=not self.shelf.entry(node_id).hides)

    def hides(self, node_id: str) -> bool:
        """The text of this message is not shown, because the content filter rejected it."""
        return node_id in self.shelf and self.shelf.entry(node_id).hides

    def _see(self, node_id: str, **changes: Any) -> None:
        with self._standing(self.shelf.entry(node_id)) as entry:
            self.shelf.see(node_id, **changes)
            entry.look_anew(drawn="raw" in changes)
        self.count_again(node_id)
        self.repaint()

    @contextmanager
    def _standing(self, entry: Entry) -> Iterator[Entry]:
        """While lines of a message change: the one on top of the pane stays, and the block that the cursor is on."""
        position, window, cursor = self.shelf.position(entry.id), self.window, self.cursor
        top = entry.mark(window.top.line) if window.top.entry == position and not window.following else None
        on_it = cursor.position == position
        here = entry.mark(entry.body.start + cursor.line) if on_it and cursor.line is not None else None
        yield entry
        if entry.started and not entry.settled:
            self.draw_later(entry)
        window.changed(position)
        window.top.line = window.top.line if top is None else entry.marked(top)
        window.clamp()
        if here is not None:
            cursor.put(position, entry.marked(here))
        if on_it and self.has_focus:
            cursor.show()
