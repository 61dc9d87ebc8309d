"""Signing in with Entra ID: tokens are renewed in time and after a refusal, never shown, and nothing waits for them."""

from __future__ import annotations

import asyncio
import base64
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.client.asking import PATIENT, Asked, ask
from tests.faults.server import HELLO, once, serve
from tests.support.azure import bodies
from tests.support.azure.identity import SECRET_HEADER, TENANT, FakeCredential, claims_of, identity_service, jwt
from tests.support.azure.service import KEY, Azure, Detour
from tui_chat.client import entra
from tui_chat.client.api_key import key_source
from tui_chat.client.doctor import CheckStep, examine
from tui_chat.client.entra import RENEW_BEFORE, EntraToken
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.event import Waiting
from tui_chat.core.message import ErrorKind, Outcome, ServerError
from tui_chat.wire.entra import COGNITIVE, FOUNDRY, MACHINE_LEARNING, other_scope

CONFIG = EndpointConfig(
    "work", "https://example.services.ai.azure.com", auth="entra", model="mistral-large", timeouts=PATIENT
)


def source(credential: FakeCredential, clock: Callable[[], float] = lambda: 1000.0) -> EntraToken:
    return EntraToken(FOUNDRY, credential, clock)


async def asked(credential: FakeCredential, judge: Callable[[str], bodies.Error | None]) -> tuple[Asked, HttpBackend]:
    async with Azure(token=judge, keys=False).serve() as server:
        client = HttpBackend(CONFIG, source(credential), Detour(server), environ={}, first_pause=0.01)
        answer = await ask(client)
        await client.aclose()
    assert not any("api-key" in request.headers for request in server.requests)
    return answer, client


async def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    now = [1000.0]
    credential = FakeCredential([("one", 5000), ("two", 9000)])
    keys = source(credential, lambda: now[0])
    assert list(await asyncio.gather(keys.get(), keys.get())) == ["one", "one"]
    now[0] = 5000 - RENEW_BEFORE - 1
    assert await keys.get() == "one"
    now[0] = 5000 - RENEW_BEFORE
    assert await keys.get() == "two"
    assert credential.scopes == [FOUNDRY, FOUNDRY]


async def test_a_renewal_that_fails_leaves_what_is_still_valid() -> None:
    now = [1000.0]
    keys = source(FakeCredential([("one", 5000), OSError("no network")]), lambda: now[0])
    await keys.get()
    now[0] = 4990
    assert await keys.get() == "one"
    now[0] = 5000
    assert isinstance(await keys.get(), ServerError)


async def test_a_token_asked_for_again_comes_from_a_new_credential() -> None:
    credential = FakeCredential([("one", 5000), ("two", 9000)])
    keys = source(credential)
    assert [await keys.get(), await keys.get(fresh=True), await keys.get()] == ["one", "two", "two"]
    assert credential.made == credential.closed == 2


async def test_waiting_for_a_token_holds_nothing_up_and_can_be_cancelled() -> None:
    release, entered = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        release.wait(30)

    client = HttpBackend(CONFIG, source(FakeCredential([("one", 5000)], wait=wait)), environ={})
    try:
        task = asyncio.ensure_future(ask(client))
        assert await asyncio.to_thread(entered.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not release.is_set()
    finally:
        release.set()
        await client.aclose()


async def test_a_sign_in_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entra, "SIGN_IN_SECONDS", 0.05)
    release = threading.Event()
    try:
        got = await source(FakeCredential([("one", 5000)], wait=lambda: release.wait(30))).get()
    finally:
        release.set()
    assert isinstance(got, ServerError)
    assert "no token within" in got.message


async def test_with_a_wrong_clock_there_is_still_a_token() -> None:
    keys = source(FakeCredential([("one", 5000), ("two", 5000)]), lambda: 9e9)
    assert [await keys.get(), await keys.get()] == ["one", "two"]
    steps = await examined(FakeCredential([(jwt(1), 1000.0)]))
    assert (steps[1].name, steps[1].ok) == ("sign_in", True)
    assert "date and time" in (steps[1].advice or "")


