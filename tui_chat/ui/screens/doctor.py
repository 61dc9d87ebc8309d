"""Checks one endpoint step by step on the screen. No step contains a key."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_chat.core.symbols import Sign
from tui_chat.engine.endpoint_check import NAMES
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.key_hints import hints_of
from tui_chat.ui.ports import Copy
from tui_chat.ui.screens.modal import Modal

if TYPE_CHECKING:
    from tui_chat.client.doctor import CheckStep

Steps = Callable[[], AsyncGenerator["CheckStep", None]]
MARKS = {True: (Sign.DONE, "$text-success"), False: (Sign.FAILED, "bold $text-error"), None: ("–", "$text-muted")}
KEYS = "r check again   c copy   esc close"
TYPE_KEY = "k type the key   "


def line(step: CheckStep) -> Content:
    """`✓ TCP               12 ms  port 443`, and the next step below what failed."""
    mark, style = MARKS[step.ok]
    parts: list[tuple[str, str]] = [
        (f"{mark} ", style),
        (f"{NAMES[step.name]:<15} {step.took:>8}  ", "$text-muted"),
        (safe_line(step.detail), style if step.ok is False else ""),
    ]
    if step.error is not None and step.error.hint:
        parts.append((f"\n  {Sign.LEADS} {safe_line(step.error.hint)}", "bold"))
    elif step.advice:
        parts.append((f"\n  {Sign.LEADS} {safe_line(step.advice)}", "bold $text-warning"))
    return Content.assemble(*parts)


def summary(steps: list[CheckStep], *, running: bool) -> Content:
    """All steps so far, and what is going on."""
    lines = [line(step) for step in steps]
    if running:
        lines.append(Content.assemble(("… checking", "$text-accent")))
    elif steps and steps[-1].ok is not False and any(step.advice for step in steps):
        lines.append(Content.assemble(("It works, with a reservation.", "bold $text-warning")))
    elif steps and steps[-1].ok is not False:
        lines.append(Content.assemble(("All is well.", "bold $text-success")))
    return Content("\n").join(lines)


class Doctor(Modal[bool]):
    """Runs the steps when it opens; closing it ends them. True: the user wants to type a key first."""

    DEFAULT_CSS = """
    Doctor {
        align: center middle;
        & > VerticalScroll { width: 90; max-width: 96%; height: auto; max-height: 90%; border: round $primary;
                             border-title-color: $text-accent; border-title-style: bold;
                             background: $surface; padding: 1 2; }
        & Static { width: 1fr; height: auto; }
        & #keys { color: $text-muted; margin-top: 1; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,q", "dismiss", "Close", show=False),
        Binding("r", "again", "Check again", show=False),
        Binding("c", "copy", "Copy", show=False),
        Binding("k", "type_key", "Type the key", show=False),
    ]

    def __init__(self, name: str, steps: Steps, copy: Copy) -> None:
        super().__init__()
        self._endpoint = name
        self._make = steps
        self._copy = copy
        self._steps: list[CheckStep] = []

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = Content(f"Checking the endpoint {safe_line(self._endpoint)}")
            yield Static(id="steps")
            yield Static(hints_of(KEYS), id="keys")

    def on_mount(self) -> None:
        self.action_again()

    def action_again(self) -> None:
        self.run_worker(self._check(), exclusive=True, group="check")

    async def _check(self) -> None:
        self._steps = []
        self._show(running=True)
        async with aclosing(self._make()) as steps:
            async for step in steps:
                self._steps.append(step)
                self._show(running=True)
        self._show(running=False)

    def _show(self, *, running: bool) -> None:
        # There is none while the window closes, which is before Textual cancels the check.
        for shown in self.query("#steps").results(Static):
            shown.update(summary(self._steps, running=running))
            self.query_one("#keys", Static).update(hints_of(f"{TYPE_KEY if self._lacks_key else ''}{KEYS}"))

    @property
    def _lacks_key(self) -> bool:
        error = self._steps[-1].error if self._steps else None
        return error is not None and error.lacks_key

    def action_type_key(self) -> None:
        if self._lacks_key:
            self.dismiss(True)

    def action_copy(self) -> None:
        text = summary(self._steps, running=False).plain
        self._copy(f"Endpoint {safe_line(self._endpoint)}\n{text}\n", "check")
