"""Words for settings: this file owns how they are named in short."""

from __future__ import annotations

from tui_chat.core.settings import Settings


def knobs(settings: Settings) -> str:
    """What is set: `temp 0.7 · max 1024`. What is not sent is not named."""
    parts = [
        f"{label} {value:g}"
        for label, value in (("temp", settings.temperature), ("top p", settings.top_p), ("max", settings.max_tokens))
        if value is not None
    ]
    return " · ".join(parts)
