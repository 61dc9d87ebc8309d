"""The command line: arguments → configuration, library, backends, front end. The one place that wires them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_chat.cli.options import Options


def main(argv: Sequence[str] | None = None) -> int:
    """Run tui-chat with these arguments (default: the process's own); the exit code of the contract."""
    from tui_chat.cli.options import parse

    options = parse(sys.argv[1:] if argv is None else argv)
    try:
        return _run(options.command, options)
    except KeyboardInterrupt:
        return 130


def _run(command: str, options: Options) -> int:
    if command == "ask":
        from tui_chat.cli.ask import run_ask

        return run_ask(options)
    if command == "chat":
        from tui_chat.cli.chat import run_chat

        return run_chat(options)
    if command == "doctor":
        from tui_chat.cli.doctor import run_doctor

        return run_doctor(options)
    if command in ("config", "themes"):
        from tui_chat.cli.told import run_told

        return run_told(options)
    if command in ("list", "search", "export", "import", "delete"):
        from tui_chat.cli.saved_conversations import run_saved

        return run_saved(options)
    from tui_chat.cli.app import run_app

    return run_app(options)
