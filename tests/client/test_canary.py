"""One secret through every source, echoed by a server at every place in every encoding: it is nowhere to be seen.

What a user gets to see of an answer is made of the events, the turn, the exchange and the copied command, and all of
them are looked through. The server is in this process; what needs sockets or files is in tests/cli/test_canary.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.client.asking import PATIENT, Asked, ask
from tests.faults.server import DONE, Wire, data, serve, text
from tests.support.canary import CANARY, ENCODINGS, found_in
from tui_chat.cli.answer_report import as_json, as_object, notes
from tui_chat.client.doctor import examine
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.export.formats import as_html, as_markdown
from tui_chat.store.portable import dumps
from tui_chat.wire.curl_format import show
from tui_chat.wire.curl_parse import expand

URL = "https://h.test/v1/chat/completions"
IN_URL = quote(CANARY, safe="")
PRINTS = (sys.executable, "-c", f"print({CANARY!r})")
PRINTS_JSON = (
    sys.executable,
    "-c",
    f"import json; print(json.dumps({{'accessToken': {CANARY!r}, 'expires_in': 3600}}))",
)
HEADER = f"-H 'Authorization: Bearer {CANARY}'"


@dataclass(frozen=True)
class Source:
    """Where the secret stands. `key` is a key that is held for the run, as `--key-env` and a pasted command have it."""

    config: Mapping[str, Any]
    key: str | None = None
    url: str = URL
    environ: Mapping[str, str] = field(default_factory=dict)

    def backend(self, transport: httpx.AsyncBaseTransport | None) -> HttpBackend:
        expanded = expand(EndpointConfig(name="test", url=self.url, timeouts=PATIENT, **self.config))
        assert not isinstance(expanded, str)
        config, pasted = expanded
        return HttpBackend(config, self.key or pasted, transport, environ=self.environ, first_pause=0.0)


SOURCES = {
    "api_key_env": Source({"api_key_env": "MY_KEY"}, environ={"MY_KEY": CANARY}),
    "api_key_command": Source({"api_key_command": PRINTS}),
    "api_key_command_json": Source({"api_key_command": PRINTS_JSON}),
    "api_key_keyring": Source({"api_key_keyring": "llm"}),
    "held_raw": Source({"auth": "raw"}, CANARY),
    "held_api_key": Source({"auth": "api-key"}, CANARY),
    "held_subscription_key": Source({"auth": "subscription-key"}, CANARY),
    "entra_token": Source({"auth": "entra"}, CANARY),
    "two_ways": Source({"dialect": "azure-serverless"}, CANARY),
    "header": Source({"headers": {"x-custom": CANARY}}),
    "header_token": Source({"headers": {"Authorization": f"Token {CANARY}"}}),
    "cookie": Source({"headers": {"Cookie": f"theme=dark; session={CANARY}"}}),
    "query": Source({}, url=f"{URL}?x={IN_URL}&api-version=2024-10-21"),
    "body": Source({"body": {"auth": {"token": CANARY}}}),
    "user": Source({}, url=URL.replace("h.test", f"somebody:{IN_URL}@h.test")),
    "user_alone": Source({}, url=URL.replace("h.test", f"{IN_URL}@h.test")),
    "curl_authorization": Source({}, url=f"curl {URL} {HEADER}"),
    "curl_header": Source({}, url=f"curl {URL} -H 'x-custom: {CANARY}' -d '{{\"model\": \"m\"}}'"),
    "curl_cookie": Source({}, url=f"curl {URL} -H 'Cookie: session={CANARY}'"),
    "curl_cookie_option": Source({}, url=f"curl {URL} -b 'theme=dark; session={CANARY}'"),
    "curl_user": Source({}, url=f"curl {URL} -u 'somebody:{CANARY}'"),
    "curl_bearer": Source({}, url=f"curl {URL} --oauth2-bearer '{CANARY}'"),
}


def choice(**fields: object) -> bytes:
    return data({"id": "c1", "model": "m", "choices": [{"index": 0, **fields}]})


def said(**delta: object) -> bytes:
    return choice(delta=delta)


def call(secret: str) -> bytes:
    return said(tool_calls=[{"index": 0, "id": secret, "function": {"name": secret, "arguments": secret}}])


def judged(secret: str) -> dict[str, object]:
    lists = {"filtered": True, "details": [{"id": secret, "filtered": True}]}
    return {secret: {"filtered": True, "severity": secret}, "custom_blocklists": lists, "error": {"code": secret}}


STREAMS: dict[str, Callable[[str], tuple[bytes, ...]]] = {
    "answer": lambda s: (text(f"You sent {s}, thanks."), text("", "stop"), DONE),
    "answer_in_tokens": lambda s: (*map(text, s), text(" thanks.", "stop"), DONE),
    "answer_cut_off": lambda s: (text(f"You sent {s[:-1]}"),),
    "reasoning": lambda s: (said(reasoning_content=f"They sent {s}."), text("Hi", "stop"), DONE),
    "think_tags": lambda s: (text(f"<think>They sent {s}.</think>Hi", "stop"), DONE),
    "refusal": lambda s: (said(refusal=f"No {s}."), choice(delta={}, finish_reason="stop"), DONE),
    "tool_call": lambda s: (call(s), choice(delta={}, finish_reason="tool_calls"), DONE),
    "finish_reason": lambda s: (text("Hi", s), DONE),
    "model": lambda s: (data({"id": s, "model": s, "choices": []}), text("Hi", "stop"), DONE),
    "verdict": lambda s: (choice(delta={"content": "Hi"}, content_filter_results=judged(s)), DONE),
    "citations": lambda s: (data({"citations": [f"https://x.test/{s}"], "choices": []}), text("Hi", "stop"), DONE),
    "annotations": lambda s: (
        said(content="Hi", annotations=[{"type": "url_citation", "url_citation": {"url": f"https://{s}", "title": s}}]),
        DONE,
    ),
    "error": lambda s: (text("Hi"), data({"error": {"message": f"no {s}", "code": s, "type": s, "param": s}})),
    "error_event": lambda s: (text("Hi"), b"event: error\ndata: out of " + s.encode() + b"\n\n"),
    "noise": lambda s: (s.encode() + b"\n",),
}

BODIES: dict[str, Callable[[str], object]] = {
    "error": lambda s: {"error": {"message": f"Wrong {s} sent", "code": s, "type": s, "param": s, "request_id": s}},
    "long": lambda s: {"error": {"message": "x" * (990 - len(s) // 2) + s}},
    "detail": lambda s: {"detail": [{"loc": ["body", s], "msg": f"extra {s}", "type": "extra_forbidden"}]},
    "filter": lambda s: {
        "error": {
            "message": s,
            "code": "content_filter",
            "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": judged(s)},
        }
    },
    "raw": lambda s: {"error": {"message": "Provider returned error", "metadata": {"raw": s, "provider_name": s}}},
    "model": lambda s: {"error": {"message": f"The model {s} does not exist", "code": "model_not_found"}},
    "page": lambda s: f"<html><head><title>401 {s}</title></head><body>{s}</body></html>".encode(),
    "text": lambda s: f"unauthorized: {s}".encode(),
}

STATUSES = (200, 400, 401, 403, 404, 407, 429, 500)


@dataclass
class Echo(httpx.AsyncBaseTransport):
    """Answers with what it was made with, and remembers whether the secret came at all."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    came: bool = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sent = (await request.aread()).decode()
        whole = "\n".join((str(request.url), *request.headers.values(), sent))
        self.came = self.came or bool(found_in(whole))
        headers = {"content-type": "text/event-stream", "x-request-id": "id-1", **self.headers}
        return httpx.Response(self.status, headers=headers, stream=httpx.ByteStream(self.body))


