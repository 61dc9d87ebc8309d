"""Splits an event stream into events, after repairing what httpx-sse cannot read.

httpx-sse loses the first event after a byte order mark and a last one without a blank line, obeys a false charset, and
has no limit. So the bytes are first rewritten into the plainest form of the same events, and only whole events are
passed on. Servers also send an SSE field named `error` (llama.cpp until 2025), bare JSON without `data:` (lemonade),
and events without a blank line between them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import httpx
    from httpx_sse import ServerSentEvent

MIB = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_FIELDS = frozenset({b"data", b"event", b"error", b"id", b"retry"})
_STRAY = 2048
"""Bytes kept of lines that belong to no event: they may be the only hint at what went wrong."""


class StreamFramer:
    """Takes bytes in any split and returns events as soon as they are whole.

    `overflow` is True once one event is longer than `limit` bytes; further bytes are ignored. `stray` is the beginning
    of what belonged to no event.
    """

    def __init__(self, limit: int = 16 * MIB) -> None:
        self.overflow = False
        self.stray = b""
        self._limit = limit
        self._line = bytearray()
        self._skip_lf = False
        self._first = True
        self._event = b""
        self._data: list[bytes] = []
        self._size = 0
        self._bare = False
        self._out: list[bytes] = []

    def feed(self, data: bytes) -> list[ServerSentEvent]:
        """The events that these bytes complete, in order."""
        if not data:
            return []
        if (plain := self._plain(data)) is not None:
            return plain
        if self._skip_lf and data[:1] == b"\n":
            data = data[1:]
        self._skip_lf = data.endswith(b"\r")
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._take(bytes(self._line) + line if self._line else line)
            self._line.clear()
        self._keep(rest)
        return self._framed()

    def _plain(self, data: bytes) -> list[ServerSentEvent] | None:
        """Whole events of one `data:` line each, which nearly all are: these need no repair.

        None if the bytes hold anything else, or if earlier bytes are pending.
        """
        if self._first or self._line or self._data or self._event or self._skip_lf or self.overflow:
            return None
        if not data.endswith(b"\n\n") or b"\r" in data or len(data) > self._limit:
            return None
        lines = data[:-2].split(b"\n\n")
        if not all(line.startswith(b'data: {"') and b"\n" not in line for line in lines):
            return None
        return _events([line[6:].decode("utf-8", "replace") for line in lines])

    def close(self) -> list[ServerSentEvent]:
        """End the stream: a last event needs no blank line, and not even a line end."""
        if self._line:
            self._take(bytes(self._line))
            self._line.clear()
        self._dispatch()
        return self._framed()

    def _keep(self, rest: bytes) -> None:
        if rest and not self.overflow:
            self._line += rest
            self._check(len(self._line))

    def _check(self, size: int) -> None:
        if size > self._limit:
            self.overflow = True
            self._line.clear()
            self._data.clear()

    def _take(self, line: bytes) -> None:
        if self._first:
            line, self._first = line.removeprefix(_BOM), False
        if self.overflow or line[:1] == b":":
            return
        if line:
            self._field(line)
        else:
            self._dispatch()

    def _field(self, line: bytes) -> None:
        """Parse one line as WHATWG does: the name is exactly what precedes the first colon."""
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if self._bare and name in _FIELDS:
            self._end_bare()
        match name:
            case b"data":
                self._add(value)
            case b"event":
                self._event = value
            case b"error":
                self._dispatch()
                self._event = b"error"
                self._add(value)
            case b"id" | b"retry":
                pass
            case _:
                self._other(line)

    def _add(self, value: bytes) -> None:
        """Add one line of data. A complete JSON value followed by another cannot be one value: a blank line is
        missing."""
        starts = value.lstrip()[:1] == b"{" or value.strip() == b"[DONE]"
        ended = self._data and starts and self._data[-1].rstrip()[-1:] == b"}"
        if ended and _parses(b"\n".join(self._data)):
            self._dispatch()
        self._append(value)

    def _append(self, value: bytes) -> None:
        self._data.append(value)
        self._size += len(value) + 1
        self._check(self._size)

    def _other(self, line: bytes) -> None:
        """Handle a line without a field: bare JSON, on one line or many, or something that is no event."""
        start = line.lstrip()[:1]
        done = line.strip() == b"[DONE]"
        fresh = done or (line[:1] == b"{" and not (self._data and self._data[0][:1] == b"["))
        if self._bare and not fresh:
            self._append(line)
        elif start in (b"{", b"[") and (self._bare or not self._data):
            event = self._event
            if self._bare:
                self._dispatch()
            self._event, self._bare = event, not done
            self._append(line)
        else:
            self._stray(line)

    def _end_bare(self) -> None:
        """A field ends bare JSON. What was not JSON was an ignored field of this event."""
        event = b"" if _is_json(self._data) else self._event
        self._dispatch()
        self._event = event

    def _stray(self, line: bytes) -> None:
        if len(self.stray) < _STRAY:
            self.stray += line[: _STRAY - len(self.stray)] + b"\n"

    def _dispatch(self) -> None:
        """End the event. One without data is a keep-alive, not an event."""
        if self._bare and not _is_json(self._data):
            # A field that WHATWG ignores, and whose name happens to begin like JSON.
            self._stray(b"\n".join(self._data))
        elif any(line.strip() for line in self._data):
            head = [b"event: " + self._event] if self._event else []
            self._out += [*head, *(b"data: " + line for line in self._data), b"", b""]
        self._event = b""
        self._data = []
        self._size = 0
        self._bare = False

    def _framed(self) -> list[ServerSentEvent]:
        if not self._out:
            return []
        block, self._out = b"\n".join(self._out), []
        return _frame(block)


def _is_json(lines: list[bytes]) -> bool:
    """Whether a line without `data:` is probably data: JSON, possibly cut off, or `[DONE]`."""
    text = b"\n".join(lines).strip()
    return text == b"[DONE]" or _parses(text) or (text[:1] == b"{" and text[1:].lstrip()[:1] == b'"')


def _parses(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


class _Block:
    """Whole events in their plainest form, as the part of a response that httpx-sse reads.

    A real `httpx.Response` does the same at three times the cost of everything else, for every piece of an answer.
    """

    headers: Mapping[str, str] = MappingProxyType({"content-type": "text/event-stream"})

    def __init__(self, block: bytes) -> None:
        self._text = block.decode("utf-8", "replace")

    def iter_text(self) -> Iterator[str]:
        yield self._text


def _events(texts: Iterable[str]) -> list[ServerSentEvent]:
    from httpx_sse import ServerSentEvent

    return [ServerSentEvent("message", text) for text in texts]


def _frame(block: bytes) -> list[ServerSentEvent]:
    from httpx_sse import EventSource  # not at the top: it loads httpx, which would slow the start

    return list(EventSource(cast("httpx.Response", _Block(block))).iter_sse())
