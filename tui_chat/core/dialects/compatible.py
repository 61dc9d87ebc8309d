"""Servers that speak chat completions and nothing more specific, and the hosts of some providers."""

from __future__ import annotations

from tui_chat.core.dialects.rules import COMPLETIONS, V1, Host, Rules

GEMINI = "/v1beta/openai" + COMPLETIONS

DIALECT = Rules(
    "compatible",
    (
        Host("models.inference.ai.azure.com", COMPLETIONS),
        Host("models.github.ai", "/inference" + COMPLETIONS, prefixes={"/inference": "/inference" + COMPLETIONS}),
        Host("generativelanguage.googleapis.com", GEMINI, prefixes={"/v1beta": GEMINI, "/v1beta/models": GEMINI}),
        Host("api.groq.com", "/openai" + V1, prefixes={"/openai": "/openai" + V1}),
        Host("api.perplexity.ai", COMPLETIONS),
        Host("api.fireworks.ai", "/inference" + V1, prefixes={"/inference": "/inference" + V1}),
        Host("api.cohere.ai", "/compatibility" + V1),
        Host("api.cohere.com", "/compatibility" + V1),
        Host("router.huggingface.co"),
    ),
    stream_options=True,
)
