"""Runs a program that prints a key, guarded so that it cannot hang, flood or touch the terminal.

It gets its own session and no standard input, so it cannot read keys typed into the app. Everything it leaves running
is ended with it: a grandchild that kept the pipe open used to hold up the answer for as long as it lived. A thread
waits for it, because asyncio waits for the pipes as well.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import field

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import mask_keys
from tui_chat.wire.errors.server_message import tidy
from tui_chat.wire.masking import Secrets

LIMIT = 64 * 1024
"""Bytes that a key command may print."""

COMPLAINT = 4 * 1024
"""Bytes of its standard error that are read."""

SHOWN = 300
"""Characters of it that are shown."""

LOOK = 0.05
"""Seconds between two checks whether it has ended."""

GRACE = 0.5
"""Seconds to end by itself after being asked to."""


class KeyCommandError(Exception):
    """There is no key. The text says why, without quoting standard output."""


@dataclass
class _Printed:
    out: bytearray = field(default_factory=bytearray)
    err: bytearray = field(default_factory=bytearray)

    def complaint(self) -> str:
        """Its standard error, masked and cut, as the end of a sentence."""
        printed = self.out.decode("utf-8", "replace")
        secrets = Secrets(frozenset({printed.strip(), *printed.split()} - {""}))
        said = tidy(mask_keys(secrets.mask(self.err.decode("utf-8", "replace"))))
        return f" It said: {said[:SHOWN]}{'…' if len(said) > SHOWN else ''}" if said else ""


async def run_key_command(command: Sequence[str], seconds: float) -> str:
    """The command's output, trimmed. Raises KeyCommandError; cancelling kills the command."""
    stop = threading.Event()
    try:
        return await asyncio.to_thread(_run, command, seconds, stop)
    finally:
        stop.set()


def _run(command: Sequence[str], seconds: float, stop: threading.Event) -> str:
    program = command[0]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else None
        raise KeyCommandError(f"The key command {program} could not be started: {reason or 'not a command'}.") from None
    printed = _Printed()
    try:
        code = _watch(process, printed, time.monotonic() + seconds, stop)
    finally:
        _end(process)
    if len(printed.out) > LIMIT:
        raise KeyCommandError(f"The key command {program} printed more than {LIMIT // 1024} KiB, which is no key.")
    if code is None:
        what = f"The key command {program} did not end within {seconds:g} seconds."
    elif code < 0:
        what = f"The key command {program} was ended by signal {-code}."
    elif code:
        what = f"The key command {program} failed with exit code {code}."
    elif key := printed.out.decode("utf-8", "replace").strip():
        return key
    else:
        what = f"The key command {program} printed nothing."
    raise KeyCommandError(what + printed.complaint())


def _watch(process: subprocess.Popen[bytes], printed: _Printed, until: float, stop: threading.Event) -> int | None:
    """Read until the program itself has ended; its exit code, or None if it took too long or printed too much."""
    with selectors.DefaultSelector() as selector:
        for pipe, kept in ((process.stdout, printed.out), (process.stderr, printed.err)):
            assert pipe is not None
            selector.register(pipe, selectors.EVENT_READ, kept)
        while not stop.is_set() and time.monotonic() < until:
            code = process.poll()  # before the pipes are read: what it printed last is in there by then
            came = _read(selector, printed, 0 if code is not None else LOOK)
            if len(printed.out) > LIMIT:
                return None
            if code is not None and not came:
                return code
    return None


def _read(selector: selectors.BaseSelector, printed: _Printed, wait: float) -> bool:
    """Read what arrived; False if nothing did. Excess standard error is discarded."""
    if not selector.get_map():
        time.sleep(wait)
        return False
    came = False
    for key, _ in selector.select(wait):
        data = os.read(key.fd, LIMIT)
        if data:
            key.data.extend(data)
            came = True
        else:
            selector.unregister(key.fileobj)
    del printed.err[COMPLAINT:]
    return came


def _end(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of the program and its children.

    Nothing here waits without a limit: it may run as another user by now (sudo), and ignore our signals.
    """
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    if not hasattr(os, "killpg"):
        process.kill()
        return
    until = time.monotonic() + GRACE
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGTERM)
        while time.monotonic() < until:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(LOOK / 5)
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
