"""Recognizes pasted addresses that answer no chat completions, and says what to paste instead.

Sources: learn.microsoft.com foundry-models/concepts/endpoints (the routes of a Foundry resource and of a project),
foundry/openai/api-version-lifecycle (v1 and Responses), Anthropic's page on Claude in Microsoft Foundry
(`/anthropic/v1/messages`), litellm `azure_ai/ocr` (`/providers/mistral/azure/ocr`), mistralai/platform-docs-public
openapi.yaml (`/v1/ocr`, `/v1/agents`). Hosts of portals and sites are inferred from their own links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RESOURCE = r".*\.(?:services\.ai|openai|cognitiveservices)\.azure\.(?:com|us|cn)|.*\.api\.cognitive\.microsoft\.com"
_AZURE = rf"{_RESOURCE}|.*\.(?:inference|models)\.ai\.azure\.com"
_PROJECT = r"(?:/api/projects/[^/]+)?"
_ANY = ".*"

_OF_RESOURCE = "https://{host} with the name of a deployment as the model"
_OTHER_MODEL = "https://{host} with a deployment of another model, such as Mistral's"


@dataclass(frozen=True, slots=True)
class _Foreign:
    """Addresses of one kind: `host` and `path` are patterns for the whole of either."""

    host: str
    path: str
    what: str
    paste: str


_TABLE = (
    _Foreign(
        r"(?:[\w-]+\.)?portal\.azure\.(?:com|us|cn)",
        _ANY,
        "a page of the Azure portal",
        "the address under Keys and Endpoint of the resource there, such as https://NAME.services.ai.azure.com",
    ),
    _Foreign(
        r"(?:ai|oai)\.azure\.(?:com|us|cn)",
        _ANY,
        "a page of the Foundry portal",
        "the endpoint that its page of the project or the deployment shows, such as https://NAME.services.ai.azure.com",
    ),
    _Foreign(
        r"ml\.azure\.(?:com|us|cn)",
        _ANY,
        "a page of Azure Machine Learning Studio",
        "the REST endpoint under its tab Consume, such as https://NAME.REGION.inference.ml.azure.com/score",
    ),
    _Foreign(
        r"management\.azure\.com",
        _ANY,
        "Azure's management API",
        "the resource's own endpoint, such as https://NAME.services.ai.azure.com",
    ),
    _Foreign(
        r"login\.microsoftonline\.(?:com|us)",
        _ANY,
        "Entra's sign-in service",
        'the resource\'s own endpoint, with auth = "entra" to sign in',
    ),
    _Foreign(
        r"(?:learn|docs)\.microsoft\.com|azure\.microsoft\.com",
        _ANY,
        "a page about Azure",
        "the endpoint of your own resource, such as https://NAME.services.ai.azure.com",
    ),
    _Foreign(
        r"(?:console|admin|chat|docs|help)\.mistral\.ai", _ANY, "a page of Mistral's web site", "https://api.mistral.ai"
    ),
    _Foreign(
        r"platform\.openai\.com|chat\.openai\.com|(?:www\.)?chatgpt\.com",
        _ANY,
        "a page of OpenAI's web site",
        "https://api.openai.com",
    ),
    _Foreign(
        _RESOURCE,
        r"/api/projects/[^/]+/(?:agents|applications|assistants|threads|evaluations|indexes|connections)(?:/.*)?"
        r"|/openai(?:/v1)?/(?:assistants|threads|vector_stores|conversations)(?:/.*)?",
        "the address of an agent or of its parts, which take no chat completions",
        _OF_RESOURCE,
    ),
    _Foreign(
        _RESOURCE,
        rf"{_PROJECT}/openai(?:/v1|/deployments/[^/]+)?/responses(?:/.*)?",
        "the address of the Responses API, which is not spoken here",
        "https://{host}/openai/v1 with the name of a deployment as the model",
    ),
    _Foreign(
        _AZURE,
        rf"{_PROJECT}/anthropic(?:/.*)?",
        "the address of Anthropic's Messages API, the only one that Claude models on Azure answer to",
        _OTHER_MODEL,
    ),
    _Foreign(
        _AZURE,
        r"/providers/mistral/.*|/v1/ocr",
        "the address of Mistral's OCR, which reads documents and does not chat",
        _OTHER_MODEL,
    ),
    _Foreign(
        r"api\.mistral\.ai",
        r"/v1/ocr|/v1/(?:agents|conversations)(?:/.*)?",
        "the address of Mistral's OCR or of an agent, which take no chat completions",
        "https://{host}",
    ),
    _Foreign(
        _RESOURCE,
        r"/providers/.*|/openai/.*/(?:images|audio|video)/.*|/openai(?:/v1)?/realtime",
        "the address of models for images, sound or ranking, which do not chat",
        _OTHER_MODEL,
    ),
    _Foreign(
        _RESOURCE,
        r"/(?:formrecognizer|documentintelligence|contentsafety|contentunderstanding|language|vision|computervision"
        r"|speechtotext|texttospeech|translator|face)(?:/.*)?",
        "the address of another Azure AI service, which does not chat",
        _OF_RESOURCE,
    ),
)


def foreign(host: str, path: str) -> str | None:
    """What an address of another kind is and what to paste; None for one that may answer chat completions."""
    path = re.sub("/{2,}", "/", path).rstrip("/")
    for row in _TABLE:
        if re.fullmatch(row.host, host, re.IGNORECASE) and re.fullmatch(row.path, path, re.IGNORECASE):
            return f"is {row.what}; paste {row.paste.format(host=host)}"
    return None
