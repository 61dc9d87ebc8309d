"""Reads the part of YAML that libyaml writes by itself: blocks of keys, lists and texts.

A dependency for one kind of file (aichat's sessions) was not worth it. References, tags, flow collections and folded
texts are refused with their line, so nothing grows beyond the file.
"""

from __future__ import annotations

import re

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.store.portable import PortableError

_DEEPEST = 50

_KEY = lazy_pattern(
    r"""(?P<key>'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|(?![-?:](?:[ \t]|$))[^ \t,\[\]{}#&*!|>'"%@`].*?)"""
    r":(?:[ \t]+(?P<rest>.*))?$"
)
_QUOTED = lazy_pattern(r"""('(?:[^']|'')*'|"(?:[^"\\]|\\.)*")[ \t]*(?:#.*)?$""")
_LITERAL = lazy_pattern(r"\|(?P<indent>[1-9]?)(?P<end>[-+]?)(?P<late>[1-9]?)[ \t]*(?:#.*)?$")
_ESCAPE = lazy_pattern(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))")
_NUMBER = lazy_pattern(r"[-+]?(?:\d+|\d*\.\d+|\d+\.)(?:[eE][-+]?\d+)?$")
_ESCAPED = dict(zip('0abtnvfre "/\\N_LP', '\0\a\b\t\n\v\f\r\x1b "/\\\x85\xa0\u2028\u2029', strict=True))
_WORDS: dict[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False, "[]": [], "{}": {}}
_UNICODE_BREAKS = "[\x85\u2028\u2029]"


def parse_block_yaml(text: str) -> object:
    """The value that a text describes. Raises PortableError, and nothing else, if it is no such YAML."""
    reader = _Reader(text)
    value = reader.block(0)
    if reader.peek() is not None:
        raise reader.refused("its indentation fits nothing above")
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self._lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
        self._at = 1 if self._lines[0].rstrip() == "---" else 0

    def refused(self, why: str) -> PortableError:
        return PortableError(f"Line {self._at + 1} of the YAML cannot be read: {why}.")

    def peek(self) -> tuple[int, str] | None:
        """The column and the text of the next line that says something."""
        while self._at < len(self._lines):
            line = self._lines[self._at]
            said = line.lstrip(" ")
            if line.rstrip() == "...":
                break
            if said.strip(" \t") and not said.startswith("#"):
                return len(line) - len(said), said
            self._at += 1
        return None

    def block(self, depth: int) -> object:
        """The list or the keys that begin at the next line."""
        if depth > _DEEPEST:
            raise self.refused("it is nested too deeply")
        begin = self.peek()
        if begin is None:
            return None
        column, said = begin
        return self._list(column, depth) if _is_item(said) else self._keys(column, depth)

    def _list(self, column: int, depth: int) -> list[object]:
        found: list[object] = []
        while (line := self.peek()) is not None and line[0] == column and _is_item(line[1]):
            said = line[1][1:].lstrip(" ")
            if said and (_is_item(said) or _KEY.match(said)):
                inner = column + len(line[1]) - len(said)
                self._lines[self._at] = " " * inner + said
                found.append(self.block(depth + 1))
            else:
                found.append(self._value(said, column, depth, allow_same_column=False))
        return found

    def _keys(self, column: int, depth: int) -> dict[str, object]:
        found: dict[str, object] = {}
        while (line := self.peek()) is not None and line[0] == column and not _is_item(line[1]):
            key = _KEY.match(line[1])
            if key is None:
                raise self.refused('expected is a key, as in "model: …"')
            found[str(self._quoted(key["key"]) or key["key"])] = self._value(key["rest"] or "", column, depth)
        return found

    def _value(self, said: str, column: int, depth: int, *, allow_same_column: bool = True) -> object:
        """What stands behind a key or a dash, or in the lines below it."""
        if literal := _LITERAL.match(said):
            return self._literal(literal, column)
        if said and not said.startswith("#"):
            value = self._scalar(said.rstrip(" \t"))
            self._at += 1
            if (line := self.peek()) is not None and line[0] > column:
                raise self.refused("a value that goes on here was to end in the line above")
            return value
        self._at += 1
        line = self.peek()
        below = line is not None and (
            line[0] > column or (allow_same_column and line[0] == column and _is_item(line[1]))
        )
        return self.block(depth + 1) if below else None

    def _scalar(self, said: str) -> object:
        if (text := self._quoted(said)) is not None:
            return text
        plain = said.split(" #")[0].rstrip(" \t")
        if plain in _WORDS:
            value = _WORDS[plain]
            return value.copy() if isinstance(value, (list, dict)) else value
        if plain[0] in "[]{},&*!|>'\"%@`":
            raise self.refused(f"texts that begin with {plain[0]} are not read here")
        if len(plain) < 40 and _NUMBER.match(plain):
            return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
        return plain

    def _quoted(self, said: str) -> str | None:
        quoted = _QUOTED.match(said)
        if quoted is None:
            return None
        text = re.sub(rf"[ \t]*({_UNICODE_BREAKS})[ \t]*", r"\1", quoted[1][1:-1])
        return text.replace("''", "'") if said[0] == "'" else _ESCAPE.sub(self._character, text)

    def _character(self, escape: re.Match[str]) -> str:
        code = escape[1] or escape[2] or escape[3]
        if code is not None and (number := int(code, 16)) <= 0x10FFFF:
            return chr(number)
        if code is None and escape[4] in _ESCAPED:
            return _ESCAPED[escape[4]]
        raise self.refused(f"{escape[0]} is no character")

    def _literal(self, header: re.Match[str], column: int) -> str:
        """A text over several lines, as they are."""
        self._at += 1
        begin = self._at
        given = header["indent"] or header["late"]
        indent = column + int(given) if given else 0
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.strip(" "):
                own = len(line) - len(line.lstrip(" "))
                indent = indent or max(own, column + 1)
                if own < indent:
                    break
            self._at += 1
        lines = [line[indent:] for line in self._lines[begin : self._at]]
        text = "\n".join(lines)
        if self._at < len(self._lines):
            text += "\n"
        if header["end"] != "+":
            kept = text.rstrip("\n")
            text = kept + "\n" if kept and header["end"] == "" and text != kept else kept
        return re.sub(f"({_UNICODE_BREAKS}) {{{indent}}}", r"\1", text)


def _is_item(said: str) -> bool:
    return said.rstrip(" \t") == "-" or said.startswith("- ")
