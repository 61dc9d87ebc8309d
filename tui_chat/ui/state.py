"""What is shown around the conversation: one frozen value, derived from what is known. Widgets watch it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_chat.core.settings import Settings
from tui_chat.render.safe import safe_line

if TYPE_CHECKING:
    from tui_chat.core.conversation import Conversation
    from tui_chat.engine.exchange import Exchange
    from tui_chat.ui.context import AppContext

NO_ENDPOINT = "No endpoint is configured"
WAITS = "waiting for the library, esc cancels"
NOT_SAVED = "not saved"
STANDS_IN = {
    "local": "the built-in toy model, often wrong",
    "demo": "the scripted demo, not a model",
}
_SETTING = "settings."


@dataclass(frozen=True, slots=True)
class UiState:
    """Texts may be foreign: widgets make them safe.

    `chosen_model` is the user's choice, `model` the name that is shown. `busy` marks `status` as under way, `warning`
    draws attention to it; `answering` says that escape stops an answer. `banner` is "" where none is shown. `origins`
    say where each setting comes from.
    """

    title: str = ""
    endpoint: str = ""
    endpoints: tuple[str, ...] = ()
    model: str = ""
    chosen_model: str | None = None
    settings: Settings = field(default_factory=Settings)
    knobs: str = ""
    origins: tuple[tuple[str, str], ...] = ()
    status: str = "starting"
    busy: bool = False
    answering: bool = False
    warning: bool = False
    banner: str = ""

    @property
    def sent_with(self) -> tuple[object, ...]:
        """What the next request goes out with."""
        return self.endpoint, self.chosen_model, self.settings


def derive(context: AppContext) -> UiState:
    """The state for the open conversation and its answer under way, if there is one."""
    from tui_chat.core.words import settings_words

    session, endpoint, model = context.session, context.endpoint, context.backend.model
    conversation, current, sending = session.conversation, session.current, session.sending
    waits, unsaved = sending is not None and sending.waiting, bool(session.services.unsaved.failed)
    origins = (
        (name.removeprefix(_SETTING), place) for name, place in context.origins.items() if name.startswith(_SETTING)
    )
    return UiState(
        title=conversation.title,
        endpoint=endpoint,
        endpoints=context.backends.names,
        model=model or (current.reply.model if current else None) or last_model(conversation) or "",
        chosen_model=model,
        settings=session.settings,
        knobs=settings_words(session.settings),
        origins=tuple(origins),
        status=WAITS if waits else progress(current) if current else NOT_SAVED if unsaved else "ready",
        busy=current is not None or waits,
        answering=current is not None,
        warning=unsaved,
        banner=_banner(endpoint, map(safe_line, context.found)) if context.no_endpoint else "",
    )


def _banner(endpoint: str, found: Iterable[str]) -> str:
    """The line below the header while nothing is set up. `found` are servers on this machine."""
    names = ", ".join(found)
    standing_in = STANDS_IN.get(endpoint, "")
    # The end of the line is the first to go where the terminal is narrow: what can be done stands before it.
    parts = (f"{names} runs on this machine: F2 chooses", standing_in) if names else (standing_in, "F1: add your own")
    return " · ".join(part for part in (NO_ENDPOINT, *parts) if part)


def last_model(conversation: Conversation) -> str | None:
    """The model that answered last, as it named itself."""
    return next((node.turn.model for node in conversation.upward() if node.turn.model), None)


def progress(exchange: Exchange) -> str:
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
