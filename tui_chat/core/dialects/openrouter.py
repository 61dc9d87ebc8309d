"""OpenRouter. Source: openrouter.ai/docs/api-reference."""

from __future__ import annotations

from tui_chat.core.dialects.rules import ALL_EFFORTS, V1, Host, Rules

HOME = "/api" + V1

DIALECT = Rules(
    "openrouter",
    (Host("openrouter.ai", HOME, prefixes={"/api": HOME, "/v1": HOME, V1: HOME}),),
    stream_options=True,
    efforts=ALL_EFFORTS,
    json_schema=True,
)
