"""Learns from a server's rejection which optional fields to leave out of later requests."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ErrorKind
from tui_chat.wire.errors.server_error import Explained
from tui_chat.wire.request import NEEDED, THINKING, Learned, Request

MAX_REPEATS = 4

_WANTED_BACK = lazy_pattern(
    r"reasoning_content.{0,80}(?:must be passed back|is missing|missing in|is required)"
    r"|missing.{0,40}reasoning_content",
    re.IGNORECASE,
)
_THINKING = lazy_pattern(r"think|reasoning", re.IGNORECASE)

_NO_REASON = lazy_pattern(r"Exception - Error code: 4\d\d(?![^.]*\{)")
"""LiteLLM's message for a rejection by a server behind it, when that server's own message is lost."""

USAGE = "stream_options"
"""Asks for the token counts of a streamed answer."""


def learn(
    learned: Learned, refusal: Explained, request: Request, own: Collection[str] = ()
) -> tuple[Learned, str] | None:
    """What is learned from a rejection, and the note for the user ("" for none); None if a repeat would change nothing.

    `own` are the fields that the user added to the body. Each repeat leaves out at least one field that was sent, or
    uses the token limit's other name.
    """
    if refusal.error.kind is not ErrorKind.BAD_REQUEST or refusal.error.status not in (400, 422, 424):
        return None
    if refusal.wants is not None and refusal.wants != learned.max_tokens and learned.max_tokens is None:
        other = "max_tokens" if refusal.wants == "max_completion_tokens" else "max_completion_tokens"
        return replace(learned, max_tokens=refusal.wants), f"the server refused {other}; sent as {refusal.wants}"
    names = [name for name in refusal.rejected_fields if name in request.fields and name not in NEEDED]
    if names == [USAGE] and USAGE not in own:
        # Our own request, which the answer does without: no note for the user.
        return replace(learned, dropped=learned.dropped | {USAGE}), ""
    if not names and USAGE in request.fields and USAGE not in own and _NO_REASON.search(refusal.error.message):
        return replace(learned, dropped=learned.dropped | {USAGE}), ""
    if not names and _added_on_the_way(refusal, request):
        note = "a server behind this one refused stream_options; asked for the answer in one piece"
        return replace(learned, dropped=learned.dropped | {"stream"}), note
    if not names:
        return _learn_thinking(learned, refusal, request)
    note = f"the server refused {', '.join(names)}; sent without {'it' if len(names) == 1 else 'them'}"
    if refusal.value_only:
        values = {(name, request.fields[name]) for name in names}
        return replace(learned, values=learned.values | values), note
    return replace(learned, dropped=learned.dropped | frozenset(names)), note


def _learn_thinking(learned: Learned, refusal: Explained, request: Request) -> tuple[Learned, str] | None:
    """Some servers want the model's earlier thinking back (DeepSeek's); some that seemed to reject it."""
    said, messages = refusal.error.message, request.fields.get("messages", "")
    if _WANTED_BACK.search(said) and learned.thinking != "field" and '"role":"assistant"' in messages:
        note = "the server wants the model's earlier thinking back; sent with it"
        return replace(learned, thinking="field"), note
    sent = f'{{"type":"{THINKING}"' in messages or '"reasoning_content":' in messages
    about = "messages" in refusal.rejected_fields or _THINKING.search(said)
    if sent and about and learned.thinking != "left out":
        note = "the server refused the model's earlier thinking; sent without it"
        return replace(learned, thinking="left out"), note
    return None


def _added_on_the_way(refusal: Explained, request: Request) -> bool:
    """Whether a proxy added the field: LiteLLM asks for usage in every stream, and the server behind it may not know
    it. We cannot leave out what we did not send; an unstreamed answer comes without it."""
    fields = request.fields
    streamed = fields.get("stream") == "true" and USAGE not in fields
    said = refusal.error.message
    return streamed and (USAGE in said or _NO_REASON.search(said) is not None)
