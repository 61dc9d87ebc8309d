"""What the command palette offers: everything that has a key, and what has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from tui_chat.render.safe import safe_line
from tui_chat.ui.commands import COMMANDS, shown

if TYPE_CHECKING:
    from tui_chat.ui.app import ChatApp
    from tui_chat.ui.screens.chat import ChatScreen

ENDPOINT = (
    ("Check the endpoint", "address, network, key, model, filter", "check_endpoint"),
    ("Add an endpoint", "from a URL or a curl command", "add_endpoint"),
    ("Edit or delete an endpoint", "one that was added here", "edit_endpoint"),
    ("Copy the last request as curl", "the key as $VARIABLE", "copy_curl"),
)


def commands(app: ChatApp, screen: ChatScreen, keys: dict[str, tuple[str, ...]]) -> Iterable[SystemCommand]:
    """Titles begin with what is done; the key stands in the help line, so that it is learnt by the way."""
    for command in COMMANDS:
        if command.action is None:
            continue
        its = ", ".join(shown(key) for key in keys.get(command.id, ())) or "no key"
        yield SystemCommand(command.what, its, _running(screen, command.action))
    yield SystemCommand("Open a conversation from a file", "JSON, Markdown, ChatGPT's export", screen.action_open_file)
    for title, what, action in ENDPOINT:
        yield SystemCommand(title, what, _running(screen, action))
    yield SystemCommand("Change the theme", "colours", app.action_change_theme)
    for name in app.desk.presets:
        yield SystemCommand(f"Use the preset {safe_line(name)}", "settings", partial(screen.tuning.use_preset, name))
    yield SystemCommand("Save the settings as default", "for new conversations", lambda: _save_default(screen))


def _save_default(screen: ChatScreen) -> None:
    screen.later(screen.tuning.save_as_default())


def _running(screen: ChatScreen, action: str) -> Callable[[], object]:
    async def run() -> None:
        await screen.run_action(action)

    return run
