"""Closes emphasis, code, formulas and links left open at the end of a growing paragraph.

Only the preview of the line under way depends on this. Committed text is always drawn from the source as it is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.emphasis import flanking
from tui_chat.render.parser import LONGEST_FORMULA, formula_end

LONGEST = 4_096
"""Characters of a paragraph above which nothing is closed: looking for open marks would cost more than it shows."""

LONGEST_LABEL = 120
"""Characters after an open bracket above which it is not a link's, but one in prose."""

NOWHERE = "](#)"
"""Closes the text of a link whose address has not arrived."""

_WHOLE = r"!?\[[^\[\]`*_~\\$]*\]\([^\s()<\\]*\)|`[^`]+`(?!`)"
_TOKEN = lazy_pattern(rf"{_WHOLE}|\\.|\\\Z|\$\$?|`+|\*+|_+|~+|!?\[|(?<![^\s\[(*_])!\Z|\]", re.DOTALL)
"""Single marks; complete plain links and code spans in one step, because a long text has many of them."""


_PARENTHESES = r"\((?:[^\s()\\]|\\.|\([^\s()\\]*\))*\)"
_TARGET = rf"(?:<[^<>\n]*>|(?:[^\s()<\\]|\\.)(?:[^\s()\\]|\\.|{_PARENTHESES})*)?"
_TITLE = r"(?:\s+(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\([^()]*\)))?"
_ADDRESS = lazy_pattern(rf"\(\s*{_TARGET}{_TITLE}\s*\)|\[[^\[\]]*\]")
"""What follows a link's text: an address with an optional title, or a label."""

_OPEN_TITLE = r"(?:\s+(?:\"[^\"]*\"?|'[^']*'?|\([^()]*\)?)?\s*)?"
_HALF_ADDRESS = lazy_pattern(rf"\(\s*(?:<[^<>\n]*>?|[^\s<]\S*)?{_OPEN_TITLE}|\[[^\[\]]*")
"""The beginning of an address. It is tried only where no complete one is, so its brackets need not balance."""

_BEFORE_LINK = lazy_pattern(r"(?<![^\s*_~(\"'|>\[])\[(?![\s^\]]|![^\[])(?![\d\s,;.–-]*\]?\Z)|!\[")
"""Where an open bracket may be a link's: after a space or another mark, before a word. The brackets of `arr[i]`, `[ ]`,
`[^1]`, an alert's `[!NOTE]` and a citation's `[1, 2]` stay."""

_CLOSING = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}


def autoclosed(content: str) -> str:
    """Close everything that is open at the end of a paragraph's source: emphasis, code, formulas, links, addresses."""
    if len(content) > LONGEST or not any(mark in content for mark in "`*_~[\\$!"):
        return content
    return _Autocloser(content).close()


class _Open(NamedTuple):
    """An opening mark, and what closes it; nothing closes a bracket in prose."""

    mark: str
    start: int
    end: int
    closing: str


class _Autocloser:
    def __init__(self, content: str) -> None:
        self._content = content
        self._open: list[_Open] = []
        self._at = 0

    def close(self) -> str:
        while match := _TOKEN.search(self._content, self._at):
            self._at = match.end()
            whole = self._token(match[0], match.start())
            if whole is not None:
                return whole
        return self._until(len(self._content))

    def _until(self, end: int) -> str:
        """The text up to there with all marks closed; those with nothing after them are left out."""
        text = self._content[:end].rstrip(" ")
        while self._open and self._open[-1].closing and len(text) <= self._open[-1].end:
            text = text[: self._open.pop().start].rstrip(" ")
        return text + self._closers()

    def _closers(self) -> str:
        return "".join(mark.closing for mark in reversed(self._open))

    def _token(self, mark: str, start: int) -> str | None:
        """Take one mark into account; the finished result if nothing can follow it."""
        if mark[-1] in ")`" and mark.strip("`"):
            return None
        if mark in ("\\", "!"):
            return self._until(start)
        if mark[0] in "\\$":
            return self._formula(mark, start)
        if mark[0] == "`":
            return self._code(mark, start)
        if mark[-1] == "[":
            return self._bracket(mark, start)
        if mark == "]":
            return self._link(start)
        return self._emphasis(mark, start)

    def _code(self, mark: str, start: int) -> str | None:
        closing = re.compile(f"(?<!`){mark}(?!`)").search(self._content, self._at)
        if closing is not None:
            self._at = closing.end()
            return None
        inside = self._content[self._at :].rstrip("`")
        if not inside.strip():
            return self._until(start)
        return f"{self._content[:start]}{mark}{inside}{mark}{self._closers()}"

    def _formula(self, mark: str, start: int) -> str | None:
        """Close a formula on its own line if it was opened on one: there the closing mark will be."""
        end = formula_end(self._content, start)
        self._at = end or self._at
        inside = self._content[self._at :]
        if mark == "$" and not end and not inside:
            return self._until(start)
        if end or mark not in _CLOSING or _CLOSING[mark] in inside or not self._may_be_formula(mark, start):
            return None
        inside = inside.rstrip("\\$ \n")
        if not any(map(str.isalnum, inside)):
            return self._until(start)
        space = "\n" if inside.lstrip(" ").startswith("\n") else " " if inside.startswith(" ") else ""
        return f"{self._content[:start]}{mark}{inside}{space}{_CLOSING[mark]}{self._closers()}"

    def _may_be_formula(self, mark: str, start: int) -> bool:
        """Dollars in prose are money, except at the beginning of a line; a backslash inside a word only escapes."""
        before = self._content[:start].rstrip(" ")[-1:] if mark == "$$" else self._content[start - 1 : start]
        near = len(self._content) - start < LONGEST_FORMULA
        return near and (before in ("", "\n") or (mark != "$$" and not before.isalnum()))

    def _bracket(self, mark: str, start: int) -> str | None:
        if self._at == len(self._content) and (mark == "![" or not self._content[start - 1 : start].isalnum()):
            return self._until(start)
        near = len(self._content) - start <= LONGEST_LABEL
        closing = NOWHERE if near and _BEFORE_LINK.match(self._content, start) else ""
        self._open.append(_Open("[", start, self._at, closing))
        return None

    def _link(self, start: int) -> str | None:
        """The end of a link's text: an incomplete address is left out, or it would scroll through the line."""
        index = max((index for index, opening in enumerate(self._open) if opening.mark == "["), default=None)
        if index is None:
            return None
        opening = self._open[index]
        if self._at == len(self._content) and opening.closing:
            return self._until(start)
        address = _ADDRESS.match(self._content, self._at)
        if address is None and _HALF_ADDRESS.fullmatch(self._content, self._at):
            self._open[index:] = [opening._replace(closing=NOWHERE)]
            return self._until(start)
        self._open[index:] = self._open[index + 1 :] if address is None else []
        self._at = self._at if address is None else address.end()
        return None

    def _emphasis(self, mark: str, start: int) -> str | None:
        if self._at == len(self._content):
            return self._until(start)
        can = flanking(self._content, start, self._at, len(self._content))
        if can.closes and any(opening.mark == mark for opening in self._open):
            while self._open.pop().mark != mark:
                pass
            return None
        if can.opens and len(mark) <= 3 and mark != "~":
            self._open.append(_Open(mark, start, self._at, mark))
        return None
