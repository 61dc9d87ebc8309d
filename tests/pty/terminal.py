"""Runs a command in a real terminal (a pty) and looks at what it does there: its bytes, and the screen they make.

    with Terminal(["tui-chat"], size=(80, 24)) as terminal:
        terminal.wait_for_text("Ask")
        terminal.send("hello\\r")

Nothing here sleeps: everything waits for a condition, and says what was on the screen when it did not come.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from tests.pty.screen import Screen, Stream
from tests.support.forked import FORKS, Process, fork

KEYS: Mapping[str, bytes] = {
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "backspace": b"\x7f",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "alt+up": b"\x1b[1;3A",
    "alt+down": b"\x1b[1;3B",
    "alt+right": b"\x1b[1;3C",
    "alt+left": b"\x1b[1;3D",
    "shift+enter": b"\x1b[27;2;13~",
}
"""Keys as a terminal sends them; `ctrl+X` is worked out."""

_TAKE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
try:
    os.execvp(sys.argv[1], sys.argv[1:])
except OSError as error:
    sys.exit(f"{sys.argv[1]}: {error.strerror}")
"""
"""Run before the command, in its process: a pty becomes the controlling terminal only from inside. The other way, a
function between fork and exec, is deprecated since Python 3.12 wherever there are threads."""

_END_OF_APP = b"\x1b[<u"
"""The end of the kitty keyboard protocol, which pyte does not know and would draw as a letter."""


LIMIT_S = 60.0
"""Seconds that a wait may take: generous, for cores that are busy. What is waited for comes at once where it works."""

LAST_BYTES_S = 5.0
"""Seconds for the last bytes where another process has the terminal still; otherwise their end is seen."""


