"""A loopback Azure: one server that is each kind of endpoint, by the host that is asked for, and strict about all.

The client asks the hosts of Azure by their own names; `Detour` leads the connections to the loopback server. Paths,
api-versions, the header of the key and the fields of the body are checked in that order, as the services do, and every
refusal has the body that the service sends.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.faults.server import Received, Server, Wire, serve
from tests.support.azure import bodies
from tests.support.azure.bodies import Error
from tests.wire.fixtures import FOLDER, raw

KEY = "topsecret-0123456789"
CC = "/chat/completions"
INFERENCE, V1 = "/models/chat/completions", "/openai/v1/chat/completions"

_COMMON = frozenset(
    "messages model temperature top_p max_tokens stream stop seed tools tool_choice response_format presence_penalty"
    " frequency_penalty".split()
)
_NATIVE = _COMMON - {"seed"} | {"random_seed", "safe_prompt"}
_OPENAI = _COMMON | {"stream_options", "max_completion_tokens", "reasoning_effort", "n", "user", "logprobs"}
_REASONING = re.compile(r"o\d|gpt-5")
_DEPLOYMENT = re.compile(r"(?P<base>.*)/openai/deployments/(?P<name>[^/]+)/chat/completions")
_PROJECT = re.compile(r"/api/projects/[^/]+/deployments")
_RESOURCES = (".services.ai.azure.com", ".openai.azure.com", ".cognitiveservices.azure.com")
_MANAGED = ".inference.ml.azure.com"
_SERVERLESS = (".inference.ai.azure.com", ".models.ai.azure.com")


@dataclass
class Azure:
    """One tenant's services. `broken` answers a path with this error; `answer` is the fixture that is streamed.

    `token` judges a bearer token with the audience that the service wants: None takes it, an error is the answer, and
    `challenge` its WWW-Authenticate. `gateway` judges one as API Management may; None: it wants its own key.
    `subscription` is the header in which API Management looks for the key.
    """

    deployments: frozenset[str] = frozenset({"mistral-large", "gpt-5-mini"})
    policies: frozenset[str] = frozenset({"strict", "lenient"})
    broken: Mapping[str, Error] = field(default_factory=dict)
    answer: str = "azure_default_stream"
    keys: bool = True
    token: Callable[[str], Error | None] = lambda token: bodies.NO_TOKEN
    challenge: str | None = None
    gateway: Callable[[str], Error | None] | None = None
    subscription: str = "ocp-apim-subscription-key"

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[Server]:
        async with serve(self._script) as server:
            yield server

    async def _script(self, wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            error = self._listed(request) if request.method == "GET" else self._refusal(request)
            if error is not None:
                headers = {"www_authenticate": self.challenge} if self.challenge and error[0] == 401 else {}
                await wire.reply(error[0], error[1], content_type="application/json", **headers)
            elif request.json.get("stream"):
                await wire.stream((FOLDER / f"{self.answer}.sse").read_bytes())
            else:
                body = json.dumps(raw("azure_serverless_mistral_completion")["body"]).encode()
                await wire.reply(200, body, content_type="application/json")

    def _listed(self, request: Received) -> Error:
        """An endpoint of its own names its model. A resource lists under v1 what can be deployed on it, and where it is
        one of Azure OpenAI, under an old api-version what is; so does a project of Foundry."""
        target, host = urlsplit(request.target), request.headers["host"]
        versions = parse_qs(target.query).get("api-version", [])
        if target.path in self.broken:
            return self.broken[target.path]
        if host.endswith((*_SERVERLESS, _MANAGED)):
            if target.path != "/info" or not versions:
                return bodies.RESOURCE
            return _own_key(request.headers, host) or bodies.fixture("azure_info")
        v1 = target.path.endswith("/openai/v1/models")
        old = target.path == "/openai/deployments" and host.endswith(_RESOURCES[1])
        project = _PROJECT.fullmatch(target.path) and host.endswith(_RESOURCES[0])
        if not (v1 or (old and versions == ["2023-03-15-preview"]) or (project and versions == ["v1"])):
            return bodies.RESOURCE
        if (refused := self._keyed(request.headers, host)) is not None:
            return refused
        if v1:
            return bodies.VERSION_ON_V1 if versions else (200, json.dumps(bodies.MODELS).encode())
        listed = bodies.project if project else bodies.deployed
        return 200, json.dumps(listed(self.deployments)).encode()

    def _refusal(self, request: Received) -> Error | None:
        target = urlsplit(request.target)
        if target.path in self.broken:
            return self.broken[target.path]
        host = request.headers["host"]
        versions = parse_qs(target.query).get("api-version", [])
        if host.endswith(_SERVERLESS):
            return self._serverless(request, host, target.path, versions)
        if host.endswith(_MANAGED):
            return self._managed(request, target.path)
        return self._openai(request, host, target.path, versions)

    def _serverless(self, request: Received, host: str, path: str, versions: list[str]) -> Error | None:
        """An endpoint of its own for one model: Mistral's schema under /v1, the common one with an api-version."""
        if path not in ("/v1" + CC, CC) or (path == CC) != bool(versions):
            return bodies.RESOURCE
        if (refused := _own_key(request.headers, host)) is not None:
            return refused
        return _common(request) if path == CC else _extra(request, _NATIVE, bodies.extra_native)

    def _managed(self, request: Received, path: str) -> Error | None:
        if path not in ("/score", "/v1" + CC):
            return bodies.RESOURCE
        if (refused := _own_key(request.headers, _MANAGED)) is not None:
            return refused
        return _extra(request, _NATIVE, bodies.extra_native)

    def _openai(self, request: Received, host: str, path: str, versions: list[str]) -> Error | None:
        """A Foundry or Azure OpenAI resource; or, under any other host, API Management before one."""
        of_path = _DEPLOYMENT.fullmatch(path)
        on_v1 = path.endswith(V1) and (host.endswith(_RESOURCES) or self.gateway is None)
        common = path == INFERENCE and host.endswith(_RESOURCES[0])
        if not (of_path or on_v1 or common) or ((of_path or common) and not versions):
            return bodies.RESOURCE
        if (refused := self._keyed(request.headers, host)) is not None:
            return refused
        if on_v1 and versions:
            return bodies.VERSION_ON_V1
        name = of_path["name"] if of_path else request.json.get("model")
        if name is None:
            return bodies.NO_MODEL
        if request.headers.get("x-policy-id", "strict") not in self.policies:
            return bodies.NO_POLICY
        if name not in self.deployments:
            return bodies.UNKNOWN_MODEL if common else bodies.DEPLOYMENT
        if common:
            return _common(request)
        if _REASONING.match(name) and "max_tokens" in request.json:
            return bodies.COMPLETION_TOKENS
        return _extra(request, _OPENAI, bodies.extra_openai)

    def _keyed(self, headers: Mapping[str, str], host: str) -> Error | None:
        return self._unauthorized(headers) if host.endswith(_RESOURCES) else self._gateway(headers)

    def _unauthorized(self, headers: Mapping[str, str]) -> Error | None:
        if (key := headers.get("api-key")) is not None:
            return bodies.KEYS_OFF if not self.keys else None if key == KEY else bodies.BAD_KEY
        scheme, _, token = headers.get("authorization", "").partition(" ")
        return self.token(token) if scheme == "Bearer" and token else bodies.NO_TOKEN

    def _gateway(self, headers: Mapping[str, str]) -> Error | None:
        if self.gateway is not None:
            return self.gateway(headers.get("authorization", "").removeprefix("Bearer "))
        return None if headers.get(self.subscription) == KEY else bodies.NO_SUBSCRIPTION


def _own_key(headers: Mapping[str, str], host: str) -> Error | None:
    """The header of an endpoint that serves one model."""
    sent = headers.get("authorization")
    if host.endswith(_MANAGED):
        return None if sent == f"Bearer {KEY}" else bodies.NO_TOKEN
    if sent is None:
        return bodies.NO_HEADER
    return None if sent == (KEY if host.endswith(_SERVERLESS[0]) else f"Bearer {KEY}") else bodies.BAD_TOKEN


def _common(request: Received) -> Error | None:
    if request.headers.get("extra-parameters") in ("pass-through", "drop"):
        return None
    return _extra(request, _COMMON, bodies.extra_common)


def _extra(request: Received, known: frozenset[str], refusal: Callable[[list[str]], Error]) -> Error | None:
    names: list[Any] = [name for name in request.json if name not in known]
    return refusal(names) if names else None


class Detour(httpx.AsyncHTTPTransport):
    """Connects to the loopback server whatever host is asked for; the request itself stays as it is."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._port = server.port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["host"] = request.url.netloc.decode()
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)
