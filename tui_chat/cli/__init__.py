"""Parses the command line and runs the command."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
"""As in `typing`, which takes a while to load: until `main` begins, ctrl+c ends in a traceback."""

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_chat.cli.entry_point import Command
    from tui_chat.cli.options import Options


def main(argv: Sequence[str] | None = None) -> int:
    """Run tui-chat with these arguments (default: the process's own); returns the exit code of the contract."""
    end_at_ctrl_c()
    from tui_chat.core.late_modules import SELDOM_USED, postponed

    with postponed(SELDOM_USED):
        from tui_chat.cli.entry_point import run_guarded
        from tui_chat.cli.options import parse

    def parse_arguments() -> Options:
        return parse(sys.argv[1:] if argv is None else argv)

    return run_guarded(parse_arguments, _load, end_at_ctrl_c)


def end_at_ctrl_c() -> None:
    """While modules are loaded, and at the very end, end the process at once on ctrl+c; in between `entry_point.py`
    handles the exception. It would otherwise be raised in the middle of an import, where some are swallowed and others
    leave half a module, or where nothing catches it any more."""
    # Python has both already. `signal` loads ten modules more, and a ctrl+c meanwhile ends in a traceback.
    import _signal as signal  # type: ignore[import-not-found]  # typeshed has no stub
    import os

    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    except ValueError:  # not in the main thread
        pass


def _load(command: str) -> Command:
    """The function that runs a command; only what it needs is imported."""
    if command == "ask":
        from tui_chat.cli.ask import run_ask

        return run_ask
    if command == "chat":
        from tui_chat.cli.chat import run_chat

        return run_chat
    if command == "doctor":
        from tui_chat.cli.doctor import run_doctor

        return run_doctor
    if command == "models":
        from tui_chat.cli.models import run_models

        return run_models
    if command in ("config", "themes"):
        from tui_chat.cli.show_config import run_show

        return run_show
    if command in ("list", "search", "export", "import", "delete"):
        from tui_chat.cli.saved_conversations import run_saved

        return run_saved
    if command == "serve":
        from tui_chat.cli.serve import run_serve

        return run_serve
    if command == "completion":
        from tui_chat.cli.completion import run_completion

        return run_completion
    if command == "help":
        from tui_chat.cli.show_help import run_help

        return run_help
    from tui_chat.cli.app import run_app

    return run_app
