"""The words for how an answer ended, the same in every front end and export."""

from __future__ import annotations

from tui_chat.core.message import Outcome, Turn
from tui_chat.core.symbols import Sign

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


def ending(turn: Turn) -> str | None:
    """How an answer ended; None where it is complete, or rejected: that has a title. Where no max_tokens was sent, the
    limit was the server's."""
    words, settings = ENDINGS.get(turn.outcome or Outcome.INCOMPLETE), turn.settings
    by_server = settings is not None and settings.max_tokens is None and "_tokens" not in (settings.extra_body or "")
    return f"{words} (server's limit)" if turn.outcome is Outcome.LENGTH and by_server else words


NO_TEXT = {
    Outcome.PROMPT_BLOCKED: "the content filter blocked the prompt",
    Outcome.ANSWER_BLOCKED: "the content filter blocked the answer",
    Outcome.STOPPED: "stopped before the first word",
    Outcome.INCOMPLETE: "broke off before the first word",
    Outcome.LENGTH: "max_tokens was used up before the first word",
    Outcome.REFUSED: "the model refused",
    Outcome.FAILED: "failed",
}
"""Shown in place of an answer without text."""


def said(turn: Turn) -> str:
    """The text of a turn, or what happened if it has none, or if the filter withdrew it."""
    if not turn.blank and not (turn.withdrawn and turn.outcome is Outcome.ANSWER_BLOCKED):
        return turn.text
    if turn.attachments:
        return " ".join(f"{Sign.FILE}{each.name}" for each in turn.attachments)
    error = turn.error.message if turn.error is not None and turn.outcome is Outcome.FAILED else ""
    return turn.refusal or error or NO_TEXT.get(turn.outcome or Outcome.EMPTY, "no text")


USED_UP = (
    "max_tokens was used up before the answer began; the model may have spent it on thinking. "
    "Raise max_tokens, or lower the reasoning effort, and answer again."
)