async def test_a_refused_token_is_renewed_once() -> None:
    old, new = jwt(1), jwt(2)
    answer, client = await asked(
        FakeCredential([(old, 5000), (new, 9000)]), lambda token: None if token == new else bodies.NO_TOKEN
    )
    assert answer.reply.outcome is Outcome.COMPLETE
    assert answer.reply.attempts == 2
    assert client.secrets.found_in(old)
    assert client.secrets.found_in(new)
    assert not any(token in repr((answer.events, client.traces)) for token in (old, new))


def judged(now: list[float]) -> Callable[[str], bodies.Error | None]:
    """A service that looks at a token's audience, tenant and end, by the clock of the test."""

    def judge(token: str) -> bodies.Error | None:
        claims = claims_of(token)
        if claims["tid"] != TENANT:
            return bodies.tenant(str(claims["tid"]))
        return None if claims["aud"] == "https://ai.azure.com" and claims["exp"] > now[0] else bodies.NO_TOKEN

    return judge


async def test_a_conversation_outlives_its_tokens_without_a_refusal() -> None:
    now = [1000.0]
    credential = FakeCredential([(jwt(end, exp=end), float(end)) for end in (4600, 8200, 11800, 15400)])
    async with Azure(token=judged(now), keys=False).serve() as server:
        client = HttpBackend(CONFIG, source(credential, lambda: now[0]), Detour(server), environ={})
        for _ in range(20):
            answer = await ask(client)
            assert (answer.reply.outcome, answer.reply.attempts) == (Outcome.COMPLETE, 1), now
            now[0] += 600
        await client.aclose()
    assert len(credential.scopes) == 4


async def test_a_sign_in_to_another_tenant_is_named() -> None:
    answer, _ = await asked(FakeCredential([(jwt(tid="other", exp=9e9), 9e9)]), judged([1000.0]))
    error = answer.reply.error
    assert error is not None
    assert error.kind is ErrorKind.AUTH
    assert "az login --tenant" in (error.hint or "")


async def test_a_token_that_stays_refused_is_an_error_without_the_token() -> None:
    tokens = [(jwt(number), 5000.0) for number in range(5)]
    answer, _ = await asked(FakeCredential([*tokens]), lambda token: bodies.NO_TOKEN)
    assert answer.reply.error is not None
    assert answer.reply.error.kind is ErrorKind.AUTH
    assert answer.reply.attempts == 2
    assert "eyJ" not in repr(answer.events)


async def test_a_sign_in_that_ended_meanwhile_is_what_is_reported() -> None:
    ended = RuntimeError("AzureCliCredential: AADSTS700082: The refresh token has expired due to inactivity.")
    answer, _ = await asked(FakeCredential([(jwt(1), 5000), ended]), lambda token: bodies.NO_TOKEN)
    assert answer.reply.error is not None
    assert answer.reply.error.message == "The sign-in to Azure has expired or needs another proof."
    assert "az login" in (answer.reply.error.hint or "")


async def test_the_audience_that_the_server_names_is_asked_for() -> None:
    credential = FakeCredential([(jwt(1), 5000), (jwt(2, aud="https://cognitiveservices.azure.com"), 5000)])
    right = jwt(2, aud="https://cognitiveservices.azure.com")
    answer, _ = await asked(credential, lambda token: None if token == right else bodies.NO_TOKEN)
    assert answer.reply.outcome is Outcome.COMPLETE
    assert credential.scopes == [FOUNDRY, COGNITIVE]


CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1702682181"}}}'
ENCODED = base64.b64encode(CLAIMS.encode()).decode()
CHALLENGE = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize",'
    f' error="insufficient_claims", claims="{ENCODED}"'
)
UNSUPPORTED = RuntimeError(
    "DefaultAzureCredential failed to retrieve a token. AzureCliCredential: Failed to get token. This credential"
    " doesn't support claims challenges. To authenticate with the required claims, please run the following command"
    f" (requires Azure CLI version 2.76.0 or later): az login --claims-challenge {ENCODED}"
)


async def test_the_claims_that_a_service_wants_go_to_the_credential_once() -> None:
    old, new = jwt(1), jwt(2)
    credential = FakeCredential([(old, 5000), (new, 5000)])
    judge = lambda token: None if token == new else bodies.NO_TOKEN  # noqa: E731
    keys = source(credential)
    async with Azure(token=judge, keys=False, challenge=CHALLENGE).serve() as server:
        client = HttpBackend(CONFIG, keys, Detour(server), environ={}, first_pause=0.01)
        answer = await ask(client)
        await client.aclose()
    assert (answer.reply.outcome, answer.reply.attempts) == (Outcome.COMPLETE, 2)
    assert answer.events[0] == Waiting("signing in to Azure")
    assert credential.options == [{}, {"claims": CLAIMS, "enable_cae": True}]
    assert credential.scopes == [FOUNDRY, FOUNDRY]
    await keys.get(fresh=True)
    assert credential.options[-1] == {}