class Terminal:
    """One command in one pty. Use it as a context manager: the command has ended when that is left.

    `size` is (columns, rows). `env` is added to a small environment of its own: HOME is `home`, TERM is
    xterm-256color, and nothing of the caller's but PATH and the language comes along. `fresh` starts Python anew, for
    tests of how the program starts; else a Python command is forked from a process that has loaded the program.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        home: Path | None = None,
        cwd: Path | None = None,
        fresh: bool = False,
    ) -> None:
        self.raw = bytearray()
        self.screen = Screen(*size)
        self._stream = Stream(self.screen)
        self._drawn: list[str] | None = None
        self._closed = False
        self._master, slave = pty.openpty()
        _set_size(slave, size)
        python = FORKS and not fresh and [*command[:1]] == [sys.executable] and command[1] in ("-m", "-c")
        start = _forked if python else _started
        try:
            self._process = start(command, slave, _environment(home, env or {}), cwd)
        except BaseException:
            os.close(self._master)
            raise
        finally:
            os.close(slave)
        os.set_blocking(self._master, False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the command is over; what it wrote last may still be unread."""
        return self._process.poll() is not None

    @property
    def lines(self) -> list[str]:
        """The rows of the screen, without the spaces at their ends."""
        if self._drawn is None:
            self._drawn = [self.line(y) for y in range(self.screen.lines)]
        return [*self._drawn]

    def line(self, y: int) -> str:
        """One row, counted from 0. Not by pyte's `display`: it raises where half a wide character was overwritten."""
        row = self.screen.buffer[y]
        return "".join([row[x].data for x in range(self.screen.columns)]).rstrip()

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.lines)

    def send(self, keys: str | bytes) -> None:
        """Type characters, or bytes as they are. Reads meanwhile, so that neither side waits for the other."""
        data = keys.encode("utf-8", "surrogatepass") if isinstance(keys, str) else keys
        while data:
            self.pump(0)
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self._master, data) :]

    def press(self, *names: str) -> None:
        """Press keys by name: "enter", "ctrl+c", "f2", "alt+up"."""
        for name in names:
            plain = name.removeprefix("ctrl+")
            self.send(KEYS[name] if plain == name else bytes([ord(plain) & 0x1F]))

    def paste(self, text: str) -> None:
        """Paste as a terminal with bracketed paste does."""
        self.send(b"\x1b[200~" + text.encode("utf-8", "surrogatepass") + b"\x1b[201~")

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the terminal; the command is told by the kernel."""
        self.screen.resize(rows, columns)
        self._drawn = None
        _set_size(self._master, (columns, rows))

    def hang_up(self) -> None:
        """Close the terminal's window: the kernel sends SIGHUP and SIGCONT, and reads and writes there fail."""
        os.close(self._master)
        self._master = -1

    def pump(self, timeout: float = 0.05) -> bool:
        """Take what the command wrote; False where nothing came within `timeout` seconds."""
        if self._master < 0:
            time.sleep(timeout)
            return False
        if not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            self._closed = True  # nobody has the other end, and all was read
            return False
        self.raw += data
        self._stream.feed(data.replace(_END_OF_APP, b""))
        self._drawn = None
        return bool(data)

    def wait_for(self, predicate: Callable[[Terminal], object], timeout: float = LIMIT_S, what: str = "") -> None:
        """Read until `predicate` holds. AssertionError with the screen where it does not within `timeout` seconds."""
        end, over = time.monotonic() + timeout, False
        while not predicate(self):
            if over:
                self._give_up(f"the command ended before {what or 'the condition'}")
            if time.monotonic() > end:
                self._give_up(f"not within {timeout} s: {what or 'the condition'}")
            ended = self.ended
            if not self.pump() and ended:
                self.read_the_rest()
                over = True

    def wait_for_text(self, text: str, timeout: float = LIMIT_S) -> None:
        """Read until a text stands on the screen."""
        self.wait_for(lambda terminal: text in terminal.text, timeout, repr(text))

    def wait_for_silence(self, seconds: float = 0.2, timeout: float = LIMIT_S) -> None:
        """Read until nothing has come for `seconds`."""
        end = time.monotonic() + timeout
        while self.pump(seconds):
            if time.monotonic() > end:
                self._give_up(f"still writing after {timeout} s")

    def wait_for_exit(self, timeout: float = LIMIT_S) -> int:
        """Read until the command has ended, and its last byte was read; returns its exit code."""
        self.wait_for(lambda terminal: terminal.ended, timeout, "the end of the command")
        self.read_the_rest()
        return self._process.wait()

    def read_the_rest(self) -> None:
        """Read what a command that has ended wrote last. The kernel hands it over a little later on busy cores."""
        end = time.monotonic() + LAST_BYTES_S
        while not self._closed and self._master >= 0 and time.monotonic() < end:
            self.pump()

    def wait_for_exit_unread(self, timeout: float = LIMIT_S) -> int:
        """Wait for the end of the command without reading what it writes."""
        return self._process.wait(timeout)

    def wait_until_full(self, timeout: float = LIMIT_S) -> None:
        """Wait, without reading, until the terminal takes nothing more."""
        end = time.monotonic() + timeout
        with Path(f"/proc/{self.pid}/fd/2").open("wb") as slave:
            while select.select([], [slave], [], 0)[1]:
                if time.monotonic() > end:
                    self._give_up("the command did not write enough to fill the terminal")
                time.sleep(0.02)

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait_until_stopped(self, timeout: float = LIMIT_S) -> None:
        """Read until job control has stopped the command, as after SIGTSTP."""
        state = Path(f"/proc/{self.pid}/stat")
        self.wait_for(lambda _: state.read_text().rpartition(")")[2].split()[0] == "T", timeout, "the stop")
        while self.pump(0):  # what it wrote just before
            pass

    def _give_up(self, why: str) -> NoReturn:
        raise AssertionError(f"{why}. On the screen:\n{self.text}")

    def close(self) -> None:
        """End the command, with SIGKILL where it is still there, and close the terminal."""
        if not self.ended:
            self._process.kill()
        self._process.wait()
        if self._master >= 0:
            os.close(self._master)
            self._master = -1


def _started(command: Sequence[str], slave: int, env: Mapping[str, str], cwd: Path | None) -> Process:
    return subprocess.Popen(
        [sys.executable, "-ISc", _TAKE_TERMINAL, *command],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        cwd=cwd,
        start_new_session=True,
    )


def _forked(command: Sequence[str], slave: int, env: Mapping[str, str], cwd: Path | None) -> Process:
    return fork(command[1:], (slave, slave, slave), env, cwd)


def _environment(home: Path | None, extra: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV")}
    own = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONUTF8": "1"}
    return kept | own | ({"HOME": str(home)} if home else {}) | dict(extra)


def _set_size(descriptor: int, size: tuple[int, int]) -> None:
    columns, rows = size
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
