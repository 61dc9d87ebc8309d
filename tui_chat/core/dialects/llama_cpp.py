"""llama.cpp's own server. Source: ggml-org/llama.cpp tools/server/README.md."""

from __future__ import annotations

from tui_chat.core.dialects.rules import V1, Host, Rules

DIALECT = Rules(
    "llama.cpp",
    (Host("", port=8080, prefixes={"/completion": V1}),),
    stream_options=True,
    continues=True,
    json_schema=True,
)
