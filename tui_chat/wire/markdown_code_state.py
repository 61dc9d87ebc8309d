"""Tracks whether a position in growing Markdown is inside code: a fence, lines indented after an empty one, or a code
span begun on the same line."""

from __future__ import annotations

import re

from tui_chat.core.lazy_pattern import lazy_pattern

_FENCE = lazy_pattern(r"[ \t>*+\-]*(?:\d+[.)][ \t]+)?(`{3,}|~{3,})(.*)", re.DOTALL)
_INDENT = lazy_pattern(r" {4}| {0,3}\t")
_ITEM = lazy_pattern(r"[ >]*(?:[*+-]|\d+[.)])\s")
_TICKS = lazy_pattern(r"`+")
_LINE_START = 400
"""Characters of a line that are checked for a fence."""


class CodeState:
    """Feed it the text in order; each character is read once, so the cost is linear however often it is asked."""

    def __init__(self) -> None:
        self._fence = ""
        """The run that opened the fence; "" outside of one."""
        self._line = ""
        self._indented = True
        """Whether an indented line would be code: after an empty line or another indented one, but not below an
        item."""
        self._in_item = False
        self._span = 0
        """The length of the backtick run that opened a span on this line; 0 outside of one."""

    def feed(self, text: str) -> None:
        """Add text. A run of backticks must not be split."""
        *lines, rest = text.split("\n")
        for line in lines:
            self._add(line)
            self._end_line()
        self._add(rest)

    @property
    def inside(self) -> bool:
        """Whether the next character is inside code."""
        indented = self._indented and _INDENT.match(self._line)
        return bool(self._fence or self._span or indented or self._opens(self._line))

    def _add(self, text: str) -> None:
        if len(self._line) < _LINE_START:
            self._line += text[:_LINE_START]
        for run in _TICKS.findall(text):
            if not self._span:
                self._span = len(run)
            elif self._span == len(run):
                self._span = 0

    def _end_line(self) -> None:
        if not self._fence:
            self._fence = self._opens(self._line)
        else:
            found = _FENCE.fullmatch(self._line)
            if found is not None and found[1].startswith(self._fence) and not found[2].strip():
                self._fence = ""
        if not self._line.strip():
            self._indented = not self._in_item
        elif not _INDENT.match(self._line):
            self._indented = False
            self._in_item = _ITEM.match(self._line) is not None
        self._line, self._span = "", 0

    @staticmethod
    def _opens(line: str) -> str:
        found = _FENCE.fullmatch(line)
        return found[1] if found is not None and (found[1][0] == "~" or "`" not in found[2]) else ""
