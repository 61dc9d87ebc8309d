"""A program in a pty beside the loopback endpoint: this file owns what can be read off the two, and when.

Nothing is emulated: what stands in the bytes that the program writes is on the screen, and an emulator in Python would
take its time too.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.pty.terminal import Terminal

HERE = Path(__file__).parent
SIZE = (120, 40)
IDLE = 0.1
"""The part of a processor that a program at rest may use. A cursor that blinks uses 1 %, and up to 5 % where the
processor sleeps in between; a program at work, half of one."""

IDLE_WATCHED = 0.15
"""The same of one that looks at its loop a hundred times a second."""


class MeasureError(Exception):
    """Something could not be measured; the message says what was waited for."""


class Endpoint:
    """`endpoint.py` in a process of its own. `events` are (name, time of the monotonic clock), oldest first."""

    def __init__(self) -> None:
        self.events: list[tuple[str, float]] = []
        self._rest = b""

    def __enter__(self) -> Self:
        command = [sys.executable, str(HERE / "endpoint.py")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        assert self._process.stdout
        self.fileno = self._process.stdout.fileno()
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}/v1"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def take(self) -> None:
        data = os.read(self.fileno, 1 << 16)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.events += [(name.decode(), float(when)) for name, when in (line.split() for line in lines)]

    def when(self, name: str) -> list[float]:
        """The times of all events of this name since `events` was cleared."""
        return [when for known, when in self.events if known == name]


class Probe(Terminal):
    """A program whose bytes and processor time are looked at."""

    def __init__(
        self, command: Sequence[str], home: Path, endpoint: Endpoint, env: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(command, size=SIZE, home=home, env=env)
        self.endpoint = endpoint
        self.idle = IDLE
        self.came_at = time.monotonic()
        """When the program wrote last."""
        self.entered_at = self.entered_cpu = 0.0
        """When `ask` pressed enter, and the processor time that the program had used by then."""

    def pump(self, timeout: float = 0.05) -> bool:
        """Take what the program or the endpoint said; False where nothing came from either."""
        found = select.select([self._master, self.endpoint.fileno], [], [], timeout)[0]
        if self._master in found:
            try:
                self.raw += os.read(self._master, 1 << 16)
            except OSError:
                raise MeasureError(f"the program ended: {bytes(self.raw[-2000:]).decode(errors='replace')}") from None
            self.came_at = time.monotonic()
        if self.endpoint.fileno in found:
            self.endpoint.take()
        return bool(found)

    def until(self, condition: Callable[[], object], what: str, timeout: float = 60.0) -> float:
        """The time at which a condition came to hold. MeasureError where it does not within `timeout` seconds."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise MeasureError(f"not within {timeout:.0f} s: {what}")
            self.pump(0.02)
        return time.monotonic()

    def shown(self, text: str, since: int = 0, timeout: float = 60.0) -> float:
        """When a text stood on the screen that was not there at `since` bytes."""
        data = text.encode()
        at = since

        def found() -> bool:
            nonlocal at
            start, at = max(at - len(data), since), len(self.raw)
            return self.raw.find(data, start) >= 0

        self.until(found, repr(text), timeout)
        return self.came_at

    def rest(self, seconds: float = 0.3, timeout: float = 60.0) -> float:
        """Wait until the program has done next to nothing for so long; the processor time that it had used before."""
        end = time.monotonic() + timeout
        while True:
            spent, until = self.cpu(), time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                self.pump(left)
            if self.cpu() - spent < self.idle * seconds:
                return spent
            if until > end:
                raise MeasureError(f"not within {timeout:.0f} s: the program at rest")

    def cpu(self) -> float:
        """Seconds of processor time that the process has used, all its threads together."""
        return time.clock_gettime((~self.pid << 3) | 2)  # clock_getcpuclockid(3), which Python does not have

    def rss(self) -> float:
        """Megabytes in memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise MeasureError("no VmRSS")

    def ask(self, prompt: str, number: int) -> int:
        """Send a prompt of the endpoint's, by hand; how many bytes there were before."""
        since = len(self.raw)
        self.endpoint.events.clear()
        self.send(f"{prompt} {number}")
        self.entered_cpu = self.rest(0.15)
        self.entered_at = time.monotonic()
        self.send("\r")
        return since


def installed() -> str:
    """`tui-chat` of this environment, else the first one on the path."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("tui-chat", path=beside) or shutil.which("tui-chat") or "tui-chat"


def tui_chat(endpoint: Endpoint, home: Path, *, watched: Path | None = None, signals: bool = False) -> Probe:
    """The app in a home folder. `watched`: with a watch over its loop that writes there; `signals`: without one, but it
    changes its theme on a signal (watched.py does both)."""
    env = {"TUI_CHAT_DATA_DIR": str(home / "data"), "TUI_CHAT_CONFIG": str(home / "config.toml")}
    command = [sys.executable, str(HERE / "watched.py")] if watched or signals else [installed()]
    env |= {"BENCH_LATE": str(watched)} if watched else {}
    program = [*command, "--url", endpoint.url, "--model", "bench", "--dialect", "compatible", "--continue"]
    app = Probe(program, home, endpoint, env)
    app.idle = IDLE_WATCHED if watched else IDLE
    return app


def minimal(endpoint: Endpoint, home: Path) -> Probe:
    return Probe([sys.executable, str(HERE / "minimal_stream.py"), endpoint.url], home, endpoint)


def raw_loop(endpoint: Endpoint, home: Path) -> Probe:
    return Probe([sys.executable, str(HERE / "raw_loop.py"), endpoint.url], home, endpoint)


def import_conversation(home: Path, text: str) -> None:
    """Put a conversation into the library of a home folder, with `tui-chat import`."""
    file = home / "talk.chat.json"
    file.write_text(text, encoding="utf-8")
    env = {**os.environ, "TUI_CHAT_DATA_DIR": str(home / "data"), "TUI_CHAT_CONFIG": str(home / "config.toml")}
    subprocess.run([installed(), "import", str(file)], check=True, env=env, stdout=subprocess.DEVNULL)
    file.unlink()
