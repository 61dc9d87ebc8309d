"""The completion list over the prompt. It overlays the conversation, so that opening it moves nothing."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_chat.core.slash_completion import CompletionItem
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_hints import fitting_hints
from tui_chat.ui.keymap import Keymap, shown
from tui_chat.ui.slash_state import SlashState
from tui_chat.ui.textual_fixes.early_changes import MeasuredOnceMounted
from tui_chat.ui.widget_messages import SlashPicked, SlashTurned
from tui_chat.ui.widgets.prompt import Prompt

ROWS = 8
"""Items that are shown at once."""

LEAST = 5
"""Rows over the prompt below which the list has no border."""

GAP = 2
LEAST_HELP = 12
"""Cells of help below which it says nothing."""


class SlashMenu(MeasuredOnceMounted):
    """Shows a `SlashState`, in the place and the width of the prompt below it."""

    DEFAULT_CSS = """
    SlashMenu {
        layer: above; dock: bottom; height: auto; max-height: 100%; display: none;
        background: $surface; border: round $primary-muted; padding: 0;
        border-subtitle-color: $text-muted; border-title-color: $text-muted; border-title-align: right;
        &.-problem { border: round $warning; }
        &.-bare { border: none; }
    }
    """

    state: reactive[SlashState | None] = reactive[SlashState | None](None, layout=False, repaint=False)

    def __init__(self, keys: Keymap) -> None:
        super().__init__()
        self._keys = keys
        self._top = 0
        self._rows = ROWS
        """Items that there is room for."""

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._appear, init=False)

    def _appear(self) -> None:
        """The list is there while the prompt has the focus."""
        self.display = self.state is not None and isinstance(self.screen.focused, Prompt)

    def show(self, state: SlashState | None) -> None:
        """Show this; None closes the list."""
        before, self.state = self.state, state
        if state is None:
            self.display = False
            return
        self.set_class(state.is_problem, "-problem")
        self._place()
        self._scroll(state)
        self.border_title = self._count(state)
        self.border_subtitle = self._hints(state)
        self._appear()
        same = before is not None and (len(before.items), before.note) == (len(state.items), state.note)
        self.refresh(layout=not same)
        # The prompt may be about to grow with its text.
        self.call_after_refresh(self._place)

    def on_resize(self) -> None:
        if self.state is not None:
            self.show(self.state)

    def _place(self) -> None:
        """Over the prompt, as wide as that."""
        assert self.parent is not None
        prompt = self.screen.query_one(Prompt).region
        talk = self.parent.region if isinstance(self.parent, Widget) else prompt
        below, left, right = talk.bottom - prompt.y, prompt.x - talk.x, talk.right - prompt.right
        margin = (0, max(right, 0), max(below, 0), max(left, 0))
        if self.styles.margin != margin:
            self.styles.margin = margin
        room = prompt.y - talk.y
        # Before the first layout nothing is known of the room.
        is_bare = 0 < room < LEAST
        self.set_class(is_bare, "-bare")
        self._rows = min(max(room - (0 if is_bare else 3), 1), ROWS) if room > 0 else ROWS

    def _scroll(self, state: SlashState) -> None:
        """Keep the chosen item in view."""
        most = max(len(state.items) - self._rows, 0)
        at = state.chosen or 0
        self._top = min(max(self._top, at - self._rows + 1, 0), at, most)

    def _count(self, state: SlashState) -> Content | str:
        hidden = len(state.items) > self._rows
        return f"{(state.chosen or 0) + 1}/{len(state.items)}" if hidden else ""

    def _hints(self, state: SlashState) -> Content:
        return fitting_hints(state.keys, max(self.screen.size.width - 8, 0))

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        state = self.state
        if state is None:
            return 1
        return len(self._lines(state, width)) or 1

    def render(self) -> Content:
        state = self.state
        return Content("") if state is None else Content("\n").join(self._lines(state, self.content_size.width))

    def _lines(self, state: SlashState, width: int) -> list[Content]:
        width = max(width - 2, 1)  # a cell is left free at each end, which the chosen line fills with its ground
        shown_items = state.items[self._top : self._top + self._rows]
        label_width = max((_label_width(item) for item in state.items), default=0)
        label_width = min(label_width, max(width - LEAST_HELP - GAP, width * 6 // 10))
        lines = [
            self._line(item, label_width, width, chosen=self._top + index == state.chosen)
            for index, item in enumerate(shown_items)
        ]
        return [*self._note(state, width), *lines]

    def _note(self, state: SlashState, width: int) -> list[Content]:
        """The note above the items; empty for none."""
        if not state.note:
            return []
        style = "" if state.is_problem else "$text-muted"
        return [Content.assemble(" ", line) for line in Content.assemble((safe_line(state.note), style)).wrap(width)]

    def _line(self, item: CompletionItem, label_width: int, width: int, *, chosen: bool) -> Content:
        key = self._key(item)
        label = _label(item, chosen=chosen).truncate(label_width, ellipsis=True, pad=True)
        mark = f"{Sign.CURRENT} current" if item.is_current else ""
        end = Content.assemble((key, "bold $foreground")) if key else Content.assemble((mark, "$text-accent"))
        room = width - label_width - GAP - (end.cell_length + GAP if end.cell_length else 0)
        help_line = Content("")
        if room >= LEAST_HELP and item.help:
            style = "$foreground" if chosen else "$text-muted"
            help_line = Content.assemble((safe_line(item.help), style)).truncate(room, ellipsis=True)
        gap = width - label_width - GAP - help_line.cell_length - end.cell_length
        if gap < 0:
            end, gap = Content(""), width - label_width - GAP - help_line.cell_length
        line = Content.assemble(" ", label, " " * GAP, help_line, " " * max(gap, 0), end, " ")
        # The terminal's own colours have no shade of one another.
        ground = "reverse" if self.app.native_ansi_color else "on $primary-muted"
        return line.stylize(ground) if chosen else line

    def _key(self, item: CompletionItem) -> str:
        if "." in item.command or item.command in self._keys.by_command:
            return self._keys.first(item.command)
        return shown(item.command) if item.command else ""

    # The pointer

    def on_click(self, event: events.Click) -> None:
        event.stop()
        state = self.state
        above = self._note(state, self.content_size.width - 2) if state else []
        row = event.y - (0 if self.has_class("-bare") else 1) - len(above)
        if state is not None and 0 <= row < min(len(state.items), self._rows):
            self.post_message(SlashPicked(self._top + row))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(SlashTurned(1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(SlashTurned(-1))


def _label_width(item: CompletionItem) -> int:
    return cell_len(safe_line(item.label)) + (len(item.usage) + 1 if item.usage else 0)


def _label(item: CompletionItem, *, chosen: bool) -> Content:
    """The label with what was typed of it marked, and what may follow it."""
    text = safe_line(item.label)
    label = Content.assemble((text, "bold" if chosen else ""))
    if text == item.label:  # else the places are those of another text
        for place in item.at:
            label = label.stylize("bold $text-accent", place, place + 1)
    return Content.assemble(label, (f" {item.usage}", "$text-muted")) if item.usage else label
