"""Encodes messages and settings as a request: only what was set and what the dialect knows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any
from urllib.parse import unquote

from tui_chat import __version__
from tui_chat.core.attachment import data_uri
from tui_chat.core.dialects.rules import Rules, Thinking
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Message
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.setting_rules import adapted
from tui_chat.core.settings import NAMES, Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.core.text_only_models import takes_no_images
from tui_chat.wire.resolve_endpoint import Endpoint

NEEDED = frozenset({"messages", "model", "max_tokens", "max_completion_tokens", "system"})
"""Fields that are never dropped from a request: without them it would ask for something else."""

SET = tuple(name for name in NAMES if name not in ("system", "extra_body"))
"""Settings that map to one field of a request each."""

THINKING = "thinking"
"""The type of a content part that is the model's thinking, as Mistral sends and accepts it."""

SUBSCRIPTION_KEY = "Ocp-Apim-Subscription-Key"
"""The header in which Azure API Management expects its own key, unless its owner named another (learn.microsoft.com
api-management/api-management-subscriptions); an imported Azure OpenAI API reads `api-key`."""

AT_ONCE = 16
"""Messages encoded per call, which holds the interpreter; a long conversation is megabytes."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_DEPLOYMENT = lazy_pattern(r"/deployments/([^/]+)/")


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned about an endpoint.

    `dropped` are unknown fields; `values` are rejected (field, JSON) pairs whose field may take another value.
    `max_tokens` is its name for the token limit, `thinking` the form in which it wants the model's thinking back.
    """

    dropped: frozenset[str] = frozenset()
    values: frozenset[tuple[str, str]] = frozenset()
    max_tokens: str | None = None
    thinking: Thinking | None = None


NOTHING_LEARNED = Learned()


@dataclass(frozen=True, slots=True)
class Request:
    """A POST. `headers` hold the key, so they are not part of the repr; `body` is UTF-8 JSON.

    `fields` are the top-level names of the body with their values as JSON. `notes` say what was sent differently from
    the settings.
    """

    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()


def encode(
    messages: Sequence[Message],
    settings: Settings,
    endpoint: Endpoint,
    *,
    stream: bool,
    learned: Learned = NOTHING_LEARNED,
) -> Request:
    """Encode the request for one answer.

    The system prompt comes first. The endpoint's own `body` only fills in what the settings leave open: a setting
    reaches the server whatever the configuration says, and so does the settings' `extra_body`.
    """
    rules = endpoint.rules
    knobs, notes = _knobs(settings, rules)
    body: dict[str, Any] = {"model": endpoint.model} if endpoint.model else {}
    body["messages"] = _messages(messages, settings, endpoint, learned.thinking or rules.thinking)
    body |= {name: value for name, value in endpoint.body.items() if name not in ("messages", "stream")}
    body |= json.loads(settings.extra_body) if settings.extra_body else {}
    body |= knobs
    if endpoint.model:
        body["model"] = endpoint.model
    body["stream"] = stream
    if stream and rules.stream_options:
        body.setdefault("stream_options", {"include_usage": True})
    body = _with_limit(_without(body, learned), _limit_name(endpoint, learned), sure=learned.max_tokens is not None)
    try:
        fields, sent = _encoded(body)
    except UnicodeEncodeError:
        fields, sent = _encoded(_sound(body))
    return Request(
        url=endpoint.url,
        headers=headers(endpoint, stream=stream),
        body=sent,
        fields=fields,
        notes=tuple(notes),
    )


def _without(body: dict[str, Any], learned: Learned) -> dict[str, Any]:
    # Looked at by name first: the messages may be megabytes, and those are never refused.
    values = {name: _json(_sound(body[name])) for name, _ in learned.values if name in body}
    refused = {name for name, value in values.items() if (name, value) in learned.values}
    dropped = (learned.dropped | refused) - NEEDED
    if "stream" in dropped:
        dropped |= {"stream_options"}
    return {name: value for name, value in body.items() if name not in dropped}


