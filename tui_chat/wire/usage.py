"""Parses token counts, wherever and under whatever name a server reports them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_chat.core.message import Usage

_USAGE = {
    "prompt_tokens": ("prompt_tokens", "input_tokens", "promptTokens"),
    "completion_tokens": ("completion_tokens", "output_tokens", "completionTokens"),
    "total_tokens": ("total_tokens", "totalTokens"),
}

_REASONING = (
    ("completion_tokens_details", "reasoning_tokens"),
    ("output_tokens_details", "reasoning_tokens"),
    ("", "reasoning_tokens"),
)
_CACHED = (
    ("prompt_tokens_details", "cached_tokens"),
    ("input_tokens_details", "cached_tokens"),
    ("", "prompt_cache_hit_tokens"),
    ("", "cache_read_input_tokens"),
    ("", "cached_tokens"),
)
"""OpenAI's places, then those of xAI, DeepSeek, Anthropic behind gateways, and Moonshot."""


def usage_of(chunk: Mapping[str, Any]) -> Usage | None:
    """The usage in a chunk; None if it has none. Groq and Moonshot use places of their own."""
    choices = chunk.get("choices")
    for place in (chunk, chunk.get("x_groq"), *(choices if isinstance(choices, list) else ())):
        usage = place.get("usage") if isinstance(place, dict) else None
        if isinstance(usage, dict):
            counts = {name: _count(usage, keys) for name, keys in _USAGE.items()}
            if any(count is not None for count in counts.values()):
                return Usage(**counts, reasoning_tokens=_part(usage, _REASONING), cached_tokens=_part(usage, _CACHED))
    return None


def _part(usage: Mapping[str, Any], places: tuple[tuple[str, str], ...]) -> int | None:
    """A count in a nested table or among the others; the first place that has one."""
    for table, key in places:
        inner = usage.get(table) if table else usage
        if isinstance(inner, dict) and (count := _count(inner, (key,))) is not None:
            return count
    return None


def _count(usage: Mapping[str, Any], keys: tuple[str, ...]) -> int | None:
    for key in keys:
        value = usage.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e15:
            return int(value)
    return None
