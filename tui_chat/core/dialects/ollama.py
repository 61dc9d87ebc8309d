"""Ollama, also its cloud. Source: ollama/ollama docs/openai.md."""

from __future__ import annotations

from tui_chat.core.dialects.rules import V1, Host, Rules

DIALECT = Rules(
    "ollama",
    (
        Host("", port=11434, prefixes={"/api": V1, "/api/chat": V1, "/api/generate": V1, "/api/tags": V1}),
        Host("ollama.com"),
    ),
    stream_options=True,
    efforts=("none", "low", "medium", "high", "max"),
    continues=True,
    json_schema=True,
)
