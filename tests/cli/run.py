"""Runs the installed command as a user would, in a home of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.support.fork_server import DEMO_SPEED
from tests.support.forked import run


def environment(home: Path, **more: str) -> dict[str, str]:
    """The machine's environment without anything that names an endpoint, and with folders of its own."""
    foreign = ("_KEY", "_ENDPOINT", "_PROXY", "TUI_CHAT_CONFIG")
    kept = {name: value for name, value in os.environ.items() if not name.upper().endswith(foreign)}
    own = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "TUI_CHAT_DATA_DIR": str(home / "library"),
    }
    return kept | own | more


def tui_chat(
    home: Path, *argv: str, stdin: str | bytes | None = None, env: dict[str, str] | None = None, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `tui-chat ARGV…` to its end. `stdin` None: an empty terminal-less standard input.

    The demo answers at once: at its human pace a test would wait two seconds for each answer.
    """
    data = stdin.encode() if isinstance(stdin, str) else stdin
    own = {DEMO_SPEED: "1000"} | (env or {})
    return run(["-m", "tui_chat", *argv], env=environment(home, **own), stdin=data, timeout=timeout)
