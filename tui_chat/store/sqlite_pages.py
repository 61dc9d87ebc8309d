"""Reads the pages of an SQLite file without SQLite, which gives up at the first invalid one.

Format: https://www.sqlite.org/fileformat2.html. It reads what this program writes: UTF-8, with a log next to the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import BinaryIO

from tui_chat.core.quick_dataclass import dataclass

TABLE_LEAF, INDEX_LEAF, INDEX_INNER = 0x0D, 0x0A, 0x02
PAGE_SIZE = 4096
"""SQLite's default for a new file, in case the header is lost."""

_SIZES = frozenset(2**power for power in range(9, 17))
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_DEEPEST = 1_000_000
"""Pages of one value after which a chain counts as a circle."""

Value = str | bytes | int | float | None


@dataclass(frozen=True, slots=True)
class Record:
    """One row. `row` is None in an index. `whole`: its end is not missing."""

    row: int | None
    values: tuple[Value, ...]
    whole: bool


@dataclass(slots=True)
class Pages:
    """The pages of a file; those in its log (`-wal`) replace older ones."""

    file: BinaryIO
    size: int
    count: int
    newer: dict[int, bytes] = field(default_factory=dict)

    def page(self, number: int) -> bytes:
        """b"" if there is no such page, or the disk cannot read it."""
        if (newer := self.newer.get(number)) is not None:
            return newer
        if not 0 < number <= self.count:
            return b""
        try:
            self.file.seek((number - 1) * self.size)
            return self.file.read(self.size)
        except OSError:
            return b""

    @property
    def lack_end(self) -> bool:
        """Whether the file was longer once, by its own word."""
        head = self.page(1)[:32]
        return len(head) == 32 and struct.unpack_from(">I", head, 28)[0] > max([self.count, *self.newer])

    def records(self) -> Iterator[Record]:
        """Every row of every page that can be read."""
        last = max([self.count, *self.newer])
        for number in range(1, last + 1):
            yield from self._of_page(self.page(number), 100 if number == 1 else 0)

    def _of_page(self, page: bytes, at: int) -> Iterator[Record]:
        kind = page[at] if len(page) > at + 8 else 0
        if kind not in (TABLE_LEAF, INDEX_LEAF, INDEX_INNER):
            return
        cells = struct.unpack_from(">H", page, at + 3)[0]
        first = at + (12 if kind == INDEX_INNER else 8)
        for number in range(min(cells, (len(page) - first) // 2)):
            start = struct.unpack_from(">H", page, first + 2 * number)[0]
            try:
                yield self._cell(page, start + (4 if kind == INDEX_INNER else 0), kind == TABLE_LEAF)
            except (IndexError, struct.error, ValueError, OverflowError):
                continue

    def _cell(self, page: bytes, at: int, is_table: bool) -> Record:
        length, at = _varint(page, at)
        row, at = _varint(page, at) if is_table else (None, at)
        local = self._local(length, is_table)
        payload = page[at : at + local]
        if length > local:
            payload += self._overflow(struct.unpack_from(">I", page, at + local)[0], length - local)
        return Record(row if row is None or row < 2**63 else row - 2**64, *_values(payload, length))

    def _local(self, length: int, is_table: bool) -> int:
        """Bytes of a row that are on its own page."""
        most = self.size - 35 if is_table else (self.size - 12) * 64 // 255 - 23
        if length <= most:
            return length
        least = (self.size - 12) * 32 // 255 - 23
        wanted = least + (length - least) % (self.size - 4)
        return wanted if wanted <= most else least

    def _overflow(self, number: int, length: int) -> bytes:
        """The rest of a row, as far as its pages can be read."""
        found, steps = [], 0
        while number and length > 0 and steps < _DEEPEST:
            page = self.page(number)
            if len(page) < self.size:
                break
            number = struct.unpack_from(">I", page)[0]
            found.append(page[4 : 4 + length])
            length, steps = length - len(found[-1]), steps + 1
        return b"".join(found)


def open_pages(file: BinaryIO, wal: Path | None) -> Pages:
    """The pages of a file and of a log next to it."""
    head = file.read(100)
    size = struct.unpack_from(">H", head, 16)[0] if len(head) == 100 else 0
    size = 2**16 if size == 1 else size
    log = wal.read_bytes() if wal is not None and wal.exists() else b""
    if size not in _SIZES:
        size = struct.unpack_from(">I", log, 8)[0] if len(log) >= 32 else PAGE_SIZE
    size = size if size in _SIZES else PAGE_SIZE
    length = file.seek(0, 2)
    return Pages(file, size, -(-length // size), dict(_frames(log, size)))


def _frames(log: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    """(number, page) of the log's complete transactions, in order."""
    if len(log) < 32 or struct.unpack_from(">I", log, 8)[0] != size:
        return
    order = ">" if log[3] & 1 else "<"
    salts, sums = log[16:24], _sums(log[:24], order, (0, 0))
    waiting: list[tuple[int, bytes]] = []
    for at in range(32, len(log) - size - 23, size + 24):
        number, commit = struct.unpack_from(">II", log, at)
        page = log[at + 24 : at + 24 + size]
        sums = _sums(log[at : at + 8] + page, order, sums)
        if log[at + 8 : at + 16] != salts or struct.unpack_from(">II", log, at + 16) != sums:
            return
        waiting.append((number, page))
        if commit:
            yield from waiting
            waiting = []


def _sums(data: bytes, order: str, before: tuple[int, int]) -> tuple[int, int]:
    one, two = before
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for place in range(0, len(words), 2):
        one = (one + words[place] + two) & 0xFFFFFFFF
        two = (two + words[place + 1] + one) & 0xFFFFFFFF
    return one, two


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9


def _values(payload: bytes, length: int) -> tuple[tuple[Value, ...], bool]:
    """The values of a row up to the first missing one, and whether that is all."""
    end, at = _varint(payload, 0)
    kinds: list[int] = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        width = _INTEGERS.get(kind, 8 if kind == 7 else 0 if kind < 12 else (kind - 12) // 2)
        data = payload[at : at + width]
        whole = len(data) == width
        if not whole and (kind < 12 or not data):
            break
        values.append(_value(kind, data))
        at += width
    return tuple(values), len(payload) == length and len(values) == len(kinds)


def _value(kind: int, data: bytes) -> Value:
    match kind:
        case 0:
            return None
        case 8 | 9:
            return kind - 8
        case 7:
            return float(struct.unpack(">d", data)[0])
        case _ if kind < 12:
            return int.from_bytes(data, "big", signed=True)
        case _ if kind % 2:
            return data.decode("utf-8", "replace")
        case _:
            return data
