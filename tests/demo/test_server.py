"""The demo behaves as a server: it checks requests, counts tokens, keeps its quota, and stops when nobody listens."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.demo.asking import INSTANT, URL, body, events, post, text
from tui_chat.demo.pace import Pace
from tui_chat.demo.playback import tokens
from tui_chat.demo.scenarios import SCENARIOS
from tui_chat.demo.transport import RETRY_AFTER_S, DemoTransport

LONG = "long answer"


def conversation(*roles: str) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": f"said by {role}"} for role in roles]}


UNSOUND: list[tuple[str, Any, int, str, list[Any]]] = [
    ("no json", b"{", 422, "json_invalid", ["body", 0]),
    ("deep json", b"[" * 100_000, 422, "json_invalid", ["body", 0]),
    ("a list", [], 422, "model_attributes_type", ["body"]),
    ("no messages", {}, 422, "missing", ["body", "messages"]),
    ("messages of text", {"messages": "hi"}, 422, "list_type", ["body", "messages"]),
    ("unknown field", body("hi", seed=1), 422, "extra_forbidden", ["body", "seed"]),
    ("stream options", body("hi", stream_options={}), 422, "extra_forbidden", ["body", "stream_options"]),
    ("too warm", body("hi", temperature=2.1), 422, "less_than_equal", ["body", "temperature"]),
    ("warm words", body("hi", temperature="warm"), 422, "float_type", ["body", "temperature"]),
    ("true is no number", body("hi", temperature=True), 422, "float_type", ["body", "temperature"]),
    ("top_p", body("hi", top_p=-0.1), 422, "greater_than_equal", ["body", "top_p"]),
    ("tokens", body("hi", max_tokens=1.5), 422, "int_type", ["body", "max_tokens"]),
    ("negative tokens", body("hi", max_tokens=-1), 422, "greater_than_equal", ["body", "max_tokens"]),
    ("stream", body("hi", stream="perhaps"), 422, "bool_parsing", ["body", "stream"]),
    ("stop", body("hi", stop=[1]), 422, "list_type", ["body", "stop"]),
    ("role", conversation("robot"), 422, "union_tag_invalid", ["body", "messages", 0]),
    (
        "a name in a message",
        {"messages": [{"role": "user", "content": "x", "name": "n"}]},
        422,
        "extra_forbidden",
        ["body", "messages", 0, "user", "name"],
    ),
    (
        "no content",
        {"messages": [{"role": "user", "content": None}]},
        422,
        "string_type",
        ["body", "messages", 0, "content"],
    ),
]


@pytest.mark.parametrize(("data", "status", "kind", "place"), [u[1:] for u in UNSOUND], ids=[u[0] for u in UNSOUND])
async def test_unsound_requests_are_refused(data: Any, status: int, kind: str, place: list[Any]) -> None:
    response = await post(data)
    assert response.status_code == status
    (problem,) = response.json()["detail"]
    assert (problem["type"], problem["loc"]) == (kind, place)


async def test_all_problems_come_at_once() -> None:
    response = await post(body("hi", seed=1, user="x", temperature=9))
    assert [p["loc"][-1] for p in response.json()["detail"]] == ["seed", "user", "temperature"]


@pytest.mark.parametrize(
    "roles",
    [
        [],
        ["system"],
        ["user", "assistant"],
        ["user", "user"],
        ["assistant", "user"],
        ["system", "user", "assistant", "assistant", "user"],
    ],
)
async def test_messages_must_alternate_and_end_with_the_user(roles: list[str]) -> None:
    response = await post(conversation(*roles))
    assert (response.status_code, response.json()["code"]) == (400, "3230")


@pytest.mark.parametrize(
    "data",
    [
        conversation("user"),
        conversation("system", "user", "assistant", "user"),
        body("hi", temperature=0, top_p=1, max_tokens=5, random_seed=3, stop="x", safe_prompt=True, model="any"),
        body("hi", temperature=None, stop=None),
        body("hi", stream="True"),
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]},
    ],
)
async def test_sound_requests_are_answered(data: Any) -> None:
    response = await post(data)
    assert response.status_code == 200
    assert text(response)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/chat/completions", 405), ("GET", "/v1/models", 404), ("POST", "/v1", 404), ("GET", "/info", 200)],
)
async def test_routes(method: str, path: str, status: int) -> None:
    async with httpx.AsyncClient(transport=DemoTransport(INSTANT)) as client:
        response = await client.request(method, f"https://demo.invalid{path}")
    assert response.status_code == status
    assert response.json()


async def test_the_default_answer_tells_what_arrived() -> None:
    messages = [
        {"role": "system", "content": "You are terse."},
        {"role": "user", "content": "an early question"},
        {"role": "assistant", "content": "an answer"},
        {"role": "user", "content": "and a later one"},
    ]
    said = text(await post({"messages": messages, "stream": True, "temperature": 0.3}))
    for expected in ("demo", "an early question", "and a later one", "You are terse.", "4 messages", "`help`"):
        assert expected in said
    assert "`temperature`: `0.3`" in said
    assert "`max_tokens`: *not sent*" in said


async def test_the_default_answer_changes_with_the_conversation() -> None:
    answers = set()
    for turns in range(6):
        said = text(await post(conversation(*["user", "assistant"] * turns, "user")))
        answers.add(said)
    assert len(answers) == 6


async def test_help_names_every_keyword() -> None:
    said = text(await post(body("help")))
    for scenario in SCENARIOS:
        assert f"`{scenario.keyword}`" in said
        assert scenario.help in said


async def test_the_long_answer_is_long_and_whole() -> None:
    said = text(await post(body(LONG)))
    assert 9_000 < len(said.encode()) < 12_000
    for expected in ("# A field guide", "| :---", "```python", "> > ", "- [x]", "👩‍👩‍👧‍👦", "信濃川", "🎉"):
        assert expected in said
    assert said == text(await post(body(LONG, stream=False)))


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("limit", [0, 1, 20])
async def test_max_tokens_cuts_the_answer(stream: bool, limit: int) -> None:
    response = await post(body(LONG, max_tokens=limit, stream=stream))
    last = events(response)[-1] if stream else response.json()
    whole = text(await post(body(LONG)))
    assert text(response) == "".join(tokens(whole)[:limit])
    assert last["choices"][0]["finish_reason"] == "length"
    assert last["usage"]["completion_tokens"] == limit


async def test_usage_adds_up_and_grows_with_the_conversation() -> None:
    counts = []
    for roles in (["user"], ["user", "assistant", "user"]):
        usage = events(await post(conversation(*roles) | {"stream": True}))[-1]["usage"]
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
        counts.append(usage["prompt_tokens"])
    assert counts[1] > counts[0] > 0


async def test_stop_ends_the_answer_before_its_text() -> None:
    response = await post(body(LONG, stop=["slope", "river begins"]))
    assert text(response).endswith("A ")
    assert events(response)[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("keyword", ["block prompt", "block answer", "withdraw answer"])
async def test_the_named_category_is_the_blocked_one(keyword: str) -> None:
    response = await post(body(f"{keyword}: self-harm"))
    named = "protected_material_text" if keyword.startswith("withdraw") else "self_harm"
    assert f'"{named}":{{"filtered":true' in response.text.replace('"detected":true,"filtered"', '"filtered"')
    assert response.text.count('"filtered":true') == 1


async def test_a_blocked_prompt_in_the_history_is_still_blocked() -> None:
    messages = conversation("user", "assistant", "user")["messages"]
    messages[0]["content"] = "block prompt"
    assert (await post({"messages": messages})).status_code == 400


async def test_reasoning_comes_before_the_answer() -> None:
    deltas = [e["choices"][0]["delta"]["content"] for e in events(await post(body("think aloud")))]
    kinds = ["".join(part["type"][:4] for part in d) if isinstance(d, list) else "str" for d in deltas]
    assert list(dict.fromkeys(kinds[1:-1])) == ["thin", "thintext", "str"]


async def test_a_cancelled_answer_runs_no_further() -> None:
    waits = 0
    held = asyncio.Event()

    async def sleep(_: float) -> None:
        nonlocal waits
        waits += 1
        if waits == 30:
            held.set()
            await asyncio.Event().wait()

    request = asyncio.create_task(post(body(LONG), pace=Pace(sleep=sleep)))
    await held.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert waits == 30


async def test_a_dropped_connection_breaks_after_some_text() -> None:
    came: list[bytes] = []
    client = httpx.AsyncClient(transport=DemoTransport(INSTANT))
    async with client, client.stream("POST", URL, json=body("drop connection")) as response:
        with pytest.raises(httpx.RemoteProtocolError):
            await _collect(response, came)
    assert len(came) > 20
    assert b'finish_reason":"' not in b"".join(came)


async def _collect(response: httpx.Response, came: list[bytes]) -> None:
    async for chunk in response.aiter_bytes():
        came.append(chunk)  # noqa: PERF401  (what came before the error must be kept)


class Clock:
    """Time that passes when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def test_the_rate_limit_holds_until_its_time_is_over() -> None:
    clock = Clock()
    transport = DemoTransport(Pace(sleep=clock.sleep, clock=lambda: clock.now))
    first = await post(body("rate limit"), transport)
    assert (first.status_code, first.headers["retry-after"]) == (429, str(round(RETRY_AFTER_S)))
    assert float(first.headers["retry-after-ms"]) == RETRY_AFTER_S * 1000
    too_soon = await post(body("rate limit"), transport)
    assert too_soon.status_code == 429
    assert float(too_soon.headers["retry-after-ms"]) < RETRY_AFTER_S * 1000
    assert (await post(body("hello"), transport)).status_code == 200
    await clock.sleep(RETRY_AFTER_S)
    assert (await post(body("rate limit"), transport)).status_code == 200
    assert (await post(body("rate limit"), transport)).status_code == 429
    await clock.sleep(600)
    assert (await post(body("rate limit"), transport)).status_code == 429


@pytest.mark.parametrize(("keyword", "at_least"), [("hello", 0.3), ("slow start", 8.0), ("withdraw answer", 2.0)])
async def test_waits_are_human(keyword: str, at_least: float) -> None:
    clock = Clock()
    response = await post(body(keyword), pace=Pace(sleep=clock.sleep, clock=lambda: clock.now))
    assert response.status_code == 200
    assert sum(clock.slept) >= at_least
    assert max(clock.slept) < 5
