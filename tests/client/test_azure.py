"""Every address that Azure's pages show leads to an answer, through the real client, from a strict loopback Azure."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.client.asking import PATIENT, Asked, ask
from tests.faults.server import Received, Server
from tests.support.azure import bodies
from tests.support.azure.service import CC, INFERENCE, KEY, V1, Azure, Detour
from tui_chat.client.doctor import asked as asked_by_doctor
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, Outcome
from tui_chat.core.settings import Settings
from tui_chat.wire.curl_parse import expand

SERVERLESS = "https://example.eastus2.inference.ai.azure.com"
MODELS = "https://example.eastus2.models.ai.azure.com"
FOUNDRY = "https://example.services.ai.azure.com"
OPENAI = "https://example.openai.azure.com"
COGNITIVE = "https://example.cognitiveservices.azure.com"
MANAGED = "https://example.eastus.inference.ml.azure.com"
GATEWAY = "https://gateway.example.org/ai"
DEPLOYED = "/openai/deployments/mistral-large/chat/completions"
COMMON = "?api-version=2024-05-01-preview"
OLD_LIST, PROJECT_LIST = (
    "/openai/deployments?api-version=2023-03-15-preview",
    "/api/projects/rivers/deployments?api-version=v1",
)
EVERYTHING = Settings(
    system="s", temperature=0.5, top_p=0.9, max_tokens=64, seed=7, stop=("END",), reasoning_effort=None
)


@asynccontextmanager
async def connected(azure: Azure, url: str, key: str = KEY, **config: Any) -> Any:
    """A client for an address of Azure's, and the server that it reaches."""
    made = EndpointConfig("work", url, **{"timeouts": PATIENT, "model": "mistral-large", **config})
    async with azure.serve() as server:
        client = HttpBackend(made, key, Detour(server), environ={}, first_pause=0.01)
        try:
            yield client, server
        finally:
            await client.aclose()


async def asked(azure: Azure, url: str, settings: Settings = EVERYTHING, **config: Any) -> tuple[Asked, list[Received]]:
    async with connected(azure, url, **config) as (client, server):
        answer = await ask(client, settings)
        assert isinstance(server, Server)
        return answer, server.requests


def complete(answer: Asked) -> None:
    assert answer.reply.outcome is Outcome.COMPLETE, answer.reply.error
    assert answer.reply.text


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (SERVERLESS, "/v1" + CC),
        (f"{SERVERLESS}/v1", "/v1" + CC),
        (f"{SERVERLESS}/v1{CC}", "/v1" + CC),
        (f"{SERVERLESS}{CC}", CC + COMMON),
        (MODELS, CC + COMMON),
        (f"{MODELS}/v1{CC}", "/v1" + CC),
        (f"{FOUNDRY}", V1),
        (f"{FOUNDRY}/", V1),
        (f"{FOUNDRY}/models", V1),
        (f"{FOUNDRY}/models?api-version=2024-05-01-preview", V1),
        (f"{FOUNDRY}/api/projects/rivers", V1),
        (f"{FOUNDRY}/openai/v1/", V1),
        (f"{FOUNDRY}/openai/v1{CC}?api-version=preview", V1),
        (f"{FOUNDRY}{INFERENCE}{COMMON}", INFERENCE + COMMON),
        (f"{FOUNDRY}{INFERENCE}", INFERENCE + COMMON),
        (OPENAI, V1),
        (f"{OPENAI}/openai/v1", V1),
        (f"{OPENAI}{DEPLOYED}?api-version=2025-01-01-preview", DEPLOYED + "?api-version=2025-01-01-preview"),
        (f"{OPENAI}/openai/deployments/mistral-large", DEPLOYED + "?api-version=2024-10-21"),
        (f"{COGNITIVE}/", V1),
        (f"{COGNITIVE}/openai/v1", V1),
        (f"{COGNITIVE}{DEPLOYED}?api-version=2024-10-21", DEPLOYED + "?api-version=2024-10-21"),
        (f"{MANAGED}/score", "/score"),
        (MANAGED, "/v1" + CC),
    ],
)
async def test_an_address_answers_with_every_setting(url: str, target: str) -> None:
    answer, requests = await asked(Azure(), url)
    complete(answer)
    assert requests[-1].target == target
    assert {"seed", "random_seed"} & set(requests[-1].json)
    assert requests[-1].json["max_tokens"] == 64
    refused = [note for note in answer.reply.notes if "refused" in note]
    assert not refused, "a field was sent that this schema does not have"


