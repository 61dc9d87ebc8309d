"""Azure OpenAI: a deployment in the path with an api-version, or the v1 route with the deployment as the model.

Source: Azure/azure-rest-api-specs AzureOpenAI 2024-10-21; MicrosoftDocs api-version-lifecycle. That v1 refuses an
api-version ("api-version query parameter is not allowed when using /v1 path") is quoted in several public repositories.
"""

from __future__ import annotations

from tui_chat.core.dialects.openai import COMPLETION_TOKENS
from tui_chat.core.dialects.rules import ALL_EFFORTS, COMPLETIONS, NO_VERSION, Host, Rules
from tui_chat.core.endpoint import Auth

VERSION = "2024-10-21"
HOME = "/openai/v1/chat/completions"
INFERENCE = "/models" + COMPLETIONS
"""Azure's model inference route, which is being retired in favour of v1."""

PREFIXES = dict.fromkeys(
    ("/openai", "/openai/deployments", "/models", "/models/info", "/v1", "/v1/chat/completions"), HOME
)
LADDERS: tuple[tuple[str, tuple[Auth, ...]], ...] = (
    ("openai.azure.com", ("api-key", "bearer")),
    ("cognitiveservices.azure.com", ("bearer", "api-key")),
    ("api.cognitive.microsoft.com", ("bearer", "api-key")),
    ("openai.azure.us", ("bearer", "api-key")),
    ("openai.azure.cn", ("bearer", "api-key")),
    ("cognitiveservices.azure.us", ("bearer", "api-key")),
    ("cognitiveservices.azure.cn", ("bearer", "api-key")),
)
DEPLOYMENT = r".*/openai/deployments/[^/]+/chat/completions"
ON_V1 = r".*/openai/v1/chat/completions"
VERSIONS = ((ON_V1, NO_VERSION), (DEPLOYMENT, VERSION))

DIALECT = Rules(
    "azure-openai",
    tuple(
        Host(suffix, HOME, ladder, prefixes=PREFIXES, versions=VERSIONS, routes=((INFERENCE, HOME),))
        for suffix, ladder in LADDERS
    ),
    stop_max=4,
    stream_options=True,
    completion_tokens=COMPLETION_TOKENS,
    efforts=ALL_EFFORTS,
    json_schema=True,
)
