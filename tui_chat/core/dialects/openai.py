"""OpenAI's own endpoint. Source: openai/openai-python types/chat."""

from __future__ import annotations

from tui_chat.core.dialects.rules import ALL_EFFORTS, Host, Rules

COMPLETION_TOKENS = r"(.*/)?(o\d|gpt-5|gpt-[6-9])"
"""Reasoning models reject `max_tokens`; before the first rejection only their names tell."""

DIALECT = Rules(
    "openai",
    (Host("api.openai.com"),),
    stop_max=4,
    stream_options=True,
    completion_tokens=COMPLETION_TOKENS,
    efforts=ALL_EFFORTS,
    json_schema=True,
)
