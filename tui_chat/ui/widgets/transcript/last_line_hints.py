"""Key hints after the last answer: `^g continue  ^r again`."""

from __future__ import annotations

from tui_chat.core.message import ErrorKind, Outcome, Turn

Hint = tuple[str, str]
"""A command's id, and the word for it."""

CONTINUE, AGAIN, EDIT = ("chat.continue", "continue"), ("chat.retry", "again"), ("chat.edit", "edit")
KEY = ("endpoint.key", "type the key")
STOP = ("chat.stop", "stop")


def hints(turn: Turn) -> tuple[Hint, ...]:
    """The next steps after an answer, the likeliest first; none after one that is complete."""
    match turn.outcome:
        case None | Outcome.STOPPED | Outcome.INCOMPLETE | Outcome.LENGTH:
            return (AGAIN,) if turn.blank else (CONTINUE, AGAIN)
        case Outcome.FAILED if turn.error is not None and turn.error.kind is ErrorKind.CONTEXT_LENGTH:
            return (("chat.retry", "again without its oldest turns"),)
        case Outcome.FAILED if turn.error is not None and turn.error.lacks_key:
            return KEY, AGAIN, ("chat.exchange", "what went over the wire")
        case Outcome.FAILED:
            return AGAIN, ("chat.exchange", "what went over the wire")
        case Outcome.PROMPT_BLOCKED | Outcome.ANSWER_BLOCKED:
            return ("filter.report", "filter report"), EDIT
        case Outcome.REFUSED | Outcome.EMPTY:
            return AGAIN, EDIT
        case _:
            return ()
