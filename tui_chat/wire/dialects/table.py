"""The table of dialects: a new one is one new row here, and one new file where it needs more than a row."""

from __future__ import annotations

from tui_chat.core.endpoint import Dialect
from tui_chat.wire.dialects import azure_serverless
from tui_chat.wire.dialects.azure_openai import AZURE_OPENAI
from tui_chat.wire.dialects.mistral import MISTRAL
from tui_chat.wire.dialects.openai import OPENAI
from tui_chat.wire.dialects.rules import COMPLETIONS, V1, Host, Rules

GEMINI = "/v1beta/openai" + COMPLETIONS

OPENROUTER = Rules(
    "openrouter",
    (Host("openrouter.ai", "/api" + V1, prefixes={"/api": "/api" + V1, "/v1": "/api" + V1, V1: "/api" + V1}),),
    stream_options=True,
)
OLLAMA = Rules(
    "ollama",
    (
        Host("", port=11434, prefixes={"/api": V1, "/api/chat": V1, "/api/generate": V1, "/api/tags": V1}),
        Host("ollama.com"),
    ),
    stream_options=True,
    continues=True,
)
LLAMA_CPP = Rules(
    "llama.cpp", (Host("", port=8080, prefixes={"/completion": V1}),), stream_options=True, continues=True
)
COMPATIBLE = Rules(
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
)

TABLE: dict[Dialect, Rules] = {
    rules.name: rules
    for rules in (azure_serverless.NATIVE, AZURE_OPENAI, MISTRAL, OPENAI, OPENROUTER, OLLAMA, LLAMA_CPP, COMPATIBLE)
}


def rules_for(dialect: Dialect, url: str) -> Rules:
    """What the server at this address takes."""
    return azure_serverless.rules(url) if dialect == "azure-serverless" else TABLE[dialect]


def find(host: str, port: int | None, *, local: bool) -> tuple[Rules, Host]:
    """Whose host it is: the longest suffix wins, so GitHub's models are not taken for Azure's; else *compatible*."""
    best: tuple[Rules, Host] | None = None
    for rules in TABLE.values():
        for row in rules.hosts:
            if _fits(row, host, port, local=local) and (best is None or len(row.suffix) > len(best[1].suffix)):
                best = (rules, row)
    return best or (COMPATIBLE, Host(""))


def _fits(row: Host, host: str, port: int | None, *, local: bool) -> bool:
    if row.suffix:
        return host == row.suffix or host.endswith("." + row.suffix)
    return local and port == row.port
