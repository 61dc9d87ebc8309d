"""The one hint that helps: bodies as services send them, and what somebody who reads the sentence does next."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.azure import bodies
from tests.support.azure.identity import jwt
from tests.wire.fixtures import raw
from tests.wire.test_resolve_endpoint import KEY, made
from tui_chat.core.message import ErrorKind as Kind
from tui_chat.core.message import ServerError
from tui_chat.wire.errors.server_error import explain

ROOT = Path(__file__).parents[2]
RESOURCE = "https://example.services.ai.azure.com"
CLASSIC = "https://example.openai.azure.com/openai/deployments/my-gpt"
GATEWAY = "https://gateway.example.org/openai/deployments/my-gpt?api-version=2024-10-21"
MISTRAL = "https://api.mistral.ai"
MANAGED = "https://example.eastus.inference.ml.azure.com/score"


def told(status: int | None, body: object, url: str = RESOURCE, key: str | None = KEY, **config: Any) -> ServerError:
    endpoint = made(url, key, **{"model": "mistral-large", **config})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return explain(status, (), content, endpoint=endpoint, now=1000.0).error


def coded(code: str | None, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message}}


def lacks(action: str) -> dict[str, object]:
    return coded(
        "PermissionDenied",
        f"The principal `11111111-2222-4333-8444-555555555555` lacks the required data action `{action}` to perform"
        " `POST /openai/deployments/{deployment-id}/chat/completions` operation.",
    )


OPENAI_ACTION = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"
RATE = (
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded {} rate"
    " limit of your current OpenAI S0 pricing tier. Please retry after {} seconds."
)
BUSY = (
    "The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum"
    " usage size allowed during peak load. For improved capacity reliability, consider switching to Provisioned"
    " Throughput."
)


@pytest.mark.parametrize(
    ("status", "body", "kind", "says"),
    [
        # A model that answers to the Responses API alone, or does not chat at all
        (400, raw("azure_400_operation_not_supported")["body"], Kind.BAD_REQUEST, ["Responses API", "retired"]),
        (
            404,
            coded(None, "This model is only supported in v1/responses and not in v1/chat/completions."),
            Kind.NOT_FOUND,
            ["Responses API"],
        ),
        (
            400,
            coded(
                "OperationNotSupported",
                "The chatCompletion operation does not work with the specified model, text-embedding-3-large.",
            ),
            Kind.BAD_REQUEST,
            ["does not chat"],
        ),
        # Keys are switched off
        (403, raw("azure_403_key_auth_disabled")["body"], Kind.PERMISSION, ['auth = "entra"', "az login"]),
        # A role is missing
        (401, lacks(OPENAI_ACTION), Kind.AUTH, ["role Cognitive Services OpenAI User"]),
        (
            401,
            lacks("Microsoft.CognitiveServices/accounts/AIServices/agents/write"),
            Kind.AUTH,
            ["role Foundry User (once called Azure AI User)"],
        ),
        (
            403,
            lacks("Microsoft.CognitiveServices/accounts/MaaS/x/action"),
            Kind.PERMISSION,
            ["Cognitive Services User"],
        ),
        (
            401,
            coded("PermissionDenied", "Principal does not have access to API/Operation."),
            Kind.AUTH,
            ["role Cognitive Services User", "some minutes"],
        ),
        (
            403,
            lacks("Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"),
            Kind.PERMISSION,
            ["role AzureML Data Scientist"],
        ),
        # Another tenant
        (*bodies.tenant("T"), Kind.AUTH, ["another tenant", "az login --tenant"]),
        # The network, the region, the subscription
        (
            403,
            coded("403", "Access denied due to Virtual Network/Firewall rules."),
            Kind.PERMISSION,
            ["certain networks", "Networking"],
        ),
        (403, coded("403", "Public access is disabled. Please configure private endpoint."), Kind.PERMISSION, ["VPN"]),
        (
            403,
            coded("unsupported_country_region_territory", "Country, region, or territory not supported"),
            Kind.PERMISSION,
            ["region"],
        ),
        (400, coded("BadRequest", "The model is not available in this region."), Kind.BAD_REQUEST, ["in this region"]),
        (403, coded("403", "Model is not enabled for this subscription."), Kind.PERMISSION, ["apply for it"]),
        # The deployment's name, not the model's
        (*bodies.DEPLOYMENT, Kind.NOT_FOUND, ["deployment's name", "none called mistral-large"]),
        (*bodies.UNKNOWN_MODEL, Kind.NOT_FOUND, ["deployment's name"]),
        # Retired
        (
            400,
            coded("ServiceModelDeprecated", "The model 'Format:OpenAI,Name:x' has been deprecated since 04/30/2025."),
            Kind.BAD_REQUEST,
            ["has been retired", "tui-chat models"],
        ),
        (404, coded("404", "The model mistral-nemo has been retired."), Kind.NOT_FOUND, ["has been retired"]),
        (410, b"", Kind.NOT_FOUND, ["is served no more"]),
        # An api-version
        (*bodies.VERSION_ON_V1, Kind.BAD_REQUEST, ["api-version out of the url"]),
        (400, coded("BadRequest", "API version not supported"), Kind.BAD_REQUEST, ["api-version out of the url"]),
        # No room, a limit, a quota
        (429, coded("429", BUSY), Kind.RATE_LIMIT, ["no room", "not used up"]),
        (429, coded("429", RATE.format("token", 33)), Kind.RATE_LIMIT, ["Try again in 33 s", "limit of tokens"]),
        (429, coded("429", RATE.format("call", 7)), Kind.RATE_LIMIT, ["Try again in 7 s", "limit of requests"]),
        (429, coded("429", RATE.format("token", 86400)), Kind.RATE_LIMIT, ["in 24 h", "quota of tokens", "tier"]),
        (
            429,
            coded("insufficient_quota", "You exceeded your current quota, please check your plan and billing details."),
            Kind.QUOTA,
            ["plan and billing"],
        ),
        # The context, with both numbers
        (400, raw("context_configured_limit")["body"], Kind.CONTEXT_LENGTH, ["272,000", "300,123"]),
        (
            400,
            coded(
                "context_length_exceeded",
                "This model's maximum context length is 128000 tokens. However, your messages resulted in 130500"
                " tokens.",
            ),
            Kind.CONTEXT_LENGTH,
            ["128,000", "130,500"],
        ),
        (
            429,
            coded(
                "rate_limit_exceeded", "Request too large for m on tokens per min (TPM): Limit 30000, Requested 35364."
            ),
            Kind.CONTEXT_LENGTH,
            ["5,364 tokens too long", "30,000"],
        ),
        (
            413,
            coded("tokens_limit_reached", "Request body too large for gpt-4o model. Max size: 8000 tokens."),
            Kind.CONTEXT_LENGTH,
            ["8,000"],
        ),
        # Time, and what stands before the service
        (408, coded("Timeout", "The operation was timeout."), Kind.TIMEOUT, ["took too long"]),
        (504, b"<html><title>504 Gateway Time-out</title></html>", Kind.SERVER, ["took too long"]),
        (403, b"<!doctype html><title>The request is blocked.</title>", Kind.PERMISSION, ["gateway or firewall"]),
        (424, b"", Kind.BAD_REQUEST, ["logs of its deployment"]),
        (500, b"Internal Server Error", Kind.SERVER, ["try again"]),
        (400, b"Bad request", Kind.BAD_REQUEST, ["tui-chat doctor asks without your settings"]),
        (422, {"detail": [{"loc": ["body", "messages", 0], "msg": "x"}]}, Kind.BAD_REQUEST, ["tui-chat doctor"]),
        # Who pays, and who is shut out
        (
            403,
            coded("403", "Your resource has been temporarily blocked because we detected behavior that may violate."),
            Kind.PERMISSION,
            ["support"],
        ),
        (403, coded("SubscriptionDisabled", "The subscription is disabled."), Kind.PERMISSION, ["not active"]),
        (403, coded("403", "Traffic is not from an approved private endpoint."), Kind.PERMISSION, ["certain networks"]),
        (403, coded("403", "Denied by network security perimeter rules."), Kind.PERMISSION, ["certain networks"]),
        (
            403,
            coded(
                "AuthorizationFailed", f"The client 'x' does not have authorization to perform action '{OPENAI_ACTION}'"
            ),
            Kind.PERMISSION,
            ["role Cognitive Services OpenAI User"],
        ),
        (
            400,
            coded("InvalidRequest", "The model `mistral-large` is not supported in region `uksouth`."),
            Kind.BAD_REQUEST,
            ["in this region"],
        ),
        (
            401,
            coded(
                "InvalidAuthenticationToken", "The access token is from the wrong issuer 'https://sts.windows.net/A/'."
            ),
            Kind.AUTH,
            ["another tenant"],
        ),
        (
            401,
            coded("401", "IDX10222: Lifetime validation failed. The token is not yet valid."),
            Kind.AUTH,
            ["date and time of this machine"],
        ),
        (403, coded("Forbidden", "Cross-tenant access is not allowed."), Kind.PERMISSION, ["another tenant"]),
        # A deployment that is not ready, and what an old api-version lacks
        (400, coded("x", "The deployment 'm' is in state Creating."), Kind.BAD_REQUEST, ["still being made"]),
        (
            400,
            coded("BadRequest", "response_format is enabled only for api versions 2024-08-01-preview and later"),
            Kind.BAD_REQUEST,
            ["api-version=2024-08-01-preview"],
        ),
        (503, b"no healthy upstream", Kind.SERVER, ["overloaded"]),
        (524, b"<title>A timeout occurred</title>", Kind.SERVER, ["took too long"]),
        (
            400,
            coded("400", "maximum context length is 8192 tokens. However, your request has 9000 input tokens."),
            Kind.CONTEXT_LENGTH,
            ["808 tokens too long"],
        ),
        # Words of Azure's and of the model that say more than their status
        (401, coded("401", "Key based authentication is not permitted on this resource."), Kind.AUTH, ["--auth entra"]),
        (403, coded("403", "Caller IP 192.0.2.7 is not allowed."), Kind.PERMISSION, ["certain networks"]),
        (403, coded("RequestDisallowedByPolicy", "Disallowed by policy."), Kind.PERMISSION, ["policy of the company"]),
        (403, coded("x", "Legal terms have not been accepted for this item."), Kind.PERMISSION, ["accept", "terms"]),
        (
            400,
            coded("x", "The Azure Marketplace subscription of this model is cancelled."),
            Kind.BAD_REQUEST,
            ["not active"],
        ),
        (410, coded("ModelEndOfLife", "It has reached its end of life."), Kind.NOT_FOUND, ["has been retired"]),
        (400, coded("x", "The deployment 'm' is in state Failed."), Kind.BAD_REQUEST, ["does not run"]),
        (404, b"Endpoint is suspended", Kind.NOT_FOUND, ["does not run"]),
        (400, coded("no_model_name", "No model specified in request."), Kind.BAD_REQUEST, ["deployment's name"]),
        (400, coded("unavailable_model", "Unavailable model: m"), Kind.BAD_REQUEST, ["deployment's name"]),
        (
            400,
            coded(
                "invalid_image_format", "You uploaded an unsupported image. Make sure your image is of one of ['png']."
            ),
            Kind.BAD_REQUEST,
            ["PNG or JPEG"],
        ),
        (400, coded("x", "Too many images in request: 9, maximum is 8"), Kind.BAD_REQUEST, ["fewer pictures"]),
        (
            400,
            coded("string_above_max_length", "Invalid 'messages[1].content': string too long."),
            Kind.BAD_REQUEST,
            ["longer than the server takes"],
        ),
        (400, coded(None, "'messages' must contain the word 'json' in some form."), Kind.BAD_REQUEST, ["Ask for JSON"]),
        (
            400,
            coded(
                "invalid_prompt", "Invalid prompt: your prompt was flagged as potentially violating our usage policy."
            ),
            Kind.FILTERED,
            ["Edit the prompt"],
        ),
        # The wrong key, TLS, a proxy
        (*bodies.BAD_KEY, Kind.AUTH, ["Keys and Endpoint", "another resource"]),
        (
            400,
            b"<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>",
            Kind.BAD_REQUEST,
            ["https://"],
        ),
        (400, b"Client sent an HTTP request to an HTTPS server.\n", Kind.BAD_REQUEST, ["https://"]),
        (407, b"", Kind.PROXY, ["user name and password"]),
    ],
)
def test_a_foundry_resource_refuses(status: int, body: object, kind: Kind, says: list[str]) -> None:
    error = told(status, body)
    assert error.kind is kind
    assert all(words in (error.hint or "") for words in says), error.hint
    assert KEY not in repr(error)
    assert (error.hint or "").count(". ") < 3


@pytest.mark.parametrize(
    ("url", "status", "body", "says"),
    [
        (CLASSIC, *bodies.DEPLOYMENT, "none called my-gpt"),
        (GATEWAY, *bodies.NO_SUBSCRIPTION, 'auth = "subscription-key"'),
        (
            MISTRAL,
            429,
            {"object": "error", "message": "Service tier capacity exceeded for this model.", "code": "3505"},
            "no room",
        ),
        (
            MISTRAL,
            400,
            {"object": "error", "message": "Invalid model: mistral-lrge", "code": "1500"},
            "tui-chat models",
        ),
        (MISTRAL, 404, {"message": "The model `x` does not exist"}, "Check the model"),
        (MISTRAL, 401, {"detail": "Unauthorized"}, "check the key"),
        (MISTRAL, 429, {"message": "Requests rate limit exceeded"}, "number of requests"),
        (MISTRAL, 429, {"message": "Rate limit exceeded"}, "fewer tokens"),
        (MISTRAL, 403, {"message": "Your subscription does not include access to this model."}, "change the plan"),
        (GATEWAY, 429, {"message": "Rate limit is exceeded. Try again in 42 seconds."}, "Try again in 42 s."),
        (
            GATEWAY,
            403,
            {"message": "Out of call volume quota. Quota will be replenished in 01:23:45."},
            "full again in 84 min",
        ),
        (
            GATEWAY,
            401,
            {"message": "Access denied due to invalid subscription key. Make sure …"},
            "does not know this key",
        ),
        (GATEWAY, 401, {"message": "JWT not present."}, 'auth = "entra"'),
        (GATEWAY, 403, {"message": "Request failed content safety check."}, "access to Content Safety"),
        (MISTRAL, 400, {"message": "Expected last role User or Tool", "code": "3230"}, "a prompt at the end"),
        (MISTRAL, 401, {"message": "Inactive subscription or usage limit reached"}, "billing page"),
        (MISTRAL, 403, {"message": "Access to model x is restricted to organizations with Labs."}, "no access to this"),
        (GATEWAY, 403, {"message": "Token quota is exceeded. Try again in 3 days."}, "full again in 3 days"),
        (MANAGED, 429, b"too_many_pending_requests", "more instances"),
        (
            MANAGED,
            404,
            coded("NotFound", "The endpoint doesn't have any valid deployment with positive weight."),
            "share of its traffic",
        ),
    ],
)
def test_others_refuse(url: str, status: int, body: object, says: str) -> None:
    assert says in (told(status, body, url).hint or "")


@pytest.mark.parametrize(
    ("auth", "key", "says"),
    [
        ("bearer", KEY, 'auth = "api-key"'),
        ("bearer", jwt(), "az account get-access-token --resource https://cognitiveservices.azure.com"),
        ("entra", jwt(), "refuses the token"),
        ("api-key", KEY, "check the key"),
        (None, None, 'auth = "entra"'),
    ],
)
def test_a_missing_token_means_something_else_for_each_way_to_send_a_key(auth: Any, key: str | None, says: str) -> None:
    error = told(*bodies.NO_TOKEN, key=key, auth=auth)
    assert says in (error.hint or ""), error.hint
    assert jwt() not in repr(error)


def test_a_token_that_is_refused_without_a_reason() -> None:
    assert "tui-chat doctor" in (told(401, b"", key=jwt(), auth="entra").hint or "")


def test_a_key_that_was_refused_in_each_way_is_the_wrong_key() -> None:
    endpoint = replace(made(RESOURCE, KEY), auth="bearer", tried=("api-key",))
    hint = explain(401, (), b"", endpoint=endpoint).error.hint or ""
    assert 'refused as auth = "api-key" and "bearer": check the key' in hint


def test_a_token_that_was_pasted_as_a_key_is_got_anew() -> None:
    error = told(401, coded("401", "Token expired"), key=jwt(), auth="bearer")
    assert "az account get-access-token --resource https://ai.azure.com" in (error.hint or "")


def test_an_account_that_may_not_lacks_a_role() -> None:
    assert "have the role" in (told(403, coded("403", "Forbidden"), key=jwt(), auth="entra").hint or "")
    assert "gateway or firewall" in (told(403, b"<html><title>No.</title>", key=jwt(), auth="entra").hint or "")


def test_a_guardrail_that_is_not_there_is_the_policy_of_the_endpoint() -> None:
    missing = coded("BadRequest", "Guardrail 'strict' was not found.")
    assert "correct policy" in (told(400, missing, policy="strict").hint or "")
    assert "correct policy" not in (told(400, missing).hint or "")


def test_the_usual_five_are_named_in_the_words_that_the_app_says() -> None:
    """The rows of the README and of the manual, next to what the services answer and what is told then."""
    seen = [
        (told(*bodies.DEPLOYMENT), "deployment's name"),
        (told(*bodies.BAD_KEY), "same page"),
        (told(*bodies.KEYS_OFF), "--auth entra"),
        (told(401, lacks(OPENAI_ACTION), auth="entra"), "role Cognitive Services OpenAI User"),
        (told(429, coded("429", RATE.format("token", 33))), "Try again in 33 s"),
    ]
    for page in (ROOT / "README.md", ROOT / "tui_chat" / "help" / "azure.md"):
        rows = re.findall(r"^\| \*([^*]+)\* \|", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(rows) == 5
        for row, (error, step) in zip(rows, seen, strict=True):
            assert row in error.message
            assert step in (error.hint or "")
