"""The request fields that the demo accepts, with pydantic's error messages for invalid values."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping
from typing import Any

from tui_chat.core.quick_dataclass import dataclass

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One entry of a 422's `detail`: `{"type", "loc", "msg", "input"}`."""

    type: str
    place: Place
    message: str
    found: Any


def _number(low: float, high: float) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            return "float_type: Input should be a valid number"
        if value < low:
            return f"greater_than_equal: Input should be greater than or equal to {low:g}"
        return f"less_than_equal: Input should be less than or equal to {high:g}" if value > high else None

    return check


def _count(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "int_type: Input should be a valid integer"
    return "greater_than_equal: Input should be greater than or equal to 0" if value < 0 else None


def _string(value: Any) -> str | None:
    return None if isinstance(value, str) else "string_type: Input should be a valid string"


def _flag(value: Any) -> str | None:
    """The text "True" is let through: Azure takes it, as its notebook for Mistral shows."""
    valid = isinstance(value, bool) or str(value).lower() in ("true", "false")
    return None if valid else "bool_parsing: Input should be a valid boolean, unable to interpret input"


def _stop(value: Any) -> str | None:
    texts = [value] if isinstance(value, str) else value
    valid = isinstance(texts, list) and all(isinstance(text, str) for text in texts)
    return None if valid else "list_type: Input should be a valid list"


def _anything(_: Any) -> str | None:
    return None


BODY: Mapping[str, Callable[[Any], str | None]] = {
    "messages": _anything,
    "model": _string,
    "temperature": _number(0, 2),
    "top_p": _number(0, 1),
    "max_tokens": _count,
    "stream": _flag,
    "stop": _stop,
    "random_seed": _count,
    "safe_prompt": _flag,
    "presence_penalty": _number(-2, 2),
    "frequency_penalty": _number(-2, 2),
    "response_format": _anything,
    "tools": _anything,
    "tool_choice": _anything,
}
"""Mistral's own fields. `seed`, `stream_options`, `user` and the like are not among them, which is the point."""

MESSAGE: Mapping[str, tuple[str, ...]] = {
    "system": ("role", "content"),
    "user": ("role", "content"),
    "assistant": ("role", "content", "tool_calls", "prefix"),
    "tool": ("role", "content", "tool_call_id", "name"),
}


def unknown(data: Mapping[str, Any], known: Container[str], place: Place) -> list[FieldProblem]:
    """One problem for each field that the server does not know."""
    message = "Extra inputs are not permitted"
    return [
        FieldProblem("extra_forbidden", (*place, key), message, value)
        for key, value in data.items()
        if key not in known
    ]


def check(data: Mapping[str, Any]) -> list[FieldProblem]:
    """Missing and invalid values. null is as good as absent, except for `messages`."""
    problems = (
        []
        if data.get("messages") is not None
        else [FieldProblem("missing", ("body", "messages"), "Field required", data)]
    )
    for name, rule in BODY.items():
        value = data.get(name)
        if value is not None and (fault := rule(value)) is not None:
            kind, _, message = fault.partition(": ")
            problems.append(FieldProblem(kind, ("body", name), message, value))
    return problems
