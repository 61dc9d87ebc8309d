"""What hangs keeps nobody: the process ends some seconds after that was asked for, and gives the terminal back."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.pty.ending import app, begun, drafts, modes_left_on
from tests.support.thorough import some

PATIENCE = "import tui_chat.ui.watchdog as dog; dog.Watchdog.arm.__defaults__ = (0.5,)"
"""Half a second in place of five."""

HANGS = {
    "a thread that is asked for nothing": """
import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()
""",
    "work beside the loop, as a keyring": """
from tui_chat.engine.backends import Backends
import asyncio, time
async def aclose(self): self.work = asyncio.ensure_future(asyncio.to_thread(time.sleep, 60))
Backends.aclose = aclose
""",
    "connections that do not close": """
from tui_chat.engine.backends import Backends
import asyncio
async def aclose(self):
    while True:
        try: await asyncio.sleep(60)
        except asyncio.CancelledError: pass
Backends.aclose = aclose
""",
    "a handler on the event loop": """
from textual.app import App
import time
def exit(self, *args, **more): time.sleep(60)
App.exit = exit
""",
    "a terminal that takes its last bytes very slowly": """
from tui_chat.ui.textual_fixes.terminal_writer import TerminalWriter
import time
write_all = TerminalWriter._write_all
def slowly(self, data):
    while b"?1049l" in data and not self._over.is_set(): self._bytes += 1; time.sleep(0.01)
    if not self._over.is_set(): write_all(self, data)
TerminalWriter._write_all = slowly
""",
    "the interpreter's exit": """
import atexit, threading, time; threading._register_atexit(time.sleep, 60)
""",
}


@pytest.mark.parametrize("place", some([*HANGS], 2))
def test_nothing_that_hangs_holds_up_the_end(tmp_path: Path, place: str) -> None:
    with app(tmp_path, "--endpoint", "demo", before=f"{PATIENCE}\n{HANGS[place]}") as terminal:
        begun(terminal)
        terminal.send("not sent")
        terminal.wait_for_text("not sent")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit(5) == 0
        assert modes_left_on(terminal) == set()
        assert b"library took too long" not in terminal.raw
    assert drafts(tmp_path, folded=False) == ["not sent"]


def test_what_could_not_be_kept_is_said(tmp_path: Path) -> None:
    hang = "import time; from tui_chat.ui.shutdown import Shutdown; Shutdown.keep_draft = lambda self: time.sleep(60)"
    with app(tmp_path, "--endpoint", "demo", before=f"{PATIENCE}\n{hang}") as terminal:
        begun(terminal)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit(5) == 1
        assert modes_left_on(terminal) == set()
        assert b"library took too long" in terminal.raw


def test_a_loop_that_hangs_is_ended_by_a_signal(tmp_path: Path) -> None:
    hang = f"""
import pathlib, time
from tui_chat.ui.screens.key_help import KeyHelpScreen
def hangs(*_): pathlib.Path({str(tmp_path / "hangs")!r}).touch(); time.sleep(60)
KeyHelpScreen.__init__ = hangs
"""
    with app(tmp_path, "--endpoint", "demo", before=f"{PATIENCE}\n{hang}") as terminal:
        begun(terminal)
        terminal.press("f1")
        terminal.wait_for(lambda _: (tmp_path / "hangs").exists(), what="the hang")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_for_exit(5) == 128 + signal.SIGTERM
        assert modes_left_on(terminal) == set()
        assert b"library took too long" in terminal.raw
