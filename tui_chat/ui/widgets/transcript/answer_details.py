"""The details of an answer: its settings, its endpoint, and how it ended in the server's words."""

from __future__ import annotations

from collections.abc import Iterator

from tui_chat.core.message import Turn
from tui_chat.core.setting_syntax import written
from tui_chat.core.settings import NAMES, Settings
from tui_chat.core.short_text import shortened
from tui_chat.ui.widgets.transcript.footer import Note

LONGEST = 200
"""Characters of a system prompt that are shown."""


def details(turn: Turn) -> list[Note]:
    """Muted lines for below the footer."""
    lines = [_settings(turn.settings) if turn.role == "assistant" else "", *_facts(turn)]
    return [(line, "muted") for line in lines if line]


def _settings(settings: Settings | None) -> str:
    if settings is None:
        return "made with: not known"
    parts = [f"{name} {_shown(getattr(settings, name))}" for name in NAMES if getattr(settings, name) not in (None, "")]
    return "made with: " + (" · ".join(parts) or "no settings sent")


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(repr, value))
    text = " ".join(written(value).split())
    text = shortened(text, LONGEST)
    return f"“{text}”" if isinstance(value, str) else text


def _facts(turn: Turn) -> Iterator[str]:
    yield " · ".join(_ends(turn))
    usage = turn.usage
    if usage is not None and usage.prompt_tokens is not None:
        total = "" if usage.total_tokens is None else f" · {usage.total_tokens:,} in all"
        yield f"tokens: {usage.prompt_tokens:,} of the prompt{total}"
    if turn.timing is not None and turn.timing.first_token_ms is not None:
        yield f"first token after {turn.timing.first_token_ms / 1000:.2f} s"


def _ends(turn: Turn) -> Iterator[str]:
    if turn.outcome is not None:
        yield f"ended: {turn.outcome.value.replace('_', ' ')}"
    if turn.finish_reason:
        yield f"the server says {turn.finish_reason}"
    if turn.endpoint:
        yield f"endpoint {turn.endpoint}"
    if turn.request_id:
        yield f"request {turn.request_id}"
