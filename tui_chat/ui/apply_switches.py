"""Has the screen as the switches say: how thinking is shown, what moves, vim's keys, the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import constants

if TYPE_CHECKING:
    from textual.app import App

    from tui_chat.ui.app_context import AppContext
    from tui_chat.ui.widgets.prompt import Prompt
    from tui_chat.ui.widgets.transcript import Transcript


def apply_switches(app: App[Any], prompt: Prompt, transcript: Transcript, context: AppContext) -> None:
    """What is so already stays untouched."""
    still = context.reduced_motion
    app.animation_level = "none" if still else constants.TEXTUAL_ANIMATIONS
    prompt.cursor_blink, transcript.streams.still = not still, still
    transcript.reasoning = context.reasoning
    if context.vim != (prompt.vim is not None):
        from tui_chat.ui.widgets.prompt.vim_keys import VimKeys

        prompt.vim = VimKeys(prompt) if context.vim else None
        prompt.set_title(None)
    _use_mouse(app, context.mouse)


def _use_mouse(app: App[Any], on: bool) -> None:
    """Take the mouse from the terminal, or leave it to it. Textual 8.2.8 decides this at the start only."""
    driver: Any = app._driver
    if driver is None or driver._mouse == on:
        return
    change = getattr(driver, "_enable_mouse_support" if on else "_disable_mouse_support", None)
    driver._mouse = True  # or neither of them does anything
    if change is not None:
        change()
    driver._mouse = on
