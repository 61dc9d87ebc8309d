"""Parses the model lists that endpoints serve.

Sources: openai-python types/model, vLLM `max_model_len`, llama.cpp `meta.n_ctx`, Mistral `max_context_length`,
`capabilities`, `aliases`, `deprecation` and `deprecation_replacement_model` (mistralai/platform-docs-public
openapi.yaml), Azure's `capabilities`, `lifecycle_status` and `deprecation.inference` (learn.microsoft.com
rest/api/azureopenai/models/list), OpenRouter `context_length`, `architecture`, `supported_parameters` and
`top_provider`, Groq `context_window` and `active`, Together `type`, Fireworks `supports_chat`, GitHub's catalog with
its `limits`, LiteLLM `max_input_tokens`; MicrosoftDocs reference-model-inference-info for the page of the one model.

Azure answers to the names of deployments, and its list has the models that can be deployed. Those that are, a project
of Foundry lists (azure-ai-projects `deployments.list`, api-version v1), and a resource of Azure OpenAI under an old
api-version (openai-python#447; langflow#14509 of 2026 reports that it is still answered).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tui_chat.core.cost import price_words
from tui_chat.core.dialects import azure_openai, find
from tui_chat.core.dialects.azure_serverless import SERVED, VERSION
from tui_chat.core.dialects.rules import COMPLETIONS
from tui_chat.core.endpoint import Price
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.wire.address import other_route
from tui_chat.wire.body import leading, text_of

_NO_CHAT = lazy_pattern(
    r"(?:^|[^a-z])(?:(?:text-)?embed(?:ding)?s?|moderation|whisper|tts|dall-e|transcribe|gpt-image|rerank(?:er)?|ocr|sora"
    r"|realtime|davinci-002|babbage-002)(?:$|[^a-z])",
    re.IGNORECASE,
)
"""Names of models that embed, draw, transcribe or rank. Lists such as OpenAI's say nothing else about them."""

_PROJECT = lazy_pattern(r"/api/projects/[^/?#\s]+")
_DATE = lazy_pattern(r"\d{4}-\d{2}-\d{2}")

_CONTEXT = ("context_length", "max_model_len", "max_context_length", "context_window", "max_input_tokens")
_OUTPUT = ("max_output_tokens", "max_completion_tokens")
_INNER = ("meta", "top_provider", "limits")
"""Objects in which some servers nest such numbers."""

_ABLE = {
    "function_calling": "tools",
    "tool_calling": "tools",
    "tools": "tools",
    "supports_tools": "tools",
    "vision": "vision",
    "image": "vision",
    "supports_image_input": "vision",
    "audio": "audio",
    "reasoning": "reasoning",
    "thinking": "reasoning",
    "include_reasoning": "reasoning",
    "reasoning_effort": "reasoning",
}
"""Servers' words for a model's capabilities, and ours."""

CAPABILITIES = ("tools", "vision", "audio", "reasoning")


@dataclass(frozen=True, slots=True)
class Model:
    """One available model. `context` and `output` are in tokens, None if the server does not say.

    `aliases` are its other names. `retires` is the date, YYYY-MM-DD, from which on it is not served, and `replaced_by`
    its successor according to the server. `capabilities` are those of `CAPABILITIES` that the server names; `preview`:
    the model may still change. `price` is for a million tokens, if listed. `deployed` is the model of a deployment,
    whose name is the id; `deployable`: Azure has a model of this name, but answers to that of a deployment.
    """

    id: str
    context: int | None = None
    aliases: tuple[str, ...] = ()
    retires: str | None = None
    replaced_by: str | None = None
    capabilities: tuple[str, ...] = ()
    output: int | None = None
    preview: bool = False
    price: Price | None = None
    deployed: str | None = None
    deployable: bool = False


def in_words(model: Model) -> str:
    """A model's properties: `context 131072 tools, vision until 2026-11-30, then mistral-medium-3-5`."""
    said = [f"of {model.deployed}" if model.deployed else "", f"context {model.context}" if model.context else ""]
    said += [f"answers up to {model.output}" if model.output else "", ", ".join(model.capabilities)]
    said += [f"{price_words(model.price)} a million tokens" if model.price else ""]
    said += ["preview" if model.preview else "", retirement(model), "can be deployed" if model.deployable else ""]
    said += [f"also {', '.join(model.aliases)}" if model.aliases else ""]
    return "  ".join(filter(None, said))


def retirement(model: Model) -> str:
    """`until 2026-11-30, then mistral-medium-3-5`; "" if no retirement is announced."""
    until = f"until {model.retires}" if model.retires else ""
    then = f"then {model.replaced_by}" if model.replaced_by else ""
    return ", ".join(filter(None, (until, then)))


def address(url: str) -> str | None:
    """The address of the list, given that of the chat completions. None if there is none (`/score`)."""
    parts = urlsplit(url)
    if parts.path == azure_openai.INFERENCE and (on_v1 := other_route(url)) is not None:
        parts = urlsplit(on_v1)  # the other route of a Foundry resource has no list
    if not parts.path.endswith(COMPLETIONS) or "/deployments/" in parts.path:
        return None
    if parts.hostname == "models.github.ai":
        return urlunsplit(parts._replace(path="/catalog/models"))
    return urlunsplit(parts._replace(path=parts.path.removesuffix(COMPLETIONS) + "/models"))


