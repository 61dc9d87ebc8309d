"""The length of the prompt and its share of the model's context, as a value and in words. Pure."""

from __future__ import annotations

from typing import Literal

from tui_chat.core.quick_dataclass import dataclass

Level = Literal["", "near", "over"]

LONG_PROMPT = 500
"""Tokens from which on a prompt is counted on the screen."""

SHARE_FROM = 0.5
"""The share of the context from which on it is shown; below that it does not matter."""

NEAR_FROM = 0.8


@dataclass(frozen=True, slots=True)
class PromptMeter:
    """Tokens, estimated: of the prompt, of all that the next request would take with it, and what is kept free for the
    answer. `limit` is the model's context; None while it is unknown."""

    prompt: int
    total: int
    room: int = 0
    limit: int | None = None

    @property
    def level(self) -> Level:
        if self.limit is None or not self.words:
            return ""
        taken = self.total + self.room
        return "over" if taken > self.limit else "near" if taken > NEAR_FROM * self.limit else ""

    @property
    def words(self) -> str:
        """`~1.2k tok · 11.0k / 128k`; "" while it does not matter."""
        long = self.prompt > LONG_PROMPT
        parts = [f"~{tokens(self.prompt)} tok"] if long else []
        if self.limit is not None and (long or self.total + self.room >= SHARE_FROM * self.limit):
            parts.append(f"{tokens(self.total)} / {tokens(self.limit)} context")
            if self.prompt + self.room > self.limit:
                parts.append("too long")
            elif self.total + self.room > self.limit:
                parts.append("the oldest turns are left out")
        return " · ".join(parts)


def tokens(number: int) -> str:
    """950, 1.2k, 11.0k, 128k, 1.0M: with a decimal where that may matter."""
    if number < 1000:
        return str(number)
    thousands = number / 1000
    if thousands < 99.95:
        return f"{thousands:.1f}k"
    return f"{thousands:.0f}k" if thousands < 999.5 else f"{thousands / 1000:.1f}M"
