"""Changes how a message is shown: folded, hidden, as Markdown source, with details.

What the reader has before their eyes stays there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.entry_list import EntryList
from tui_chat.ui.widgets.transcript.reading_cursor import ReadingCursor
from tui_chat.ui.widgets.transcript.search import Search
from tui_chat.ui.widgets.transcript.view_options import NO_FOLDS


class MessageViews:
    """Toggles for single messages. An id that is not shown changes nothing."""

    def __init__(self, entries: EntryList, cursor: ReadingCursor, search: Search, repaint: Callable[[], None]) -> None:
        self._entries = entries
        self._cursor = cursor
        self._search = search
        self._repaint = repaint

    def toggle_reasoning(self, node_id: str) -> None:
        if node_id in self._entries:
            self._see(node_id, reasoning=not self._entries[node_id].shows_reasoning)

    def toggle_source(self, node_id: str) -> None:
        """Switch between the Markdown source and the formatted text."""
        if node_id in self._entries:
            self._see(node_id, raw=not self._entries[node_id].view.raw)

    def toggle_details(self, node_id: str) -> None:
        """Show or hide everything known about an answer, below its footer."""
        if node_id not in self._entries:
            return
        entry = self._entries[node_id]
        self._see(node_id, detailed=not entry.view.detailed)
        if entry.view.detailed:
            self._show_end(entry)

    def _show_end(self, entry: Entry) -> None:
        """Bring the last lines of a message into view: what was unfolded there is to be seen."""
        viewport, position = self._entries.viewport, self._entries.position(entry.id)
        last = entry.layout.said.stop - 1
        for _ in range(2):  # the first brings it into view at all, the second the lines below it
            rows = [(entry, row) for entry, row in viewport.rows()]
            if (entry, last) in rows:
                break
            viewport.to_view(position, last)
        self._repaint()

    def fold_code(self, node_id: str, number: int, *, folded: bool) -> None:
        """Fold or unfold a long code block, by its number among the code blocks of the message."""
        if node_id in self._entries:
            self._see(node_id, folds={**self._entries[node_id].view.folds, number: folded})

    def toggle_folds(self, node_id: str, number: int | None) -> bool:
        """Fold or unfold one code block, or all long code of a message, or its reasoning. False: it has neither."""
        entry = self._entries[node_id]
        folding = entry.layout.folding
        if number is not None and folding is not None:
            folded = any(fold.number == number for fold in folding.folds)
            self.fold_code(node_id, number, folded=not folded)
            return folding.blocks > 0
        if folding is not None and folding.blocks:
            self._see(node_id, fold=not folding.folds, folds=NO_FOLDS)
            return True
        self.toggle_reasoning(node_id)
        return entry.has_reasoning

    def toggle_hidden_text(self, node_id: str) -> None:
        """Hide or show a text that the content filter rejected; the choice is kept while the app runs."""
        if node_id in self._entries:
            self._see(node_id, hidden=not self._entries[node_id].hides_text)

    def hides(self, node_id: str) -> bool:
        """The text of this message is hidden because the content filter rejected it."""
        return node_id in self._entries and self._entries[node_id].hides_text

    def _see(self, node_id: str, **changes: Any) -> None:
        with self._keeping_place(self._entries[node_id]):
            self._entries.see(node_id, **changes)
        self._search.entry_changed(self._entries.position(node_id))
        self._repaint()

    @contextmanager
    def _keeping_place(self, entry: Entry) -> Iterator[None]:
        """While lines of a message change: keep the top line of the view, and the block that the cursor is on."""
        position, viewport, cursor = self._entries.position(entry.id), self._entries.viewport, self._cursor
        in_top = viewport.top.entry == position and not viewport.following
        top = entry.layout.mark(viewport.top.line) if in_top else None
        on_it = cursor.position == position
        here = entry.layout.mark(entry.layout.body.start + cursor.line) if on_it and cursor.line is not None else None
        yield
        if entry.drawn and not entry.layout.complete:
            viewport.busy(entry)
        viewport.changed(position)
        viewport.top.line = viewport.top.line if top is None else entry.layout.marked(top)
        viewport.clamp()
        if here is not None:
            cursor.put(position, entry.layout.marked(here))
        if on_it and cursor.active:
            cursor.show()
