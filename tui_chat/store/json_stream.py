"""Reads a long JSON list item by item, without holding all of it in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.deep_json import decode_deep
from tui_chat.store.portable import PortableError

_SPACE = " \t\r\n"
_KEPT = 2**20
"""Characters after which the consumed text is dropped."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a value that cannot be read, and is followed by others."""

    reason: str


class NextList:
    """Stands between the items of two lists that follow each other, as in files that were put together."""


class BrokenJsonError(PortableError):
    """A text begins like JSON and is none."""


@dataclass(slots=True)
class JsonStream:
    """`is_list`: the values are the items of a list (a NextList before those of another); else they follow each other,
    as in JSON lines."""

    values: Iterator[object]
    is_list: bool


def json_stream(pieces: Iterator[str]) -> JsonStream | None:
    """The values of a text that arrives in pieces; None if it does not begin like JSON. Raises PortableError.

    Iterating raises it, too, at a value that cannot be read; those before it are whole. In JSON lines an Unreadable
    stands for it, and the next line is read.
    """
    buffer = _Buffer(pieces)
    first = buffer.peek()
    if first == "[":
        buffer.at += 1
        return JsonStream(buffer.items(), is_list=True)
    return JsonStream(buffer.behind_one_another(), is_list=False) if first == "{" else None


class _Buffer:
    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._text = ""
        self._dropped_lines = 0
        self.at = 0

    def peek(self) -> str:
        """The next character that is not white space; "" at the end."""
        while True:
            while self.at < len(self._text) and self._text[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self._text):
                return self._text[self.at]
            if not self._more(1):
                return ""

    def items(self) -> Iterator[object]:
        while True:
            yield from self._items_of_one()
            if self.peek() != "[":
                return
            self.at += 1
            yield NextList()

    def _items_of_one(self) -> Iterator[object]:
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            yield self._value()
            match self.peek():
                case ",":
                    self.at += 1
                case "]":
                    self.at += 1
                    return
                case found:
                    raise self._unreadable(
                        f"expected , or ] but found {found!r}" if found else "it ends too early", self.at
                    )

    def behind_one_another(self) -> Iterator[object]:
        while self.peek():
            try:
                value = self._value()
            except PortableError as error:
                following = self._text.find("\n{", self.at)
                if following < 0:
                    raise
                self.at, value = following, Unreadable(error.message)
            yield value
            if self.peek() == ",":
                self.at += 1

    def _value(self) -> object:
        self.peek()
        while True:
            try:
                value, end = self._decoded()
            except json.JSONDecodeError as error:
                # As much again: a long item is then read two or three times, and not once for each piece.
                if self._more(len(self._text) - self.at):
                    continue
                raise self._unreadable(error.msg, error.pos) from None
            except RecursionError:
                raise PortableError("The text is nested too deeply.") from None
            if end == len(self._text) and not isinstance(value, (dict, list, str)) and self._more(1):
                continue  # a number may continue
            self.at = end
            return value

    def _decoded(self) -> tuple[object, int]:
        try:
            return self._decode(self._text, self.at)
        except json.JSONDecodeError:
            raise
        except (RecursionError, ValueError):
            return decode_deep(self._text, self.at)

    def _more(self, count: int) -> bool:
        """Read at least this many more characters, if there are any. False at the end."""
        if self.at > _KEPT:
            self._dropped_lines += self._text.count("\n", 0, self.at)
            self._text, self.at = self._text[self.at :], 0
        parts, size = [self._text], 0
        while size < count and (piece := next(self._pieces, "")):
            parts.append(piece)
            size += len(piece)
        self._text = "".join(parts)
        return size > 0

    def _unreadable(self, what: str, at: int) -> BrokenJsonError:
        line = self._dropped_lines + self._text.count("\n", 0, at) + 1
        column = at - self._text.rfind("\n", 0, at)
        return BrokenJsonError(
            f"The text is not valid JSON at line {line}, column {column}: {what}."
            " Correct that place, or export the conversation again."
        )


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
