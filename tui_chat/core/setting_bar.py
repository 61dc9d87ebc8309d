"""Maps a setting's value to a position on its bar and back, for bars that are drawn, clicked and dragged."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_chat.core.setting_rules import range_of, words_of
from tui_chat.core.setting_steps import MAX_TOKENS_STEPS
from tui_chat.core.settings import EFFORTS, Settings

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

_STEP = {"temperature": 0.1, "top_p": 0.05, "presence_penalty": 0.1, "frequency_penalty": 0.1}

_STEPS: dict[str, tuple[object, ...]] = {"max_tokens": MAX_TOKENS_STEPS, "reasoning_effort": EFFORTS}


def has_scale(name: str) -> bool:
    return name in _STEP or name in _STEPS


def share(name: str, value: object, rules: Rules | None = None) -> float | None:
    """The position from 0 to 1; None without a value or a scale. Max tokens follow its steps, each of which doubles."""
    if value is None or not has_scale(name):
        return None
    if (span := range_of(name, rules)) is not None:
        low, high = span
        return _within((float(str(value)) - low) / (high - low))
    if name == "max_tokens":
        first, last = MAX_TOKENS_STEPS[0], MAX_TOKENS_STEPS[-1]
        return _within(math.log2(max(int(str(value)), 1) / first) / math.log2(last / first))
    words = words_of(name, rules)
    return words.index(str(value)) / (len(words) - 1) if value in words and len(words) > 1 else None


def placed(settings: Settings, name: str, where: float, rules: Rules | None = None) -> Settings:
    """The settings with this one at a position of 0 to 1, rounded to a step."""
    where = _within(where)
    value: object
    if (span := range_of(name, rules)) is not None:
        (low, high), step = span, _STEP[name]
        value = round(low + round((high - low) * where / step) * step, 2)
    else:
        steps = words_of(name, rules) or _STEPS[name]
        value = steps[round(where * (len(steps) - 1))]
    changed: dict[str, Any] = {name: value}
    return replace(settings, **changed)


def _within(where: float) -> float:
    return min(max(where, 0.0), 1.0)
