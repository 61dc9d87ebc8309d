"""The terminal on Linux and macOS, in place of Textual 8.2.8's driver, whose faults these are:

- A byte of the input that surprises its input thread ends the program, with exit code 0 and a foreign traceback.
- A terminal that is gone ends its threads, and then the program waits for them for ever. Nothing notices the end of
  the input.
- Any SIGCONT starts the application mode once more, with a second pair of threads; a closed terminal sends one.
- A terminal that does not read blocks the event loop, and with it the end of the program.
- The size comes from `$COLUMNS` and `$LINES` where these are exported, whatever the terminal says.
- Mouse reports in pixels stay on.
- What it writes puts some emoji on other columns than the terminal does (see emoji_columns.py).
"""

from __future__ import annotations

import contextlib
import contextvars
import fcntl
import os
import selectors
import signal
import sys
import termios
import tty
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TextIO, cast

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size

from tui_chat.core.escape_delay import LOCAL_S
from tui_chat.ui.textual_fixes.input_flood import newest
from tui_chat.ui.textual_fixes.input_parser import InputParser
from tui_chat.ui.textual_fixes.terminal_background import QUESTION, understands
from tui_chat.ui.textual_fixes.terminal_title import RESTORE_TITLE, SAVE_TITLE, title_sequence
from tui_chat.ui.textual_fixes.terminal_writer import TerminalWriter

POLL_S = 0.1

DRAIN_S = 0.5
"""Seconds in which the terminal has to take the last bytes. What it has not taken by then is dropped."""

MOUSE_PIXELS_OFF = "\x1b[?1016l"
RESTORE = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    f"{MOUSE_PIXELS_OFF}\x1b[?2026l\x1b[0m\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""What leaves a terminal as it was, whatever was on: paste, no wrapping, sizes, mouse, a frame that was begun, colours,
the keyboard's protocol, the alternate screen, a hidden cursor, focus reports."""

DEFAULT_SIZE = (80, 24)

MANY = 20
"""Failures of the input, one after another, that are no accident any more: without keys the user could not quit."""


class Owner(Protocol):
    """The app's reactions to its terminal. Both are called on the event loop."""

    def terminal_lost(self) -> None:
        """It was closed, or its input ended."""

    def fail(self, error: BaseException) -> None:
        """A failure that cannot be repaired."""


