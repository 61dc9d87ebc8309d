"""All content filter verdicts of a conversation as a table with totals, for tuning filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_chat.core.conversation import Conversation
from tui_chat.core.filter_categories import category_words
from tui_chat.core.filter_details import details
from tui_chat.core.filter_rows import category_row
from tui_chat.core.filter_table import FilterRow, rows
from tui_chat.core.filter_wording import NO_CATEGORY, finding, severity_bar
from tui_chat.export.filter_table_formats import NOTHING, as_text, totals_in_words
from tui_chat.render.filter_bars import SIGNS
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.ports import Copy
from tui_chat.ui.screens.modal import Modal

COLUMNS = ("Turn", "Side", "Category", "Finding", "More")
GAP = " "
"""Between two columns: the table's own padding would take twice that, and cut findings in a narrow terminal."""

CHROME = 6
"""Rows of the view that are neither table nor totals: border, distance, and the keys in up to three rows."""

MOST_TOTALS = 8
KEYS = (("enter", "more about it"), ("f", "only what was found"), ("s", "save"), ("c", "copy"), ("esc", "close"))

_BOLD = Style(bold=True)


class FilterTableScreen(Modal[str | None]):
    """Closes with the id of the answer about which more is wanted, or with None."""

    DEFAULT_CSS = """
    FilterTableScreen {
        align: center middle;
        & > Vertical { width: 96%; max-width: 120; height: auto; max-height: 90%; border: round $primary;
                       border-title-color: $text-accent; border-title-style: bold; background: $surface; padding: 0 1; }
        & DataTable { height: auto; background: $surface; scrollbar-size: 1 1; }
        & #summary { height: auto; scrollbar-size-vertical: 1; }
        & Static { width: 1fr; height: auto; }
        & #keys { color: $text-muted; margin-top: 1; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q", "dismiss", "Close", show=False),
        Binding("f", "found", "Only what was found", show=False),
        Binding("s", "save", "Save", show=False),
        Binding("c", "copy", "Copy", show=False),
    ]

    def __init__(self, conversation: Conversation, copy: Copy, save: Callable[[Sequence[FilterRow]], object]) -> None:
        """`copy` puts a text on the clipboard and says what became of it by its name; `save` asks for a file."""
        super().__init__()
        self._copy = copy
        self._conversation_title = safe_line(conversation.title)
        self._rows = rows(conversation)
        self._shown = self._rows
        self._save = save

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(
                f"Content filter · {self._conversation_title}" if self._conversation_title else "Content filter"
            )
            if not self._rows:
                yield Static(Content(NOTHING))
                yield Static(key_hints(KEYS[-1:]), id="keys")
                return
            yield DataTable[Text](cursor_type="row", cell_padding=0)
            with VerticalScroll(id="summary", can_focus=False):
                yield Static(Content("\n".join(map(safe_line, totals_in_words(self._rows)))), id="totals")
            yield Static(self._keys(), id="keys")

    def on_mount(self) -> None:
        for table in self.query(DataTable):
            table.add_columns(*(Text(f"{name}{GAP}") for name in COLUMNS))
            self._fill(self._rows)
            table.focus()

    def on_resize(self, event: events.Resize) -> None:
        """The table gets the room left by the totals and the keys, which stay in view."""
        room = event.size.height * 9 // 10 - CHROME
        summary = min(len(totals_in_words(self._rows)), MOST_TOTALS, max(room // 3, 1))
        for part in self.query("#summary"):
            part.styles.max_height = summary
        for table in self.query(DataTable):
            table.styles.max_height = max(room - summary, 3)

    def _fill(self, shown: Sequence[FilterRow]) -> None:
        self._shown = list(shown)
        table = self.query_one(DataTable)
        table.clear()
        for row in self._shown:
            table.add_row(*_cells(row))

    @on(DataTable.RowSelected)
    def _chosen(self, message: DataTable.RowSelected) -> None:
        self.dismiss(self._shown[message.cursor_row].turn_id)

    def _keys(self) -> Content:
        keys = key_hints(KEYS)
        return keys if all(row.shown for row in self._rows) else Content.assemble(keys, "   * another branch")

    def action_found(self) -> None:
        """Only what the filter found, or everything again."""
        if self._rows:
            found = [row for row in self._rows if row.finding != "passed"]
            self._fill(found if len(self._shown) == len(self._rows) else self._rows)

    def action_save(self) -> None:
        if self._rows:
            self._save(self._rows)

    def action_copy(self) -> None:
        if self._rows:
            self._copy(as_text(self._rows, 100), "table")


def _cells(row: FilterRow) -> list[Text]:
    """A row in words; findings are bold, so that they stand out without colour."""
    style = Style() if row.finding == "passed" else _BOLD
    number = f"{row.turn}" if row.shown else f"{row.turn} *"
    if row.verdict is None:
        category, found, more = (NO_CATEGORY, "blocked", "") if row.finding == "blocked" else ("", "not checked", "")
    else:
        bar = severity_bar(row.verdict.severity)
        category = category_words(row.verdict.category)
        found = f"{bar or SIGNS[category_row(row.verdict).standing]:<3} {finding(row.verdict)}"
        more = details(row.verdict) or ""
    return [Text(f"{safe_line(cell)}{GAP}", style) for cell in (number, row.source, category, found, more)]
