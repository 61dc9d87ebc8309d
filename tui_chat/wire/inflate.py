"""Decompresses a body in bounded pieces: 400 KB can hold 1.3 GB, so a reader must be able to stop."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

PIECE = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


class Inflater:
    """Decodes one `Content-Encoding`. After an error, `problem` says what is wrong, and nothing more is returned."""

    def __init__(self, encoding: str = "") -> None:
        self.problem: str | None = None
        named = [part for part in encoding.lower().replace(" ", "").split(",") if part not in ("", "identity")]
        self._encoding = ",".join(named)
        self._started = False
        self._inner = self._new()

    def _new(self, *, raw: bool = False) -> zlib._Decompress | None:
        match self._encoding:
            case "":
                return None
            case "gzip" | "x-gzip":
                return zlib.decompressobj(_GZIP)
            case "deflate":
                return zlib.decompressobj(-zlib.MAX_WBITS if raw else zlib.MAX_WBITS)
            case _:
                self.problem = f"The server compressed its answer with {self._encoding[:40]}, which was not asked for."
                return None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The decoded bytes, at most 64 KiB at a time."""
        if self.problem is not None or not data:
            return
        if self._inner is None:
            yield data
            return
        try:
            yield from self._inflate(self._inner, data)
        except zlib.error:
            self.problem = "The server's compressed answer is damaged."

    def _inflate(self, inner: zlib._Decompress, data: bytes) -> Iterator[bytes]:
        while data:
            try:
                piece = inner.decompress(data, PIECE)
            except zlib.error:
                if self._started or self._encoding != "deflate":
                    raise
                # "deflate" is a zlib stream by the standard and a bare one in practice
                inner = self._inner = self._new(raw=True) or inner
                piece = inner.decompress(data, PIECE)
            self._started = True
            if piece:
                yield piece
            data = inner.unconsumed_tail
            if inner.eof and inner.unused_data.strip(b"\0"):
                data = inner.unused_data  # gzip members may follow each other
                inner = self._inner = self._new() or inner