@pytest.mark.parametrize("answers", [[(jwt(1), 5000), UNSUPPORTED], [(jwt(1), 5000), (jwt(2), 5000)]])
async def test_a_challenge_that_the_sign_in_cannot_meet_is_one_command(answers: list[Any]) -> None:
    async with Azure(token=lambda _: bodies.NO_TOKEN, keys=False, challenge=CHALLENGE).serve() as server:
        client = HttpBackend(CONFIG, source(FakeCredential(answers)), Detour(server), environ={}, first_pause=0.01)
        answer = await ask(client)
        await client.aclose()
    error = answer.reply.error
    assert error is not None
    assert f"az login --scope {FOUNDRY}" in (error.hint or "")
    assert "another proof of who you are" in f"{error.message} {error.hint}"


GATEWAY = "https://gateway.example.org/ai/openai/deployments/mistral-large?api-version=2024-10-21"


async def test_a_gateway_gets_a_token_for_its_own_application() -> None:
    own = "api://11111111-aaaa-4bbb-8ccc-222222222222/.default"
    config = EndpointConfig("work", GATEWAY, auth="entra", scope=own, timeouts=PATIENT)
    keys = key_source(config)
    assert isinstance(keys, EntraToken)
    credential = FakeCredential([("refused-0123456789", 5000), (KEY, 5000)])
    keys = EntraToken(own, credential, lambda: 1000.0, fixed=True)
    judge = lambda token: None if token == KEY else bodies.NO_TOKEN  # noqa: E731 - it names Azure's own audience
    async with Azure(gateway=judge).serve() as server:
        client = HttpBackend(config, keys, Detour(server), environ={}, first_pause=0.01)
        answer = await ask(client)
        await client.aclose()
    assert answer.reply.outcome is Outcome.COMPLETE
    assert credential.scopes == [own, own]


async def test_a_gateway_that_refuses_the_token_is_said_to_want_a_scope() -> None:
    config = EndpointConfig("work", GATEWAY, auth="entra", timeouts=PATIENT)
    keys = EntraToken(COGNITIVE, FakeCredential([("refused-0123456789", 5000)]), lambda: 1000.0)
    async with Azure(gateway=lambda _: bodies.GATEWAY_TOKEN).serve() as server:
        client = HttpBackend(config, keys, Detour(server), environ={}, first_pause=0.01)
        answer = await ask(client)
        await client.aclose()
    assert answer.reply.error is not None
    assert 'scope = "api://ID/.default" under [endpoints.work]' in (answer.reply.error.hint or "")


async def test_an_endpoint_of_its_own_may_want_either_audience() -> None:
    config = EndpointConfig("work", "https://example.eastus2.models.ai.azure.com", auth="entra", timeouts=PATIENT)
    credential = FakeCredential([("refused-0123456789", 5000), (KEY, 5000)])
    keys = EntraToken(MACHINE_LEARNING, credential, lambda: 1000.0, other_scope(MACHINE_LEARNING))
    async with Azure().serve() as server:
        client = HttpBackend(config, keys, Detour(server), environ={}, first_pause=0.01)
        first, second = await ask(client), await ask(client)
        await client.aclose()
    assert (first.reply.outcome, first.reply.attempts) == (Outcome.COMPLETE, 2)
    assert (second.reply.outcome, second.reply.attempts) == (Outcome.COMPLETE, 1)
    assert credential.scopes == [MACHINE_LEARNING, COGNITIVE]


async def test_no_server_gets_a_token_for_something_else() -> None:
    credential = FakeCredential([(jwt(1), 5000), (jwt(2), 5000)])
    said = bodies.coded(401, "401", "audience is incorrect (https://management.azure.com)")
    answer, _ = await asked(credential, lambda token: said)
    assert answer.reply.outcome is Outcome.FAILED
    assert set(credential.scopes) == {FOUNDRY}


