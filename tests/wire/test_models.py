"""Which models of a server's list can be asked for, and what is said of them."""

from __future__ import annotations

import json

import pytest

from tui_chat.wire.models import Model, models


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
