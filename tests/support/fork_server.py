"""Runs Python commands in forks of itself, with the program loaded already. `forked.py` starts it and talks to it.

A request is a JSON object and four file descriptors: the three standard streams, and one to tell what becomes of it.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

MAX_REQUEST = 1 << 20
STREAMS = 3

DEMO_SPEED = "DEMO_SPEED"
"""The variable that says how many times as fast as a model the demo answers in a fork."""


def load() -> None:
    """Load what the program may need, at the rate of frames that it asks Textual for."""
    import tui_chat
    from tui_chat.cli.app import FPS

    for number, default in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:  # in a shell's background job, or under nohup
            signal.signal(number, default)
    os.environ["TEXTUAL_FPS"] = FPS
    for found in pkgutil.walk_packages(tui_chat.__path__, "tui_chat."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    from tui_chat.render.preload import warm

    warm()  # what the program does in a thread soon after its start, and would do in each fork
    asyncio.run(_ask_once())
    assert threading.active_count() == 1, "a fork has no other threads"
    gc.collect()
    gc.freeze()


async def _ask_once() -> None:
    """Have the app answer a prompt, without a terminal: what is worked out once need not be in each fork."""
    from tests.demo.asking import INSTANT
    from tests.ui.harness import chat, text_of
    from tests.waiting import until
    from tui_chat.demo.backend import DemoBackend

    with TemporaryDirectory() as folder:
        async with chat(Path(folder), DemoBackend(INSTANT)) as (app, pilot):
            await pilot.press(*"hello", "enter")
            await until(lambda: "scripted demo" in text_of(app))


class Server:
    """`running` has the socket of each command by its process id."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._running: dict[int, socket.socket] = {}
        self._ends, self._woken = os.pipe()
        os.set_blocking(self._woken, False)

    def serve(self) -> dict[str, Any] | None:
        """Answer requests. Returns the request in each fork, and None where there are no more."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken)
        requests = self._requests.fileno()
        while True:
            ready = select.select([requests, self._ends], [], [])[0]
            if self._ends in ready:
                os.read(self._ends, 4096)
                self._reap()
            if requests in ready:
                data, descriptors, _, _ = socket.recv_fds(self._requests, MAX_REQUEST, STREAMS + 1)
                if not data:
                    return None
                teller = socket.socket(fileno=descriptors.pop())
                if pid := os.fork():
                    self._running[pid] = teller
                    for descriptor in descriptors:
                        os.close(descriptor)
                else:
                    self._leave()
                    request: dict[str, Any] = json.loads(data)
                    become(request, descriptors)
                    with teller:
                        teller.send(str(os.getpid()).encode())
                    return request

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                with self._running.pop(ended[0]) as teller, suppress(OSError):
                    teller.send(str(os.waitstatus_to_exitcode(ended[1])).encode())

    def _leave(self) -> None:
        """In the fork: nothing of the server comes along."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for each in (self._requests, *self._running.values()):
            each.close()
        os.close(self._ends)
        os.close(self._woken)


def become(request: dict[str, Any], streams: list[int]) -> None:
    """Be the process that was asked for: its session, terminal, streams, folder and environment."""
    os.setsid()
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    if os.isatty(0):
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    renew_streams()
    if request["cwd"] is not None:
        os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    tempfile.tempdir = None  # as TMPDIR says
    if speed := os.environ.pop(DEMO_SPEED, ""):
        from tui_chat.demo import pace

        pace.HUMAN = pace.Pace(float(speed))


def renew_streams() -> None:
    """The standard streams as Python makes them for what is open there now."""
    out = {"errors": "surrogateescape", "newline": "\n", "line_buffering": os.isatty(1)}
    err = {"errors": "backslashreplace", "newline": "\n", "line_buffering": True}
    for number, name, more in ((0, "stdin", {"errors": "surrogateescape"}), (1, "stdout", out), (2, "stderr", err)):
        raw = os.fdopen(number, "wb" if number else "rb", closefd=False)
        stream = io.TextIOWrapper(raw, encoding="utf-8", **more)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def run(argv: list[str]) -> NoReturn:
    """What `python ARGV…` does, and its end; only the modules that were loaded are not taken apart, which is slow."""
    kind, what, *more = argv
    sys.argv = [what if kind == "-m" else kind, *more]
    code: object = 0
    try:
        if kind == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if isinstance(code, str):
        print(code, file=sys.stderr)
    with suppress(AttributeError, OSError, ValueError):
        sys.stdout.flush()
    with suppress(AttributeError, OSError, ValueError):
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    load()
    asked = Server(socket.socket(fileno=int(sys.argv[1]))).serve()
    if asked is not None:
        run(asked["argv"])
