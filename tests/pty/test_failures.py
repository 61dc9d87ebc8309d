"""After a bug, wherever it is: our report and no traceback, exit 1, and what was typed and answered is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pty.ending import answering, app, begun, drafts, hanging, kept, modes_left_on
from tests.pty.talker import talker
from tests.support.thorough import some

SECRET = "sk-very-secret"

RAISE = f"raise ValueError('{SECRET}')"
BUGS = {
    "a handler": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
def fails(*_): {RAISE}
KeyHelpScreen.__init__ = fails
""",
    "compose": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
def fails(self): {RAISE}
KeyHelpScreen.compose = fails
""",
    "a callback of the loop": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
import asyncio
def fails(): {RAISE}
made = KeyHelpScreen.__init__
def init(self, *args): asyncio.get_running_loop().call_soon(fails); made(self, *args)
KeyHelpScreen.__init__ = init
""",
    "a timer": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
def fails(): {RAISE}
KeyHelpScreen.on_mount = lambda self: self.set_timer(0.01, fails)
""",
    "a worker": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
async def fails(): {RAISE}
KeyHelpScreen.on_mount = lambda self: self.run_worker(fails())
""",
    "a task": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
import asyncio
async def fails(): {RAISE}
KeyHelpScreen.on_mount = lambda self: asyncio.ensure_future(fails()) and None
""",
    "a thread": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
import threading
def fails(): {RAISE}
KeyHelpScreen.on_mount = lambda self: threading.Thread(target=fails).start()
""",
    "the input thread": f"""
from tui_chat.ui.textual_fixes.driver import GuardedDriver
real = GuardedDriver._read
def fails(self):
    data = real(self)
    if data == b'\\x1bOP': {RAISE}
    return data
GuardedDriver._read = fails
""",
    "the output thread": f"""
from tui_chat.ui.textual_fixes.terminal_writer import TerminalWriter
from tui_chat.ui.screens.key_help import KeyHelpScreen
real = TerminalWriter._write_all
def fails(self, data):
    if b'Keys' in data: {RAISE}
    real(self, data)
TerminalWriter._write_all = fails
""",
    "drawing": f"""
from tui_chat.ui.screens.key_help import KeyHelpScreen
def fails(self, *_): {RAISE}
KeyHelpScreen.render_line = KeyHelpScreen.render_lines = KeyHelpScreen.render = fails
""",
}


NO_EXCEPTIONS = {
    f"{raised}, {place}": f"class Odd(BaseException): ...\n{BUGS[place].replace(RAISE, f'raise {raised}')}"
    for place, raised in (
        ("a handler", "SystemExit(3)"),
        ("a handler", "KeyboardInterrupt"),
        ("compose", "Odd"),
        ("a worker", "SystemExit(3)"),
        ("a callback of the loop", "SystemExit(3)"),
        ("a timer", "KeyboardInterrupt"),
        ("drawing", "SystemExit(3)"),
    )
}


@pytest.mark.parametrize("place", some([*NO_EXCEPTIONS], 3))
def test_what_is_no_exception_ends_in_the_same_way(tmp_path: Path, place: str) -> None:
    bug = NO_EXCEPTIONS[place]
    with talker(hanging) as server, app(tmp_path, "--url", server.url, before=bug) as terminal:
        answering(terminal)
        terminal.send("not sent")
        terminal.press("f1")  # at once, before the draft is kept by itself
        assert terminal.wait_for_exit() == 1
        assert b"has met a bug" in terminal.raw
        assert b"Traceback" not in terminal.raw
        assert modes_left_on(terminal) == set()
    assert kept(tmp_path) == ["question", "the beginning of it"]
    assert drafts(tmp_path) == ["not sent"]


