"""The doctor names the first step that fails, and lists of models tell what they know."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.client.asking import PATIENT, QUICK, backend
from tests.client.test_tls import CERTS, context
from tests.faults.server import DONE, HELLO, Script, Wire, data, once, serve, text
from tests.wire.fixtures import raw
from tui_chat.client.api_key import FixedKey
from tui_chat.client.doctor import CheckStep, examine
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.wire.model_list import Model, address, info_address, models

KEY = "topsecret-0123456789"


async def steps(url: str, **config: Any) -> list[CheckStep]:
    made = EndpointConfig("e", url, **{"timeouts": PATIENT, **config})
    found = [step async for step in examine(made, FixedKey(KEY), {})]
    assert KEY not in repr(found)
    assert all(step.error is None or step is found[-1] for step in found)
    return found


def refusing(status: int, body: bytes = b"{}") -> Script:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(status, body, x_should_retry="false")

    return script


async def test_all_is_well() -> None:
    safe = data({"choices": [], "prompt_filter_results": [{"content_filter_results": {"hate": {"filtered": False}}}]})
    async with serve(once(safe, *HELLO)) as server:
        found = await steps(server.url)
    assert [(s.name, s.ok) for s in found] == [
        ("address", True),
        ("dns", True),
        ("tcp", True),
        ("tls", None),
        ("authentication", True),
        ("model", True),
        ("first_token", True),
        ("filter", True),
    ]
    assert all(step.detail for step in found)
    assert found[6].seconds > 0


async def test_a_category_that_was_not_checked_has_not_passed() -> None:
    results = {"hate": {"filtered": False}, "sexual": {"error": {"code": "content_filter_error"}}}
    judged = data({"choices": [], "prompt_filter_results": [{"content_filter_results": results}]})
    async with serve(once(judged, *HELLO)) as server:
        found = await steps(server.url)
    assert found[-1].detail == "present, 2 categories: passed; sexual: not checked by the filter"


async def test_all_is_well_over_tls_without_a_filter() -> None:
    async with serve(once(*HELLO), context("good")) as server:
        found = await steps(server.url, ca_file=str(CERTS / "good.pem"))
    assert (found[3].ok, found[3].detail) == (True, "TLSv1.3")
    assert (found[-1].name, found[-1].ok) == ("filter", None)


@pytest.mark.parametrize(
    ("script", "step", "kind"),
    [
        (refusing(401), "authentication", ErrorKind.AUTH),
        (refusing(403), "authentication", ErrorKind.PERMISSION),
        (refusing(404, b'{"error":{"code":"unknown_model"}}'), "model", ErrorKind.NOT_FOUND),
        (refusing(503), "first_token", ErrorKind.SERVER),
        (once(DONE), "first_token", ErrorKind.PROTOCOL),
        (once(text("", "stop"), DONE), "first_token", ErrorKind.PROTOCOL),
    ],
)
async def test_the_first_failure(script: Script, step: str, kind: ErrorKind) -> None:
    async with serve(script) as server:
        last = (await steps(server.url))[-1]
    assert (last.name, last.ok) == (step, False)
    assert last.error is not None
    assert last.error.kind is kind


def page(status: int, **headers: str) -> Script:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(status, b"<html><title>Sign in</title></html>", content_type="text/html", **headers)

    return script


async def silent(wire: Wire) -> None:
    await wire.request()
    await wire.gone()


async def hangs_up(wire: Wire) -> None:
    await wire.request()


@pytest.mark.parametrize(
    "script",
    [
        page(200),
        page(302, location="https://login.example/"),
        page(404),
        page(502),
        refusing(503),
        once(DONE),
        silent,
        hangs_up,
    ],
    ids=["page", "redirect", "404", "502", "503", "done", "silent", "hung up"],
)
async def test_nothing_is_called_accepted_that_was_not(script: Script) -> None:
    async with serve(script) as server:
        found = await steps(server.url, timeouts=QUICK if script is silent else PATIENT)
    assert found[-1].ok is False
    assert all(step.ok is None for step in found if step.name in ("authentication", "model") and step is not found[-1])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"error":{"code":"model_not_found","message":"no such model"}}'),
        (429, b'{"error":{"code":"rate_limit_exceeded","message":"slow down"}}'),
        (400, b'{"error":{"code":"content_filter","message":"filtered"}}'),
    ],
)
async def test_a_service_that_looked_at_the_request_has_accepted_the_key(status: int, body: bytes) -> None:
    async with serve(refusing(status, body)) as server:
        found = await steps(server.url)
    assert {step.name: step.ok for step in found}["authentication"] is True


async def test_a_slow_first_token_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_chat.client.doctor.SLOW_S", 0.0)
    async with serve(once(*HELLO)) as server:
        found = await steps(server.url)
    first = next(step for step in found if step.name == "first_token")
    assert first.ok is True
    assert "took" in first.detail
    assert first.advice is not None


@pytest.mark.parametrize(
    ("served", "trusted", "says", "advises"),
    [
        ("expired", "expired", "has expired", "date and time"),
        ("early", "early", "is not valid yet", "date and time"),
        ("other", "other", "another", "another name"),
        ("good", None, "signed by itself", "ca_file of the endpoint"),
    ],
)
async def test_the_next_step_fits_the_certificate(served: str, trusted: str | None, says: str, advises: str) -> None:
    async with serve(once(*HELLO), context(served)) as server:
        last = (await steps(server.url, **({"ca_file": str(CERTS / f"{trusted}.pem")} if trusted else {})))[-1]
    assert last.error is not None
    assert says in last.error.message
    assert last.error.hint is not None
    assert advises in last.error.hint


@pytest.mark.parametrize(
    ("script", "url", "last", "says"),
    [
        (page(407), "https://chat.example/v1", ("proxy", False), "user name and password"),
        (page(407), "http://chat.example/v1", ("proxy", False), "user name and password"),
        (page(403), "https://chat.example/v1", ("proxy", False), "NO_PROXY"),
        (once(*HELLO), "http://chat.example/v1", ("filter", None), None),
        (refusing(401), "http://chat.example/v1", ("authentication", False), "check the key"),
        (once(DONE), "http://chat.example/v1", ("first_token", False), None),
    ],
    ids=["407", "407 without TLS", "403", "passes", "401 behind it", "nothing"],
)
async def test_a_proxy_has_a_step_of_its_own(
    script: Script, url: str, last: tuple[str, bool | None], says: str | None
) -> None:
    async with serve(script) as server:
        proxied = {"ALL_PROXY": server.url.rpartition("/v1")[0]}
        config = EndpointConfig("e", url, timeouts=PATIENT)
        found = [step async for step in examine(config, FixedKey(KEY), proxied)]
    assert (found[-1].name, found[-1].ok) == last
    assert (says or "") in ((found[-1].error and found[-1].error.hint) or "")
    assert [step.name for step in found][:4] == ["address", "dns", "tcp", "proxy"]
    assert found[3].ok is (None if last[0] == "first_token" else last[0] != "proxy")


async def test_a_model_that_is_not_there_is_told_with_those_that_are() -> None:
    listed = {"data": [{"id": f"model-{number}"} for number in range(8)]}

    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            error = {"error": {"code": "model_not_found", "message": "no such model"}}
            await wire.reply(
                *(200, json.dumps(listed).encode()) if request.method == "GET" else (404, json.dumps(error).encode())
            )

    async with serve(script) as server:
        last = (await steps(server.url, model="modle"))[-1]
    assert last.name == "model"
    assert last.error is not None
    assert (last.error.hint or "").endswith(
        " The server lists model-0, model-1, model-2, model-3, model-4, model-5 and 2 more."
    )


async def test_a_silent_https_port_is_told_from_one_that_is_closed() -> None:
    async with serve(silent) as server:
        last = (await steps(server.url.replace("http:", "https:"), timeouts=QUICK))[-1]
    assert (last.name, last.ok) == ("tls", False)
    assert "went silent" in last.detail


async def test_failures_of_the_network() -> None:
    assert (await steps("ftp://x"))[-1].name == "address"
    assert (await steps("http://no-such-host.invalid"))[-1].name == "dns"
    async with serve(once()) as server:
        pass
    assert (await steps(server.url))[-1].name == "tcp"
    async with serve(once(*HELLO), context("good")) as server:
        last = (await steps(server.url))[-1]
    assert (last.name, last.error and last.error.kind) == ("tls", ErrorKind.TLS)


async def test_a_missing_key_stops_at_the_address() -> None:
    config = EndpointConfig("e", "http://127.0.0.1:9", api_key_env="NO_SUCH")
    found = [step async for step in examine(config, environ={})]
    assert [s.ok for s in found] == [False]
    assert "NO_SUCH" in found[0].detail


def listed(*entries: object) -> tuple[Model, ...]:
    return models(json.dumps({"object": "list", "data": entries}).encode())


def test_lists_of_models() -> None:
    assert listed(
        {"id": "a", "max_model_len": 4096}, {"id": "b", "meta": {"n_ctx": 512, "n_ctx_train": 9}}, {"id": "c"}
    ) == (
        Model("a", 4096),
        Model("b", 512),
        Model("c"),
    )
    assert listed(
        {"id": "e", "capabilities": {"completion_chat": False}}, 7, None, {"id": ""}, {"id": "a"}, {"id": "a"}
    ) == (Model("a"),)
    assert models(b'["x", "y"]') == (Model("x"), Model("y"))
    for junk in (b"", b"<html>", b"null", b'{"data": 7}', b"[" * 100_000):
        assert models(junk) == ()


def test_the_one_model_of_an_azure_endpoint() -> None:
    fixture = raw("azure_info")
    assert (
        info_address("https://your-endpoint.your-region.models.ai.azure.com/v1/chat/completions")
        == fixture["request"]["url"]
    )
    assert info_address("https://h.test/v1/chat/completions") is None
    for written in ("chat", "chat-completion", "chat-completions"):
        assert models(json.dumps({**fixture["body"], "model_type": written}).encode()) == (Model("Mistral-large"),)
    assert models(json.dumps({**fixture["body"], "model_type": "embeddings"}).encode()) == ()


def test_where_the_list_is() -> None:
    assert address("https://h/v1/chat/completions?x=1") == "https://h/v1/models?x=1"
    assert address("https://h/score") is None
    assert address("https://models.github.ai/inference/chat/completions") == "https://models.github.ai/catalog/models"


async def test_the_list_is_asked_with_the_key_and_tells_the_context() -> None:
    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            assert (request.method, request.target) == ("GET", "/v1/models")
            assert request.headers["authorization"] == f"Bearer {KEY}"
            await wire.reply(200, b'{"data":[{"id":"m","context_length":1000},{"id":"n"}]}')

    async with serve(script) as server:
        client = backend(server.url, KEY, model="m")
        before = client.context
        assert await client.models() == (Model("m", 1000), Model("n"))
        after = client.context
        await client.aclose()
    assert (before, after) == (None, 1000)


async def test_no_list_is_told() -> None:
    async with serve(refusing(404)) as server:
        client = backend(server.url, KEY)
        found = await client.models()
        await client.aclose()
    assert isinstance(found, ServerError)
    assert found.kind is ErrorKind.NOT_FOUND
    assert found.message == "The endpoint test has no list of models."
    assert "--model" in (found.hint or "")


async def test_each_step_is_told_as_soon_as_it_is_known() -> None:
    go_on = asyncio.Event()

    async def script(wire: Wire) -> None:
        if await wire.request() is None:
            return
        await wire.stream(text("Hello"), end=False)
        await go_on.wait()
        await wire.chunks([text("", "stop"), DONE, b""])
        await wire.send(b"0\r\n\r\n")

    async with serve(script) as server:
        told: list[str] = []
        async for step in examine(EndpointConfig("e", server.url), FixedKey(KEY), {}):
            told.append(step.name)
            if step.name == "first_token":
                assert "filter" not in told
                go_on.set()
    assert told[-1] == "filter"


@pytest.mark.parametrize(
    "script",
    [
        once(text(" \n"), text("", "stop"), DONE),
        once(data({"choices": [{"delta": {"reasoning_content": " "}, "finish_reason": "stop"}]}), DONE),
        once(text("Hel")),
        once(b"\n"),
    ],
    ids=["blank", "blank thinking", "cut", "nothing"],
)
async def test_no_answer_is_no_success_and_has_a_next_step(script: Script) -> None:
    async with serve(script) as server:
        found = await steps(server.url)
    assert found[-1].ok is False
    assert found[-1].error is not None
    assert found[-1].error.hint


async def test_an_answer_that_breaks_off_is_no_success() -> None:
    async def script(wire: Wire) -> None:
        if await wire.request() is not None:
            await wire.stream(text("Hello"), end=False)

    async with serve(script) as server:
        found = await steps(server.url)
    assert [(s.name, s.ok) for s in found][-2:] == [("first_token", True), ("answer", False)]
