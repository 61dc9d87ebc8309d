"""Remembers what Textual works out anew for each message: which methods handle it, and how many arguments these take.

Together that is a twentieth of what a test of the app costs. Where a class has handlers with `@on`, Textual looks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from types import CodeType
from typing import Any

import textual._callback
from textual.message import Message
from textual.message_pump import MessagePump

_known: dict[tuple[type, type, str], Sequence[tuple[type, Any]] | None] = {}
_counts: dict[tuple[CodeType, bool], int] = {}


def _methods(
    pump: MessagePump, name: str, message: Message
) -> Iterable[tuple[type, Callable[[Message], Awaitable[Any]]]]:
    key = (type(pump), type(message), name)
    if key not in _known:
        _known[key] = _named(*key)
    found = _known[key]
    if found is None:
        yield from _own_methods(pump, name, message)
        return
    for cls, method in found:
        if message._no_default_action:
            break
        yield cls, method.__get__(pump, cls)


def _named(pump: type, message: type, name: str) -> Sequence[tuple[type, Any]] | None:
    """Those that are found by their names; None if there are others."""
    for cls in pump.__mro__:
        if vars(cls).get("_decorated_handlers", {}).keys() & set(message.__mro__):
            return None
    found = [(cls, vars(cls).get(f"_{name}") or vars(cls).get(name)) for cls in pump.__mro__]
    return [(cls, method) for cls, method in found if method is not None and not getattr(method, "_textual_on", None)]


def _count(function: Callable[..., Any]) -> int:
    code = getattr(function, "__code__", None)
    if not isinstance(code, CodeType) or hasattr(function, "__wrapped__"):
        return _own_count(function)
    key = (code, hasattr(function, "__self__"))
    if key not in _counts:
        _counts[key] = _own_count(function)
    return _counts[key]


_own_methods = MessagePump._get_dispatch_methods
_own_count = textual._callback._count_parameters
MessagePump._get_dispatch_methods = _methods  # type: ignore[method-assign, assignment]
textual._callback._count_parameters = _count  # type: ignore[assignment]
