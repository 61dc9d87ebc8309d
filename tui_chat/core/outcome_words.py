"""The words for how an answer ended, the same in every front end and export."""

from __future__ import annotations

from tui_chat.core.message import Outcome

BLOCKED = {
    Outcome.PROMPT_BLOCKED: "Prompt blocked by the content filter",
    Outcome.ANSWER_BLOCKED: "Answer blocked by the content filter",
}
"""Titles of what the filter rejected."""

ENDINGS = {
    Outcome.LENGTH: "cut at max_tokens",
    Outcome.STOPPED: "stopped",
    Outcome.INCOMPLETE: "incomplete",
    Outcome.EMPTY: "empty",
    Outcome.REFUSED: "refused",
    Outcome.FAILED: "failed",
}

USED_UP = (
    "max_tokens was used up before the answer began; the model may have spent it on thinking. "
    "Raise max_tokens, or lower the reasoning effort, and answer again."
)
