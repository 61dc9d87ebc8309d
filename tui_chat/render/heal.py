"""Half-typed Markdown: this file owns what is shown of marks whose other half has not come yet.

Only the picture of the line under way depends on it. What is closed is always drawn from the text as it is.
"""

from __future__ import annotations

import re

LONGEST = 4_096
"""Characters of a paragraph above which nothing is healed: looking for halves would cost more than it shows."""

_TOKEN = re.compile(r"\\.|`+|\*+|_+|~+|\[|\]\(?|\n", re.DOTALL)
_DESTINATION = re.compile(r"[^\s)]*(?:\s+\"[^\"]*)?")


def healed(content: str) -> str:
    """A paragraph's source with what is open at its end closed: emphasis, code, the address of a link.

    An opening mark with nothing behind it is left out, so that no stray star blinks.
    """
    if len(content) > LONGEST or not any(mark in content for mark in "`*_~["):
        return content
    return _Healer(content).heal()


class _Healer:
    def __init__(self, content: str) -> None:
        self._content = content
        self._open: list[str] = []
        self._at = 0

    def heal(self) -> str:
        content = self._content
        while match := _TOKEN.search(content, self._at):
            self._at = match.end()
            cut = self._token(match[0], match.start())
            if cut is not None:
                return cut
        return content.rstrip(" ") + self._closers()

    def _closers(self) -> str:
        return "".join(reversed(self._open))

    def _token(self, mark: str, start: int) -> str | None:
        """Take one mark into account; the healed whole where nothing can follow it."""
        if mark[0] in "\\\n[":
            return None
        if mark[0] == "`":
            return self._code(mark, start)
        if mark[0] == "]":
            return self._link(mark, start)
        if self._at == len(self._content):
            return self._content[:start].rstrip(" ") + self._closers()
        self._emphasis(mark, start)
        return None

    def _code(self, mark: str, start: int) -> str | None:
        closing = re.compile(f"(?<!`){mark}(?!`)").search(self._content, self._at)
        if closing is not None:
            self._at = closing.end()
            return None
        inside = self._content[self._at :].rstrip("`")
        if not inside.strip():
            return self._content[:start].rstrip(" ") + self._closers()
        return f"{self._content[:start]}{mark}{inside}{mark}{self._closers()}"

    def _link(self, mark: str, start: int) -> str | None:
        """`[text](https://exa`: the text as a link, without the address running through the line."""
        if mark != "](" or _DESTINATION.fullmatch(self._content, self._at) is None:
            return None
        return f"{self._content[:start]}](#){self._closers()}"

    def _emphasis(self, mark: str, start: int) -> None:
        before = self._content[start - 1 : start]
        after = self._content[self._at : self._at + 1]
        if mark in self._open and not before.isspace():
            while self._open.pop() != mark:
                pass
            return
        inside_word = mark[0] == "_" and before.isalnum()
        if after.strip() and not inside_word and len(mark) <= 3 and mark != "~":
            self._open.append(mark)
