"""Which settings a server supports, and their valid values, according to its dialect.

`rules` None means an unknown server: every setting then has its widest range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import (
    EFFORTS,
    NAMES,
    PENALTY_RANGE,
    TEMPERATURE_RANGE,
    TOP_P_RANGE,
    Settings,
    check,
    with_value,
)

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

_RANGES: Mapping[str, tuple[float, float]] = {
    "temperature": TEMPERATURE_RANGE,
    "top_p": TOP_P_RANGE,
    "presence_penalty": PENALTY_RANGE,
    "frequency_penalty": PENALTY_RANGE,
}


def takes(name: str, rules: Rules | None) -> bool:
    """Whether the server supports this setting. An unknown server is assumed not to support `prompt_mode`, which is one
    vendor's and being retired."""
    if rules is None:
        return name != "prompt_mode"
    match name:
        case "seed":
            return rules.seed is not None
        case "reasoning_effort" | "prompt_mode":
            return bool(words_of(name, rules))
        case "safe_prompt":
            return rules.safe_prompt
        case _:
            return True


def range_of(name: str, rules: Rules | None) -> tuple[float, float] | None:
    """The minimum and maximum; None for a setting that is not a number in a range."""
    found = _RANGES.get(name)
    if found is None or rules is None or name != "temperature":
        return found
    return found[0], min(found[1], rules.temperature_max)


def words_of(name: str, rules: Rules | None) -> tuple[str, ...]:
    """The server's known words for a setting, from little to much; others can be typed too."""
    match name:
        case "reasoning_effort":
            return EFFORTS if rules is None else rules.efforts
        case "prompt_mode":
            return () if rules is None else rules.prompt_modes
        case _:
            return ()


def check_for(name: str, value: object, rules: Rules | None) -> str | None:
    """`settings.check`, for this server."""
    problem = check(name, value)
    if rules is None:
        return problem
    if not takes(name, rules):
        return problem or f"expected nothing: {rules.name} has no {name}"
    span = range_of(name, rules)
    # A value that is none at all gets the server's range, too.
    outside = isinstance(value, (int, float)) and span is not None and not span[0] <= value <= span[1]
    if span is not None and (problem is not None or outside):
        return f"expected a number from {span[0]:g} to {span[1]:g}"
    if name == "seed" and rules.seed_min is not None:
        low = isinstance(value, int) and value < rules.seed_min
        return f"expected a whole number from {rules.seed_min} on" if problem or low else None
    if name == "stop" and rules.stop_max is not None and problem is None:
        many = isinstance(value, (list, tuple)) and len(value) > rules.stop_max
        return f"expected at most {rules.stop_max} texts" if many else None
    return problem


@dataclass(frozen=True, slots=True)
class AdaptedSettings:
    """`settings` as they can be sent. `notes` say what is sent instead of a setting's value: `at most 1.5 here: sent
    so`."""

    settings: Settings
    notes: Mapping[str, str]


def adapted(settings: Settings, rules: Rules) -> AdaptedSettings:
    """Adapt settings that may have been made for another server."""
    changed: dict[str, Any] = {}
    notes: dict[str, str] = {}
    for name in NAMES:
        value = getattr(settings, name)
        if value is None or check_for(name, value, rules) is None:
            continue
        changed[name], notes[name] = _nearest(name, value, rules)
    return AdaptedSettings(replace(settings, **changed), notes)


def _nearest(name: str, value: Any, rules: Rules) -> tuple[object, str]:
    """The value sent instead of one the server rejects, and a note about it."""
    span = range_of(name, rules)
    if not takes(name, rules):
        return None, "not known here: not sent"
    if span is not None:
        near = min(max(value, span[0]), span[1])
        return near, f"{'at most' if value > near else 'at least'} {near:g} here: sent so"
    if name == "seed" and rules.seed_min is not None:
        return rules.seed_min, f"at least {rules.seed_min} here: sent so"
    if name == "stop" and rules.stop_max is not None:
        return value[: rules.stop_max], f"at most {rules.stop_max} texts here: the others are not sent"
    return None, f"not valid ({check(name, value)}): not sent"


def within(settings: Settings, name: str, rules: Rules | None) -> Settings:
    """The settings with this one clamped to the server's range, after it was stepped or dragged."""
    value, span = getattr(settings, name), range_of(name, rules)
    if value is None:
        return settings
    if span is not None:
        value = min(max(value, span[0]), span[1])
    if name == "seed" and rules is not None and rules.seed_min is not None:
        value = max(value, rules.seed_min)
    return with_value(settings, name, value)
