"""A new line in the prompt, by every sequence that a terminal may send for it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.pty.talker import Say, talker
from tests.pty.terminal import Terminal

KEYS = {
    "shift+enter, xterm's modifyOtherKeys": "\x1b[27;2;13~",
    "shift+enter, kitty's protocol": "\x1b[13;2u",
    "alt+enter, with a leading escape": "\x1b\r",
    "alt+enter, with an escape and a line feed": "\x1b\n",
    "alt+enter, kitty's protocol": "\x1b[13;3u",
    "alt+enter, xterm's modifyOtherKeys": "\x1b[27;3;13~",
    "ctrl+j": "\n",
    "a backslash, then enter": "\\\r",
}


def at_a_new_line(terminal: Terminal, line: str) -> bool:
    """Whether the cursor stands on an empty row below this line."""
    above, below = (terminal.line(terminal.screen.cursor.y - up).strip(" │\\") for up in (1, 0))
    return (above, below) == (line, "")


def test_none_of_the_keys_for_a_new_line_sends(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    with talker(lambda prompt: Say(("All came.",))) as server:
        own = ["--config", str(tmp_path / "config.toml"), "--data-dir", str(tmp_path / "data"), "--url", server.url]
        with Terminal([sys.executable, "-m", "tui_chat", *own], size=(80, 30), home=tmp_path) as terminal:
            terminal.wait_for_text("ready")
            for number, key in enumerate(KEYS.values()):
                terminal.send(f"line{number}")
                terminal.wait_for_text(f"line{number}")
                terminal.send(key)
                # Behind the key's new line, or a slow app reads both lines at once, which is a paste.
                terminal.wait_for(lambda t, line=f"line{number}": at_a_new_line(t, line), what="a new line")  # type: ignore[misc]
            terminal.send("last\r")
            terminal.wait_for_text("All came.")
    (body,) = server.requests
    assert body["messages"][-1]["content"] == "\n".join([*(f"line{number}" for number in range(len(KEYS))), "last"])
