"""What the next request sends: each message with its estimated tokens, and what is left out and why."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_chat.engine.context_report import ContextReport, ContextRow
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.usage_lines import MeterLine
from tui_chat.ui.widgets.usage_view import meter_line

ROLES = {"draft": "prompt", "user": "you", "assistant": "answer", "system": "system"}
MOST = 400
"""Messages that are drawn, the last ones: a modal of a hundred thousand lines would take seconds."""

SHOWN = 400
"""Characters of a message that a line may be cut from."""

_ROLE, _TOKENS = 8, 8

KEYS, SET_PRICE = (("↑↓", "scroll"), ("esc", "close")), (("p", "set the price"),)


class ContextView(Modal[bool]):
    """Closes with whether a price is to be set."""

    DEFAULT_CSS = """
    ContextView {
        align: center middle;
        & > VerticalScroll { width: 92; max-width: 96%; height: auto; max-height: 90%; border: round $primary;
                             border-title-color: $text-accent; border-title-style: bold;
                             background: $surface; padding: 1 2;
                             scrollbar-size-vertical: 1; border-subtitle-color: $text-muted; }
        & Static { width: 1fr; height: auto; }
        & #used, & #note { margin-bottom: 1; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q,enter", "dismiss(False)", "Close", show=False),
        Binding("p", "set_price", "Set the price", show=False),
    ]

    def __init__(
        self, report: ContextReport, used: Sequence[MeterLine] = (), note: str = "", *, takes_price: bool = False
    ) -> None:
        super().__init__()
        self._report = report
        self._used = used
        self._note = note
        self._takes_price = takes_price

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Context and cost"
            box.border_subtitle = key_hints((*(SET_PRICE if self._takes_price else ()), *KEYS))
            # What was used comes first: below a long conversation nobody would find what it cost.
            if self._used:
                title = Content.assemble(("Used so far", "bold"))
                yield Static(Content("\n").join([title, *map(meter_line, self._used)]), id="used")
            if self._note:
                yield Static(Content.styled(safe_line(self._note), "$text-muted"), id="note")
            title = Content.assemble(("What the next request sends", "bold"), f"\n{self._report.summary()}")
            yield Static(title, id="summary")
            yield Static(id="lines")

    def action_set_price(self) -> None:
        if self._takes_price:
            self.dismiss(True)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def _fill(self) -> None:
        width = min(92, self.size.width * 96 // 100) - 7  # the box itself still has its old size
        hidden = len(self._report.rows) - MOST
        lines = [_line(row, max(width, 20)) for row in self._report.rows[-MOST:]]
        if hidden > 0:
            lines.insert(0, Content.assemble((f"… {hidden:,} earlier messages", "$text-muted")))
        self.query_one("#lines", Static).update(Content("\n").join(lines))


def _line(row: ContextRow, width: int) -> Content:
    text = safe_line(" ".join(row.text[:SHOWN].split())) or "(empty)"
    dim = "$text-muted"
    tokens = "–" if row.left_out else f"~{row.tokens:,}"
    start = Content.assemble(
        (ROLES[row.role].ljust(_ROLE), dim if row.left_out else "bold"), (tokens.rjust(_TOKENS), dim)
    )
    why = Content.assemble((f"  not sent: {row.left_out}", "$text-warning")) if row.left_out else Content("")
    room = width - start.cell_length - 2 - why.cell_length
    body = Content.assemble((text, dim if row.left_out else "")).truncate(max(room, 8), ellipsis=True)
    return Content.assemble(start, "  ", body, why)
