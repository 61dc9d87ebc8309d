"""The list of conversations with a search line: used in the pane and in the library's own screen. It shows the rows it
is given and says what was asked for."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui_chat.core.message import Outcome
from tui_chat.render.safe import safe_line
from tui_chat.ui.messages import DeleteAsked, LibraryOpened, LibrarySearched, PaneLeft, RenameAsked
from tui_chat.ui.row import Row

MARKS = {
    Outcome.PROMPT_BLOCKED: "✖ blocked",
    Outcome.ANSWER_BLOCKED: "✖ blocked",
    Outcome.FAILED: "! failed",
    Outcome.INCOMPLETE: "… incomplete",
    Outcome.STOPPED: "■ stopped",
    Outcome.LENGTH: "… cut",
    Outcome.REFUSED: "! refused",
    Outcome.EMPTY: "! empty",
}


class LibraryView(Vertical):
    """A line to search in, and the conversations below it, newest first."""

    DEFAULT_CSS = """
    LibraryView {
        & Input { width: 1fr; margin-bottom: 1; background: $background; }
        & Input:focus { background: $primary-muted; }
        & OptionList { height: 1fr; background: transparent; border: none; padding: 0; }
        & OptionList:focus { border: none; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("ctrl+r,f5", "rename", "Rename", show=False),
        Binding("f8,delete", "delete", "Delete", show=False),
        Binding("escape", "leave", "Close", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Row] = {}

    def compose(self) -> ComposeResult:
        yield Input(placeholder="search", compact=True)
        yield OptionList()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these; the highlight stays on the conversation it was on, or goes to the open one."""
        if list(self._rows.values()) == list(rows):
            return
        listing = self.query_one(OptionList)
        before = self._highlighted
        self._rows = {row.id: row for row in rows}
        listing.clear_options()
        listing.add_options([Option(_text(row), id=row.id) for row in self._rows.values()])
        ids = list(self._rows)
        wanted = before if before in self._rows else next((row.id for row in rows if row.open), None)
        listing.highlighted = ids.index(wanted) if wanted in self._rows else (0 if ids else None)

    def focus_search(self) -> None:
        self.query_one(Input).focus()

    @property
    def query_text(self) -> str:
        return self.query_one(Input).value

    @property
    def _highlighted(self) -> str | None:
        listing = self.query_one(OptionList)
        option = listing.highlighted_option
        return option.id if option is not None else None

    def on_key(self, event: events.Key) -> None:
        """The arrow keys walk the list from the search line too."""
        if event.key in ("up", "down") and self.query_one(Input).has_focus:
            event.stop()
            event.prevent_default()
            listing = self.query_one(OptionList)
            (listing.action_cursor_up if event.key == "up" else listing.action_cursor_down)()

    @on(Input.Changed)
    def _changed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(LibrarySearched(message.value.strip()))

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        message.stop()
        if self._highlighted is not None:
            self.post_message(LibraryOpened(self._highlighted))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if message.option_id is not None:
            self.post_message(LibraryOpened(message.option_id))

    def action_rename(self) -> None:
        if (row := self._rows.get(self._highlighted or "")) is not None:
            self.post_message(RenameAsked(row.id, row.title))

    def action_delete(self) -> None:
        if (row := self._rows.get(self._highlighted or "")) is not None:
            self.post_message(DeleteAsked(row.id, row.title))

    def action_leave(self) -> None:
        self.post_message(PaneLeft())


def _text(row: Row) -> Content:
    """Title, then when and in which state, then what was found."""
    mark = "● answering" if row.running else MARKS.get(row.state, "") if row.state else ""
    facts = [f"{row.updated.astimezone():%d %b %Y %H:%M}"]
    if row.turns is not None:
        facts.append(f"{row.turns} turn{'' if row.turns == 1 else 's'}")
    title = safe_line(row.title) or "(no title)"
    parts = [
        Content.assemble(("▸ " if row.open else "  ", "$text-accent"), (title, "bold" if row.open else "")),
        Content.assemble(("  " + " · ".join(facts), "$text-muted"), (f"  {mark}" if mark else "", "$text-warning")),
    ]
    if row.snippet:
        parts.append(_snippet(row))
    return Content("\n").join(parts)


def _snippet(row: Row) -> Content:
    """The found words stand out by weight. Each part is made safe by itself, so the marks stay where they belong."""
    parts: list[tuple[str, str]] = [("  ", "")]
    at = 0
    for start, end in row.marks:
        parts += [(safe_line(row.snippet[at:start]), "$text-muted"), (safe_line(row.snippet[start:end]), "bold")]
        at = end
    parts.append((safe_line(row.snippet[at:]), "$text-muted"))
    return Content.assemble(*parts)
