"""Entra ID without a network: credentials that follow a script, tokens with claims, and a loopback identity service."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.faults.server import Server, Wire, serve

TENANT = "11111111-2222-4333-8444-555555555555"
SECRET_HEADER = "identity-header-0123456789"


def jwt(number: int = 1, **claims: object) -> str:
    """A token that names its user; `number` makes it another one."""
    body = {"aud": "https://ai.azure.com", "tid": TENANT, "upn": "ada@example.com", "n": number, **claims}
    parts = ({"alg": "RS256", "typ": "JWT"}, body)
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + ".c2ln"
    )


def claims_of(token: str) -> dict[str, Any]:
    """What a service reads in a token of `jwt`."""
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert isinstance(claims, dict)
    return claims


@dataclass
class FakeCredential:
    """Gives one answer after the other, the last one for ever: (token, end), or what it raises.

    `scopes` are those that were asked for, with their `options`; `made` and `closed` count how often a credential was
    made of it and closed. `wait` is called first.
    """

    answers: list[tuple[str, float] | Exception]
    scopes: list[str] = field(default_factory=list)
    options: list[dict[str, Any]] = field(default_factory=list)
    made: int = 0
    closed: int = 0
    wait: Callable[[], object] = lambda: None

    def __call__(self) -> FakeCredential:
        self.made += 1
        return self

    def close(self) -> None:
        self.closed += 1

    def get_token(self, *scopes: str, **options: Any) -> SimpleNamespace:
        self.wait()
        self.scopes += scopes
        self.options.append(options)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(token=answer[0], expires_on=answer[1])


@asynccontextmanager
async def identity_service(expires_on: int) -> AsyncIterator[Server]:
    """The managed identity of an App Service, as its containers reach it: IDENTITY_ENDPOINT with IDENTITY_HEADER.

    Source: learn.microsoft.com app-service/overview-managed-identity, REST endpoint reference.
    """

    async def script(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            query = parse_qs(urlsplit(request.target).query)
            if request.headers.get("x-identity-header") != SECRET_HEADER or query["api-version"] != ["2019-08-01"]:
                await wire.reply(400, b'{"statusCode":400,"message":"Bad request"}', content_type="application/json")
                continue
            resource = query["resource"][0]
            body = {
                "access_token": jwt(len(wire.server.requests), aud=resource),
                "expires_on": str(expires_on),
                "resource": resource,
                "token_type": "Bearer",
                "client_id": "22222222-2222-4333-8444-555555555555",
            }
            await wire.reply(200, json.dumps(body).encode(), content_type="application/json")

    async with serve(script) as server:
        yield server