@pytest.mark.parametrize("url", [FOUNDRY, OPENAI, COGNITIVE, f"{OPENAI}/openai/deployments/gpt-5-mini"])
async def test_a_reasoning_model_gets_its_own_name_for_the_limit(url: str) -> None:
    answer, requests = await asked(Azure(), url, model="gpt-5-mini")
    complete(answer)
    assert requests[-1].json["max_completion_tokens"] == 64
    assert requests[-1].json["stream_options"] == {"include_usage": True}


@pytest.mark.parametrize(
    ("url", "gone", "right", "error"),
    [
        (FOUNDRY, V1, INFERENCE, bodies.RESOURCE),
        (FOUNDRY, V1, INFERENCE, (410, b"")),
        (f"{FOUNDRY}/api/projects/rivers/openai/v1", "/api/projects/rivers" + V1, INFERENCE, bodies.RESOURCE),
        (f"{FOUNDRY}{INFERENCE}", INFERENCE, V1, bodies.GONE),
        (f"{COGNITIVE}{INFERENCE}", INFERENCE, V1, (410, b"")),
    ],
)
async def test_the_other_route_is_tried_once_and_remembered(
    url: str, gone: str, right: str, error: bodies.Error
) -> None:
    async with connected(Azure(broken={gone: error}), url) as (client, server):
        first, second = await ask(client), await ask(client, EVERYTHING)
    complete(first)
    complete(second)
    assert first.reply.attempts >= 2
    host = url.partition("://")[2].partition("/")[0]
    told = f"{gone} is not served here; https://{host}{right} answers and is asked from now on"
    assert any(note.startswith(told) for note in first.reply.notes)
    assert not any("from now on" in note for note in second.reply.notes)
    paths = [request.target.partition("?")[0] for request in server.requests]
    assert paths.count(gone) == 1
    assert paths[-1] == right
    assert "random_seed" not in server.requests[-1].json


async def test_a_refusal_of_both_routes_is_the_one_that_names_what_is_missing() -> None:
    answer, requests = await asked(Azure(broken={V1: bodies.RESOURCE}), FOUNDRY, model="nosuch")
    assert answer.reply.error is not None
    assert answer.reply.error.code == "unknown_model"
    assert len(requests) == 2
    answer, requests = await asked(Azure(broken=dict.fromkeys((V1, INFERENCE), bodies.RESOURCE)), FOUNDRY)
    assert answer.reply.error is not None
    assert f"serves neither {V1} nor {INFERENCE}" in (answer.reply.error.hint or "")
    answer, requests = await asked(Azure(broken={INFERENCE: bodies.GONE}), FOUNDRY, model="nosuch")
    assert answer.reply.error is not None
    assert (answer.reply.error.kind, answer.reply.error.code) == (ErrorKind.NOT_FOUND, "DeploymentNotFound")
    assert len(requests) == 2


async def test_other_hosts_have_one_route() -> None:
    for url in (SERVERLESS, OPENAI, f"{FOUNDRY}/openai/deployments/nosuch", MANAGED):
        azure = Azure(broken=dict.fromkeys((V1, "/v1" + CC), bodies.RESOURCE))
        answer, requests = await asked(azure, url)
        assert answer.reply.error is not None
        assert answer.reply.error.kind is ErrorKind.NOT_FOUND
        assert len(requests) == 1


@pytest.mark.parametrize("url", [FOUNDRY, OPENAI, COGNITIVE])
async def test_of_two_refusals_the_one_about_the_key_is_told(url: str) -> None:
    answer, requests = await asked(Azure(), url, key="wrong-key-0123456789")
    assert answer.reply.error is not None
    assert answer.reply.error.message.startswith("Access denied due to invalid subscription key")
    assert "Copy key and address" in (answer.reply.error.hint or "")
    assert len(requests) == 2


async def test_a_field_that_a_managed_endpoint_refuses_is_left_out() -> None:
    def answered(request: httpx.Request) -> httpx.Response:
        if b'"seed"' not in request.content:
            return httpx.Response(200, json={"choices": [{"message": {"content": "Hi."}, "finish_reason": "stop"}]})
        status, body = bodies.extra_native(["seed"])
        return httpx.Response(424, headers={"ms-azureml-model-error-statuscode": str(status)}, content=body)

    config = EndpointConfig("work", f"{MANAGED}/score", dialect="compatible", timeouts=PATIENT)
    client = HttpBackend(config, KEY, httpx.MockTransport(answered), environ={})
    answer = await ask(client, Settings(seed=7))
    await client.aclose()
    complete(answer)
    assert answer.reply.notes == ["the server refused seed; sent without it"]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://login.microsoftonline.com/common/oauth2/authorize", "That is Entra's sign-in service"),
        ("http://wifi.example.com/login?from=x", "open it in a browser"),
    ],
)
async def test_a_redirect_to_a_sign_in_page_is_no_address_to_keep(location: str, said: str) -> None:
    moved = httpx.Response(302, headers={"location": location})
    client = HttpBackend(EndpointConfig("work", OPENAI), KEY, httpx.MockTransport(lambda _: moved), environ={})
    answer = await ask(client)
    await client.aclose()
    assert answer.reply.error is not None
    assert said in (answer.reply.error.hint or "")
    assert "make it the url" not in (answer.reply.error.hint or "")


