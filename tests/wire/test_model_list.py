"""Which models of a server's list can be asked for, and what is said of them."""

from __future__ import annotations

import json

import pytest

from tui_chat.core.endpoint import Price
from tui_chat.wire.model_list import Model, in_words, models


def listed(*entries: object) -> tuple[Model, ...]:
    return models(json.dumps({"object": "list", "data": entries}).encode())


@pytest.mark.parametrize(
    "name",
    ["gpt-4.1-mini", "mistral-large-2411", "ocrean-7b", "chatgpt-4o-latest", "gpt-4o-audio-preview", "o3", "ttsuki"],
)
def test_what_can_chat_is_listed(name: str) -> None:
    assert listed({"id": name}) == (Model(name),)


@pytest.mark.parametrize(
    "name",
    [
        "text-embedding-3-small", "mistral-embed", "omni-moderation-latest", "whisper-1", "tts-1-hd", "dall-e-3",
        "gpt-4o-transcribe", "gpt-image-1", "mistral-ocr-latest", "gpt-4o-realtime-preview", "bge-reranker-v2",
        "sora-2", "davinci-002",
    ],
)  # fmt: skip
def test_what_cannot_chat_is_left_out(name: str) -> None:
    assert listed({"id": name}, {"id": "m"}) == (Model("m"),)


def test_what_the_server_says_goes_before_the_name() -> None:
    assert listed({"id": "embed-chat", "capabilities": {"completion_chat": True}}) == (Model("embed-chat"),)
    assert listed({"id": "m", "capabilities": {"completion_chat": False}}) == ()


def test_the_names_of_one_model_are_one_line() -> None:
    small = {"aliases": ["mistral-small-latest", "mistral-small-2506"], "max_context_length": 131072}
    assert listed(
        {"id": "mistral-small-2506", **small, "deprecation": "2026-11-30T12:00:00Z"},
        {"id": "mistral-small-latest", **small},
        {"id": "other", "aliases": None},
    ) == (
        Model("mistral-small-2506", 131072, ("mistral-small-latest",), "2026-11-30"),
        Model("other"),
    )


@pytest.mark.parametrize(
    "entry",
    [{"aliases": "x"}, {"aliases": [1, "", None]}, {"deprecation": 7}, {"deprecation": "soon"}, {"capabilities": []}],
)
def test_what_is_no_value_is_not_there(entry: dict[str, object]) -> None:
    assert listed({"id": "m", **entry}) == (Model("m"),)


AZURE = {"fine_tune": False, "inference": True, "completion": False, "chat_completion": True, "embeddings": False}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (  # Mistral
            {
                "capabilities": {"completion_chat": True, "function_calling": True, "reasoning": True, "ocr": False},
                "deprecation": "2026-08-31T12:00:00Z",
                "deprecation_replacement_model": "n",
                "type": "base",
            },
            Model("m", retires="2026-08-31", replaced_by="n", capabilities=("tools", "reasoning")),
        ),
        (  # Azure OpenAI: the end as Unix time
            {
                "capabilities": AZURE,
                "lifecycle_status": "preview",
                "deprecation": {"fine_tune": 1677662127, "inference": 1709284527},
            },
            Model("m", retires="2024-03-01", preview=True),
        ),
        (  # OpenRouter
            {
                "context_length": 200000,
                "architecture": {"input_modalities": ["text", "image"], "output_modalities": ["text"]},
                "supported_parameters": ["tools", "include_reasoning", "temperature"],
                "top_provider": {"max_completion_tokens": 64000},
            },
            Model("m", 200000, capabilities=("tools", "vision", "reasoning"), output=64000),
        ),
        (  # GitHub's catalog
            {
                "capabilities": ["streaming", "tool-calling"],
                "limits": {"max_input_tokens": 1000, "max_output_tokens": 9},
            },
            Model("m", 1000, capabilities=("tools",), output=9),
        ),
        (  # Groq, Fireworks
            {"active": True, "context_window": 131072, "max_completion_tokens": 8192, "supports_image_input": True},
            Model("m", 131072, capabilities=("vision",), output=8192),
        ),
        ({"type": "vlm", "meta": {"n_ctx": 4096}}, Model("m", 4096)),
        ({"object": "deployment", "model": "gpt-4o"}, Model("m", deployed="gpt-4o")),
        ({"modelName": "gpt-4o", "capabilities": {"chat_completion": "true"}}, Model("m", deployed="gpt-4o")),
    ],
)
def test_what_each_service_says_of_a_model(entry: dict[str, object], expected: Model) -> None:
    assert listed({"id": "m", **entry}) == (expected,)


@pytest.mark.parametrize(
    "entry",
    [
        {"capabilities": {**AZURE, "chat_completion": False}},
        {"capabilities": {**AZURE, "inference": False}},
        {"archived": True},
        {"active": False},
        {"lifecycle_status": "deprecated"},
        {"type": "embedding"},
        {"supports_chat": False},
        {"architecture": {"output_modalities": ["image"]}},
        {"supported_output_modalities": ["embeddings"]},
        {"object": "deployment", "model": "text-embedding-3-small"},
        {"modelName": "m", "capabilities": {"chat_completion": "false"}},
    ],
)
def test_what_a_service_says_is_not_for_chat(entry: dict[str, object]) -> None:
    assert listed({"id": "m", **entry}) == ()


def test_a_model_in_words() -> None:
    assert in_words(Model("m")) == ""
    known = Model("m", 131072, ("a", "b"), "2026-08-31", "n", ("tools", "vision"), 8192, True)
    assert in_words(Model("m", deployed="n")) == "of n"
    assert in_words(Model("m", deployable=True)) == "can be deployed"
    said = "context 131072  answers up to 8192  tools, vision  preview  until 2026-08-31, then n  also a, b"
    assert in_words(known) == said


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        ({"prompt": "0.000002", "completion": "0.000006"}, Price(2.0, 6.0)),
        ({"prompt": "0", "completion": "0"}, Price(0.0, 0.0)),
        ({"prompt": "-1", "completion": "-1"}, None),
        ({"prompt": "0.1"}, None),
        ({"prompt": [], "completion": "x"}, None),
        ("free", None),
        (None, None),
    ],
)
def test_prices_as_openrouter_lists_them(pricing: object, price: Price | None) -> None:
    """The shape: openrouter.ai/docs/api-reference/list-available-models."""
    (found,) = models(json.dumps({"data": [{"id": "a/b", "pricing": pricing}]}).encode())
    assert found.price == price
