"""What a real terminal sends besides plain keys: cut, in other modes, as answers, without bracketed paste."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pty.talker import Hang, Say, Talker, talker
from tests.pty.terminal import Terminal

CUT = 0.15
"""Seconds between two parts of one key: longer than the escape key waits on a fast line."""


@contextmanager
def app(home: Path, server: Talker, config: str = "", **env: str) -> Iterator[Terminal]:
    (home / "config.toml").write_text(config)
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), "--url", server.url]
    with Terminal([sys.executable, "-m", "tui_chat", *own], size=(80, 30), home=home, env=env) as terminal:
        terminal.wait_for_text("enter send")
        terminal.wait_for_silence(0.1)
        yield terminal


def _send_in_parts(terminal: Terminal, *parts: bytes) -> None:
    """The pauses are what is tested here: this waits for no condition."""
    for part in parts:
        terminal.send(part)
        end = time.monotonic() + CUT
        while time.monotonic() < end:
            terminal.pump(CUT / 5)


def test_only_what_was_typed_is_in_the_prompt(tmp_path: Path) -> None:
    parts = [
        *(b"\xe4", b"\xbd\xa0"),
        *(b"\x1b[200~pas", b"ted\x1b[20", b"1~"),
        b"\x1b[97;1:3u\x1b[1;1:3A\x1b[97;;229u\x1b[97:65;2u",
        *(b"\x1b]11;rgb:0000/", b"0000/0000\x1b", b"\\"),
        b"\x1b]52;c;aGVsbG8=\x07\x1bP>|XTerm(370)\x1b\\\x1b_Gi=1;OK\x1b\\",
        b"\x1b[?62;22c\x1b[>0;276;0c\x1b[12;40R\x1b[8;24;80t\x1b[?1u\x1b[<32;NaN;NaNM\x1b[M \x00\x00",
        "\x1b[200~\ufdd0\x1b[201~".encode(),
        b"!\r",
    ]
    with talker(lambda prompt: Say(("Understood.",))) as server, app(tmp_path, server) as terminal:
        _send_in_parts(terminal, *parts)
        terminal.wait_for_text("Understood.")
    assert [body["messages"][-1]["content"] for body in server.requests] == ["你pastedåA\ufdd0!"]


def test_lines_at_once_are_one_prompt_without_bracketed_paste(tmp_path: Path) -> None:
    lines = "".join(f"line {number} of a paste\r" for number in range(400))
    with talker(lambda prompt: Say(("Understood.",))) as server, app(tmp_path, server) as terminal:
        terminal.send(lines)
        terminal.wait_for_text("[pasted 400 lines")
        terminal.wait_for_silence(0.3)
        assert server.requests == []
        terminal.send("end\r")
        terminal.wait_for_text("Understood.")
        terminal.send("typed\r")
        terminal.wait_for(lambda _: len(server.requests) == 2)
    assert [body["messages"][-1]["content"] for body in server.requests] == [lines.replace("\r", "\n") + "end", "typed"]


def test_over_ssh_a_key_may_come_in_two_parts(tmp_path: Path) -> None:
    with (
        talker(lambda prompt: Hang(("Still ",))) as server,
        app(tmp_path, server, SSH_CONNECTION="10.0.0.1 50000 10.0.0.2 22") as terminal,
    ):
        terminal.send("go\r")
        terminal.wait_for_text("Still")
        _send_in_parts(terminal, b"\x1b", b"[A")
        terminal.wait_for(lambda t: "go" in "".join(t.lines[-6:]), what="the prompt before, which up brings back")
        assert "stopped" not in terminal.text
        assert "[A" not in terminal.text
        terminal.press("escape")
        terminal.wait_for_text("stopped")


def test_the_time_of_the_escape_key_can_be_set(tmp_path: Path) -> None:
    with (
        talker(lambda prompt: Hang(("Still ",))) as server,
        app(tmp_path, server, "[ui]\nescape_ms = 5000\n") as terminal,
    ):
        terminal.send("go\r")
        terminal.wait_for_text("Still")
        _send_in_parts(terminal, b"\x1b", b"[A")
        terminal.wait_for(lambda t: "go" in "".join(t.lines[-6:]))
        assert "stopped" not in terminal.text
