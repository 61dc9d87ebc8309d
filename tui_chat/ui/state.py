"""What the first line says about the conversation: a pure function of what is known."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tui_chat.core.conversation import Conversation
from tui_chat.core.words import settings_words
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.session import Session
from tui_chat.ui.widgets.header import HeaderState

NO_ENDPOINT = "No endpoint is configured"
WAITS = "waiting for the library, esc cancels"
NOT_SAVED = "not saved"
STANDS_IN = {
    "local": "the built-in toy model, often wrong",
    "demo": "the scripted demo, not a model",
}


def banner(endpoint: str, found: Iterable[str]) -> str:
    """What stands below the header while nothing is set up. `found` are servers on this machine."""
    names = ", ".join(found)
    standing_in = STANDS_IN.get(endpoint, "")
    # The end of the line is the first to go where the terminal is narrow: what can be done stands before it.
    parts = (f"{names} runs on this machine: F2 chooses", standing_in) if names else (standing_in, "F1: add your own")
    return " · ".join(part for part in (NO_ENDPOINT, *parts) if part)


def header_state(session: Session, endpoint: str, model: str | None) -> HeaderState:
    """The header for the open conversation and its answer under way, if there is one."""
    conversation, current, sending = session.conversation, session.current, session.sending
    waits, unsaved = sending is not None and sending.waiting, bool(session.services.unsaved.failed)
    name = model or (current.reply.model if current else None) or last_model(conversation) or ""
    return HeaderState(
        title=conversation.title,
        endpoint=endpoint,
        model=name,
        knobs=settings_words(session.settings),
        state=WAITS if waits else what_goes_on(current) if current else NOT_SAVED if unsaved else "ready",
        busy=current is not None or waits,
        warning=unsaved,
    )


def last_model(conversation: Conversation) -> str | None:
    """The model that answered last, as it named itself."""
    return next((node.turn.model for node in conversation.upward() if node.turn.model), None)


def what_goes_on(exchange: Exchange) -> str:
    """One phrase: `loading the model`, `the server has a problem: again in 3 s, esc stops`, `answering 12 s`."""
    reply, timing = exchange.reply, exchange.timing
    seconds = f" {timing.total_ms / 1000:.0f} s" if timing and timing.total_ms >= 1000 else ""
    if reply.waiting is not None:
        left = exchange.wait_left
        if left is not None:
            return f"{reply.waiting.reason}: again in {math.ceil(left)} s, esc stops"
        return f"{reply.waiting.reason}{seconds}"
    if reply.pieces:
        return f"answering{seconds}" + (f" · {NOT_SAVED}" if exchange.problem is not None else "")
    if reply.reasoning_pieces:
        return f"thinking{seconds}"
    return f"waiting for the first word{seconds}"
