"""Every byte that the demo sends has the shape of a recorded one: same keys at the same places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.demo.asking import body, events, post
from tui_chat.demo.pace import Pace
from tui_chat.demo.scenarios import SCENARIOS

FIXTURES = Path(__file__).parents[1] / "wire_fixtures"

STREAMS = {
    "hello": ("azure_default_stream",),
    "help": ("azure_default_stream",),
    "long answer": ("azure_mistral_stream",),
    "block answer": ("azure_default_stream", "azure_default_block_blocklist"),
    "withdraw answer": ("azure_async_pass", "azure_async_block_after_stop_recorded"),
    "annotate answer": ("azure_default_stream",),
    "unchecked answer": ("azure_filter_not_run_every_chunk",),
    "slow start": ("azure_default_stream",),
    "think aloud": ("mistral_reasoning_stream", "azure_mistral_stream"),
    "cut short": ("azure_mistral_stream",),
    "empty answer": ("azure_mistral_stream",),
}
WHOLE = {
    "hello": "azure_output_filtered_nonstream",
    "long answer": "azure_serverless_mistral_completion",
    "block answer": "azure_output_filtered_nonstream",
    "withdraw answer": "azure_output_filtered_nonstream",
    "annotate answer": "azure_openai_completion_annotated",
    "unchecked answer": "azure_filter_not_run_singular",
    "cut short": "azure_serverless_mistral_completion",
    "refuse to answer": "azure_output_filtered_nonstream",
    "empty answer": "azure_serverless_mistral_completion",
}
REFUSALS = {
    "block prompt": "azure_serverless_prompt_filtered_microsoft",
    "block prompt jailbreak": "azure_serverless_prompt_filtered_microsoft",
    "rate limit": "azure_429_retry_after",
}
NOT_RECORDED = {"drop connection", "server error", "refuse to answer", "rate limit"}
"""Streams without a fixture of their own: a refusal only exists as a whole body, the others have no stream."""
RESULTS = ("content_filter_results", "content_filter_result")


def paths(value: Any, at: str = "") -> Iterator[str]:
    """Each place of a JSON value. Categories count as one, and so do the inside of results: see `results`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{at}.{key}"
            if key not in RESULTS or "error" in inner:
                yield from paths(inner, f"{at}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{at}[]")


def results(value: Any) -> Iterator[tuple[str, frozenset[str]]]:
    """(kind, keys) of each category's result: graded by severity, or detected."""
    if isinstance(value, list):
        for inner in value:
            yield from results(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in RESULTS and isinstance(inner, dict):
                for category, found in inner.items():
                    if isinstance(found, dict):
                        kind = "graded" if category in ("hate", "sexual", "violence", "self_harm") else "detected"
                        yield kind, frozenset(found)
            else:
                yield from results(inner)


def shape(value: Any) -> frozenset[str]:
    return frozenset(paths(value))


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))["body"]


def fixture_events(name: str) -> list[Any]:
    blocks = (FIXTURES / f"{name}.sse").read_text(encoding="utf-8").split("\n\n")
    return [json.loads(b.removeprefix("data: ")) for b in blocks if b.strip() and "[DONE]" not in b]


def known_results() -> set[tuple[str, frozenset[str]]]:
    bodies = [fixture(path.stem) for path in FIXTURES.glob("azure_*.json") if not path.stem.endswith(".meta")]
    streams = [fixture_events(path.stem) for path in FIXTURES.glob("azure_*.sse")]
    return set(results([*bodies, *streams]))


@pytest.mark.parametrize("keyword", STREAMS)
async def test_every_event_has_the_keys_of_a_recorded_one(keyword: str) -> None:
    recorded = {shape(event) for name in STREAMS[keyword] for event in fixture_events(name)}
    known = known_results()
    sent = events(await post(body(keyword)))
    assert len(sent) >= 2
    for event in sent:
        assert shape(event) in recorded, event
        assert set(results(event)) <= known, event


@pytest.mark.parametrize("keyword", WHOLE)
async def test_every_whole_body_has_the_keys_of_a_recorded_one(keyword: str) -> None:
    answer = (await post(body(keyword, stream=False))).json()
    assert shape(answer) == shape(fixture(WHOLE[keyword]))
    assert set(results(answer)) <= known_results()


async def test_a_whole_thought_has_the_parts_of_a_recorded_one() -> None:
    answer = (await post(body("think aloud", stream=False))).json()
    message = fixture("mistral_reasoning_completion")["choices"][0]["message"]
    assert shape(answer["choices"][0]["message"]) == shape(message)


@pytest.mark.parametrize("prompt", REFUSALS)
async def test_every_refusal_has_the_keys_of_a_recorded_one(prompt: str) -> None:
    response = await post(body(prompt), pace=Pace(speed=10_000, clock=lambda: 0.0))
    recorded = json.loads((FIXTURES / f"{REFUSALS[prompt]}.json").read_text(encoding="utf-8"))
    assert response.status_code == recorded["status"]
    assert shape(response.json()) == shape(recorded["body"])
    assert set(results(response.json())) <= known_results()


async def test_unknown_fields_are_refused_as_recorded() -> None:
    response = await post(body("hello", user="someone"))
    recorded = fixture("azure_serverless_422_extra_forbidden")
    assert response.status_code == 422
    assert response.json() == recorded


async def test_unsupported_parameters_are_refused_as_recorded() -> None:
    response = await post(body("hello", response_format="json_object"))
    assert response.status_code == 422
    assert response.json() == fixture("azure_422_parameter_not_supported")


def test_every_scenario_is_checked() -> None:
    checked = STREAMS.keys() | WHOLE.keys() | REFUSALS.keys() | NOT_RECORDED
    assert {s.keyword for s in SCENARIOS} <= checked
