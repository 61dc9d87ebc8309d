"""Starts the program in a fork of a process that has loaded it.

It is a process of its own, with its own terminal or pipes, signals and exit code. What it does not do is load its
modules, which takes longer than most tests do. How it starts is tested with new processes.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryFile
from typing import IO

PIPE_HOLDS = 60_000

FORKS = hasattr(os, "fork") and hasattr(socket, "SOCK_SEQPACKET") and sys.platform == "linux"


class Forked:
    """A process that was forked. As `subprocess.Popen`, as far as tests need it."""

    def __init__(self, teller: socket.socket) -> None:
        self._teller = teller
        self.pid = int(teller.recv(32))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise TimeoutExpired(str(self.pid), timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._teller], [], [], timeout)[0]:
            self.returncode = int(self._teller.recv(32) or -signal.SIGKILL)
            self._teller.close()
        return self.returncode

    def send_signal(self, number: signal.Signals) -> None:
        """Send a signal to a process that runs. Its pid may be gone: the server takes the end before it tells it."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Process = subprocess.Popen[bytes] | Forked


def run(
    argv: Sequence[str], *, env: Mapping[str, str] = os.environ, stdin: bytes | None = None, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run `python ARGV…` to its end, as `subprocess.run` does. `stdin` None: nothing can be read."""
    with _input(stdin) as given, TemporaryFile() as out, TemporaryFile() as err:
        started = start(argv, (given.fileno(), out.fileno(), err.fileno()), env)
        try:
            code = started.wait(timeout)
        finally:
            started.kill()
            started.wait(timeout)
        return subprocess.CompletedProcess([*argv], code, _written(out), _written(err))


def _input(data: bytes | None) -> IO[bytes]:
    """A pipe that holds the data."""
    if data is None:
        return Path(os.devnull).open("rb")
    assert len(data) < PIPE_HOLDS, "it would wait for a reader"
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as pipe:
        pipe.write(data)
    return os.fdopen(reader, "rb")


def _written(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8")


def start(argv: Sequence[str], streams: tuple[int, int, int], env: Mapping[str, str] = os.environ) -> Process:
    """As `fork`; where there are no forks, a new process."""
    if FORKS:
        return fork(argv, streams, env)
    stdin, stdout, stderr = streams
    return subprocess.Popen([sys.executable, *argv], stdin=stdin, stdout=stdout, stderr=stderr, env=env)


def fork(argv: Sequence[str], streams: tuple[int, int, int], env: Mapping[str, str], cwd: Path | None = None) -> Forked:
    """Run `python ARGV…` (`-m MODULE …` or `-c CODE …`) on these streams, in a session of its own."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    request = {"argv": [*argv], "env": {**env}, "cwd": None if cwd is None else str(cwd)}
    with theirs:
        socket.send_fds(server(), [json.dumps(request).encode()], [*streams, theirs.fileno()])
    return Forked(ours)


@cache
def server() -> socket.socket:
    """The server of this process and of its forks, which ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.fork_server", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            cwd=Path(__file__).parents[2],
            env={n: v for n, v in os.environ.items() if not n.startswith("TEXTUAL_")} | {"PYTHONUTF8": "1"},
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours
