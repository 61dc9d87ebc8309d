"""Azure serverless and managed endpoints: Mistral's own schema under /v1, Azure's common schema with an api-version.

Source: MicrosoftDocs deploy-models-mistral and reference-model-inference-api; the raw key is
how the Azure notebook sends it. A Foundry resource (services.ai) has the v1 route of Azure OpenAI for all its models;
learn.microsoft.com foundry-models/concepts/endpoints says so and calls the inference route deprecated.
"""

from __future__ import annotations

from dataclasses import replace

from tui_chat.core.dialects import azure_openai
from tui_chat.core.dialects.rules import COMPLETIONS, V1, Host, Rules

VERSION = "2024-05-01-preview"
COMMON_ROUTE = ((COMPLETIONS, VERSION),)

PAGES = r"/(?:info|swagger\.json|docs|redoc)"
"""What such an endpoint says about itself."""

HOSTS = (
    Host("inference.ai.azure.com", V1, ("raw", "bearer"), versions=COMMON_ROUTE, bare=PAGES),
    Host("models.ai.azure.com", COMPLETIONS, ("bearer", "raw"), versions=COMMON_ROUTE, bare=PAGES),
    Host("inference.ml.azure.com", V1, versions=COMMON_ROUTE, bare=PAGES),
    Host(
        "services.ai.azure.com",
        azure_openai.HOME,
        ("api-key", "bearer"),
        prefixes=azure_openai.PREFIXES,
        # A project answers at its resource, where keys are taken too.
        bare=r"/api/projects(?:/[^/]+(?:/deployments(?:/[^/]+)?)?)?",
        versions=((azure_openai.INFERENCE, VERSION), *azure_openai.VERSIONS),
        routes=((azure_openai.INFERENCE, azure_openai.HOME), (azure_openai.ON_V1, azure_openai.INFERENCE)),
    ),
)

SERVED = HOSTS[:3]
"""The hosts that serve one model, and name it under `/info`."""

NATIVE = Rules(
    "azure-serverless",
    HOSTS,
    seed="random_seed",
    seed_min=0,
    prefix=True,
    continues=True,
    efforts=(),
    safe_prompt=True,
)
COMMON = replace(NATIVE, seed="seed", seed_min=None, prefix=False, continues=False, safe_prompt=False)


def schema(url: str) -> Rules:
    if "/openai/" in url:
        return azure_openai.DIALECT
    return COMMON if "api-version=" in url or "/models/chat/" in url else NATIVE


DIALECT = replace(NATIVE, at=schema)
