"""Caches of Textual 8.2.8 that keep dead widgets alive, each with every line that it has painted.

`StylesCache.get_inner_outer` is a method under `lru_cache`, which keeps the last 1,024 of its owners. Every node keeps
the last 1,024 answers to `query_one`, those about removed widgets too. A window that was opened and closed, and a pane
that was shown and hidden, stayed in memory with 0.7 MB each. A reactive value keeps those that watched it until it
changes the next time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual._styles_cache import StylesCache
from textual.dom import DOMNode


def release(roots: Sequence[DOMNode]) -> None:
    """Empty these caches, for all below the roots. What is still asked for is there again in a microsecond."""
    for cache in (StylesCache.get_inner_outer, *_query_caches(roots)):
        clear = getattr(cache, "cache_clear", None) or getattr(cache, "clear", None)
        if clear is not None:
            clear()
    for root in roots:
        for watchers in getattr(root, "__watchers", {}).values():
            watchers[:] = [(node, callback) for node, callback in watchers if not node._closing]


def _query_caches(roots: Iterable[DOMNode]) -> Iterable[object]:
    for root in roots:
        for node in root.walk_children(with_self=True):
            yield getattr(node, "_query_one_cache", None)
