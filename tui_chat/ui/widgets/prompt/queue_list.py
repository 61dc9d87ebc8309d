"""The queued prompts above the prompt, a row each, and a line about when they are sent."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from tui_chat.core.attachment_reference import shown_references
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.textual_fixes.early_changes import MeasuredOnceMounted
from tui_chat.ui.widget_messages import QueueClicked

MOST_ROWS = 4
"""Rows of prompts; of more the middle ones are counted."""

LOW = 16
"""Rows of the terminal below which the prompts are only counted: the conversation needs the room."""

REMOVE = Sign.REMOVE

Row = int | str
"""A place in the queue, or the line for those not shown."""


class QueueList(MeasuredOnceMounted):
    """Paints itself as text. A click on a row takes that prompt back, one on its end removes it."""

    DEFAULT_CSS = """
    QueueList { height: auto; padding: 0 2; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._texts: tuple[str, ...] = ()
        self._held = ""

    def show(self, texts: Sequence[str], held: str) -> None:
        """These wait to be sent. `held` says why none is sent by itself; "" where the next one follows the answer."""
        if (tuple(texts), held) != (self._texts, self._held):
            self._texts, self._held = tuple(texts), held
            self.display = bool(texts)
            self.refresh(layout=True)

    def on_mount(self) -> None:
        """Be as wide as the box below, and in its place; the container that both are in keeps them so."""
        for box in self.screen.query("Prompt"):
            self.styles.max_width = box.styles.max_width
            self.styles.offset = box.styles.offset

    def render(self) -> Content:
        width = max(self.content_size.width, 20)
        rows = [self._row(row, width) for row in self._rows()]
        return Content("\n").join([*rows, self._last_line(width, counted=not rows)])

    def _rows(self) -> list[Row]:
        return rows_of(len(self._texts)) if self.screen.size.height >= LOW else []

    def _row(self, row: Row, width: int) -> Content:
        if isinstance(row, str):
            return Content(f"   {row}")
        number = f"{row + 1:>2} "
        room = width - len(number) - 3
        text = Content(one_line(self._texts[row])).truncate(room, ellipsis=True).pad_right(0)
        gap = " " * max(1, width - len(number) - text.cell_length - len(REMOVE))
        return Content.assemble((number, "dim"), text.stylize("$foreground"), gap, REMOVE)

    def _last_line(self, width: int, *, counted: bool) -> Content:
        keys = [("enter", "send"), ("↑", "edit")] if self._held else [("↑", "edit")]
        hints = key_hints(keys, "  ")
        words = f"waits: {self._held}" if self._held else "sent when the answer has ended"
        words = f"{len(self._texts)} queued · {words}" if counted else words
        state = Content.styled(words, "$text-warning" if self._held else "")
        state = state.truncate(max(1, width - hints.cell_length - 5), ellipsis=True)
        gap = " " * max(2, width - 3 - state.cell_length - hints.cell_length)
        return Content.assemble("   ", state, gap, hints)

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        rows = self._rows()
        if place is None or place.y >= len(rows):
            return
        row = rows[place.y]
        if isinstance(row, int):
            self.post_message(QueueClicked(row, remove=place.x >= self.content_size.width - 2))


def rows_of(count: int) -> list[Row]:
    """Which prompts have a row. The last one always has: it is the one that the up key takes."""
    if count <= MOST_ROWS:
        return list(range(count))
    shown = MOST_ROWS - 2
    return [*range(shown), f"… {count - shown - 1} more", count - 1]


def one_line(text: str) -> str:
    """The first line of a prompt that says something, and how many there are."""
    lines = shown_references(text.strip()).split("\n")
    more = f" … {len(lines)} lines" if len(lines) > 1 else ""
    return safe_line(lines[0][:500]).strip() + more