@pytest.mark.parametrize(
    ("raised", "kind", "says", "step"),
    [
        (
            ImportError("azure.identity"),
            ErrorKind.CONFIGURATION,
            "azure-identity, which is not installed",
            "extra entra",
        ),
        (RuntimeError("AzureCliCredential: Azure CLI not found on path"), ErrorKind.AUTH, "not installed", "az login"),
        (
            RuntimeError("x: Please run 'az login' to set up an account"),
            ErrorKind.AUTH,
            "Nobody is signed in",
            "az login",
        ),
    ],
)
async def test_without_a_token_nothing_is_sent(raised: Exception, kind: ErrorKind, says: str, step: str) -> None:
    answer, _ = await asked(FakeCredential([raised]), lambda token: None)
    error = answer.reply.error
    assert error is not None
    assert error.kind is kind
    assert says in error.message
    assert step in (error.hint or "")
    assert answer.reply.attempts == 0


async def examined(credential: FakeCredential) -> list[CheckStep]:
    async with serve(once(*HELLO)) as server:
        config = EndpointConfig("work", server.url, auth="entra", timeouts=PATIENT)
        return [step async for step in examine(config, source(credential), {})]


async def test_the_doctor_says_who_is_signed_in_and_until_when() -> None:
    ends = time.time() + 3600
    token = jwt(1, upn="Ada@example.com\n\x1b[31m")
    steps = await examined(FakeCredential([(token, ends)]))
    names = [step.name for step in steps]
    assert names[:3] == ["address", "sign_in", "dns"]
    assert names[-2:] == ["first_token", "filter"]
    clock = time.strftime("%H:%M", time.localtime(ends))
    said = f"Ada@example.com [31m in the tenant {TENANT} until "
    assert steps[1].detail.startswith(said)
    assert clock in steps[1].detail
    assert "for https://ai.azure.com" in steps[1].detail
    assert "a token of Entra ID" in steps[0].detail
    assert token not in repr(steps)


async def test_the_doctor_stops_where_nobody_is_signed_in() -> None:
    steps = await examined(FakeCredential([RuntimeError("Please run 'az login' to set up an account")]))
    assert [(step.name, step.ok) for step in steps] == [("address", True), ("sign_in", False)]
    assert steps[-1].error is not None
    assert "az login" in (steps[-1].error.hint or "")


async def test_an_opaque_token_tells_nobody() -> None:
    steps = await examined(FakeCredential([("opaque-token-0123456789", 9e9)]))
    assert steps[1].detail.startswith("somebody whom the token does not name until ")
    assert "opaque" not in repr(steps)


def test_a_configuration_without_entra_has_a_key() -> None:
    assert isinstance(key_source(CONFIG, {}), EntraToken)
    assert repr(key_source(CONFIG, {})) == f"EntraToken({FOUNDRY!r})"
    assert not isinstance(key_source(EndpointConfig("e", "https://h.test"), {}), EntraToken)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """azure-identity itself, with no way to sign in but what a test gives it."""
    pytest.importorskip("azure.identity", reason="the extra entra is not installed")
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)


async def test_the_library_against_a_loopback_identity_service(library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    async with identity_service(int(time.time()) + 7200) as identity, Azure(token=lambda token: None).serve() as azure:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{identity.port}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", SECRET_HEADER)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        client = HttpBackend(CONFIG, None, Detour(azure), environ={})
        first, second = await ask(client), await ask(client)
        await client.aclose()
    assert (first.reply.outcome, second.reply.outcome) == (Outcome.COMPLETE, Outcome.COMPLETE), first.reply.error
    assert len(identity.requests) == 1
    sent = azure.requests[0].headers["authorization"]
    assert sent == f"Bearer {jwt(1, aud='https://ai.azure.com')}"
    assert sent not in repr((first.events, client.traces))


async def test_the_library_with_nobody_signed_in_prints_nothing(
    library: None, monkeypatch: pytest.MonkeyPatch, capfd: Any
) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "AzureCliCredential")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as they are outside of pytest
    monkeypatch.setattr(logging.getLogger("azure"), "handlers", [])
    got = await EntraToken(FOUNDRY).get()
    assert isinstance(got, ServerError)
    assert got.message == "Nobody is signed in to Azure on this machine, and the Azure CLI (az) is not installed."
    assert capfd.readouterr() == ("", "")
