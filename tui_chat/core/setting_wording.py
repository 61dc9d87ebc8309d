"""The words for settings, the same in every front end and export."""

from __future__ import annotations

from tui_chat.core.settings import Settings

NOT_SENT = "not sent"
"""The word for a setting that is left to the server."""

_IN_SHORT = {
    "temperature": "temp",
    "top_p": "top p",
    "max_tokens": "max",
    "seed": "seed",
    "presence_penalty": "presence",
    "frequency_penalty": "frequency",
    "reasoning_effort": "effort",
    "prompt_mode": "prompt mode",
    "safe_prompt": "safe prompt",
    "extra_body": "extra body",
}
"""Short names of settings."""


def settings_words(settings: Settings) -> str:
    """The set values in short: `temp 0.7 · max 1024`."""
    values = {label: getattr(settings, name) for name, label in _IN_SHORT.items()}
    return " · ".join(_in_short(label, value) for label, value in values.items() if value is not None)


def _in_short(label: str, value: object) -> str:
    if isinstance(value, bool) or label == _IN_SHORT["extra_body"]:
        return label if value else f"no {label}"
    return f"{label} {value:g}" if isinstance(value, float) else f"{label} {value}"
