"""The length of a model's context, as refusals tell it, and which dialects go on with an answer."""

from __future__ import annotations

import json

import pytest

from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind
from tui_chat.wire.errors.server_error import explain

OPENAI = (
    "This model's maximum context length is 8192 tokens. However, you requested 10000 tokens (9000 in the messages, "
    "1000 in the completion). Please reduce the length of the messages or completion."
)


@pytest.mark.parametrize(
    ("body", "limit", "asked"),
    [
        ({"error": {"message": OPENAI, "code": "context_length_exceeded"}}, 8192, 10000),
        ({"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 5000, "n_ctx": 4096}}, 4096, 5000),
        ({"error": {"message": "The conversation is too long", "code": "context_length_exceeded"}}, None, None),
    ],
)
def test_a_refusal_tells_the_context(body: object, limit: int | None, asked: int | None) -> None:
    error = explain(400, [], json.dumps(body).encode()).error
    assert (error.kind, error.limit, error.asked) == (ErrorKind.CONTEXT_LENGTH, limit, asked)


@pytest.mark.parametrize(
    ("url", "continues"),
    [
        ("https://x.inference.ai.azure.com/v1/chat/completions", True),
        ("https://x.services.ai.azure.com/models/chat/completions", False),
        ("https://api.mistral.ai", True),
        ("https://api.openai.com", False),
        ("http://127.0.0.1:11434", True),
        ("http://127.0.0.1:8080", True),
        ("https://openrouter.ai", False),
        ("http://127.0.0.1:4000", False),
    ],
)
def test_who_goes_on_with_an_answer(url: str, continues: bool) -> None:
    assert HttpBackend(EndpointConfig("e", url)).continues is continues
