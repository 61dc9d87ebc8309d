"""What an endpoint has taught is remembered, waits are told, records hide what is secret, and starting is cheap."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.client.asking import PROMPT, Asked, ask, backend
from tests.faults.error import strict
from tests.faults.server import DONE, HELLO, Wire, once, serve, text
from tui_chat.client.backend import Backend
from tui_chat.client.http_backend import HttpBackend
from tui_chat.client.retry import pause
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig, Timeouts
from tui_chat.core.message import ErrorKind, Message, Outcome, ServerError
from tui_chat.core.settings import Settings
from tui_chat.wire.curl_parse import expand
from tui_chat.wire.errors.server_error import Explained

KEY = "topsecret-0123456789"
ALL = Settings(system="s", temperature=0.5, top_p=0.9, max_tokens=64, seed=7, stop=("END",))


async def test_a_refused_field_is_left_out_from_then_on() -> None:
    async with serve(strict("messages", "temperature", "max_tokens", "top_p", "stream", "safe_prompt")) as server:
        client = backend(server.url)
        first, second = await ask(client, ALL), await ask(client, ALL)
        await client.aclose()
    assert first.reply.outcome is Outcome.COMPLETE
    assert first.reply.attempts == 4
    assert first.reply.notes == ["the server refused seed; sent without it", "the server refused stop; sent without it"]
    assert second.reply.attempts == 1
    assert second.reply.notes == []


async def test_a_strict_mistral_endpoint_works_out_of_the_box() -> None:
    allowed = ("model", "messages", "temperature", "max_tokens", "top_p", "stream", "safe_prompt", "random_seed")
    settings = Settings(system="s", temperature=0.5, top_p=0.9, max_tokens=64, seed=7)
    for dialect in ("azure-serverless", "mistral"):
        async with serve(strict(*allowed)) as server:
            client = backend(server.url, KEY, dialect=dialect, model="mistral-large")
            asked = await ask(client, settings)
            await client.aclose()
        assert asked.reply.outcome is Outcome.COMPLETE
        assert asked.reply.attempts == 1
        assert server.requests[0].json["random_seed"] == 7


async def test_a_value_out_of_range_is_dropped_but_the_knob_lives() -> None:
    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.json.get("temperature", 0) > 1:
                await wire.reply(422, b'{"detail":[{"loc":["body","temperature"],"msg":"should be less than 1"}]}')
            else:
                await wire.stream(text("Hi", "stop"), DONE)

    async with serve(script) as server:
        client = backend(server.url)
        assert (await ask(client, Settings(temperature=1.5))).reply.attempts == 2
        assert (await ask(client, Settings(temperature=1.5))).reply.attempts == 1
        assert (await ask(client, Settings(temperature=0.5))).reply.attempts == 1
        await client.aclose()
    assert [r.json.get("temperature") for r in server.requests] == [1.5, None, None, 0.5]


async def test_a_word_that_a_model_refuses_does_not_cost_the_setting() -> None:
    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.json.get("reasoning_effort") == "xhigh":
                said = "Unsupported value: 'reasoning_effort' does not support 'xhigh'. Supported values are: 'low'."
                await wire.reply(400, json.dumps({"error": {"message": said, "param": "reasoning_effort"}}).encode())
            else:
                await wire.stream(*HELLO)

    async with serve(script) as server:
        client = backend(server.url, dialect="openai", model="o3")
        refused = await ask(client, Settings(reasoning_effort="xhigh"))
        assert refused.reply.notes == ["the server refused reasoning_effort; sent without it"]
        assert (await ask(client, Settings(reasoning_effort="low"))).reply.notes == []
        await client.aclose()
    assert [r.json.get("reasoning_effort") for r in server.requests] == ["xhigh", None, "low"]


async def test_the_way_a_key_was_taken_is_remembered() -> None:
    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.headers.get("authorization") == f"Bearer {KEY}":
                await wire.stream(*HELLO)
            else:
                await wire.reply(401, b"{}")

    async with serve(script) as server:
        client = backend(server.url, KEY, dialect="azure-serverless")
        first, second = await ask(client), await ask(client)
        await client.aclose()
    assert (first.reply.attempts, second.reply.attempts) == (2, 1)
    assert len(first.reply.notes) == 1


async def test_a_wait_is_told_with_its_reason_and_can_be_cancelled() -> None:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(429, b'{"message": "slow down"}', retry_after="8")

    async with serve(script) as server:
        client = backend(server.url)
        events = client.answer(PROMPT, Settings())
        async for event in events:
            if isinstance(event, ev.Waiting):
                assert event.seconds == 8
                assert event.error is not None
                assert event.error.kind is ErrorKind.RATE_LIMIT
                break
        await events.aclose()
        await client.aclose()
        assert len(server.requests) == 1


async def test_what_is_left_of_the_limits_is_told_and_kept_with_the_endpoint() -> None:
    async def script(wire: Wire) -> None:
        left = iter((("0", 429), ("7", 200)))
        while await wire.request() is not None:
            tokens, status = next(left)
            if status == 200:
                await wire.stream(*HELLO, x_ratelimit_remaining_tokens=tokens, x_ratelimit_reset_tokens="20ms")
            else:
                body = b'{"message": "slow down"}'
                await wire.reply(status, body, x_ratelimit_remaining_tokens=tokens, x_ratelimit_reset_tokens="20ms")

    async with serve(script) as server:
        client = backend(server.url)
        assert client.limits is None
        asked = await ask(client)
        await client.aclose()
    assert [event.limits.allowances[0].remaining for event in asked.all(ev.LimitsReported)] == [0, 7]
    assert [event.seconds for event in asked.all(ev.Waiting)] == [0.02]
    assert asked.reply.outcome is Outcome.COMPLETE
    assert client.limits == asked.reply.limits == asked.all(ev.LimitsReported)[-1].limits
    assert "(7 tokens left, full again in a moment)" in client.traces[-1].show()


ANSWERED = (*PROMPT, Message("assistant", "b", thinking="hm", endpoint="test"), Message("user", "and?"))


async def answered(client: HttpBackend) -> list[str]:
    """The notes of one answer to a conversation with thinking in it."""
    events = [event async for event in client.answer(ANSWERED, Settings())]
    assert not [event for event in events if isinstance(event, ev.Failed)]
    return [event.text for event in events if isinstance(event, ev.Noted)]


async def test_a_server_teaches_whether_it_wants_the_thinking_back() -> None:
    async def deepseek(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if all("reasoning_content" in m for m in request.json["messages"] if m["role"] == "assistant"):
                await wire.stream(*HELLO)
            else:
                said = "The `reasoning_content` in the thinking mode must be passed back to the API."
                await wire.reply(400, json.dumps({"error": {"message": said}}).encode())

    async def old_mistral(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if isinstance(request.json["messages"][1]["content"], str):
                await wire.stream(*HELLO)
            else:
                loc = ["body", "messages", 1, "assistant", "content"]
                await wire.reply(
                    422, json.dumps({"detail": [{"loc": loc, "msg": "Input should be a string"}]}).encode()
                )

    wants, refuses = (
        "the server wants the model's earlier thinking back",
        "the server refused the model's earlier thinking",
    )
    for script, dialect, note in ((deepseek, "compatible", wants), (old_mistral, "mistral", refuses)):
        async with serve(script) as server:
            client = backend(server.url, dialect=dialect)
            assert client.replays_thinking is (dialect == "mistral")
            first, second = await answered(client), await answered(client)
            assert client.replays_thinking is (dialect != "mistral")
            await client.aclose()
        assert [text.partition(";")[0] for text in first] == [note]
        assert second == []
        assert len(server.requests) == 3


def trouble(
    kind: ErrorKind = ErrorKind.SERVER, status: int | None = 500, wait: float | None = None, **more: Any
) -> Explained:
    return Explained(ServerError(kind, "x", status=status, retry_after_s=wait), **more)


@pytest.mark.parametrize(
    ("explained", "lost", "sent", "elapsed", "expected"),
    [
        (trouble(), False, 1, 0, 0.5),
        (trouble(), False, 2, 3, 1.0),
        (trouble(), False, 3, 3, None),
        (trouble(), False, 1, 19.6, None),
        (trouble(wait=10), False, 1, 0, 10),
        (trouble(wait=10.1), False, 1, 0, None),
        (trouble(wait=10), False, 1, 10.5, None),
        (trouble(wait=0), False, 1, 0, 0),
        (trouble(status=501), False, 1, 0, None),
        (trouble(status=408, kind=ErrorKind.TIMEOUT), False, 1, 0, 0.5),
        (trouble(status=409), False, 1, 0, 0.5),
        (trouble(status=429, kind=ErrorKind.RATE_LIMIT), False, 1, 0, 0.5),
        (trouble(status=429, kind=ErrorKind.QUOTA), False, 1, 0, None),
        (trouble(status=400, kind=ErrorKind.BAD_REQUEST), False, 1, 0, None),
        (trouble(status=400, kind=ErrorKind.FILTERED), False, 1, 0, None),
        (trouble(status=500, kind=ErrorKind.FILTERED, should_retry=True), False, 1, 0, None),
        (trouble(status=400, kind=ErrorKind.BAD_REQUEST, should_retry=True), False, 1, 0, 0.5),
        (trouble(should_retry=False), False, 1, 0, None),
        (trouble(status=None, kind=ErrorKind.CONNECTION), True, 1, 0, 0.5),
        (trouble(status=None, kind=ErrorKind.TLS), False, 1, 0, None),
    ],
)
def test_when_to_ask_again(explained: Explained, lost: bool, sent: int, elapsed: float, expected: float | None) -> None:
    assert pause(explained, lost=lost, sent=sent, elapsed=elapsed, first=0.5, dice=0.0) == expected


async def test_the_record_hides_what_is_secret() -> None:
    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            body = f'{{"error": {{"message": "no {request.headers["authorization"]}"}}}}'
            await wire.reply(400, body.encode(), x_request_id="id-1", set_cookie="session=abc")

    async with serve(script) as server:
        url = server.url.replace("127.0.0.1", "user:hunter22@127.0.0.1") + "?api-version=1&code=abcdef99"
        client = backend(url, KEY, headers={"x-own-token": "0wn-t0ken"}, body={"user": KEY})
        await ask(client)
        await client.aclose()
    shown = client.traces[-1].show()
    for secret in (KEY, "hunter22", "aHVu", "0wn-t0ken", "abcdef99", "session=abc", "Say hello"):
        assert secret not in shown
        assert secret not in repr(client.traces[-1])
    for word in ("status 400", "x-request-id: id-1", "api-version=1", '"stream": true'):
        assert word in shown
    assert "Say hello" in client.traces[-1].show(with_messages=True)


async def test_a_long_conversation_is_recorded_once() -> None:
    async with serve(once(*HELLO)) as server:
        client = backend(server.url)
        for number in range(3):
            messages = [Message("user", "x" * 100_000), Message("user", f"question {number}")]
            _ = [event async for event in client.answer(messages, Settings())]
        await client.aclose()
    assert [len(each.show(with_messages=True)) > 100_000 for each in client.traces] == [False, False, True]
    assert [len(each.request.body) > 100_000 for each in client.traces] == [False, False, True]
    assert "see the last request" in client.traces[0].show(with_messages=True)


async def test_many_turns_keep_few_records() -> None:
    async with serve(once(*HELLO)) as server:
        client = backend(server.url)
        for _ in range(20):
            await ask(client)
        await client.aclose()
    assert 0 < len(client.traces) <= 10


async def test_a_slow_reader_is_no_silent_server() -> None:
    """What the screen takes between two pieces does not count: the next one has long been there."""

    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.stream(text("a"), end=False)
        await wire.server.seen.wait()
        await wire.chunks([text("b", "stop"), DONE])
        await wire.send(b"0\r\n\r\n")

    async with serve(script) as server:
        client = backend(server.url, timeouts=Timeouts(idle=0.1, first_token=5))
        seen = []
        async for event in client.answer(PROMPT, Settings()):
            seen.append(event)
            if isinstance(event, ev.TextDelta):
                server.seen.set()
                await asyncio.sleep(0.15)
        await client.aclose()
    assert seen[-1] == ev.Closed(done=True)
    assert not any(isinstance(event, ev.Failed) for event in seen)


async def test_a_url_that_is_none_is_an_answer() -> None:
    client = backend("ftp://x")
    asked = await ask(client)
    await client.aclose()
    await client.aclose()
    assert asked.reply.error is not None
    assert asked.reply.error.kind is ErrorKind.CONFIGURATION


def test_a_backend_is_cheap_to_make() -> None:
    code = (
        "import sys\n"
        "from tui_chat.client.http_backend import HttpBackend\n"
        "from tui_chat.core.endpoint import EndpointConfig\n"
        "HttpBackend(EndpointConfig('e', 'https://h'))\n"
        "assert not {'httpx', 'httpcore', 'httpx_sse', 'anyio', 'certifi'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_warming_up_sends_nothing() -> None:
    async with serve(once(*HELLO)) as server:
        client = backend(server.url)
        await client.warm()
        assert server.connections == 0
        assert isinstance(client, Backend)
        assert (await ask(client)).reply.outcome is Outcome.COMPLETE
        await client.aclose()


async def test_closing_the_backend_ends_an_answer_that_runs() -> None:
    async def script(wire: Wire) -> None:
        await wire.request()
        await wire.stream(text("Hi"), end=False)
        await wire.gone()

    async with serve(script) as server:
        client = backend(server.url)
        seen = []
        async for event in client.answer(PROMPT, Settings()):
            seen.append(event)
            if isinstance(event, ev.TextDelta):
                await client.aclose()
        assert seen[-1] == ev.Closed(done=False)
        assert isinstance(seen[-2], ev.Failed)


async def test_a_key_takes_the_place_of_a_password_in_the_url() -> None:
    async with serve(once(*HELLO)) as server:
        url = server.url.replace("127.0.0.1", "me:pass@127.0.0.1")
        for key, auth, sent in (
            (KEY, "bearer", f"Bearer {KEY}"),
            (None, None, "Basic bWU6cGFzcw=="),
            (KEY, "api-key", "Basic bWU6cGFzcw=="),
        ):
            client = backend(url, key, auth=auth)
            await ask(client)
            await client.aclose()
            assert server.requests[-1].headers["authorization"] == sent


async def test_a_pasted_command_is_asked() -> None:
    async with serve(once(*HELLO)) as server:
        expanded = expand(
            EndpointConfig("e", f"curl {server.url} -H 'Authorization: Bearer $SOME_KEY' -d '{{\"model\":\"m\"}}'")
        )
        assert not isinstance(expanded, str)
        client = HttpBackend(*expanded, environ={"SOME_KEY": KEY})
        assert (await ask(client)).reply.outcome is Outcome.COMPLETE
        await client.aclose()
    assert client.model == "m"
    assert server.requests[0].json["model"] == "m"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_what_a_proxy_adds_to_a_stream_is_avoided_by_not_streaming() -> None:
    said = "litellm.BadRequestError: - {'detail': [{'type': 'extra_forbidden', 'loc': ['body', 'stream_options'], "
    refusal = json.dumps({"error": {"message": said + "'msg': 'Extra inputs are not permitted'}]}", "code": "422"}})
    whole = {"model": "m", "choices": [{"message": {"content": "Hello world"}, "finish_reason": "stop"}]}

    async def script(wire: Wire) -> None:
        while (asked := await wire.request()) is not None:
            if asked.json.get("stream"):
                await wire.reply(422, refusal.encode())
            else:
                await wire.reply(200, json.dumps(whole).encode(), content_type="application/json")

    async with serve(script) as server:
        client = backend(server.url)
        first, second = await ask(client), await ask(client)
        await client.aclose()
    assert [first.reply.text, second.reply.text] == ["Hello world", "Hello world"]
    assert "in one piece" in first.reply.notes[0]
    assert len(server.requests) == 4


USAGE = {"stream_options": {"include_usage": True}}


async def usage_wanted(
    refuse: Callable[[dict[str, Any]], bytes | None], asks: int = 2
) -> tuple[list[Asked], list[bool]]:
    """What comes of so many answers from an unknown server, and whether each request asked for the usage."""

    async def script(wire: Wire) -> None:
        while (asked := await wire.request()) is not None:
            if (refusal := refuse(asked.json)) is not None:
                await wire.reply(400, refusal)
            else:
                await wire.stream(*HELLO)

    async with serve(script) as server:
        client = backend(server.url)
        answers = [await ask(client) for _ in range(2)]
        await client.aclose()
    return answers, [request.json.get("stream_options") == USAGE["stream_options"] for request in server.requests]


async def test_an_unknown_server_is_asked_for_the_usage() -> None:
    _, asked = await usage_wanted(lambda body: None)
    assert asked == [True, True]


@pytest.mark.parametrize(
    "said",
    [
        b'{"error": {"message": "Unrecognized request argument supplied: stream_options"}}',
        b'{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs"}]}',
        b'{"error":{"message":"litellm.BadRequestError: OpenAIException - Error code: 422\\nLiteLLM: it failed."}}',
    ],
)
async def test_a_server_that_refuses_it_is_asked_without_and_nobody_hears_of_it(said: bytes) -> None:
    answers, asked = await usage_wanted(lambda body: said if "stream_options" in body else None)
    assert [each.reply.text for each in answers] == ["Hello world"] * 2
    assert asked == [True, False, False]
    assert not any(each.reply.notes for each in answers)


async def test_what_a_proxy_adds_and_a_server_behind_it_refuses_without_a_reason_is_avoided() -> None:
    said = b'{"error":{"message":"litellm.BadRequestError: OpenAIException - Error code: 422"}}'
    answers, asked = await usage_wanted(lambda body: said if body.get("stream") else None)
    assert asked == [True, False, False, False]
    assert any("in one piece" in note for note in answers[0].reply.notes)
