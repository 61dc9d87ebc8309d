"""What a refusal teaches: which fields to leave out next time, as long as the user can do without them."""

from __future__ import annotations

from dataclasses import replace

from tui_chat.core.message import ErrorKind
from tui_chat.wire.error import Explained
from tui_chat.wire.request import NEEDED, Learned, Request

MAX_REPEATS = 4


def learn(learned: Learned, refusal: Explained, request: Request) -> tuple[Learned, str] | None:
    """What is known after a refusal and the note for the user; None where a repeat would change nothing.

    Each repeat leaves out at least one field that was named and sent, or calls the token limit by its other name.
    """
    if refusal.error.kind is not ErrorKind.BAD_REQUEST or refusal.error.status not in (400, 422):
        return None
    if refusal.wants is not None and refusal.wants != learned.max_tokens and learned.max_tokens is None:
        other = "max_tokens" if refusal.wants == "max_completion_tokens" else "max_completion_tokens"
        return replace(learned, max_tokens=refusal.wants), f"the server refused {other}; sent as {refusal.wants}"
    names = [name for name in refusal.refused if name in request.fields and name not in NEEDED]
    if not names:
        return None
    note = f"the server refused {', '.join(names)}; sent without {'it' if len(names) == 1 else 'them'}"
    if refusal.value_only:
        values = {(name, request.fields[name]) for name in names}
        return replace(learned, values=learned.values | values), note
    return replace(learned, dropped=learned.dropped | frozenset(names)), note
