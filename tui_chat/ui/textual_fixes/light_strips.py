"""Strips without unused caches. Textual 8.2.8 gives each line of the screen seven caches when it is made, and
nearly all lines are written once and dropped: making the caches took a twentieth of a frame and a kilobyte a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.segment import Segment
from textual.cache import FIFOCache
from textual.strip import Strip

_SIZES: Mapping[str, int] = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}


def install() -> None:
    """From here on a line makes a cache when it is first asked for it."""
    if set(_SIZES) < set(Strip.__slots__):  # else Textual has changed, and keeps its own way
        Strip.__init__ = _init  # type: ignore[method-assign]
        Strip.__getattr__ = _cache  # type: ignore[attr-defined]


def _init(self: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    self._segments = list(segments)
    self._cell_length = cell_length
    self._render_cache = self._link_ids = self._cell_count = None


def _cache(self: Strip, name: str) -> FIFOCache[object, object]:
    """What Python asks for an attribute that was never set."""
    if name not in _SIZES:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
    made: FIFOCache[object, object] = FIFOCache(_SIZES[name])
    setattr(self, name, made)
    return made
