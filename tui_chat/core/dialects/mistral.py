"""La Plateforme. Source: mistralai/platform-docs-public openapi.yaml; unknown fields are answered with 422."""

from __future__ import annotations

from tui_chat.core.dialects.rules import Host, Rules

DIALECT = Rules(
    "mistral",
    (Host("mistral.ai"),),
    seed="random_seed",
    seed_min=0,
    temperature_max=1.5,
    safe_prompt=True,
    prefix=True,
    continues=True,
    json_schema=True,
)
