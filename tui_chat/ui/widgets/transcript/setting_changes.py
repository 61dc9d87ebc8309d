"""Describes what changed between two answers, for the line between them: the endpoint or its model, and settings."""

from __future__ import annotations

from tui_chat.core.message import Turn
from tui_chat.core.setting_syntax import written
from tui_chat.core.setting_wording import NOT_SENT
from tui_chat.core.settings import NAMES, Settings
from tui_chat.core.short_text import model_label, shortened
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line

LONGEST = 32


def origin_change(before: Turn, after: Turn) -> str:
    """`work → home` where another endpoint answers, else `mistral-large → gpt-4o` where another model does.

    Empty where neither is known to differ. The endpoint goes first because it is known from the moment of sending and
    of every answer: a model is known once the server names it, which it does not for a prompt that it blocks.
    """
    for one, other in ((before.endpoint, after.endpoint), (before.model, after.model)):
        if one and other and one != other:
            return f"{model_label(safe_line(one))} {Sign.LEADS} {model_label(safe_line(other))}"
    return ""


def changes(before: Settings | None, after: Settings | None) -> str:
    """ "temperature 0.7 → 0.2 · max_tokens not sent → 256"; empty if nothing changed or is known."""
    if before is None or after is None or before is after or before == after:
        return ""
    turned = [name for name in NAMES if getattr(before, name) != getattr(after, name)]
    return " · ".join(f"{name} {_shown(before, name)} {Sign.LEADS} {_shown(after, name)}" for name in turned)


def _shown(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    if value is None or value == "":
        return NOT_SENT
    text = ", ".join(map(repr, value)) if isinstance(value, tuple) else written(value)
    text = " ".join(text.split())
    text = shortened(text, LONGEST)
    return f"“{text}”" if name == "system" else text
