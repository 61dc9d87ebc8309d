"""The state shown around the conversation, as one frozen value derived from session and context. Widgets watch it."""

from __future__ import annotations

import math
from dataclasses import field
from itertools import islice
from typing import TYPE_CHECKING

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.render.sanitize import safe_line

if TYPE_CHECKING:
    from tui_chat.core.conversation import Conversation
    from tui_chat.core.conversation_usage import Meters
    from tui_chat.core.dialects.rules import Rules
    from tui_chat.core.message import Outcome
    from tui_chat.core.rate_limits import RateLimits
    from tui_chat.engine.exchange import Exchange
    from tui_chat.ui.app_context import AppContext

NO_ENDPOINT = "No endpoint is configured"
WAITS = "waiting for the library, esc cancels"
NOT_SAVED = "not saved"
STANDS_IN = {
    "local": "the built-in toy model, often wrong",
    "demo": "the scripted demo, not a model",
}
_SETTING = "settings."

LOOKED_AT = 50
"""Turns that are looked at for the name of a model: this is done four times a second, and a path may be very long."""


@dataclass(frozen=True, slots=True)
class UiState:
    """Texts may be foreign: widgets make them safe.

    `chosen_model` is the user's choice, `model` the name that is shown. `busy` marks `status` as under way, `warning`
    draws attention to it; `answering` says that escape stops an answer. `banner` is "" where none is shown. `origins`
    say where each setting comes from. `empty`: the open conversation has no turn yet; else `ended` is how its last
    answer did. `used` of `context` tokens are what the next request takes, both None while unknown.
    """

    title: str = ""
    endpoint: str = ""
    endpoints: tuple[str, ...] = ()
    model: str = ""
    chosen_model: str | None = None
    settings: Settings = field(default_factory=Settings)
    knobs: str = ""
    defaults: Settings = field(default_factory=Settings)
    """The settings of a new conversation."""
    origins: tuple[tuple[str, str], ...] = ()
    configured: str = ""
    """What config.toml alone says of the settings."""
    status: str = "starting"
    busy: bool = False
    answering: bool = False
    warning: bool = False
    banner: str = ""
    no_endpoint: bool = False
    """A built-in endpoint answers, because nothing else is set up."""
    nothing_set_up: bool = False
    """There are built-in endpoints only, whether or not one of them was chosen."""
    missing_key: str = ""
    """The variable that should hold the key for the next request and does not."""
    found: tuple[str, ...] = ()
    """Servers on this machine that could be used."""
    empty: bool = True
    ended: Outcome | None = None
    rules: Rules | None = None
    """The rules of the next request's server; None if unknown, or while the settings are hidden."""
    meters: Meters | None = None
    """What the open conversation has used; None while that is hidden."""
    limits: RateLimits | None = None
    """The rate limits the next request's server reported last."""
    budget: float | None = None
    currency: str = ""
    """The currency of the endpoint's price; "" if it has none."""
    context: int | None = None
    used: int | None = None
    editing: bool = False
    """Another version of a prompt is being written."""
    unread: int = 0
    """Conversations whose answer has ended while another one was shown."""

    @property
    def sent_with(self) -> tuple[object, ...]:
        """The settings of the next request."""
        return self.endpoint, self.chosen_model, self.settings


def derive(context: AppContext) -> UiState:
    """The state for the open conversation and its answer under way, if there is one."""
    from tui_chat.core.endpoint import BUILT_IN
    from tui_chat.core.setting_wording import settings_words

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
        model=model or _model_seen(conversation, current, endpoint) or "",
        chosen_model=model,
        settings=session.settings,
        knobs=settings_words(session.settings),
        defaults=session.defaults,
        origins=tuple(origins),
        configured=_configured(context) if context.settings_seen else "",
        status=WAITS if waits else progress(current) if current else NOT_SAVED if unsaved else "ready",
        busy=current is not None or waits,
        answering=current is not None,
        warning=unsaved,
        banner=_banner(context),
        no_endpoint=context.no_endpoint,
        nothing_set_up=context.no_endpoint or not {*context.backends.names} - {*BUILT_IN, *context.found},
        missing_key=context.backends.missing_variable(endpoint),
        found=tuple(context.found),
        empty=not conversation.nodes,
        unread=len(session.unread),
        ended=_ended(conversation),
        rules=context.backends.rules(endpoint) if context.settings_seen else None,
        meters=context.meters,
        limits=context.backends.limits(endpoint) if context.settings_seen else None,
        budget=context.budget,
        currency=price.currency if (price := context.backends.price(endpoint)) else "",
        context=session.services.limits.limit(context.backend),
        used=context.use.next_request(conversation, session.settings.system) if conversation.nodes else None,
        editing=context.use.edited in conversation.nodes,
    )


def _configured(context: AppContext) -> str:
    """The settings of the configuration file alone, as a sentence."""
    from tui_chat.core.setting_wording import settings_words

    settings, model = context.config_settings, context.own_models.get(context.endpoint)
    named = (model or "", settings_words(settings), "a system prompt" if settings.system else "")
    return f"config.toml says: {words}." if (words := " · ".join(filter(None, named))) else "config.toml sets nothing."


def _banner(context: AppContext) -> str:
    """The line below the header while nothing is set up, until it was read."""
    if not context.no_endpoint or context.hint_read:
        return ""
    names = ", ".join(map(safe_line, context.found))
    step = f"{names} runs on this machine: F2 chooses" if names else "F1: add your own"
    return " · ".join(part for part in (NO_ENDPOINT, STANDS_IN.get(context.endpoint, ""), step, "esc hides") if part)


def _model_seen(conversation: Conversation, current: Exchange | None, endpoint: str) -> str | None:
    """The name by which the model of an endpoint without a configured one called itself. Another endpoint's says
    nothing about the next request."""
    if current is not None and current.reply.model and current.endpoint == endpoint:
        return current.reply.model
    return last_model(conversation, endpoint)


def last_model(conversation: Conversation, endpoint: str) -> str | None:
    """The model that answered last at this endpoint, as it named itself."""
    turns = (node.turn for node in islice(conversation.upward(), LOOKED_AT))
    return next((turn.model for turn in turns if turn.model and turn.endpoint == endpoint), None)


def _ended(conversation: Conversation) -> Outcome | None:
    last = next(conversation.upward(), None)
    return None if last is None else last.turn.outcome


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
