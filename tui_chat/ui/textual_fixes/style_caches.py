"""Colours of borders that keep dead widgets alive, in place of Textual 8.2.8's cache.

`StylesCache.get_inner_outer` is a method under `lru_cache`. That keeps the last 1,024 of its owners, each with every
line that its widget has painted: a window that was opened and closed stayed in memory with 0.6 MB.
"""

from __future__ import annotations

from textual._styles_cache import StylesCache


def release_dead_widgets() -> None:
    """Forget these colours. Two of them are made again in a microsecond when a widget is painted next."""
    clear = getattr(StylesCache.get_inner_outer, "cache_clear", None)
    if clear is not None:
        clear()
