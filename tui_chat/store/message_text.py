"""Converts message content of other programs to text without losing anything readable.

Parts without text (pictures, files, tool calls) become JSON in a code block; long data in them, which is unreadable, is
cut and its length given.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.serialize import ShapeError
from tui_chat.core.surrogates import repair_surrogates

GAP = "\n\n"
_LONGEST_DATA = 500
_THOUGHT = lazy_pattern(r"\s*(?:<think>|\[THINK\])\s*(?P<thought>.*?)\s*(?:</think>|\[/THINK\])\s*", re.DOTALL)
_TEXT_KEYS = ("text", "refusal", "content", "result")


def joined(texts: Iterable[str]) -> str:
    """Join texts with an empty line between them; empty ones leave no gap."""
    return GAP.join(text for text in texts if text)


def text_of(content: object, where: str) -> str:
    """A message's content: a text, a list of parts, one part, or null. Raises ShapeError for anything else."""
    match content:
        case None:
            return ""
        case str():
            return repair_surrogates(content)
        case Mapping():
            return _part(content)
        case list():
            return joined(text_of(part, f"{where}[{index}]") for index, part in enumerate(content))
        case _:
            raise ShapeError(where, content, "expected a text or a list of parts")


def _part(part: Mapping[str, Any]) -> str:
    for key in _TEXT_KEYS:
        value = part.get(key)
        if isinstance(value, Mapping):
            value = value.get("value")  # OpenAI's assistants: {"text": {"value": …}}
        if isinstance(value, str):
            return repair_surrogates(value)
    return as_block(part)


def thought_apart(text: str) -> tuple[str, str]:
    """The thinking at the beginning of an answer, if a model wrote it there, and what follows it."""
    found = _THOUGHT.match(text)
    return (found["thought"], text[found.end() :]) if found is not None else ("", text)


def as_block(data: object) -> str:
    """Any plain data as JSON in a code block."""
    written = json.dumps(_shortened(data), ensure_ascii=False, indent=2)
    return f"```json\n{repair_surrogates(written)}\n```"


def call_block(name: object, arguments: object) -> str:
    """A tool call in the form in which this program stores those it receives (`core/reply`)."""
    if isinstance(arguments, str):
        with contextlib.suppress(ValueError, RecursionError):
            arguments = json.loads(arguments or "{}")
    return as_block({"tool_call": name, "arguments": arguments})


def tool_text(name: object, text: str) -> str:
    """A tool's result, under its name."""
    label = f"Tool {repair_surrogates(name)}:" if isinstance(name, str) and name.strip() else "Tool:"
    return joined([label, text])


def _shortened(data: object) -> object:
    match data:
        case str() if len(data) > _LONGEST_DATA:
            return f"{data[:60]}… ({len(data)} characters)"
        case Mapping():
            return {key: _shortened(value) for key, value in data.items()}
        case list():
            return [_shortened(value) for value in data]
        case _:
            return data
