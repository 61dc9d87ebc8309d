"""The branches of the open conversation, to see what there is and to go there."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from tui_chat.core.branch_tree import TreeLine, tree_lines
from tui_chat.core.conversation import Conversation
from tui_chat.core.setting_words import settings_words
from tui_chat.render.safe import safe_line
from tui_chat.store.snippet import without_markdown
from tui_chat.ui.cells import cut
from tui_chat.ui.key_hints import key_hints
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.widgets.library_row_text import MARKS

KEYS = (("↑↓", "choose"), ("enter", "show"), ("esc", "close"))
WIDEST = 110
LEAST = 16
"""Cells that what was said keeps beside what is known of it."""


class BranchTree(Modal[str | None]):
    """Closes with the id of the turn to show, or with None."""

    DEFAULT_CSS = """
    BranchTree {
        align: center middle;
        & > Vertical { width: 110; max-width: 96%; height: auto; max-height: 90%; border: round $primary;
                       border-title-color: $text-accent; border-title-style: bold; background: $surface;
                       padding: 1 1 0 1; }
        & OptionList, & OptionList:focus { height: auto; max-height: 1fr; border: none; background: $surface;
                                           scrollbar-size-vertical: 1; padding: 0; text-wrap: nowrap; }
    }
    """

    BINDINGS = [Binding("escape,q", "dismiss", "Close", show=False)]  # noqa: RUF012 - Textual reads the class attribute

    def __init__(self, conversation: Conversation) -> None:
        super().__init__()
        self._tree = tree_lines(conversation)
        self._head = conversation.head
        self._title = safe_line(conversation.title)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(f"Branches · {cut(self._title, 40)}" if self._title else "Branches")
            box.border_subtitle = key_hints(KEYS)
            yield OptionList()

    def on_resize(self, event: events.Resize) -> None:
        """The lines are laid out for the width that there is."""
        options = self.query_one(OptionList)
        before = options.highlighted
        room = min(event.size.width * 96 // 100, WIDEST) - 5
        options.clear_options()
        options.add_options([branch_line(line, room) for line in self._tree])
        here = next((place for place, line in enumerate(self._tree) if line.node.id == self._head), 0)
        options.highlighted = here if before is None else before
        options.focus()

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._tree[message.option_index].node.id)


def branch_line(line: TreeLine, width: int) -> Content:
    """`● ├ prompt or answer…   ✖ blocked  model  temp 0.7  2/3`: the dot is on the path that is shown."""
    turn = line.node.turn
    who = "›" if turn.role == "user" else "·"
    text = safe_line(" ".join(without_markdown(turn.text[:400]).split())) or "(empty)"
    state = MARKS.get(turn.outcome, "") if turn.outcome is not None else ""
    which = f"{line.version[0]}/{line.version[1]}" if line.version else ""
    settings = settings_words(turn.settings) if turn.settings is not None and line.version else ""
    model = safe_line(turn.model or "") if line.version else ""
    lead = f"{line.guide}{who} "
    style = "" if line.shown else "$text-muted"
    rights = ((state, "$text-warning"), (model, "$text-muted"), (settings, "$text-muted"), (which, "bold"))
    room = width - 2 - cell_len(lead)
    kept = [part for part in rights if part[0]]
    # What is known of it gives way to what was said: settings first, then the model.
    for dropped in (settings, model):
        if sum(cell_len(part) + 2 for part, _ in kept) > room - min(LEAST, cell_len(text)):
            kept = [part for part in kept if part[0] != dropped]
    right = Content("  ").join([Content.assemble(part) for part in kept])
    shown = cut(text, max(room - right.cell_length - (2 if kept else 0), 4))
    gap = max(room - cell_len(shown) - right.cell_length, 1) if kept else 0
    dot = ("● ", "$text-accent") if line.shown else ("  ", "")
    return Content.assemble(dot, (lead, "$text-muted"), (shown, style), " " * gap, right)
