"""What the content filter rejected, said so that somebody who has never heard of it knows what happened and what to do.

Severity is a word and a bar of four steps; colour only repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui_chat.core.filter_words import category_words, details, finding, severity_steps
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.verdict import Verdict
from tui_chat.render.safe import safe_line, safe_text

Choice = Literal["edit", "copy", "close"]

TITLES = {
    Outcome.PROMPT_BLOCKED: "Prompt blocked by the content filter",
    Outcome.ANSWER_BLOCKED: "Answer blocked by the content filter",
}

EXPLAINED = {
    Outcome.PROMPT_BLOCKED: "Your message was rejected before the model saw it. It is kept, and it is left out of "
    "what is sent from now on, so that the conversation can go on. Reword it and send it again.",
    Outcome.ANSWER_BLOCKED: "The model's answer was stopped by the filter. What came of it is kept, and it is left "
    "out of what is sent from now on, together with your message. Ask in another way, or go on.",
}

CHROME = 6
"""Rows of the modal that are not its text: border, actions, and a row around it above and below."""

_STYLES = {1: "$text-success", 2: "$text-warning", 3: "bold $text-error", 4: "bold $text-error"}


class Filtered(ModalScreen[Choice]):
    """Closes with what the user chose."""

    DEFAULT_CSS = """
    Filtered {
        align: center middle;
        & > #box { width: 84; max-width: 96%; height: auto; max-height: 100%; border: heavy $error;
                   border-title-color: $text-error; border-title-style: bold; background: $surface; padding: 0 1; }
        & #body { height: auto; padding: 0 1; scrollbar-size-vertical: 1; }
        & Static { width: 1fr; height: auto; margin-bottom: 1; }
        & #server { margin-bottom: 0; }
        & #actions { height: 2; padding: 1 1 0 1; }
        & Button { margin-right: 1; min-width: 8; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("e", "choose('edit')", "Edit and resend", show=False),
        Binding("c", "choose('copy')", "Copy details", show=False),
        Binding("escape,q", "choose('close')", "Close", show=False),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
    ]

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self._turn = turn
        self._outcome = turn.outcome if turn.outcome in TITLES else Outcome.ANSWER_BLOCKED

    def compose(self) -> ComposeResult:
        with Vertical(id="box") as box:
            box.border_title = TITLES[self._outcome]
            with VerticalScroll(id="body", can_focus=False):
                yield Static(Content(EXPLAINED[self._outcome]))
                yield Static(self._findings(), id="findings")
                yield Static(self._server(), id="server")
            with Horizontal(id="actions"):
                yield Button(Content("Edit and resend (e)"), id="edit", variant="primary", compact=True)
                yield Button(Content("Copy details (c)"), id="copy", compact=True)
                yield Button(Content("Close (esc)"), id="close", compact=True)

    def on_resize(self, event: events.Resize) -> None:
        """The text scrolls and the actions stay: a share of an automatic height is something CSS cannot say."""
        self.query_one("#body").styles.max_height = max(event.size.height - CHROME, 3)

    def _findings(self) -> Content:
        noticed = [v for v in self._turn.verdicts if v.noticed]
        if not noticed:
            return Content("The server did not say which category was the reason.")
        noticed.sort(key=lambda v: (not v.blocked, v.source))
        return Content("\n").join(_line(v) for v in noticed)

    def _server(self) -> Content:
        return Content.assemble((safe_text("\n".join(_server_says(self._turn))), "$text-muted"))

    def action_choose(self, choice: Choice) -> None:
        self.dismiss(choice)

    def action_scroll(self, lines: int) -> None:
        self.query_one("#body", VerticalScroll).scroll_relative(y=lines, animate=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "edit":
                self.dismiss("edit")
            case "copy":
                self.dismiss("copy")
            case _:
                self.dismiss("close")


def _line(verdict: Verdict) -> Content:
    """`violence (answer)   ███░ medium, blocked`, with what the server adds below."""
    steps = severity_steps(verdict.severity)
    style = _STYLES.get(steps or 0, "bold $text-error" if verdict.blocked else "$text-warning")
    bar = "■" * steps + "□" * (4 - steps) if steps else ("✖   " if verdict.blocked else "!   ")
    name = safe_line(f"{category_words(verdict.category)} ({verdict.source})")
    parts: list[tuple[str, str]] = [(f"{bar}  ", style), (f"{name}: ", "bold"), (safe_line(finding(verdict)), style)]
    extra = details(verdict)
    if extra:
        parts.append((f"\n      {safe_line(extra)}", "$text-muted"))
    return Content.assemble(*parts)


def _server_says(turn: Turn) -> Iterator[str]:
    if turn.error is not None and turn.error.message:
        yield f"The server says: {turn.error.message}"
    if turn.error is not None and turn.error.hint:
        yield turn.error.hint
    request_id = turn.request_id or (turn.error.request_id if turn.error else None)
    if request_id:
        yield f"Request id: {request_id}"
    yield f"Time: {turn.created.astimezone():%Y-%m-%d %H:%M:%S}"


def report(turn: Turn) -> str:
    """The details as plain text, for the clipboard."""
    outcome = turn.outcome if turn.outcome in TITLES else Outcome.ANSWER_BLOCKED
    found = [
        f"{category_words(v.category)} ({v.source}): {finding(v)}" + (f" · {extra}" if (extra := details(v)) else "")
        for v in turn.verdicts
    ]
    where = f"Endpoint: {turn.endpoint or '?'} · model: {turn.model or '?'}"
    return safe_text("\n".join([TITLES[outcome], *found, *_server_says(turn), where]))
