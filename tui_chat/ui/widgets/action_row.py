"""The actions of a modal with their keys, in one row: `e edit and resend   c copy details   esc close`.

A row that is too wide says the same in fewer words; one that is still too wide becomes a grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import ItemGrid
from textual.content import Content
from textual.widgets import Button

from tui_chat.core.quick_dataclass import dataclass

PAD = 2
"""Cells of the blanks on both sides of a label, which set the actions apart where there is little room."""

APART = 1
"""Cells more where there is enough."""


@dataclass(frozen=True, slots=True)
class KeyAction:
    """`id` is that of its button. `short` is said where there is little room, "" for the key alone. `shown`: it can be
    done now."""

    id: str
    key: str
    words: str
    short: str | None = None
    shown: bool = True

    def label(self, *, short: bool) -> Content:
        words = self.short if short and self.short is not None else self.words
        return Content.assemble((self.key, "bold $foreground"), f" {words}" if words else "")


class ActionRow(ItemGrid):
    """Buttons that look like key hints: they can be clicked, and reached with the arrow keys."""

    DEFAULT_CSS = """
    ActionRow {
        height: auto; grid-gutter: 0 1;
        &.-row { layout: horizontal; }
        & Button, & Button:hover {
            width: auto; min-width: 1; background: transparent;
            color: $text-muted !important; text-style: none !important;
        }
        &.-row.-loose Button { margin-right: 1; }
        & Button:hover { color: $foreground !important; }
        & Button:focus { color: $foreground !important; text-style: reverse !important; }
    }
    """

    def __init__(self, actions: Sequence[KeyAction]) -> None:
        super().__init__()
        self._actions = tuple(actions)

    def compose(self) -> ComposeResult:
        for action in self._actions:
            yield Button(action.label(short=False), id=action.id, compact=True)

    def fit(self, actions: Sequence[KeyAction], width: int) -> int:
        """Show these in so many cells; the number of rows that they take."""
        self._actions = tuple(actions)
        labels = _labels([action for action in actions if action.shown], width)
        in_row = _cells(labels.values()) <= width
        column = max(label.cell_length for label in labels.values()) + PAD
        self.set_class(in_row, "-row")
        self.set_class(_cells(labels.values(), APART) <= width, "-loose")
        self.min_column_width = None if in_row else column
        for action in actions:
            button = self.query_one(f"#{action.id}", Button)
            button.display = action.shown
            button.label = labels.get(action.id, "")
            # A new label alone is drawn in the width of the old one.
            button.refresh(layout=True)
        columns = max((width + 1) // (column + 1), 1)
        return 1 if in_row else -(-len(labels) // columns)


def _labels(actions: Sequence[KeyAction], width: int) -> dict[str, Content]:
    """Labels by id, as many of them in full as there is room for. The first keeps its words longest; a key loses its
    last word only after the others have become short."""
    labels = {action.id: action.label(short=False) for action in actions}
    last_first = actions[::-1]
    for action in sorted(last_first, key=lambda action: action.short == ""):
        if _cells(labels.values(), APART) > width:
            labels[action.id] = action.label(short=True)
    return labels


def _cells(labels: Iterable[Content], apart: int = 0) -> int:
    return sum(label.cell_length + PAD + apart for label in labels)