class GuardedDriver(LinuxDriver):
    """Textual's driver with a guarded input and output, which always ends."""

    _writer: TerminalWriter | None = None
    """Set while the application mode is on."""
    _title = ""
    """The terminal's title in application mode; "" leaves it alone."""
    _stopped_for_shell = False
    """SIGTSTP has ended the application mode, so SIGCONT has to start it again."""

    def __init__(self, app: App[Any], **more: Any) -> None:
        super().__init__(app, **more)
        self._owner = cast(Owner, app)
        self._screen = cast(TextIO, self._file)
        self._context = contextvars.copy_context()
        self._raw: list[Any] | None = None
        """The terminal's mode while the application mode is on."""

    def _on_loop(self, call: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is left to notify
            self._loop.call_soon_threadsafe(call, context=self._context.copy())

    def _lost(self) -> None:
        self._on_loop(self._owner.terminal_lost)

    def _get_terminal_size(self) -> tuple[int, int]:
        for descriptor in (self.fileno, self._screen.fileno()):
            with contextlib.suppress(OSError):
                columns, rows = os.get_terminal_size(descriptor)
                return columns or DEFAULT_SIZE[0], rows or DEFAULT_SIZE[1]
        return DEFAULT_SIZE

    # Output

    def write(self, data: str) -> None:
        if self._writer is None:
            return
        if not data.isascii():
            from tui_chat.ui.textual_fixes.emoji_columns import steadied

            data = steadied(data)
        self._writer.write(data)

    def set_title(self, title: str) -> None:
        """Give the terminal a title. It has its own again whenever it is given back."""
        if not self._title:
            self.write(SAVE_TITLE)
        self._title = title
        self.write(title_sequence(title))

    @property
    def behind(self) -> bool:
        """Whether the terminal takes less than it is given: a frame should be left out."""
        return self._writer is not None and self._writer.behind

    def when_caught_up(self, call: Callable[[], object]) -> None:
        """Call this on the event loop once the terminal has taken all it was given."""
        if self._writer is not None:
            self._writer.when_caught_up(lambda: self._on_loop(call))

    @property
    def is_lent(self) -> bool:
        """Whether another program has the terminal, for as long as `App.suspend` runs."""
        return not self._auto_restart

    # The application mode

    def start_application_mode(self) -> None:
        if self._writer is not None:
            return
        self._writer = TerminalWriter(self._screen.fileno(), self._screen.encoding, self._lost)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:
            # Textual's own: it was never given anything.
            self._writer_thread.stop()
            self._writer_thread = None
        if getattr(self._app, "asks_ground", False) and understands(os.environ):
            self.write(QUESTION)
        if self._title:  # it was lent to another program
            self.write(SAVE_TITLE + title_sequence(self._title))
        try:
            self._raw = termios.tcgetattr(self.fileno)
        except termios.error:
            self._lost()  # Textual continues silently

    def stop_application_mode(self) -> None:
        if self._writer is None:
            return
        # Written from the background, a terminal with `stty tostop` would stop the process at its very end.
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        if not self._in_foreground():
            self.attrs_before = None  # the terminal's mode is the shell's business now
        if self._mouse_pixels:
            self.write(MOUSE_PIXELS_OFF)
        if self._title:
            self.write(RESTORE_TITLE)
        super().stop_application_mode()

    def close(self) -> None:
        writer = self._writer
        if writer is not None:
            # It stays ours meanwhile: a terminal that reads slowly is given back by `restore_now` in the end.
            if not writer.finish(DRAIN_S):
                writer.force(self._restore())
            self._writer = None
            writer.close()
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)

    def restore_now(self) -> None:
        """Give the terminal back at once, from any thread, whatever else hangs. Nothing is drawn afterwards."""
        writer, attributes = self._writer, self.attrs_before
        if writer is None:
            return
        if attributes is not None and self._in_foreground():
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, attributes)
        writer.force(self._restore())

    def _restore(self) -> bytes:
        return ((RESTORE_TITLE if self._title else "") + RESTORE).encode()

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:  # not our controlling terminal: no other job to stop
            return True

    # Job control

    def _sigtstp_application(self, *_: Any) -> None:
        if self._auto_restart:
            self.suspend_application_mode()
            self._stopped_for_shell = self._must_signal_resume = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_: Any) -> None:
        if self._stopped_for_shell:
            self._stopped_for_shell = False
            self.resume_application_mode()
        elif self._auto_restart and self._writer is not None:
            # Stopped from outside, or the terminal was closed. The shell may have used the terminal meanwhile.
            self._on_loop(self._look_again)

    def _look_again(self) -> None:
        """The terminal's mode, its size and what is on it, once more; from the background this stops us again."""
        if self._raw is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._raw)
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))
        self._app.refresh()

    # Input

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except BaseException as error:
            self._on_loop(partial(self._owner.fail, error))

    def run_input_thread(self) -> None:
        escape_s = float(getattr(self._app, "escape_s", None) or LOCAL_S)
        parser, failures = InputParser(self._debug, escape_s=escape_s, typed_ahead=self._typed_ahead()), 0
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                data = self._read() if selector.select(parser.wait_s(POLL_S)) else None
                if data == b"":
                    self._lost()
                    return
                try:
                    for event in newest(parser.feed(data) if data else parser.tick()):
                        self.process_message(event)
                    failures = 0 if data else failures
                except Exception:
                    # Whatever it was that could not be read: it is dropped, and the next key counts again.
                    parser, failures = InputParser(self._debug, escape_s=escape_s), failures + 1
                    if failures == MANY:
                        raise

    def _read(self) -> bytes:
        """The input read; empty if the terminal is gone."""
        try:
            return os.read(self.fileno, 1 << 12)
        except OSError:
            return b""

    def _typed_ahead(self) -> int:
        """The bytes that were typed before the terminal was switched to single keys, just before this thread began."""
        if self.attrs_before is None or not self.attrs_before[tty.IFLAG] & termios.ICRNL:
            return 0
        with contextlib.suppress(OSError):
            return int.from_bytes(fcntl.ioctl(self.fileno, termios.FIONREAD, bytes(4)), sys.byteorder)
        return 0
