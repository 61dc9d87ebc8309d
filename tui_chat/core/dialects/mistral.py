"""La Plateforme. Source: mistralai/platform-docs-public openapi.yaml; unknown fields are answered with 422.

`prompt_mode` puts a system prompt of its own before a reasoning model's; it goes with the models called magistral,
which are being retired. Not every model takes each effort: a small one knows *none* and *high* alone.

Its reasoning page has the whole answer replayed, thinking and all: without it the model does worse.
"""

from __future__ import annotations

from tui_chat.core.dialects.rules import ALL_EFFORTS, Host, Rules

DIALECT = Rules(
    "mistral",
    (Host("mistral.ai"),),
    seed="random_seed",
    seed_min=0,
    temperature_max=1.5,
    safe_prompt=True,
    efforts=ALL_EFFORTS,
    prompt_modes=("reasoning",),
    prefix=True,
    continues=True,
    json_schema=True,
    thinking="parts",
)
