"""Writes the output of linear mode: plain words, no colour, no cursor movement.

Standard output carries the conversation. On a terminal it carries notes, too, so that everything is read in order;
otherwise notes go to standard error.
"""

from __future__ import annotations

import contextlib
from typing import TextIO

from tui_chat.cli import output
from tui_chat.cli.whole_words import WordBuffer
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.render.sanitize import safe_text

YOU = "You:"
ASSISTANT = "Assistant:"


class ChatOutput:
    """Writes to `out` and `err`. `gone` is the exit code once `out` is closed, None until then."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._err = err
        self._words = WordBuffer(sentences=True)
        self._speaking = False
        self._last = ""
        self._late: list[str] = []
        self.terminal = out.isatty()
        self.gone: int | None = None

    @property
    def heard(self) -> bool:
        """Whether a person reads the notes, and so wants to know about waiting."""
        return self.terminal or self._err.isatty()

    def said(self, who: str, text: str) -> None:
        """Print one whole message of the conversation."""
        self.piece(who, text)
        self.end()

    def piece(self, who: str, text: str) -> None:
        """Print the next piece of a message; the first one follows the speaker's name."""
        if not text:
            return
        if not self._speaking:
            self._put(f"{who}\n")
            self._speaking = True
        self._put(self._words.feed(text) if self.terminal else repair_surrogates(text))
        self._last = text[-1]

    def pause(self) -> None:
        """Nothing arrived for a while: on a terminal, print the unfinished sentence so far."""
        if self._speaking and self.terminal:
            self._put(self._words.pause())

    def end(self) -> None:
        """End the message's line, then print the notes that arrived meanwhile."""
        if self._speaking:
            self._put(self._words.rest() if self.terminal else "")
            self._put("" if self._last == "\n" else "\n")
            # In a file an empty line parts the messages; on a terminal it would be spoken.
            self._put("" if self.terminal else "\n")
            self._speaking = False
        late, self._late = self._late, []
        for text in late:
            self.note(text)

    def note(self, text: str) -> None:
        """Print a note. On a terminal it waits for the end of the current message."""
        if not self.terminal:
            self._aside(f"tui-chat: {safe_text(text)}\n")
        elif self._speaking:
            self._late.append(text)
        else:
            self._put(f"Note: {safe_text(text)}\n")

    def tell(self, text: str) -> None:
        """Print the output of a command."""
        lines = safe_text(text).rstrip("\n") + "\n"
        if self.terminal:
            self._put(lines)
        else:
            self._aside(lines)

    def last_word(self, text: str) -> None:
        """Print a closing note, always to standard error."""
        self._aside(f"tui-chat: {safe_text(text)}\n")

    def new_line(self) -> None:
        """End the line in which the terminal shows a prompt."""
        if self.terminal:
            self._put("\n")

    def _put(self, text: str) -> None:
        if self.gone is not None:
            return
        try:
            self._out.write(text)
            self._out.flush()
        except BrokenPipeError:
            self._lost(0)
        except OSError as error:
            self._lost(1)
            self.last_word(f"Standard output cannot be written: {error.strerror}.")

    def _lost(self, code: int) -> None:
        self.gone = code
        output.quiet(self._out)

    def _aside(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._err.write(text)
            self._err.flush()
