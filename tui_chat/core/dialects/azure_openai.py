"""Azure OpenAI: a deployment in the path with an api-version, or the v1 route with the deployment as the model.

Source: Azure/azure-rest-api-specs AzureOpenAI 2024-10-21; MicrosoftDocs api-version-lifecycle.
"""

from __future__ import annotations

from tui_chat.core.dialects.openai import COMPLETION_TOKENS
from tui_chat.core.dialects.rules import Host, Rules
from tui_chat.core.endpoint import Auth

VERSION = "2024-10-21"
HOME = "/openai/v1/chat/completions"
PREFIXES = {"/openai": HOME, "/openai/responses": HOME, "/v1": HOME, "/v1/chat/completions": HOME}
LADDERS: tuple[tuple[str, tuple[Auth, ...]], ...] = (
    ("openai.azure.com", ("api-key", "bearer")),
    ("cognitiveservices.azure.com", ("bearer", "api-key")),
    ("openai.azure.us", ("bearer", "api-key")),
    ("openai.azure.cn", ("bearer", "api-key")),
)
DEPLOYMENT = r".*/openai/deployments/[^/]+/chat/completions"

DIALECT = Rules(
    "azure-openai",
    tuple(
        Host(suffix, HOME, ladder, prefixes=PREFIXES, versions=((DEPLOYMENT, VERSION),)) for suffix, ladder in LADDERS
    ),
    stop_max=4,
    stream_options=True,
    completion_tokens=COMPLETION_TOKENS,
)