@pytest.mark.parametrize("place", some([*BUGS], 4))
def test_a_bug_ends_in_a_report_and_loses_nothing(tmp_path: Path, place: str) -> None:
    with talker(hanging) as server, app(tmp_path, "--url", server.url, before=BUGS[place]) as terminal:
        answering(terminal)
        terminal.send("not sent")
        terminal.wait_for_text("not sent")
        terminal.press("f1")
        assert terminal.wait_for_exit() == 1
        is_reported(bytes(terminal.raw), tmp_path)
        assert modes_left_on(terminal) == set()
    assert kept(tmp_path) == ["question", "the beginning of it"]
    assert drafts(tmp_path) == ["not sent"]


def is_reported(raw: bytes, home: Path) -> None:
    file = home / "data" / "last-crash.txt"
    assert b"has met a bug" in raw
    assert b"ValueError" in raw
    assert file.name.encode() in raw.replace(b"\r\n", b"")
    assert "ValueError" in file.read_text()
    for told in (raw, file.read_bytes()):
        assert SECRET.encode() not in told
        assert b"Traceback" not in told
    assert b"not sent" not in file.read_bytes()


def test_a_report_that_cannot_be_made_loses_nothing(tmp_path: Path) -> None:
    bug = f"import tui_chat.cli.crash_report as report\ndef fails(*_): {RAISE}\nreport.crash_report = fails"
    with talker(hanging) as server, app(tmp_path, "--url", server.url, before=f"{BUGS['a handler']}{bug}") as terminal:
        answering(terminal)
        terminal.send("not sent")
        terminal.wait_for_text("not sent")
        terminal.press("f1")
        assert terminal.wait_for_exit() == 1
        assert b"has met a bug (ValueError)" in terminal.raw
        assert b"Traceback" not in terminal.raw
        assert modes_left_on(terminal) == set()
    assert kept(tmp_path) == ["question", "the beginning of it"]
    assert drafts(tmp_path) == ["not sent"]


BEFORE = {
    "the first frame": f"""
from tui_chat.ui.screens.chat import ChatScreen
def fails(self): {RAISE}
ChatScreen.compose = fails
""",
    "opening": f"""
import tui_chat.cli.wiring as wiring
def fails(*_): {RAISE}
wiring.wire = fails
""",
    "the command": f"""
import tui_chat.cli.early_config as look
def fails(*_): {RAISE}
look.read_early_config = fails
""",
    "the driver": f"""
from tui_chat.ui.textual_fixes.driver import GuardedDriver
def fails(*_): {RAISE}
GuardedDriver.start_application_mode = fails
""",
}


@pytest.mark.parametrize("bug", BEFORE.values(), ids=BEFORE)
def test_a_bug_at_the_start_is_reported(tmp_path: Path, bug: str) -> None:
    (tmp_path / "data").mkdir()
    with app(tmp_path, "--endpoint", "demo", before=bug) as terminal:
        assert terminal.wait_for_exit() == 1
        is_reported(bytes(terminal.raw), tmp_path)
        assert modes_left_on(terminal) == set()


def test_a_bug_at_the_end_is_reported(tmp_path: Path) -> None:
    bug = f"""
from tui_chat.ui.app import ChatApp
def fails(self): {RAISE}
ChatApp.on_unmount = fails
"""
    with app(tmp_path, "--endpoint", "demo", before=bug) as terminal:
        begun(terminal)
        terminal.send("not sent")
        terminal.wait_for_text("not sent")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 1
        is_reported(bytes(terminal.raw), tmp_path)
    assert drafts(tmp_path) == ["not sent"]


def test_input_that_cannot_be_read_is_dropped(tmp_path: Path) -> None:
    bug = f"""
from tui_chat.ui.textual_fixes.input_parser import InputParser
real = InputParser.feed
def feed(self, data):
    if b'#' in data: {RAISE}
    return real(self, data)
InputParser.feed = feed
"""
    with app(tmp_path, "--endpoint", "demo", before=bug) as terminal:
        begun(terminal)
        terminal.send("before")
        terminal.wait_for_text("before")
        terminal.send("#")
        terminal.wait_for_silence(0.1)
        terminal.send(" after")
        terminal.wait_for_text("before after")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
