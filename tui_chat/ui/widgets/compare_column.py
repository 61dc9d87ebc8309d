"""A column of a comparison: the answer, what it was made with, and what it took."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from tui_chat.core.conversation_usage import tokens_out
from tui_chat.core.endpoint import Price
from tui_chat.core.message import Turn
from tui_chat.engine.exchange import Exchange
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.state import progress
from tui_chat.ui.textual_fixes.covered_containers import CoveredVertical
from tui_chat.ui.widgets.answer_pane import AnswerPane
from tui_chat.ui.widgets.cached_text import CachedText
from tui_chat.ui.widgets.compare_tabs import AnswerPointed
from tui_chat.ui.widgets.transcript.footer import facts


class CompareColumn(CoveredVertical):
    """`ready` sets up the pane before it draws anything."""

    DEFAULT_CSS = """
    CompareColumn {
        width: 1fr; height: 1fr;
        & > .head { height: 3; border-bottom: solid $foreground 20%; padding: 1 2 0 2; color: $text-muted;
                  text-wrap: nowrap; text-overflow: ellipsis; }
        & > .foot { height: 1; margin: 1 0; padding: 0 2; color: $text-muted; }
        &.-chosen > .head { border-bottom: heavy $primary; color: $foreground; text-style: bold; }
        &.-beside { border-left: solid $foreground 20%; }
    }
    """

    def __init__(self, number: int, head: str, ready: Callable[[AnswerPane], object]) -> None:
        super().__init__(classes="-beside" if number else "")
        self.number = number
        self.pane = AnswerPane()
        # Kept here and not queried: an answer may end while the comparison, or the app, is being closed.
        self._head_text, self._foot = CachedText(_head(head), classes="head"), CachedText(classes="foot")
        ready(self.pane)

    def compose(self) -> ComposeResult:
        yield self._head_text
        yield self.pane
        yield self._foot

    def say_head(self, head: str) -> None:
        """What distinguishes the answer from the others."""
        self._head_text.say(_head(head))

    def tell(self, turn: Turn, exchange: Exchange | None, *, has_priced: bool = False) -> None:
        """Show the answer's usage, or its progress. `has_priced`: another answer beside it has a price."""
        if exchange is not None:
            said = Content(progress(exchange))
        else:
            text, style = foot(turn, self.pane.price, has_priced=has_priced)
            said = Content.styled(safe_line(text), style)
        self._foot.say(said)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self.post_message(AnswerPointed(self.number))


def _head(text: str) -> Content:
    return Content(safe_line(text)).truncate(400, ellipsis=True)


def foot(turn: Turn, price: Callable[[str], Price | None], *, has_priced: bool) -> tuple[str, str]:
    """What an answer took, and the style of that. Beside others with a cost, one without a price is no free one.

    The speed is at the end, which is cut where there is no room.
    """
    text, kind = facts(turn, price, tokens_out([turn]), settings=False) or ("", "")
    parts = text.split(" · ") if text else []
    if has_priced and price(turn.endpoint or "") is None:
        parts.append("no price")
    parts.sort(key=lambda part: part.endswith(" tok/s"))
    return " · ".join(parts), "$text-warning" if kind == "warning" else ""
