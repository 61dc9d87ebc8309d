"""Reads prompts in linear mode. A line that ends in a backslash continues on the next one.

With a terminal on both sides readline edits the line, if Python has it; entered and abandoned lines can be recalled
with the up key. readline is configured to send no sequences of its own.
"""

from __future__ import annotations

import codecs
import contextlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, Protocol, TextIO

from tui_chat.render.sanitize import clean

GOES_ON = "\\"
PROMPT = "> "
MORE = "... "
REMEMBERED = 200
"""Prompts of an opened conversation that the up key recalls."""


class InputLines(Protocol):
    """`interactive`: a person types them. `echoed`: typed text is already visible in the conversation."""

    interactive: bool
    echoed: bool

    def read(self, prompt: str) -> str | None:
        """The next line without its line end; None at the end. Raises KeyboardInterrupt, OSError."""
        ...

    def remember(self, prompts: Iterable[str]) -> None:
        """Let the up key recall earlier prompts."""
        ...


def next_prompt(lines: InputLines) -> str | None:
    """One prompt: lines that end in a backslash, and one more; None at the end."""
    parts: list[str] = []
    while (line := lines.read(MORE if parts else PROMPT)) is not None:
        if not line.endswith(GOES_ON):
            return "\n".join([*parts, line])
        parts.append(line.removesuffix(GOES_ON))
    # What was typed before the end is a prompt all the same.
    return "\n".join(parts) if parts else None


class PipedLines:
    """Lines of a pipe or a file in UTF-8; invalid bytes are replaced, and a byte order mark is dropped."""

    interactive = False
    echoed = False

    def __init__(self, source: BinaryIO | None) -> None:
        self._source = source
        self._first = True

    def read(self, prompt: str) -> str | None:
        line = self._source.readline() if self._source is not None else b""
        if self._first:
            line, self._first = line.removeprefix(codecs.BOM_UTF8), False
        if not line:
            return None
        return line.decode("utf-8", errors="replace").removesuffix("\n").removesuffix("\r")

    def remember(self, prompts: Iterable[str]) -> None:
        pass


class TerminalLines:
    """Lines of a terminal that does its own editing; the prompt goes to `shown`."""

    interactive = True

    def __init__(self, source: TextIO, shown: TextIO, *, echoed: bool) -> None:
        self._source = source
        self._shown = shown
        self.echoed = echoed

    def read(self, prompt: str) -> str | None:
        with contextlib.suppress(OSError):
            self._shown.write(prompt)
            self._shown.flush()
        line = self._source.readline()
        return line.removesuffix("\n") if line else None

    def remember(self, prompts: Iterable[str]) -> None:
        pass


class EditedLines:
    """Lines of a terminal, edited by readline (the module, given as `editor`)."""

    interactive = True
    echoed = True

    def __init__(self, editor: Any) -> None:
        self._editor = editor
        # Both write a sequence at each prompt. Without them a paste of several lines is entered line by line.
        for name in ("enable-bracketed-paste", "enable-meta-key"):
            editor.parse_and_bind(f"set {name} off")

    def read(self, prompt: str) -> str | None:
        try:
            return input(prompt)
        except EOFError:
            return None
        except KeyboardInterrupt:
            # Given up, or struck by mistake: it is one key away.
            self._add(self._editor.get_line_buffer())
            raise

    def remember(self, prompts: Iterable[str]) -> None:
        for prompt in list(prompts)[-REMEMBERED:]:
            for line in prompt.replace("\n", f"{GOES_ON}\n").split("\n"):
                self._add(line)

    def _add(self, line: str) -> None:
        # readline shows some characters raw, and the prompts may come from a foreign file.
        if line.strip() and clean(line) == line:
            with contextlib.suppress(UnicodeError):  # the terminal's encoding has no such letters
                self._editor.add_history(line)


def standard_lines(environ: Mapping[str, str]) -> InputLines:
    """The lines of standard input, as it and this terminal allow."""
    if sys.stdin is None or not sys.stdin.isatty():
        return PipedLines(None if sys.stdin is None else sys.stdin.buffer)
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    if not sys.stdout.isatty():
        return TerminalLines(sys.stdin, sys.stderr, echoed=False)
    editor = None if _edits_itself(environ) else _editor()
    return TerminalLines(sys.stdin, sys.stdout, echoed=True) if editor is None else EditedLines(editor)


def _edits_itself(environ: Mapping[str, str]) -> bool:
    """Emacs edits the line before sending it, and would show a second echo; detected as in bash."""
    term = environ.get("TERM", "")
    return term == "emacs" or (term == "dumb" and bool(environ.get("INSIDE_EMACS")))


def _editor() -> Any:
    try:
        import readline
    except ImportError:  # Windows' console edits lines itself
        return None
    return readline