def echoes(secret: str) -> Iterator[tuple[str, Echo]]:
    """Every place of an answer where a server may put what it got."""
    for name, stream in STREAMS.items():
        yield f"stream {name}", Echo(200, b"".join(stream(secret)))
    message = {"content": f"You sent {secret}", "reasoning": secret}
    whole = {"id": secret, "model": secret, "choices": [{"index": 0, "message": message, "finish_reason": secret}]}
    yield "whole", Echo(200, json.dumps(whole).encode(), {"content-type": "application/json"})
    yield "whole, cut", Echo(200, json.dumps(whole).encode()[:-30], {"content-type": "application/json"})
    yield "no answer", Echo(200, json.dumps({secret: secret}).encode(), {"content-type": "application/json"})
    for status in STATUSES:
        for name, make in BODIES.items():
            if status != 400 and name != "error":
                continue
            body = make(secret)
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            kind = "text/html" if raw[:1] == b"<" else "application/json"
            yield f"{status} {name}", Echo(status, raw, {"content-type": kind})
    yield "request id", Echo(400, b"{}", {"x-request-id": secret, "apim-request-id": secret, "x-other": secret})
    for status in (302, 303, 307):
        for place in (f"https://other.test/{secret}/x", f"/v1/{secret}", f"https://other.test/?x={secret}", secret):
            yield f"{status} to {place.split(secret)[0]}", Echo(status, b"", {"location": place})


def seen(backend: HttpBackend, asked: Asked) -> str:
    """All that any view, file or stream gets of an answer."""
    turn = asked.reply.turn(datetime.now(UTC), Settings(), "test")
    conversation = Conversation("id", datetime.now(UTC))
    conversation.add(Node("n1", None, turn))
    texts = [repr(asked.events), as_json(as_object(turn, 1)), *notes(turn), *asked.reply.notes, repr(backend)]
    texts += [as_markdown(conversation), as_html(conversation), dumps(conversation)]
    for exchange in backend.traces:
        texts += [exchange.show(with_messages=True), repr(exchange)]
        texts.append(show(exchange.request, exchange.endpoint, exchange.secrets))
    return "\n".join(texts)


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = SimpleNamespace(get_password=lambda service, user: CANARY if user == "tui-chat" else None)
    monkeypatch.setitem(sys.modules, "keyring", fake)


