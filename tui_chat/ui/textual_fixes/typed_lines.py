"""Tells a paste from typing if the terminal does not mark pastes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.ui.textual_fixes.input_tokens import Pasted, Sequence, Text, Token

LONG = 64
"""Characters in one read that are too many to be typed."""
LARGE = 4096
"""Characters from which on a line's end at the end of a text is not an enter key any more."""

_LINE_END = lazy_pattern(r"\r\n|\r")
_SEVERAL_LINES = lazy_pattern(r"[\r\n]\s*[^\s\x00-\x1f\x7f]")
_KEYS = lazy_pattern(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
"""Control characters that are keys of their own and no part of a text."""


_NO_KEY = lazy_pattern(r"\x1b\[(?:[<?IO]|M|\d+;\d+;\d+M)|\x1b\]")
"""Reports of the mouse, of focus and of colours. They come while a paste does, as when it was made with the mouse."""


class TypedLines:
    """Feed it the tokens of each read; `pause_s` of silence ends a paste."""

    def __init__(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._held = ""
        self._several = False
        """The held text has several lines, so it is a paste."""
        self.deadline: float | None = None

    def feed(self, tokens: Iterable[Token], now: float) -> list[Token]:
        """The tokens, with the text of a paste as one `Pasted`. The end of the last text may be held back."""
        found: list[Token] = []
        for token in tokens:
            match token:
                case Text(text):
                    found += self._take(text)
                case Sequence(text) if _NO_KEY.match(text):
                    found.append(token)
                case _:
                    found += self._release()
                    found.append(token)
        self.deadline = now + self._pause_s if self._held else None
        return found

    def expire(self, now: float) -> list[Token]:
        """The held text, once nothing has followed it."""
        if self.deadline is None or now < self.deadline:
            return []
        self.deadline = None
        return list(self._release())

    def _take(self, text: str) -> Iterator[Token]:
        seen = len(self._held.rstrip())
        text, self._held = self._held + text, ""
        while text:
            keys = _KEYS.search(text, seen)
            end = keys.start() if keys else len(text)
            self._several = self._several or _SEVERAL_LINES.search(text, seen, end) is not None
            long = keys is None and end >= LONG and len(set(text[:LONG])) > 1
            if self._several or long:
                self._held = text
                return
            end = keys.end() if keys else end
            yield Text(text[:end])
            text, seen = text[end:], 0

    def _release(self) -> Iterator[Token]:
        text, self._held = self._held, ""
        several, self._several = self._several or len(text) > LARGE, False
        if not text:
            return
        line = text.rstrip("\r\n")
        if several:
            yield Pasted(_LINE_END.sub("\n", text))
            return
        yield Pasted(line)
        if line != text:
            yield Text(text[len(line) :])
