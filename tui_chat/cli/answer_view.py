"""Shows an answer on standard output: as it streams, or only once it is complete."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Protocol, TextIO

from tui_chat.cli.whole_words import WordBuffer


class AnswerView(Protocol):
    """The output of an answer's text. Everything here may raise OSError: the reader can be gone at any time."""

    def piece(self, text: str) -> None:
        """Show more of the answer."""
        ...

    def begin_again(self) -> None:
        """The text shown so far was thinking; the answer begins with the next piece."""
        ...

    def pause(self) -> None:
        """Other output follows: clear what may still change until the next piece."""
        ...

    def end(self) -> None:
        """The answer is complete."""
        ...


class PlainView:
    """The answer's Markdown: unchanged into a pipe or a file, made safe on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._words = WordBuffer() if stream.isatty() else None
        self._last = "\n"

    def piece(self, text: str) -> None:
        if text:
            self._last = text[-1]
            self._write(text if self._words is None else self._words.feed(text))

    def begin_again(self) -> None:
        self._write(f"{self._rest()}\n\n")
        self._last = "\n"

    def pause(self) -> None:
        pass

    def end(self) -> None:
        self._write(self._rest() + ("" if self._last == "\n" else "\n"))
        self._last = "\n"

    def _rest(self) -> str:
        return "" if self._words is None else self._words.rest()

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()


class WholeView:
    """Shows nothing; the caller prints the answer at the end."""

    def piece(self, text: str) -> None:
        pass

    def begin_again(self) -> None:
        pass

    def pause(self) -> None:
        pass

    def end(self) -> None:
        pass


def write_line(text: str) -> None:
    """Write a whole line for another program. Raises OSError."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def can_render(environ: Mapping[str, str], platform: str) -> bool:
    """Whether this terminal has colours and a movable cursor."""
    if platform == "win32":
        return bool(environ.get("WT_SESSION") or environ.get("TERM"))
    return environ.get("TERM", "") not in ("", "dumb", "unknown", "emacs")
