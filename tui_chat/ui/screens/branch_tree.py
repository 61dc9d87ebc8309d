"""The tree of the open conversation's branches; enter goes to one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static

from tui_chat.core.branch_tree_lines import TreeLine, tree_lines
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.core.outcome_wording import said
from tui_chat.core.setting_wording import settings_words
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.store.snippet import without_markdown
from tui_chat.ui.cells import cut
from tui_chat.ui.key_hints import fitting_hints
from tui_chat.ui.screens.modal import Modal
from tui_chat.ui.widgets.library_row_layout import MARKS

WIDEST, ROOMY = 110, 80
"""Cells of the window, and those from which on its keys have room for all words."""

COMPLETE = f"{Sign.DONE} complete"
LONGEST_NAME = 24
LEAST = 16
"""Cells that a turn's text keeps next to its facts."""


class BranchActions(Protocol):
    """`name` and `delete` return a sentence about the result; `undo` also the turn that is back."""

    @property
    def conversation(self) -> Conversation: ...

    @property
    def states(self) -> Mapping[str, str]:
        """What is to be said of turns, by their ids, before how they ended."""
        ...

    def compare(self, node_id: str) -> object: ...

    async def name(self, node_id: str) -> str: ...

    async def delete(self, node_id: str) -> str: ...

    async def undo(self) -> tuple[str, str | None]: ...


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
        & Static { width: 1fr; height: auto; display: none; margin-top: 1; color: $text-muted; }
        & Static.-said { display: block; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q", "dismiss", "Close", show=False),
        Binding("c", "compare", "Compare with what is shown", show=False),
        Binding("ctrl+r,r,f5", "name", "Rename", show=False),
        Binding("delete", "delete", "Delete", show=False),
        Binding("ctrl+z,u", "undo", "Undo", show=False),
    ]

    def __init__(self, actions: BranchActions) -> None:
        super().__init__()
        self._actions = actions
        self._tree: list[TreeLine] = []
        self._lines: list[Content] = []
        self._bar: int | None = None
        """The line that is highlighted."""
        self._acting = False

    def compose(self) -> ComposeResult:
        title = safe_line(self._actions.conversation.title)
        with Vertical() as box:
            box.border_title = Content(f"Branches · {cut(title, 40)}" if title else "Branches")
            yield OptionList()
            yield Static(markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """The lines are laid out for the width that there is."""
        self._fill(self._pointed or self._actions.conversation.head)
        self.query_one(OptionList).focus()

    @property
    def _pointed(self) -> str | None:
        """The turn on the highlighted line."""
        place = self.query_one(OptionList).highlighted
        return None if place is None else self._tree[place].node.id

    def _fill(self, point_at: str | None) -> None:
        """Lay out the lines; where the turn to point at is gone, the line in its place is highlighted."""
        options, actions = self.query_one(OptionList), self._actions
        before = options.highlighted or 0
        room = min(self.size.width * 96 // 100, WIDEST) - 5
        self._tree = tree_lines(actions.conversation)
        states = actions.states
        one = len({line.node.turn.model for line in self._tree if line.version and line.node.turn.model}) < 2
        self._lines = [branch_line(line, room, states.get(line.node.id, ""), one_model=one) for line in self._tree]
        self._bar = None
        options.clear_options()
        options.add_options(self._lines)
        places = (place for place, line in enumerate(self._tree) if line.node.id == point_at)
        options.highlighted = next(places, min(before, len(self._tree) - 1))
        # The list cannot scroll there before it knows its new height.
        options.call_after_refresh(options.scroll_to_highlight)

    def _say_keys(self, node_id: str) -> None:
        """The keys, with what is deleted by one."""
        room = min(self.size.width * 96 // 100, WIDEST) - 6
        deleted = deletion_words(self._actions.conversation, node_id, short=room < ROOMY)
        keys = (("enter", "show"), ("del", deleted), ("c", "compare"), ("^r", "name"), ("^z", "undo"), ("esc", "close"))
        self.query_one(Vertical).border_subtitle = fitting_hints([pair for pair in keys if pair[1]], room)

    def _act(self, make: Callable[[], Awaitable[tuple[str, str | None]]]) -> None:
        """One action after the other: a key struck twice must not meet the tree in between."""
        if self._acting:
            return
        self._acting = True

        async def act() -> None:
            try:
                said, point_at = await make()
            finally:
                self._acting = False
            if not self.closed.done():
                self._fill(point_at or self._pointed)
                line = self.query_one(Static)
                line.update(safe_line(said))
                line.set_class(bool(said), "-said")

        self.run_worker(act(), group="branches")

    def action_compare(self) -> None:
        if (pointed := self._pointed) is not None:
            self.dismiss(None)
            self._actions.compare(pointed)

    def action_name(self) -> None:
        if (pointed := self._pointed) is not None:
            self._act(lambda: _and_stay(self._actions.name(pointed)))

    def action_delete(self) -> None:
        if (pointed := self._pointed) is not None:
            self._act(lambda: _and_stay(self._actions.delete(pointed)))

    def action_undo(self) -> None:
        self._act(self._actions.undo)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """The colours of a line's parts cannot be read on the bar's: the line below it has none."""
        options = self.query_one(OptionList)
        if self._bar is not None and self._bar < len(self._lines):
            options.replace_option_prompt_at_index(self._bar, self._lines[self._bar])
        self._bar = message.option_index
        self._say_keys(self._tree[self._bar].node.id)
        if self._bar < len(self._lines):
            options.replace_option_prompt_at_index(self._bar, Content(self._lines[self._bar].plain))

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._tree[message.option_index].node.id)


async def _and_stay(work: Awaitable[str]) -> tuple[str, str | None]:
    return await work, None


def branch_line(line: TreeLine, width: int, state: str = "", *, one_model: bool = False) -> Content:
    """`● ├ name · prompt or answer…   ✖ blocked  model  temp 0.7  2/3`: the dot is on the path that is shown.

    `one_model`: all versions are by the same one, which then gives way first.
    """
    turn = line.node.turn
    who = ">" if turn.role == "user" else "·"
    text = safe_line(" ".join(without_markdown(said(turn)[:400]).split()))
    name = f"{cut(safe_line(line.node.name), LONGEST_NAME)} · " if line.node.name else ""
    state = state or _ended(line)
    which = f"{line.version[0]}/{line.version[1]}" if line.version else ""
    settings = settings_words(turn.settings) if turn.settings is not None and line.version else ""
    model = safe_line(turn.model or "") if line.version else ""
    lead = f"{line.guide}{who} "
    style = "" if line.shown else "$text-muted"
    rights = (
        (state, "$text-muted" if state == COMPLETE else "$text-warning"),
        (model, "$text-muted"),
        (settings, "$text-muted"),
        (which, "bold"),
    )
    room = width - 2 - cell_len(lead)
    kept = [part for part in rights if part[0]]
    room -= cell_len(name)
    # What is known of it gives way to what was said, what tells versions apart last.
    for dropped in (model, COMPLETE, settings) if one_model else (settings, model, COMPLETE):
        if sum(cell_len(part) + 2 for part, _ in kept) > room - min(LEAST, cell_len(text)):
            kept = [part for part in kept if part[0] != dropped]
    right = Content("  ").join([Content.assemble(part) for part in kept])
    shown = cut(text, max(room - right.cell_length - (2 if kept else 0), 4))
    gap = max(room - cell_len(shown) - right.cell_length, 1) if kept else 0
    dot = (f"{Sign.CURRENT} ", "$text-accent") if line.shown else ("  ", "")
    return Content.assemble(dot, (lead, "$text-muted"), (name, "bold $text-accent"), (shown, style), " " * gap, right)


def deletion_words(conversation: Conversation, node_id: str, *, short: bool) -> str:
    """`delete this branch (3 turns)`, or `delete 3 turns`; "" where it cannot be deleted."""
    is_version = len(conversation.siblings(node_id)) > 1
    if not is_version and any(node.id == node_id for node in conversation.upward()):
        return ""
    count = len(conversation.below(node_id))
    if short:
        return f"delete {count} turns" if count > 1 else "delete"
    what = "this branch" if is_version else "from here on" if count > 1 else "this turn"
    return f"delete {what}" + (f" ({count} turns)" if count > 1 else "")


def _ended(line: TreeLine) -> str:
    """How an answer ended. That it is complete is said where there are several."""
    outcome = line.node.turn.outcome
    if outcome is Outcome.COMPLETE and line.version:
        return COMPLETE
    return MARKS.get(outcome, "") if outcome is not None else ""
