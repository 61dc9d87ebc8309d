"""Writes a command's output: sanitized for a terminal, unchanged for a pipe or a file."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import TextIO

from tui_chat.core.recognize_api_keys import mask_keys
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.render.sanitize import safe_line, safe_text


def prepare() -> None:
    """Set standard output to UTF-8 with our own line ends unless it is a terminal; encoding never fails."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def write(pieces: Iterable[str]) -> int:
    """Write pieces to standard output; returns the exit code. If the reader has gone, the run ends quietly with 0."""
    return _written(pieces, safe_text if sys.stdout.isatty() else repair_surrogates)


def _written(pieces: Iterable[str], shown: Callable[[str], str]) -> int:
    try:
        for piece in pieces:
            sys.stdout.write(shown(piece))
        sys.stdout.flush()
    except BrokenPipeError:
        quiet(sys.stdout)
    except OSError as error:
        note(cannot_write(error))
        quiet(sys.stdout)
        return 1
    return 0


def write_styled(text: str) -> int:
    """Write text of our own renderer, which is safe and holds colours. As `write`."""
    return _written([text], lambda piece: piece)


def cannot_write(error: OSError) -> str:
    """The message for a standard output that cannot be written."""
    return f"Standard output cannot be written: {error.strerror}."


def note(text: str, mask: Callable[[str], str] = mask_keys) -> None:
    """Print one line to standard error, masking keys given as arguments."""
    with contextlib.suppress(OSError):
        print(f"tui-chat: {mask(safe_line(text))}", file=sys.stderr)


def tell(text: str) -> None:
    """Print requested lines to standard error unchanged."""
    with contextlib.suppress(OSError):
        sys.stderr.write(safe_text(text))


def columns() -> int | None:
    """The terminal's width in cells; None if standard output is not a terminal."""
    if not sys.stdout.isatty():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except OSError:
        return None


def fitted(line: str, cells: int | None) -> str:
    """Cut a line to a number of cells (None: unlimited), with a mark at the cut."""
    from rich.cells import cell_len

    if cells is None or cell_len(line) <= cells:
        return line
    used = 0
    for end, char in enumerate(line):
        used += cell_len(char)
        if used > max(cells - 1, 0):
            return line[:end] + "…"
    return line


def quiet(stream: TextIO) -> None:
    """The reader is gone: keep Python from complaining when it flushes at exit."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