def _encoded(body: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """The body, by field and as a whole. Raises UnicodeEncodeError if a text holds half a surrogate pair."""
    fields = {name: _json(value) for name, value in body.items()}
    return fields, ("{" + ",".join(f"{_encode(name)}:{value}" for name, value in fields.items()) + "}").encode("utf-8")


def _json(value: Any) -> str:
    if not isinstance(value, list):
        return _encode(value)
    parts = (_encode(value[begin : begin + AT_ONCE])[1:-1] for begin in range(0, len(value), AT_ONCE))
    return f"[{','.join(parts)}]"


def _messages(
    messages: Sequence[Message], settings: Settings, endpoint: Endpoint, thinking: Thinking
) -> list[dict[str, Any]]:
    system = [Message("system", settings.system)] if settings.system else []
    out: list[dict[str, Any]] = [{"role": m.role, "content": _content(m, endpoint.model)} for m in (*system, *messages)]
    if thinking != "left out":
        for sent, message in zip(out[len(system) :], messages, strict=True):
            sent |= _thought(message, endpoint, thinking)
    if endpoint.rules.prefix and out and out[-1]["role"] == "assistant":
        out[-1]["prefix"] = True
        if isinstance(content := out[-1]["content"], list) and content[0]["type"] == THINKING:
            content[0]["closed"] = True  # the answer continues, not the thinking
    return out


def _thought(message: Message, endpoint: Endpoint, thinking: Thinking) -> dict[str, Any]:
    """The fields that return an answer's thinking to the server it came from.

    A server that wants the field wants it with every answer (DeepSeek's releases reject one without it).
    """
    own = message.thinking if message.endpoint == endpoint.name else ""
    if message.role != "assistant":
        return {}
    if thinking == "field":
        return {"reasoning_content": own}
    if not own:
        return {}
    return {"content": [{"type": THINKING, "thinking": [_text_part(own)]}, _text_part(message.text)]}


def _text_part(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def _content(message: Message, model: str | None) -> str | list[dict[str, Any]]:
    """A text, or a text with pictures. Of pictures that the model is known not to take, only the names are sent: a
    conversation may continue on another endpoint."""
    if not message.images:
        return message.text
    if takes_no_images(model):
        names = "\n".join(f"[picture {each.name}, not shown to this model]" for each in message.images)
        return f"{names}\n\n{message.text}".strip()
    text = [{"type": "text", "text": message.text}] if message.text.strip() else []
    return [*text, *({"type": "image_url", "image_url": {"url": data_uri(each)}} for each in message.images)]


def _limit_name(endpoint: Endpoint, learned: Learned) -> str:
    """`max_tokens`, or the name that reasoning models want. The path alone may name the model."""
    if learned.max_tokens is not None:
        return learned.max_tokens
    deployment = _DEPLOYMENT.search(endpoint.url)
    model = endpoint.model or (unquote(deployment[1]) if deployment else "")
    reasoning = re.match(endpoint.rules.completion_tokens, model, re.IGNORECASE)
    return "max_completion_tokens" if reasoning else "max_tokens"


def _with_limit(body: dict[str, Any], limit: str, *, sure: bool) -> dict[str, Any]:
    """The token limit under the server's name for it. A name chosen by the user yields only to the server's word."""
    other = "max_tokens" if limit == "max_completion_tokens" else "max_completion_tokens"
    if other not in body or limit in body or (other == "max_completion_tokens" and not sure):
        return body
    return {limit if name == other else name: value for name, value in body.items()}


def _knobs(settings: Settings, rules: Rules) -> tuple[dict[str, Any], list[str]]:
    """The settings as fields of this dialect, and notes on what was sent differently."""
    fitting = adapted(settings, rules)
    spelled = {"seed": rules.seed}
    values = {name: getattr(fitting.settings, name) for name in SET}
    knobs = {spelled.get(name) or name: value for name, value in values.items() if value is not None}
    return knobs, [f"{name} is {note}" for name, note in fitting.notes.items()]


def headers(endpoint: Endpoint, *, stream: bool) -> tuple[tuple[str, str], ...]:
    """The headers of every request. The user's own headers replace ours of the same name.

    No compression is requested: proxies that compress hold tokens back until a block is full.
    """
    ours = {
        "Content-Type": "application/json",
        "Accept": "text/event-stream, application/json" if stream else "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"tui-chat/{__version__}",
        **authentication(endpoint),
    }
    taken = {name.lower() for name in endpoint.headers}
    kept = [(name, value) for name, value in ours.items() if name.lower() not in taken]
    return (*kept, *((name, value) for name, value in endpoint.headers.items()))


def authentication(endpoint: Endpoint) -> Mapping[str, str]:
    """The header with the key; empty without a key."""
    if not endpoint.key:
        return {}
    match endpoint.auth:
        case "raw":
            return {"Authorization": endpoint.key}
        case "bearer" | "entra":
            return {"Authorization": f"Bearer {endpoint.key}"}
        case "api-key":
            return {"api-key": endpoint.key}
        case "subscription-key":
            return {SUBSCRIPTION_KEY: endpoint.key}
        case "none":
            return {}


def _sound(value: Any) -> Any:
    """The value without half surrogates, which cannot be encoded: pasted text may hold them."""
    match value:
        case str():
            return repair_surrogates(value)
        case dict():
            return {repair_surrogates(str(name)): _sound(item) for name, item in value.items()}
        case list() | tuple():
            return [_sound(item) for item in value]
        case _:
            return value
