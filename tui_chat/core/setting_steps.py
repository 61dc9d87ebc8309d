"""The steps in which a setting is increased and decreased."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_chat.core.setting_rules import within, words_of
from tui_chat.core.settings import PENALTY_RANGE, TEMPERATURE_RANGE, TOP_P_RANGE, Settings, with_value

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

MAX_TOKENS_STEPS = (64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768)
FIRST_TEMPERATURE = 0.7
"""The first value after *not sent*."""


def stepped(settings: Settings, name: str, steps: int, rules: Rules | None = None) -> Settings:
    """The settings with one of them increased (`steps` > 0) or decreased, within the server's range.

    Raises KeyError for settings without steps.
    """
    words, value = words_of(name, rules), getattr(settings, name)
    if not words:
        changed: dict[str, Any] = {name: _next(name, value, steps)}
        return within(replace(settings, **changed), name, rules)
    if value not in words:
        return with_value(settings, name, "low" if "low" in words else words[0])
    return with_value(settings, name, words[min(max(words.index(value) + steps, 0), len(words) - 1)])


def _next(name: str, value: Any, steps: int) -> object:
    match name:
        case "temperature":
            return FIRST_TEMPERATURE if value is None else _clamped(round(value + 0.1 * steps, 1), TEMPERATURE_RANGE)
        case "top_p":
            return 1.0 if value is None else _clamped(round(value + 0.05 * steps, 2), TOP_P_RANGE)
        case "presence_penalty" | "frequency_penalty":
            return 0.0 if value is None else _clamped(round(value + 0.1 * steps, 1), PENALTY_RANGE)
        case "max_tokens":
            return _step_max_tokens(value, steps)
        case "seed":
            return 0 if value is None else value + steps
        case "prompt_mode":
            return value or "reasoning"
        case "safe_prompt":
            return steps > 0
        case _:
            raise KeyError(name)


def _clamped(value: float, span: tuple[float, float]) -> float:
    return min(max(value, span[0]), span[1])


def _step_max_tokens(value: int | None, steps: int) -> int | None:
    """The next step; *not sent* comes above the largest one."""
    for _ in range(abs(steps)):
        if steps > 0:
            if value is None:
                break
            current = value
            value = next((s for s in MAX_TOKENS_STEPS if s > current), None)
        else:
            ceiling = math.inf if value is None else value
            value = next((s for s in reversed(MAX_TOKENS_STEPS) if s < ceiling), MAX_TOKENS_STEPS[0])
    return value
