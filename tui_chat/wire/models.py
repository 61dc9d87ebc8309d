"""Reads the list of models that most endpoints serve next to the chat completions.

Sources: openai-python types/model, vLLM `max_model_len`, llama.cpp `meta.n_ctx`, Mistral `max_context_length`,
`capabilities`, `aliases` and `deprecation` (mistralai/platform-docs-public openapi.yaml), OpenRouter `context_length`,
Groq `context_window`, LiteLLM `max_input_tokens`; MicrosoftDocs reference-model-inference-info for the page of the one
model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tui_chat.core.dialects import find
from tui_chat.core.dialects.azure_serverless import SERVED, VERSION
from tui_chat.core.dialects.rules import COMPLETIONS
from tui_chat.wire.body import leading, text_of

_NO_CHAT = re.compile(
    r"(?:^|[^a-z])(?:(?:text-)?embed(?:ding)?s?|moderation|whisper|tts|dall-e|transcribe|gpt-image|rerank(?:er)?|ocr|sora"
    r"|realtime|davinci-002|babbage-002)(?:$|[^a-z])",
    re.IGNORECASE,
)
"""Names of models that embed, draw, hear or rate. Lists such as OpenAI's say nothing else about them."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_CONTEXT = ("context_length", "max_model_len", "max_context_length", "context_window", "max_input_tokens")


@dataclass(frozen=True, slots=True)
class Model:
    """One model that can be asked for. `context` is in tokens, None where the server does not say.

    `aliases` are its other names. `retires` is the date, YYYY-MM-DD, from which on it is not served.
    """

    id: str
    context: int | None = None
    aliases: tuple[str, ...] = ()
    retires: str | None = None


def address(url: str) -> str | None:
    """Where the list should be, from the address of the chat completions. None where none is kept (`/score`)."""
    parts = urlsplit(url)
    if not parts.path.endswith(COMPLETIONS) or "/deployments/" in parts.path:
        return None
    return urlunsplit(parts._replace(path=parts.path.removesuffix(COMPLETIONS) + "/models"))


def info_address(url: str) -> str | None:
    """Where Azure's serverless and managed endpoints name the one model that they serve; None for all others."""
    parts = urlsplit(url)
    if find(parts.hostname or "", None, local=False)[1] not in SERVED:
        return None
    return urlunsplit(parts._replace(path="/info", query=f"api-version={VERSION}"))


def models(body: bytes) -> tuple[Model, ...]:
    """The models that can chat, as the server orders them. Empty where the body is no list of models.

    A model that is listed under each of its names is one: it is called by the first, the others are its aliases.
    """
    found: dict[str, Model] = {}
    called: dict[str, str] = {}
    for model in _models(leading(text_of(body))):
        first = called.setdefault(model.id, model.id)
        found.setdefault(first, model)
        for alias in model.aliases:
            called.setdefault(alias, first)
    return tuple(found.values())


def _models(value: Any) -> Iterator[Model]:
    if isinstance(value, dict) and isinstance(value.get("model_name"), str):
        # the type is written chat, chat-completion and chat-completions
        yield from [Model(value["model_name"])] if str(value.get("model_type", "chat")).startswith("chat") else ()
    entries = value.get("data", value.get("models")) if isinstance(value, dict) else value
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, str) and entry:
            yield Model(entry)
        if not isinstance(entry, dict):
            continue
        name = entry.get("id") or entry.get("name") or entry.get("model")
        if isinstance(name, str) and name and _chats(name, entry):
            yield Model(name, _context(entry), _aliases(name, entry), _date(entry.get("deprecation")))


def _chats(name: str, entry: Mapping[str, Any]) -> bool:
    """By what the server says of the model; where it says nothing, by the name."""
    capabilities = entry.get("capabilities")
    if isinstance(capabilities, dict) and isinstance(capabilities.get("completion_chat"), bool):
        return bool(capabilities["completion_chat"])
    return _NO_CHAT.search(name) is None


def _aliases(name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    listed = entry.get("aliases")
    names = listed if isinstance(listed, list) else ()
    return tuple(dict.fromkeys(each for each in names if isinstance(each, str) and each and each != name))


def _date(value: object) -> str | None:
    found = _DATE.match(value) if isinstance(value, str) else None
    return found[0] if found else None


def _context(entry: Mapping[str, Any]) -> int | None:
    meta = entry.get("meta")
    places = [entry.get(key) for key in _CONTEXT] + [meta.get("n_ctx") if isinstance(meta, dict) else None]
    return next((n for n in places if isinstance(n, int) and not isinstance(n, bool) and 0 < n < 10**9), None)
