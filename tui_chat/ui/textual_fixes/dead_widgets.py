"""Caches of Textual 8.2.8 that keep dead widgets alive, each with every line that it has painted.

`StylesCache.get_inner_outer` is a method under `lru_cache`, which keeps the last 1,024 of its owners. Every node keeps
the last 1,024 answers to `query_one`, those about removed widgets too. A window that was opened and closed, and a pane
that was shown and hidden, stayed in memory with 0.7 MB each. A reactive value keeps those that watched it until it
changes the next time, and a signal those that subscribed to it until it is published: its callbacks hold the node that
is its weak key. Each field of a form that was ever open stayed so, since selecting text is rare.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual._styles_cache import StylesCache
from textual.cache import LRUCache
from textual.dom import DOMNode
from textual.signal import Signal


def release(roots: Sequence[DOMNode]) -> None:
    """Empty these caches for everything below the roots. What is still needed is recomputed in a microsecond."""
    getattr(StylesCache.get_inner_outer, "cache_clear", lambda: None)()
    for root in roots:
        for node in root.walk_children(with_self=True):
            _empty(node._query_one_cache)
        for watchers in getattr(root, "__watchers", {}).values():
            watchers[:] = [(node, callback) for node, callback in watchers if not node._closing]
        for signal in [value for value in vars(root).values() if isinstance(value, Signal)]:
            for node in [node for node in signal._subscriptions if not node.is_running]:
                signal.unsubscribe(node)


def _empty(cache: LRUCache[Any, Any]) -> None:
    """Each link is emptied: the first one may be older than `gc.freeze`, and would keep alive what it leads to."""
    for link in cache._cache.values():
        link.clear()
    cache.clear()
