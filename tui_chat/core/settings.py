"""The settings of a request: their names and ranges.

Every field may be None, and None means *not sent at all*: the server's own default holds. 0 is sent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

EFFORTS = ("minimal", "low", "medium", "high")
"""The words for `reasoning_effort` that most servers know; any other can be typed."""

TEMPERATURE_RANGE = (0.0, 2.0)
TOP_P_RANGE = (0.0, 1.0)
PENALTY_RANGE = (-2.0, 2.0)
MAX_TOKENS_LIMIT = 10_000_000
LONGEST_BODY = 20_000
"""The longest JSON that can be added to a request, in characters."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a request. Frozen, so a running request cannot change.

    `temperature` 0 to 2 and `top_p` 0 to 1 are floats; `max_tokens` is at least 1; `seed` is any integer; `stop` holds
    one or more texts that end the answer; the penalties, -2 to 2, are floats; `reasoning_effort` is one of the server's
    own words (`low`, `high`), and so is Mistral's `prompt_mode`; `system` is the system prompt ("" is not sent either).
    `safe_prompt` lets Mistral prepend a text of its own. `extra_body` is a JSON object, as text, whose fields are added
    to each request.
    """

    system: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    reasoning_effort: str | None = None
    prompt_mode: str | None = None
    safe_prompt: bool | None = None
    extra_body: str | None = None

    def over(self, base: Settings) -> Settings:
        """These settings, with the unset ones taken from `base`."""
        own = {name: value for name in NAMES if (value := getattr(self, name)) is not None}
        return replace(base, **own)


NAMES = tuple(f.name for f in fields(Settings))
FLOATS = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
OWN_FIELDS = frozenset({*NAMES, "messages", "model", "stream", "random_seed"})
"""Fields of a request that `extra_body` cannot hold: each is set in one place."""

_WORD = lazy_pattern(r"[A-Za-z][A-Za-z0-9_-]{0,31}")


def check(name: str, value: object) -> str | None:
    """Why a value for the setting `name` is invalid, as "expected …"; None if it is valid.

    The value is as TOML or JSON has it (float, int, str, list of str). A bool is not a number.
    """
    match name:
        case "temperature":
            return _check_number(value, *TEMPERATURE_RANGE)
        case "top_p":
            return _check_number(value, *TOP_P_RANGE)
        case "presence_penalty" | "frequency_penalty":
            return _check_number(value, *PENALTY_RANGE)
        case "reasoning_effort" | "prompt_mode":
            known = isinstance(value, str) and _WORD.fullmatch(value) is not None
            example = "low, medium or high" if name == "reasoning_effort" else "reasoning"
            return None if known else f"expected a word that the server knows, such as {example}"
        case "max_tokens":
            return _check_integer(value, 1, MAX_TOKENS_LIMIT)
        case "seed":
            return _check_integer(value, -(2**63), 2**63 - 1)
        case "system":
            return None if isinstance(value, str) else "expected text"
        case "safe_prompt":
            return None if isinstance(value, bool) else "expected true or false"
        case "extra_body":
            return _check_body(value)
        case "stop":
            valid = isinstance(value, (list, tuple)) and value and all(isinstance(s, str) and s for s in value)
            return None if valid else "expected a list of texts, none of them empty"
        case _:
            return f"expected one of {', '.join(NAMES)}"


def differing(one: Settings, other: Settings) -> tuple[str, ...]:
    """The names of the settings that are not the same."""
    return tuple(name for name in NAMES if getattr(one, name) != getattr(other, name))


def with_value(settings: Settings, name: str, value: object) -> Settings:
    """The settings with one valid value, as TOML or JSON has it; None is *not sent*."""
    changed: dict[str, Any] = {name: kept(name, value)}
    return replace(settings, **changed)


def kept(name: str, value: Any) -> object:
    """A valid value as `Settings` stores it."""
    if value is None:
        return None
    if name == "stop":
        return tuple(value)
    if name == "extra_body":
        import json  # here and below: the first frame needs the settings and no JSON

        return json.dumps(json.loads(value) if isinstance(value, str) else value, ensure_ascii=False)
    return float(value) if name in FLOATS else value


def _check_body(value: object) -> str | None:
    import json

    try:
        found = json.loads(value) if isinstance(value, str) else value
        long = len(json.dumps(found, allow_nan=False)) > LONGEST_BODY
    except (TypeError, ValueError, RecursionError):
        found, long = None, False
    if not isinstance(found, dict) or not found or not all(isinstance(key, str) and key for key in found):
        return 'expected JSON such as {"top_k": 40}'
    if long:
        return f"expected at most {LONGEST_BODY:,} characters"
    for key in found:
        if key in OWN_FIELDS:
            return f"expected no {key} in it: it has a place of its own"
    from tui_chat.core.request_secrets import secret_values

    return "expected no key or password in it: it would be saved" if secret_values(body=found) else None


def _check_number(value: object, low: float, high: float) -> str | None:
    expected = f"expected a number from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return expected
    return None if low <= value <= high else expected


def _check_integer(value: object, low: int, high: int) -> str | None:
    expected = f"expected a whole number from {low} to {high}" if low > -(2**63) else "expected a whole number"
    if isinstance(value, bool) or not isinstance(value, int):
        return expected
    return None if low <= value <= high else expected


def from_mapping(values: Mapping[str, Any]) -> tuple[Settings, list[tuple[str, object, str]]]:
    """Settings from plain data, and the rejected values: (name, what was found, what is expected).

    None is *not sent*. A valid value is taken even if its neighbours are invalid.
    """
    valid: dict[str, Any] = {}
    problems: list[tuple[str, object, str]] = []
    for name, value in values.items():
        if name in NAMES and value is None:
            continue
        problem = check(name, value)
        if problem is not None:
            problems.append((name, value, problem))
        else:
            valid[name] = kept(name, value)
    return Settings(**valid), problems


def to_mapping(settings: Settings) -> dict[str, Any]:
    """The set fields as plain data for TOML and JSON; unset ones are left out."""
    values = {name: getattr(settings, name) for name in NAMES}
    if settings.stop is not None:
        values["stop"] = list(settings.stop)
    if settings.extra_body is not None:
        import json

        values["extra_body"] = json.loads(settings.extra_body)
    return {name: value for name, value in values.items() if value is not None}
