"""What really goes to a terminal while hostile text is shown: a pseudo-terminal's bytes are the witness."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import sys
import termios
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal
from tests.support import forked
from tests.support.thorough import some

PAYLOADS = [
    "\x1b[2J",
    "\x1b[10A",
    "\x1b]0;PWNED\x07",
    "\x1b]52;c;UFdO\x07",
    "\x1b]8;;https://evil\x1b\\",
    "\x1bP$q\x1b\\",
    "\x1bc",
    "\x9b2J",
    "\x9d0;PWNED\x9c",
    "\x00",
    "\x07",
    "\x08\x08",
    "\x0e",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200e",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\U000e0041",
    "\ufe01",
    "\U000e0105",
    "\u0301" * 30,
    "\ud800",
    "&#x202e;&#27;[2J&#x200b;",
]
HONEST = "קצת עברית नमस्ते 👩\u200d👩\u200d👧 漢字 می\u200cخواهم"
ALLOWED = re.compile(rb"\x1b\[[0-9;:<>=?]*[A-Za-z$~]|\x1b\[\?\d+\$p|\x1b\]22;[a-z]*\x07|[\r\n]")
"""Cursor, style and mode sequences and the mouse pointer's shape, which is all that Textual itself sends."""


def bytes_written(texts: list[str]) -> bytes:
    """Everything the app writes to a terminal of 80 by 40 cells."""
    terminal, other = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(Path.cwd())}
    command = ["-m", "tests.ui.transcript.hostile_app", json.dumps(texts)]
    with os.fdopen(terminal, "rb", buffering=0) as main:
        process = forked.start(command, (other, other, other), env)
        os.close(other)
        written = b""
        with suppress(OSError):  # Linux: the other end is closed
            while chunk := main.read(65536):
                written += chunk
        assert process.wait(60) == 0, written[-2000:].decode(errors="replace")
    return written


@pytest.fixture(scope="module")
def written() -> bytes:
    return bytes_written([f"BEGIN{payload}END" for payload in PAYLOADS] + [HONEST])


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if not p.startswith("&")], ids=ascii)
def test_no_payload_reaches_the_terminal(written: bytes, payload: str) -> None:
    raw = payload.encode("utf-8", "surrogatepass")
    assert b"BEGIN" + raw not in written
    assert raw + b"END" not in written


def test_only_known_sequences_are_written(written: bytes) -> None:
    rest = ALLOWED.sub(b"", written).decode()
    strange = {c for c in rest if c < " " or "\x7f" <= c < "\xa0" or c in "\u202e\u200b\u2066\ufeff\u2060\u200e"}
    assert not strange, re.findall(".{9}[\x07\x1b].{9}", rest)[:5]


def test_honest_text_is_written_as_it_is(written: bytes) -> None:
    text = ALLOWED.sub(b"", written).decode()
    for word in HONEST.split():
        assert word in text
    assert "BEGIN" in text
    assert "END" in text


@pytest.mark.parametrize("seed", some([1, 2], 2))
def test_the_terminal_shows_what_was_painted(seed: int, tmp_path: Path) -> None:
    """Only rows that changed are sent; after any stream and any walk the emulated screen holds the whole picture."""
    command = [sys.executable, "-m", "tests.ui.transcript.stream_app", str(seed), str(tmp_path)]
    with Terminal(command, size=(70, 24), home=tmp_path, env={"PYTHONPATH": str(Path.cwd())}) as terminal:
        for turn in range(4):
            believed = tmp_path / f"{turn}.json"
            terminal.wait_for(partial(_written, believed), what="an answer")
            terminal.wait_for(partial(_shows, json.loads(believed.read_text())), what="the same picture")
            terminal.send("x")
        assert terminal.wait_for_exit() == 0


def _written(file: Path, _: Terminal) -> bool:
    return file.exists()


def _shows(rows: list[str], terminal: Terminal) -> bool:
    return [line.rstrip() for line in terminal.lines] == rows
