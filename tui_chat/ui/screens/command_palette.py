"""Textual's command palette, as this app shows it. This file owns that it closes once, as every modal here does."""

from __future__ import annotations

from contextlib import suppress

from textual import events
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.message import Message
from textual.theme import ThemeProvider
from textual.widgets import Button, Input, OptionList

TOO_LATE = (events.Mount, Input.Submitted, Button.Pressed, OptionList.OptionSelected)
"""What Textual's palette answers by looking for the screen below, or by running the chosen command once more."""


class Commands(CommandPalette):
    """Runs one command and closes; a second enter that came with the first one runs nothing (see `Modal`)."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return super().check_action(action, parameters) if self.is_active else False

    def _action_command_list(self, action: str) -> None:
        # Textual 8.2.8 looks up a line of the list before it has drawn it: a page key that comes early ended the app.
        with suppress(LookupError):
            super()._action_command_list(action)

    async def _on_message(self, message: Message) -> None:
        # Textual calls its own handlers whatever a subclass puts in their place.
        if self.is_active or not isinstance(message, TOO_LATE):
            await super()._on_message(message)


def themes() -> Commands:
    """The same list with the themes in it."""
    return Commands(providers=[ThemeProvider], placeholder="Search for themes…")
