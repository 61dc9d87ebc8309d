"""What the first line says about the conversation: a pure function of what is known."""

from __future__ import annotations

from tui_chat.core.conversation import Conversation
from tui_chat.engine.exchange import Exchange
from tui_chat.ui.widgets.header import HeaderState


def header_state(conversation: Conversation, endpoint: str, model: str | None, current: Exchange | None) -> HeaderState:
    """The header for a conversation; `current` is its answer under way, if there is one."""
    name = model or (current.reply.model if current else None) or last_model(conversation)
    state = HeaderState(title=conversation.title, endpoint=endpoint, model=name or "")
    if current is None:
        return state
    return HeaderState(state.title, state.endpoint, state.model, what_goes_on(current), busy=True)


def last_model(conversation: Conversation) -> str | None:
    """The model that answered last, as it named itself."""
    return next((node.turn.model for node in reversed(conversation.path()) if node.turn.model), None)


def what_goes_on(exchange: Exchange) -> str:
    """One phrase: `loading the model`, `waiting 3 s`, `answering 12 s`."""
    reply, timing = exchange.reply, exchange.timing
    seconds = f" {timing.total_ms / 1000:.0f} s" if timing and timing.total_ms >= 1000 else ""
    if reply.waiting is not None:
        return f"{reply.waiting.reason}{seconds}"
    if reply.pieces:
        return f"answering{seconds}"
    if reply.reasoning_pieces:
        return f"thinking{seconds}"
    return f"waiting for the first word{seconds}"