@pytest.mark.parametrize("url", [f"{GATEWAY}{DEPLOYED}?api-version=2024-10-21", f"{GATEWAY}/openai/v1"])
@pytest.mark.parametrize("header", ["api-key", "ocp-apim-subscription-key"])
async def test_a_gateway_gets_the_key_in_the_header_that_it_wants(header: str, url: str) -> None:
    async with connected(Azure(subscription=header), url) as (client, server):
        first, second = await ask(client), await ask(client)
    complete(first)
    complete(second)
    assert server.requests[-1].headers[header] == KEY
    assert "authorization" not in server.requests[-1].headers
    assert any("from now on" in note for note in first.reply.notes)
    assert second.reply.attempts == 1


async def test_a_gateway_is_asked_as_its_user_says() -> None:
    url = f"{GATEWAY}/openai/deployments/mistral-large?api-version=2024-10-21"
    answer, requests = await asked(Azure(), url, auth="subscription-key")
    complete(answer)
    assert len(requests) == 1
    answer, requests = await asked(Azure(), url, auth="bearer")
    assert answer.reply.error is not None
    assert "Ocp-Apim-Subscription-Key" in (answer.reply.error.hint or "")
    assert len(requests) == 1
    assert KEY not in repr(answer.events)


async def test_a_curl_command_for_a_gateway_brings_its_key() -> None:
    command = (
        f"curl -X POST '{GATEWAY}{DEPLOYED}?api-version=2024-10-21' -H 'Ocp-Apim-Subscription-Key: {KEY}' "
        "-H 'Content-Type: application/json' -d '{\"messages\":[]}'"
    )
    found = expand(EndpointConfig("work", command))
    assert not isinstance(found, str)
    config, key = found
    assert (config.auth, key, dict(config.headers)) == ("subscription-key", KEY, {})


