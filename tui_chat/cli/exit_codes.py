"""The exit codes of the commands, and which of them `tui-chat ask` ends with."""

from __future__ import annotations

from tui_chat.core.message import ErrorKind, Outcome, Turn

CONFIGURATION = 2
NO_ANSWER = 5
TRY_LATER = 75
"""`EX_TEMPFAIL` of sysexits.h: a script may run the same command again."""
INTERRUPTED = 130

EXIT_CODES = {
    Outcome.COMPLETE: 0,
    Outcome.LENGTH: 0,
    Outcome.PROMPT_BLOCKED: 3,
    Outcome.ANSWER_BLOCKED: 4,
    Outcome.REFUSED: NO_ANSWER,
    Outcome.EMPTY: NO_ANSWER,
    Outcome.INCOMPLETE: 1,
    Outcome.FAILED: 1,
    Outcome.STOPPED: INTERRUPTED,
}


def exit_code(turn: Turn) -> int:
    """The exit code for a finished answer."""
    if turn.error is not None and turn.error.kind is ErrorKind.CONFIGURATION:
        return CONFIGURATION
    if turn.thinking_used_up:
        return NO_ANSWER
    if turn.outcome in (Outcome.FAILED, Outcome.INCOMPLETE) and turn.error is not None and turn.error.may_work_later:
        return TRY_LATER
    return EXIT_CODES[turn.outcome or Outcome.INCOMPLETE]
