"""Only what was set and is known to the dialect is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.pictures import png
from tests.wire.fixtures import raw
from tests.wire.test_resolve_endpoint import KEY, MODELS, OPENAI, SERVERLESS, made
from tui_chat.core import dialects
from tui_chat.core.attachment import attachment, data_uri
from tui_chat.core.dialects.rules import ALL_EFFORTS
from tui_chat.core.message import Message
from tui_chat.core.settings import EFFORTS, Settings, with_value
from tui_chat.wire.request import Learned, Request, encode

USER = (Message("user", "Hi"),)
ALL = Settings(system="Be brief.", temperature=0.5, top_p=0.9, max_tokens=64, seed=7, stop=("END", "###"))


def sent(
    url: str = "https://h.test", settings: Settings | None = None, messages: Any = USER, **config: Any
) -> dict[str, Any]:
    learned = config.pop("learned", Learned())
    stream = config.pop("stream", True)
    request = encode(messages, settings or Settings(), made(url, **config), stream=stream, learned=learned)
    body = json.loads(request.body)
    assert isinstance(body, dict)
    assert list(body) == list(request.fields)
    return body


@pytest.mark.parametrize("dialect", dialects.table())
def test_nothing_is_sent_that_was_not_set(dialect: str) -> None:
    assert set(sent(dialect=dialect)) - {"stream_options"} == {"messages", "stream"}
    assert "stream_options" not in sent(dialect=dialect, stream=False)


def test_the_notebook_request() -> None:
    """What the Azure notebook sends, except that `stream` is no text."""
    seed = raw("request_seed_azure_serverless")
    prompt = (Message("user", seed["body"]["messages"][1]["content"]),)
    settings = Settings(system="You are a helpful assistant.", temperature=0.9, max_tokens=500)
    request = encode(prompt, settings, made(seed["request"]["url"], "k"), stream=True)
    assert json.loads(request.body) == {**seed["body"], "stream": True}
    assert dict(request.headers)["Authorization"] == "k"
    assert request.url == seed["request"]["url"]


STRICT = {"model", "messages", "temperature", "max_tokens", "top_p", "stream", "safe_prompt", "random_seed", "stop"}


@pytest.mark.parametrize("url", [SERVERLESS, f"{MODELS}/v1", "https://api.mistral.ai"])
def test_a_strict_mistral_takes_all_that_is_sent(url: str) -> None:
    body = sent(url, ALL, model="m", body={"safe_prompt": True})
    assert set(body) == STRICT
    assert body["random_seed"] == 7
    assert body["messages"] == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]


@pytest.mark.parametrize(
    ("url", "seed", "usage"),
    [
        (SERVERLESS, "random_seed", False),
        (f"{SERVERLESS}/chat/completions", "seed", False),
        (MODELS, "seed", False),
        (OPENAI, "seed", True),
        ("https://api.mistral.ai", "random_seed", False),
        ("https://api.openai.com", "seed", True),
        ("https://openrouter.ai", "seed", True),
        ("http://localhost:11434", "seed", True),
        ("http://localhost:8080", "seed", True),
        ("https://h.test", "seed", True),
    ],
)
def test_dialects(url: str, seed: str, usage: bool) -> None:
    body = sent(url, ALL)
    assert body[seed] == 7
    assert {rules.seed for rules in dialects.table().values()} & set(body) == {seed}
    assert ("stream_options" in body) is usage


@pytest.mark.parametrize(
    ("model", "url", "name"),
    [
        ("gpt-4o", "https://api.openai.com", "max_tokens"),
        ("o3-mini", "https://api.openai.com", "max_completion_tokens"),
        ("gpt-5.1", "https://api.openai.com", "max_completion_tokens"),
        (None, f"{OPENAI}/openai/deployments/o1", "max_completion_tokens"),
        ("o3-mini", "https://h.test", "max_tokens"),
        ("omni", "https://api.openai.com", "max_tokens"),
    ],
)
def test_the_name_of_the_token_limit(model: str | None, url: str, name: str) -> None:
    body = sent(url, ALL, model=model)
    assert {"max_tokens", "max_completion_tokens"} & set(body) == {name}


def test_values_in_range_for_the_dialect() -> None:
    wild = Settings(temperature=2.0, seed=-5, stop=("a", "b", "c", "d", "e"))
    request = encode(USER, wild, made("https://api.mistral.ai"), stream=True)
    assert json.loads(request.body)["temperature"] == 1.5
    assert json.loads(request.body)["random_seed"] == 0
    assert len(request.notes) == 2
    assert sent("https://api.openai.com", wild)["stop"] == ["a", "b", "c", "d"]
    assert sent(settings=wild)["temperature"] == 2.0


def test_zero_is_sent() -> None:
    body = sent(settings=Settings(temperature=0.0, top_p=0.0, seed=0))
    assert (body["temperature"], body["top_p"], body["seed"]) == (0.0, 0.0, 0)


def test_a_knob_wins_over_the_configured_body_and_messages_over_everything() -> None:
    body = sent(
        settings=Settings(temperature=0.1), body={"temperature": 1, "messages": [], "stream": "True", "x": {"y": 1}}
    )
    assert body["temperature"] == 0.1
    assert body["messages"]
    assert body["stream"] is True
    assert body["x"] == {"y": 1}


def test_an_answer_that_is_to_go_on() -> None:
    messages = (*USER, Message("assistant", "Hel"))
    assert sent("https://api.mistral.ai", messages=messages)["messages"][-1]["prefix"] is True
    assert sent("https://api.openai.com", messages=messages)["messages"][-1] == {"role": "assistant", "content": "Hel"}


def test_what_was_learned() -> None:
    assert "seed" not in sent(settings=ALL, learned=Learned(frozenset({"seed", "messages", "max_tokens"})))
    kept = sent(settings=ALL, learned=Learned(frozenset({"messages", "max_tokens"})))
    assert kept["messages"]
    assert kept["max_tokens"] == 64
    hot = Learned(values=frozenset({("temperature", "0.5")}))
    assert "temperature" not in sent(settings=ALL, learned=hot)
    assert sent(settings=Settings(temperature=0.4), learned=hot)["temperature"] == 0.4
    assert sent(settings=ALL, learned=Learned(max_tokens="max_completion_tokens"))["max_completion_tokens"] == 64


def headers(**config: Any) -> dict[str, str]:
    request: Request = encode(USER, Settings(), made("https://h.test", **config), stream=True)
    assert KEY not in repr(request)
    return {name.lower(): value for name, value in request.headers}


def test_headers() -> None:
    assert headers(auth="bearer")["authorization"] == f"Bearer {KEY}"
    assert headers(auth="raw")["authorization"] == KEY
    assert headers(auth="api-key")["api-key"] == KEY
    assert "authorization" not in headers(auth="none")
    own = headers(headers={"Authorization": "mine", "extra-parameters": "pass-through", "ACCEPT": "x"})
    assert (own["authorization"], own["extra-parameters"], own["accept"]) == ("mine", "pass-through", "x")


@given(st.text(st.characters(codec=None)), st.text(st.characters(codec=None)))
def test_any_text_can_be_sent(prompt: str, system: str) -> None:
    body = sent(settings=Settings(system=system), messages=(Message("user", prompt),))
    assert body["messages"][-1]["content"] == prompt.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def test_pictures_go_as_parts_and_only_by_name_to_a_model_that_takes_none() -> None:
    """The shape: https://platform.openai.com/docs/guides/images-vision, which Mistral's API takes too."""
    picture = attachment("cat.png", "image/png", 75, png())
    messages = (Message("user", "What is it?", (picture,)),)
    assert sent(model="gpt-4o", messages=messages)["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is it?"},
                {"type": "image_url", "image_url": {"url": data_uri(picture)}},
            ],
        }
    ]
    (told,) = sent(model="gpt-3.5-turbo", messages=messages)["messages"]
    assert told["content"] == "[picture cat.png, not shown to this model]\n\nWhat is it?"