NOTEBOOK = (
    f"curl -X POST -L {SERVERLESS}/v1{CC} -H 'Content-Type: application/json' -H 'Authorization: {KEY}' -d "
    + "'"
    + json.dumps({"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 500, "temperature": 0.9})
    + "'"
)


@pytest.mark.parametrize("stream", [False, True], ids=["one-piece", "streamed"])
@pytest.mark.parametrize("given", ["curl", "http"])
async def test_the_requests_of_the_notebook(given: str, stream: bool) -> None:
    """Its curl command and its HTTP request, each in one piece and streamed; the fifth example is refused below."""
    config, key = EndpointConfig("work", f"{SERVERLESS}/v1{CC}"), KEY
    if given == "curl":
        found = expand(EndpointConfig("work", NOTEBOOK))
        assert not isinstance(found, str)
        config, key = found[0], found[1] or ""
    async with Azure(answer="azure_mistral_stream").serve() as server:
        client = HttpBackend(config, key, Detour(server), environ={})
        answer = await ask(client, Settings(max_tokens=500, temperature=0.9), stream=stream)
        await client.aclose()
    complete(answer)
    assert answer.reply.usage is not None
    assert [request.headers["authorization"] for request in server.requests] == [KEY]


@pytest.mark.parametrize(
    "refused",
    ["azure_serverless_prompt_filtered_microsoft", "azure_managed_424_content_filter", "mistral_403_guardrail"],
)
async def test_the_filter_refuses_the_prompt(refused: str) -> None:
    azure = Azure(broken={"/v1" + CC: bodies.fixture(refused)})
    answer, requests = await asked(azure, SERVERLESS)
    assert answer.reply.outcome is Outcome.PROMPT_BLOCKED
    assert len(requests) == 1


@pytest.mark.parametrize(
    ("stream", "outcome"),
    [
        ("azure_default_stream", Outcome.COMPLETE),
        ("azure_async_pass", Outcome.COMPLETE),
        ("azure_default_block_blocklist", Outcome.ANSWER_BLOCKED),
        ("azure_async_block_midstream", Outcome.ANSWER_BLOCKED),
        ("azure_async_block_after_stop_recorded", Outcome.ANSWER_BLOCKED),
    ],
)
async def test_the_filter_of_a_foundry_resource(stream: str, outcome: Outcome) -> None:
    answer, _ = await asked(Azure(answer=stream), FOUNDRY)
    assert answer.reply.outcome is outcome


@pytest.mark.parametrize(
    ("url", "targets"),
    [
        (SERVERLESS, ["/info" + COMMON]),
        (f"{MODELS}/v1{CC}", ["/info" + COMMON]),
        (f"{MANAGED}/score", ["/info" + COMMON]),
        (FOUNDRY, [OLD_LIST, "/openai/v1/models"]),
        (f"{FOUNDRY}/openai/v1{CC}?api-version=preview", [OLD_LIST, "/openai/v1/models"]),
        (f"{FOUNDRY}{INFERENCE}{COMMON}", [OLD_LIST, "/openai/v1/models"]),
        (f"{FOUNDRY}/api/projects/rivers", [PROJECT_LIST]),
        (f"{FOUNDRY}/api/projects/rivers/openai/v1", [PROJECT_LIST]),
        (OPENAI, [OLD_LIST]),
        (COGNITIVE, [OLD_LIST, "/openai/v1/models"]),
        (f"{GATEWAY}/openai/v1", ["/ai/openai/v1/models"]),
    ],
)
async def test_the_models_of_each_kind_of_endpoint(url: str, targets: list[str]) -> None:
    async with connected(Azure(), url) as (client, server):
        found = await client.models()
        first = len(server.requests)
        assert await client.models() == found
    assert isinstance(found, tuple), found
    names = ["mistral-large-2411", "gpt-5-mini-2025-08-07"] if targets[-1].endswith("/models") else ["Mistral-large"]
    if targets[-1] in (OLD_LIST, PROJECT_LIST):
        names = ["gpt-5-mini", "mistral-large"]
        assert [model.deployed for model in found] == ["gpt-5-mini-2411", "mistral-large-2411"]
    assert [model.id for model in found] == names
    assert {model.deployable for model in found} == {OLD_LIST in targets[:-1]}
    asked = [request.target for request in server.requests]
    assert list(dict.fromkeys(asked)) == targets
    assert len(asked) - first == len(targets), "the way of sending the key was not remembered"


@pytest.mark.parametrize(
    ("url", "azure", "key", "asked", "says"),
    [
        (f"{OPENAI}/openai/deployments/mistral-large", Azure(), KEY, 0, "Azure takes the name of a deployment"),
        (FOUNDRY, Azure(broken={"/openai/v1/models": bodies.RESOURCE}), KEY, 2, "Azure takes the name of a deployment"),
        (MODELS, Azure(broken={"/info": bodies.RESOURCE}), KEY, 1, "leave --model out"),
        (FOUNDRY, Azure(), "wrong-key-0123456789", 3, "Keys and Endpoint"),
        (SERVERLESS, Azure(), "wrong-key-0123456789", 2, "check the key"),
        (OPENAI, Azure(keys=False), KEY, 2, "--auth entra"),
        (f"{GATEWAY}/openai/v1", Azure(), "wrong-key-0123456789", 3, "Ocp-Apim-Subscription-Key"),
    ],
)
async def test_why_there_is_no_list_of_models(url: str, azure: Azure, key: str, asked: int, says: str) -> None:
    async with connected(azure, url, key) as (client, server):
        found = await client.models()
    assert not isinstance(found, tuple)
    assert says in (found.hint or "")
    assert len(server.requests) == asked


async def test_an_endpoint_asks_for_its_own_content_filter() -> None:
    for policy in ("strict", "lenient"):
        answer, requests = await asked(Azure(), FOUNDRY, policy=policy)
        complete(answer)
        assert requests[-1].headers["x-policy-id"] == policy
    answer, requests = await asked(Azure(), FOUNDRY, policy="strct")
    assert answer.reply.error is not None
    assert "correct policy under [endpoints.work]" in (answer.reply.error.hint or "")
    assert len(requests) == 1


async def test_without_a_model_the_deployment_is_asked_for() -> None:
    answer, requests = await asked(Azure(), FOUNDRY, model=None)
    assert answer.reply.error is not None
    assert "deployment" in (answer.reply.error.hint or "")
    assert len(requests) == 1


async def test_the_doctor_names_the_address_that_is_right() -> None:
    async with connected(Azure(broken={V1: bodies.GONE}), FOUNDRY) as (client, _):
        steps = [step async for step in asked_by_doctor(client)]
    assert [(step.name, step.ok) for step in steps][:3] == [
        ("authentication", True), ("model", True), ("first_token", True)
    ]  # fmt: skip
    assert f"{FOUNDRY}{INFERENCE} answers" in (steps[2].advice or "")
