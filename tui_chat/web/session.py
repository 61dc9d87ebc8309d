"""One window's app: a process on a pseudo-terminal that survives a reload and ends with its window.

The whole app runs as in any terminal, with its own driver. Textual's driver for the web would leave out what ours does
at the end (a closed terminal, a signal, a crash) and what it keeps from the terminal.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from tui_chat.web.link_pipe import LinkPipe
from tui_chat.web.terminal_modes import TerminalModes

MOST_CELLS = 1000
READ = 65_536
ENDING_S = 3.0
"""Seconds in which a process ends once its terminal is closed; the app needs less than two."""


TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Run in the child: its standard input becomes the terminal that it and its signals belong to. Python code between fork
and exec (`preexec_fn`) would do the same, and may hang in a process with threads."""


class Viewer(Protocol):
    """The window that looks at a session."""

    async def send_bytes(self, data: bytes) -> None: ...

    async def send_str(self, data: str) -> None: ...

    def close(self, *, code: int) -> Awaitable[object]: ...


ENDED, TAKEN, GONE = 4000, 4001, 1001
"""Codes with which a window's connection is closed: the app has ended; another window looks at it now; the server
ends."""


class AppSession:
    """`command` begins with the path of a program. `over` is called once the process has ended."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str], over: Callable[[], None]) -> None:
        self._command = command
        self._environ = environ
        self._over = over
        self._modes = TerminalModes()
        self._viewer: Viewer | None = None
        self._master = -1
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._closing: set[asyncio.Future[object]] = set()
        self._links: LinkPipe | None = None

    async def start(self, width: int, height: int) -> None:
        """Start the app in a terminal of this size. Raises OSError."""
        import pty

        master, slave = pty.openpty()
        links = LinkPipe(self._open_link)
        try:
            _set_size(slave, width, height)
            self._process = subprocess.Popen(  # noqa: ASYNC220 - it takes no time, and asyncio's watches no terminal
                [sys.executable, "-c", TAKE_TERMINAL, *self._command],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env={**self._environ, **links.environ},
                pass_fds=(links.write,),
                start_new_session=True,
            )
        except BaseException:
            os.close(master)
            links.abandon()
            raise
        finally:
            os.close(slave)
        self._master, self._links = master, links
        links.listen()
        os.set_blocking(master, False)
        self._reader = asyncio.create_task(self._read())

    async def show_in(self, viewer: Viewer, width: int, height: int) -> None:
        """Let this window look at it from now on. One that did so before is closed."""
        before, self._viewer = self._viewer, None
        if before is not None:
            self._dismiss(before, TAKEN)
        if modes := self._modes.replay():
            # A fresh terminal in place of the one before: in the same state, and all of it painted again.
            await viewer.send_bytes(modes)
            self._viewer = viewer
            self.resize(max(width - 1, 1), height)
            await asyncio.sleep(0.05)
        self._viewer = viewer
        self.resize(width, height)

    def _open_link(self, message: str) -> None:
        """Have the page of the window that looks at it open a link."""
        if (viewer := self._viewer) is not None:
            self._later(viewer.send_str(message))

    def _dismiss(self, viewer: Viewer, code: int) -> None:
        """Close a window's connection, without waiting for its word that it knows."""
        self._later(viewer.close(code=code))

    def _later(self, sending: Awaitable[object]) -> None:
        task = asyncio.ensure_future(sending)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def leave(self, viewer: Viewer) -> bool:
        """The window is gone. Whether it was the one that looked at it."""
        if self._viewer is not viewer:
            return False
        self._viewer = None
        return True

    async def type(self, data: bytes) -> None:
        """Hand over what was typed."""
        loop = asyncio.get_running_loop()
        while data and self._master >= 0:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                writable = loop.create_future()
                loop.add_writer(self._master, _set, writable)
                try:
                    await writable
                finally:
                    loop.remove_writer(self._master)
            except OSError:
                return

    def resize(self, width: int, height: int) -> None:
        if self._master >= 0:
            with contextlib.suppress(OSError):
                _set_size(self._master, width, height)

    async def end(self) -> None:
        """Close the terminal, like a closed window, and wait until the process has saved its data."""
        process = self._process
        if process is None:
            return
        viewer, self._viewer = self._viewer, None
        if viewer is not None:
            self._dismiss(viewer, GONE)
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGHUP)
        for _ in range(round(ENDING_S / 0.05)):
            if process.poll() is not None:
                break
            await asyncio.sleep(0.05)
        else:
            process.kill()
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        process.wait()
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_reader(self._master, self._ready.set)
        try:
            while True:
                await self._ready.wait()
                self._ready.clear()
                try:
                    data = os.read(self._master, READ)
                except BlockingIOError:
                    continue
                except OSError:  # all of the other end is closed
                    break
                if not data:
                    break
                self._modes.feed(data)
                await self._show(data)
        finally:
            loop.remove_reader(self._master)
            os.close(self._master)
            self._master = -1
            if self._links is not None:
                self._links.close()
        await self._ended()

    async def _show(self, data: bytes) -> None:
        if (viewer := self._viewer) is not None:
            try:
                await viewer.send_bytes(data)
            except (ConnectionError, RuntimeError):
                self.leave(viewer)

    async def _ended(self) -> None:
        assert self._process is not None
        await asyncio.to_thread(self._process.wait)
        viewer, self._viewer = self._viewer, None
        if viewer is not None:
            self._dismiss(viewer, ENDED)
        self._over()


def _set(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _set_size(descriptor: int, width: int, height: int) -> None:
    import fcntl
    import struct
    import termios

    width, height = (min(max(size, 1), MOST_CELLS) for size in (width, height))
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
