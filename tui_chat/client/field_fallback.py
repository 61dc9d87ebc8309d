"""Learns from a refusal which fields to leave out next time, as long as the user can do without them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from tui_chat.core.message import ErrorKind
from tui_chat.wire.errors.explain import Explained
from tui_chat.wire.request import NEEDED, Learned, Request

MAX_REPEATS = 4

USAGE = "stream_options"
"""Asks for the tokens that a streamed answer took."""


def learn(
    learned: Learned, refusal: Explained, request: Request, own: Collection[str] = ()
) -> tuple[Learned, str] | None:
    """What is known after a refusal and the note for the user, "" for none; None where a repeat would change nothing.

    `own` are the fields that the user put into the endpoint's body. Each repeat leaves out at least one field that was
    sent, or calls the token limit by its other name.
    """
    if refusal.error.kind is not ErrorKind.BAD_REQUEST or refusal.error.status not in (400, 422):
        return None
    if refusal.wants is not None and refusal.wants != learned.max_tokens and learned.max_tokens is None:
        other = "max_tokens" if refusal.wants == "max_completion_tokens" else "max_completion_tokens"
        return replace(learned, max_tokens=refusal.wants), f"the server refused {other}; sent as {refusal.wants}"
    names = [name for name in refusal.rejected_fields if name in request.fields and name not in NEEDED]
    if names == [USAGE] and USAGE not in own:
        # Our own wish, which the answer does without: nobody has to hear of it.
        return replace(learned, dropped=learned.dropped | {USAGE}), ""
    if not names and _added_on_the_way(refusal, request):
        note = "a server behind this one refused stream_options; asked for the answer in one piece"
        return replace(learned, dropped=learned.dropped | {"stream"}), note
    if not names:
        return None
    note = f"the server refused {', '.join(names)}; sent without {'it' if len(names) == 1 else 'them'}"
    if refusal.value_only:
        values = {(name, request.fields[name]) for name in names}
        return replace(learned, values=learned.values | values), note
    return replace(learned, dropped=learned.dropped | frozenset(names)), note


def _added_on_the_way(refusal: Explained, request: Request) -> bool:
    """A proxy asks for usage in every stream, as LiteLLM does, and the server behind it knows no such field. We did not
    send it and cannot leave it out; an answer that is not streamed comes without it."""
    fields = request.fields
    streamed = fields.get("stream") == "true" and USAGE not in fields
    return streamed and USAGE in refusal.error.message