def test_what_is_added_to_the_body_wins_over_the_endpoint_s_and_nothing_else() -> None:
    added = with_value(Settings(temperature=0.5), "extra_body", {"top_k": 40, "user": None})
    body = sent(SERVERLESS, added, body={"top_k": 10, "mode": "x"})
    assert (body["top_k"], body["user"], body["mode"], body["temperature"]) == (40, None, "x", 0.5)
    assert "extra_body" not in body


MISTRAL = "https://api.mistral.ai"
THOUGHT = (Message("user", "a"), Message("assistant", "b", thinking="hm", endpoint="e"), Message("user", "c"))


def test_thinking_goes_back_to_the_server_that_wants_it_and_to_no_other() -> None:
    parts = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "b"}]
    assert sent(MISTRAL, Settings(system="s"), THOUGHT)["messages"][2] == {"role": "assistant", "content": parts}
    elsewhere = [replace(message, endpoint="other") for message in THOUGHT]
    assert sent(MISTRAL, messages=elsewhere)["messages"][1]["content"] == "b"
    refused = Learned(thinking="left out")
    assert sent(MISTRAL, messages=THOUGHT, learned=refused)["messages"][1]["content"] == "b"


FEW = ("none", "low", "medium", "high", "max")


@pytest.mark.parametrize(
    ("url", "efforts", "modes", "thinking"),
    [
        (MISTRAL, ALL_EFFORTS, ("reasoning",), "parts"),
        ("https://codestral.mistral.ai/v1", ALL_EFFORTS, ("reasoning",), "parts"),
        (SERVERLESS, (), (), "left out"),
        (MODELS, (), (), "left out"),
        ("https://example.eastus.inference.ml.azure.com/score", (), (), "left out"),
        ("https://example.services.ai.azure.com", ALL_EFFORTS, (), "left out"),
        ("https://example.services.ai.azure.com/models/chat/completions", (), (), "left out"),
        ("https://example.cognitiveservices.azure.com", ALL_EFFORTS, (), "left out"),
        (OPENAI, ALL_EFFORTS, (), "left out"),
        ("https://gateway.example.org/openai/deployments/d?api-version=2024-10-21", ALL_EFFORTS, (), "left out"),
        ("https://api.openai.com", ALL_EFFORTS, (), "left out"),
        ("https://openrouter.ai", ALL_EFFORTS, (), "left out"),
        ("http://127.0.0.1:11434", FEW, (), "left out"),
        ("http://127.0.0.1:8080", EFFORTS, (), "left out"),
        ("https://h.test/v1", EFFORTS, (), "left out"),
    ],
)
def test_what_each_address_takes_of_thinking(
    url: str, efforts: tuple[str, ...], modes: tuple[str, ...], thinking: str
) -> None:
    rules = made(url).rules
    assert (rules.efforts, rules.prompt_modes, rules.thinking) == (efforts, modes, thinking)
    body = sent(url, Settings(reasoning_effort="low", prompt_mode="reasoning"), THOUGHT)
    assert ("reasoning_effort" in body, "prompt_mode" in body) == (bool(efforts), bool(modes))
    assert isinstance(body["messages"][1]["content"], list) == (thinking == "parts")
    assert "reasoning_content" not in body["messages"][1]


def test_a_server_that_wants_the_field_gets_it_with_every_answer() -> None:
    wanted = Learned(thinking="field")
    plain = [*THOUGHT, Message("assistant", "d")]
    answers = sent("https://h/v1", messages=plain, learned=wanted)["messages"]
    assert [m.get("reasoning_content") for m in answers] == [None, "hm", None, ""]
    assert [m["content"] for m in answers] == ["a", "b", "c", "d"]


def test_an_answer_that_is_continued_has_thought_to_the_end() -> None:
    last = sent(MISTRAL, messages=THOUGHT[:2])["messages"][-1]
    assert last["prefix"] is True
    assert [part.get("closed") for part in last["content"]] == [True, None]