def deployments(url: str, pasted: str) -> tuple[str, ...]:
    """Where a resource of Azure's may list its deployments. `pasted` is the address as configured, which may name a
    project; empty for any other server."""
    parts = urlsplit(url)
    rules, host = find(parts.hostname or "", None, local=False)
    if not rules.name.startswith("azure-") or host in SERVED or "/deployments/" in parts.path:
        return ()
    project = _PROJECT.search(pasted)
    places = [(f"{project[0]}/deployments", "v1")] if project else []
    places.append(("/openai/deployments", "2023-03-15-preview"))
    return tuple(urlunsplit(parts._replace(path=path, query=f"api-version={version}")) for path, version in places)


def info_address(url: str) -> str | None:
    """Where Azure's serverless and managed endpoints name their one model; None for all others."""
    parts = urlsplit(url)
    if find(parts.hostname or "", None, local=False)[1] not in SERVED:
        return None
    return urlunsplit(parts._replace(path="/info", query=f"api-version={VERSION}"))


def models(body: bytes) -> tuple[Model, ...]:
    """The chat models in the server's order. Empty if the body is not a list of models.

    A model that is listed under several names appears once: the first is its name, the others are its aliases.
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
    lists = (value.get(key) for key in ("data", "models", "value")) if isinstance(value, dict) else (value,)
    entries = next((each for each in lists if each is not None), None)
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, str) and entry:
            yield Model(entry)
        if not isinstance(entry, dict):
            continue
        name = entry.get("id") or entry.get("name") or entry.get("model")
        if isinstance(name, str) and name and _chats(name, entry):
            yield _model(name, entry)


def _model(name: str, entry: Mapping[str, Any]) -> Model:
    ends = entry.get("deprecation")
    replaced = entry.get("deprecation_replacement_model")
    return Model(
        name,
        _tokens(entry, (*_CONTEXT, "n_ctx")),
        _aliases(name, entry),
        _date(ends.get("inference") if isinstance(ends, dict) else ends),
        replaced if isinstance(replaced, str) and replaced else None,
        _capabilities(entry),
        _tokens(entry, _OUTPUT),
        entry.get("lifecycle_status") == "preview",
        _price(entry),
        _deployed(entry),
    )


def _deployed(entry: Mapping[str, Any]) -> str | None:
    of = entry.get("model" if entry.get("object") == "deployment" else "modelName")
    return of if isinstance(of, str) and of else None


def _price(entry: Mapping[str, Any]) -> Price | None:
    """OpenRouter's `pricing`: dollars per token, as text. A negative price means that it varies."""
    pricing = entry.get("pricing")
    try:
        rates = [float(pricing[key]) * 1e6 for key in ("prompt", "completion")] if isinstance(pricing, dict) else []
    except (KeyError, TypeError, ValueError):
        return None
    return Price(rates[0], rates[1]) if rates and all(0 <= rate < 1e6 for rate in rates) else None


def _chats(name: str, entry: Mapping[str, Any]) -> bool:
    """Whether a model can chat, by what the server says of it, else by its name."""
    if entry.get("archived") is True or entry.get("active") is False or entry.get("lifecycle_status") == "deprecated":
        return False
    flags = entry.get("capabilities")
    flags = flags if isinstance(flags, dict) else {}
    if flags.get("inference") is False:
        return False
    kind, outputs = entry.get("type"), _outputs(entry)
    chats = flags.get("chat_completion")
    said = [flags.get("completion_chat"), chats == "true" if isinstance(chats, str) else chats]
    said += [entry.get("supports_chat")]
    said += [_KINDS.get(kind) if isinstance(kind, str) else None, "text" in outputs if outputs else None]
    known = next((word for word in said if isinstance(word, bool)), None)
    return _NO_CHAT.search(_deployed(entry) or name) is None if known is None else known


_KINDS = {
    "chat": True,
    "llm": True,
    "vlm": True,
    "embedding": False,
    "embeddings": False,
    "image": False,
    "audio": False,
}
"""`type` of Together and LM Studio. Mistral's, *base* and *fine-tuned*, does not tell."""


def _outputs(entry: Mapping[str, Any]) -> list[object]:
    architecture = entry.get("architecture")
    inner = architecture.get("output_modalities") if isinstance(architecture, dict) else None
    outputs = inner or entry.get("output_modalities") or entry.get("supported_output_modalities")
    return outputs if isinstance(outputs, list) else []


def _capabilities(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Capabilities from flags, lists of words, and input types."""
    architecture = entry.get("architecture")
    places = [entry.get("capabilities"), entry.get("supported_parameters"), entry.get("input_modalities"), entry]
    places += [architecture.get("input_modalities")] if isinstance(architecture, dict) else []
    words: set[str] = set()
    for place in places:
        if isinstance(place, dict):
            words |= {key for key, value in place.items() if value is True}
        elif isinstance(place, list):
            words |= {word for word in place if isinstance(word, str)}
    named = {_ABLE[low] for word in words if (low := word.lower().replace("-", "_")) in _ABLE}
    return tuple(each for each in CAPABILITIES if each in named)


def _aliases(name: str, entry: Mapping[str, Any]) -> tuple[str, ...]:
    listed = entry.get("aliases")
    names = listed if isinstance(listed, list) else ()
    return tuple(dict.fromkeys(each for each in names if isinstance(each, str) and each and each != name))


def _date(value: object) -> str | None:
    """The day of an ISO date or of Azure's Unix time."""
    if isinstance(value, int) and not isinstance(value, bool) and 10**9 < value < 10**11:
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d}"
    found = _DATE.match(value) if isinstance(value, str) else None
    return found[0] if found else None


def _tokens(entry: Mapping[str, Any], names: Sequence[str]) -> int | None:
    inner = [part for key in _INNER if isinstance(part := entry.get(key), dict)]
    found = [part.get(name) for part in (entry, *inner) for name in names]
    return next((n for n in found if isinstance(n, int) and not isinstance(n, bool) and 0 < n < 10**9), None)
