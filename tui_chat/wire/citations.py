"""Extracts an answer's sources from every shape servers use.

| shape | sent by |
| --- | --- |
| `delta.annotations[].url_citation {url, title}`, or flat | OpenAI, OpenRouter |
| a part of `content`: `{"type": "tool_reference", "title", "url"}` | Mistral's agents and web search |
| `citations: ["https://…"]` or of objects, next to `choices` | Perplexity, xAI |
| `search_results: [{"title", "url"}]`, `sources`, `references` | Perplexity, LiteLLM, Open WebUI |
| `context.citations[]` on the message; older: in `context.messages[].content` as JSON | Azure "on your data" |
| `grounding_metadata.grounding_chunks[].web {uri, title}` | Gemini, Vertex AI |

Sources: openai-python types/chat/chat_completion_message.py; Mistral docs, citations; MicrosoftDocs, use-your-data
reference; Perplexity and xAI API references; LibreChat#6992.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.core.message import Citation
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.wire.body import loads

_IN_DELTA = ("annotations", "citations", "context", "sources", "references", "search_results", "grounding_metadata")
_IN_CHUNK = (
    "citations", "search_results", "annotations", "sources", "references", "context",
    "grounding_metadata", "groundingMetadata",
)  # fmt: skip
_URLS = ("url", "uri", "link", "source_url")
_TITLES = ("title", "name")
_DEPTH = 6
_LONGEST = 4000
"""The longest address that is accepted, in characters."""


def of_delta(delta: Mapping[str, Any]) -> tuple[Citation, ...]:
    """The sources in a delta or message."""
    found = [citation for key in _IN_DELTA if delta.get(key) for citation in _sources(delta[key], _DEPTH)]
    content = delta.get("content")
    if isinstance(content, list):
        for part in content:
            if isinstance(part, dict) and "reference" in str(part.get("type", "")).lower():
                found += _sources(part, _DEPTH)
    return tuple(found)


def of_chunk(chunk: Mapping[str, Any]) -> tuple[Citation, ...]:
    """The sources next to the choices."""
    return tuple(citation for key in _IN_CHUNK if chunk.get(key) for citation in _sources(chunk[key], _DEPTH))


def _sources(value: object, depth: int) -> Iterator[Citation]:
    """Every object with an address inside, and every address in a list, in their order."""
    if depth < 0:
        return
    match value:
        case str():
            if (url := _address(value)) is not None:
                yield Citation(url)
            elif value.lstrip()[:1] == "{":
                # Azure's older answers hold the tool's message as JSON in a text.
                inner = loads(value)
                if isinstance(inner, dict):
                    yield from _sources(inner.get("citations"), depth - 1)
        case list():
            for item in value:
                yield from _sources(item, depth - 1)
        case dict():
            url = next((found for key in _URLS if (found := _address(value.get(key))) is not None), None)
            if url is not None:
                yield Citation(url, _title(value))
                return
            for item in value.values():
                if isinstance(item, (list, dict)) or (isinstance(item, str) and item.lstrip()[:1] == "{"):
                    yield from _sources(item, depth - 1)


def _address(value: object) -> str | None:
    """An http(s) address; nothing else ever becomes a link."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    url = repair_surrogates(value.strip())
    if not url.lower().startswith(("http://", "https://")) or not url.isprintable() or any(map(str.isspace, url)):
        return None
    return url if url.partition("://")[2].strip("/") else None


def _title(value: Mapping[str, Any]) -> str:
    title = next((found for key in _TITLES if isinstance(found := value.get(key), str) and found.strip()), "")
    return " ".join(repair_surrogates(title).split())[:500]
