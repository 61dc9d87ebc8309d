"""Recognizes pasted addresses that are not chat completions, and says what to paste instead.

Sources: learn.microsoft.com foundry-models/concepts/endpoints (the routes of a Foundry resource and of a project),
foundry/openai/api-version-lifecycle (v1 and Responses), Anthropic's page on Claude in Microsoft Foundry
(`/anthropic/v1/messages`), litellm `azure_ai/ocr` (`/providers/mistral/azure/ocr`), mistralai/platform-docs-public
openapi.yaml (`/v1/ocr`, `/v1/agents`). Hosts of portals and sites are inferred from their own links.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from tui_chat.core.dialects.rules import COMPLETIONS
from tui_chat.core.quick_dataclass import dataclass

_PORTAL = "the address under Keys and Endpoint of the resource there, such as https://NAME.services.ai.azure.com"
_FOUNDRY = (
    "the endpoint that its page of the project or the deployment shows, such as https://NAME.services.ai.azure.com"
)
_STUDIO = "the REST endpoint under its tab Consume, such as https://NAME.REGION.inference.ml.azure.com/score"
_OWN = "the endpoint of your own resource, such as https://NAME.services.ai.azure.com"

_SITES = {
    **dict.fromkeys(
        ("portal.azure.com", "ms.portal.azure.com", "portal.azure.us", "portal.azure.cn"),
        ("a page of the Azure portal", _PORTAL),
    ),
    **dict.fromkeys(("ai.azure.com", "ai.azure.us", "oai.azure.com"), ("a page of the Foundry portal", _FOUNDRY)),
    **dict.fromkeys(("ml.azure.com", "ml.azure.us"), ("a page of Azure Machine Learning Studio", _STUDIO)),
    "management.azure.com": ("Azure's management API", _OWN),
    **dict.fromkeys(
        ("login.microsoftonline.com", "login.microsoftonline.us"),
        ("Entra's sign-in service", f'{_OWN}, with auth = "entra" to sign in'),
    ),
    **dict.fromkeys(("learn.microsoft.com", "docs.microsoft.com", "azure.microsoft.com"), ("a page about Azure", _OWN)),
    **dict.fromkeys(
        ("console.mistral.ai", "admin.mistral.ai", "chat.mistral.ai", "docs.mistral.ai", "help.mistral.ai"),
        ("a page of Mistral's web site", "https://api.mistral.ai"),
    ),
    **dict.fromkeys(
        ("platform.openai.com", "chat.openai.com", "chatgpt.com", "www.chatgpt.com"),
        ("a page of OpenAI's web site", "https://api.openai.com"),
    ),
}
"""Hosts that are endpoints under no path: what they are, and what to paste."""

_ACCOUNT = r"Microsoft\.CognitiveServices/accounts/([A-Za-z0-9][A-Za-z0-9-]{1,62})(?![\w.-])"
"""The name of a resource, which is also its host's unless its owner chose another one (inferred)."""

_RESOURCE = (
    *(f".{name}.azure.{tld}" for name in ("services.ai", "openai", "cognitiveservices") for tld in ("com", "us", "cn")),
    ".api.cognitive.microsoft.com",
)
_AZURE = (*_RESOURCE, ".inference.ai.azure.com", ".models.ai.azure.com")
_PROJECT = r"(?:/api/projects/[^/]+)?"
_OF_RESOURCE = "https://{host} with the name of a deployment as the model"
_OTHER_MODEL = "https://{host} with a deployment of another model, such as Mistral's"


@dataclass(frozen=True, slots=True)
class _Foreign:
    """Addresses of one kind: suffixes of their hosts, and a pattern for the whole path."""

    hosts: tuple[str, ...]
    path: str
    what: str
    paste: str


_TABLE = (
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
        ("api.mistral.ai",),
        r"/v1/ocr|/v1/(?:agents|conversations)(?:/.*)?",
        "the address of Mistral's OCR or of an agent, which take no chat completions",
        "https://{host}",
    ),
    _Foreign(
        _RESOURCE,
        r"/providers/.*|/openai/.*/(?:images|audio|video)/.*|/openai(?:/v1)?/realtime|/models/images/.*",
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


def foreign(host: str, path: str, rest: str = "") -> str | None:
    """What a foreign address is and what to paste; None if it may answer chat completions.

    `rest` is what follows the path: portals name the resource there, or in the path.
    """
    if (site := _SITES.get(host)) is not None:
        shown = re.search(_ACCOUNT, unquote(f"{path}?{rest}"))
        own = f"https://{shown[1].lower()}.services.ai.azure.com, if the page is that of {shown[1]}" if shown else ""
        return f"is {site[0]}; paste {own or site[1]}"
    path = re.sub("/{2,}", "/", path).rstrip("/").lower()
    if not path or path.endswith(COMPLETIONS):  # nearly all; the patterns below are compiled when they are first needed
        return None
    for row in _TABLE:
        if host.endswith(row.hosts) and re.fullmatch(row.path, path):
            return f"is {row.what}; paste {row.paste.format(host=host)}"
    return None
