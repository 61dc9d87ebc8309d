"""What the command palette offers: the commands of the table, and the presets."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from tui_chat.render.safe import safe_line
from tui_chat.ui.commands import COMMANDS

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen


def palette_commands(screen: ChatScreen, presets: Iterable[str]) -> Iterable[SystemCommand]:
    """Titles begin with what is done; the key is in the help line, so that it is learnt by the way."""
    for command in COMMANDS:
        if command.run is not None:
            help_line = command.help or screen.keys.all(command.id)
            yield SystemCommand(command.title, help_line, partial(screen.action_command, command.id))
    for name in presets:
        yield SystemCommand(
            f"Use the preset {safe_line(name)}", "settings", partial(screen.controllers.settings.use_preset, name)
        )
