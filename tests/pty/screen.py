"""pyte's terminal with short ways for what programs write most.

pyte takes one character at a time, which was half the time of these tests. Whatever is not common is left to it.
"""

from __future__ import annotations

import re

import pyte
from pyte import modes
from pyte.screens import Char
from wcwidth import wcwidth

_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([A-HJKLMPXdfm])")
"""A control sequence that is complete, with nothing but numbers in it."""


class Screen(pyte.Screen):
    """Draws characters of one cell from a store of cells, and works out each change of colours once."""

    def __init__(self, columns: int, lines: int) -> None:
        self._cells: dict[Char, dict[str, Char]] = {}
        self._renditions: dict[tuple[Char, Char, tuple[int, ...]], Char] = {}
        super().__init__(columns, lines)

    def draw(self, data: str) -> None:
        cursor = self.cursor
        if cursor.x + len(data) > self.columns or modes.IRM in self.mode or self.charset:
            super().draw(data)
            return
        line, known = self.buffer[cursor.y], self._cells.setdefault(cursor.attrs, {})
        self.dirty.add(cursor.y)
        for at, char in enumerate(data):
            cell = known.get(char)
            if cell is None:
                if wcwidth(char) != 1:
                    super().draw(data[at:])
                    return
                cell = known[char] = cursor.attrs._replace(data=char)
            line[cursor.x] = cell
            cursor.x += 1

    def select_graphic_rendition(self, *attrs: int) -> None:
        key = self.cursor.attrs, self.default_char, attrs
        if key not in self._renditions:
            super().select_graphic_rendition(*attrs)
            self._renditions[key] = self.cursor.attrs
        self.cursor.attrs = self._renditions[key]


class Stream(pyte.ByteStream):
    """Reads complete sequences of numbers at once."""

    def feed(self, data: bytes) -> None:  # type: ignore[override]
        assert self.listener is not None
        if not self.use_utf8:
            super().feed(data)
            return
        text, at = self.utf8_decoder.decode(data), 0
        while at < len(text):
            if self._taking_plain_text:
                if plain := self._text_pattern.match(text, at):
                    self.listener.draw(plain.group())
                    at = plain.end()
                    continue
                if sequence := _SEQUENCE.match(text, at):
                    numbers, final = sequence.groups()
                    handle = getattr(self.listener, self.csi[final])
                    handle(*(min(int(number or 0), 9999) for number in numbers.split(";")))
                    at = sequence.end()
                    continue
            self._taking_plain_text = self._send_to_parser(text[at])
            at += 1