async def leaks(source: Source, secret: str, places: Collection[str] = ()) -> list[str]:
    """The places, of these or of all, from which the secret comes through."""
    found = []
    for place, echo in echoes(secret):
        if places and place not in places:
            continue
        backend = source.backend(echo)
        asked = await ask(backend)
        assert echo.came, "the secret was not sent, so that nothing was tried"
        if forms := found_in(seen(backend, asked)):
            found.append(f"{place}: {forms}")
        await backend.aclose()
    return found


async def test_a_key_is_masked_at_every_place() -> None:
    assert await leaks(SOURCES["held_raw"], CANARY) == []


A_FEW = (
    "stream answer",
    "stream answer_in_tokens",
    "stream error",
    "400 error",
    "401 error",
    "307 to /v1/",
    "request id",
)


@pytest.mark.parametrize("source", SOURCES)
async def test_a_secret_from_any_source_is_masked(source: str) -> None:
    assert await leaks(SOURCES[source], CANARY, A_FEW) == []


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_a_key_is_masked_in_any_encoding(encoding: str) -> None:
    """What is JSON within JSON, or escaped in a page, is undone on its way: the places take the encodings apart."""
    places = ("stream answer_in_tokens", "stream error", "400 page", "400 error", "400 text", "307 to /v1/")
    assert await leaks(SOURCES["held_raw"], ENCODINGS[encoding](CANARY), places) == []


async def test_the_record_of_a_stream_shows_no_half_of_a_key() -> None:
    for cut in range(8, len(CANARY) - 7):
        body = (text(f"a {CANARY[:cut]}"), text(f"{CANARY[cut:]} b", "stop"), DONE)
        backend = SOURCES["held_raw"].backend(Echo(200, b"".join(body)))
        await ask(backend)
        shown = backend.traces[-1].show()
        assert CANARY[:cut] not in shown
        assert CANARY[cut:] not in shown
        assert '"a "' in shown
        assert '"*** b"' in shown


async def test_an_old_key_is_still_a_key(tmp_path: Path) -> None:
    """The key command prints another key after a refusal: the answer to it may name the one before."""
    code = f"import pathlib; p = pathlib.Path({str(tmp_path / 'n')!r}); n = p.exists(); p.touch(); print('{CANARY}', n)"

    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.headers["authorization"].endswith("False"):
                await wire.reply(401, b"{}")
            else:
                await wire.stream(text(f"Not {CANARY} False any more", "stop"), DONE)

    async with serve(script) as server:
        backend = HttpBackend(EndpointConfig("e", server.url, api_key_command=(sys.executable, "-c", code)), environ={})
        asked = await ask(backend)
        await backend.aclose()
    assert asked.reply.attempts == 2
    assert asked.reply.text == "Not [masked] any more"


@pytest.mark.parametrize("status", [407, 502])
async def test_the_credentials_of_a_proxy_are_masked(status: int) -> None:
    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            got = request.headers["proxy-authorization"]
            await wire.reply(status, f"Proxy says {got} {CANARY}".encode(), x_request_id=got)

    async with serve(script) as server:
        proxy = f"http://somebody:{IN_URL}@127.0.0.1:{server.port}"
        source = Source({}, url="http://h.test/v1/chat/completions", environ={"HTTP_PROXY": proxy})
        backend = source.backend(None)
        asked = await ask(backend)
        steps = [step async for step in examine(EndpointConfig("e", source.url), environ=source.environ)]
        listed = await backend.models()
        await backend.aclose()
    assert found_in(server.requests[-1].headers["proxy-authorization"])
    assert not found_in(seen(backend, asked) + repr(steps) + repr(listed))
    assert "Proxy says" in repr(asked.reply.error)


async def test_the_list_of_models_and_the_check_mask_what_comes_back() -> None:
    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.method == "GET":
                await wire.reply(200, json.dumps({"data": [{"id": f"m {CANARY}"}, {"id": "plain"}]}).encode())
            else:
                await wire.reply(400, f"Not {CANARY}".encode())

    async with serve(script) as server:
        backend = Source({}, CANARY, server.url).backend(None)
        models = await backend.models()
        await backend.aclose()
        config = EndpointConfig("e", server.url.replace("//", f"//u:{IN_URL}@") + f"?x={IN_URL}")
        steps = [step async for step in examine(config, environ={})]
    assert isinstance(models, tuple)
    assert [model.id for model in models] == ["m ***", "plain"]
    assert not found_in(repr(steps))
    assert steps[-1].ok is False


async def test_harmless_words_of_the_request_stay_in_answers() -> None:
    said_back = "true pass-through medium mistral-large-2407 application/json h.test somebody 2024-10-21"
    config = {
        "headers": {"extra-parameters": "pass-through", "x-debug": "true"},
        "body": {"reasoning_effort": "medium"},
        "model": "mistral-large-2407",
    }
    source = Source(config, CANARY, f"{URL.replace('h.test', 'somebody@h.test')}?api-version=2024-10-21")
    backend = source.backend(Echo(200, b"".join((text(said_back, "stop"), DONE))))
    asked = await ask(backend)
    assert asked.reply.text == said_back
