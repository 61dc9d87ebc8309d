"""Azure serverless and managed endpoints: Mistral's own schema under /v1, Azure's common schema with an api-version.

Source: MicrosoftDocs deploy-models-mistral and reference-model-inference-api; the raw key is
how the Azure notebook sends it.
"""

from __future__ import annotations

from dataclasses import replace

from tui_chat.core.dialects import azure_openai
from tui_chat.core.dialects.rules import COMPLETIONS, V1, Host, Rules

VERSION = "2024-05-01-preview"
COMMON_ROUTE = ((COMPLETIONS, VERSION),)

HOSTS = (
    Host("inference.ai.azure.com", V1, ("raw", "bearer"), versions=COMMON_ROUTE),
    Host("models.ai.azure.com", COMPLETIONS, ("bearer", "raw"), versions=COMMON_ROUTE),
    Host("inference.ml.azure.com", V1, versions=COMMON_ROUTE),
    Host(
        "services.ai.azure.com",
        "/models" + COMPLETIONS,
        ("api-key", "bearer"),
        prefixes={"/models": "/models" + COMPLETIONS},
        versions=(("/models" + COMPLETIONS, VERSION), (azure_openai.DEPLOYMENT, azure_openai.VERSION)),
    ),
)

SERVED = HOSTS[:3]
"""The hosts that serve one model, and name it under `/info`."""

NATIVE = Rules(
    "azure-serverless", HOSTS, seed="random_seed", seed_min=0, prefix=True, continues=True, reasoning_effort=False
)
COMMON = replace(NATIVE, seed="seed", seed_min=None, prefix=False, continues=False)


def schema(url: str) -> Rules:
    """The schema that this address speaks."""
    return COMMON if "api-version=" in url or "/models/chat/" in url else NATIVE


DIALECT = replace(NATIVE, at=schema)
