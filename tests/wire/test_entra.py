"""Which token an address wants, what a token says, and one plain sentence where there is none."""

from __future__ import annotations

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.azure.identity import TENANT, jwt
from tests.wire.test_resolve_endpoint import made, refused
from tui_chat.core.message import ErrorKind, Message
from tui_chat.core.settings import Settings
from tui_chat.wire.curl_format import show
from tui_chat.wire.curl_parse import CurlCommand, parse
from tui_chat.wire.entra import (
    COGNITIVE,
    FOUNDRY,
    MACHINE_LEARNING,
    SignedIn,
    claims_challenge,
    named_scope,
    scope_for,
    signed_in,
)
from tui_chat.wire.errors.sign_in import explain_sign_in
from tui_chat.wire.key_command_output import PrintedKey, printed_key
from tui_chat.wire.request import authentication, encode
from tui_chat.wire.resolve_endpoint import Endpoint

RESOURCE = "https://example.services.ai.azure.com"


@pytest.mark.parametrize(
    ("url", "scope"),
    [
        (RESOURCE, FOUNDRY),
        (f"{RESOURCE}/api/projects/p/openai/v1", FOUNDRY),
        (f"{RESOURCE}/models/chat/completions", COGNITIVE),
        (f"{RESOURCE}/openai/deployments/d", COGNITIVE),
        ("https://example.openai.azure.com", COGNITIVE),
        ("https://example.cognitiveservices.azure.com/openai/v1", COGNITIVE),
        ("https://example.openai.azure.us", "https://cognitiveservices.azure.us/.default"),
        ("https://example.eastus2.inference.ai.azure.com", MACHINE_LEARNING),
        ("https://example.eastus2.models.ai.azure.com", MACHINE_LEARNING),
        ("https://example.eastus.inference.ml.azure.com/score", MACHINE_LEARNING),
        ("https://gateway.example.org/openai/deployments/d", COGNITIVE),
        ("https://ai.azure.com.example.org/openai/v1", COGNITIVE),
    ],
)
def test_the_scope_of_an_address(url: str, scope: str) -> None:
    assert scope_for(made(url).url) == scope


def test_a_token_goes_where_a_bearer_key_goes() -> None:
    endpoint = made(RESOURCE, jwt(), auth="entra")
    assert isinstance(endpoint, Endpoint)
    assert endpoint.other_auth is None
    assert authentication(endpoint) == {"Authorization": f"Bearer {jwt()}"}
    assert endpoint.secrets.found_in(jwt())


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        (
            "Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or",
            COGNITIVE,
        ),
        ("audience is incorrect (https://ai.azure.com/).", FOUNDRY),
        ("the audience is incorrect (https://management.azure.com)", None),
        ("audience is incorrect (https://ai.azure.com.example.org)", None),
        ("audience is incorrect (http://ai.azure.com)", None),
        ("Unauthorized", None),
    ],
)
def test_the_audience_in_a_refusal(said: str, scope: str | None) -> None:
    assert named_scope(said) == scope


def test_no_token_goes_out_in_clear() -> None:
    problem = refused("http://gateway.example.org/openai/deployments/d", auth="entra")
    assert "not encrypted" in problem.message
    assert "https://" in (problem.hint or "")
    assert made("http://127.0.0.1:8080/openai/deployments/d", auth="entra").auth == "entra"


def test_a_request_is_copied_with_the_command_that_fetches_a_token() -> None:
    endpoint = made(RESOURCE, jwt(), auth="entra", model="mistral-large")
    command = show(encode([Message("user", "Hi.")], Settings(), endpoint, stream=True), endpoint, endpoint.secrets)
    fetch = "az account get-access-token --resource https://ai.azure.com --query accessToken --output tsv"
    assert f'-H "Authorization: Bearer $({fetch})"' in command
    assert jwt() not in command
    pasted = parse(command)
    assert isinstance(pasted, CurlCommand)
    assert (pasted.config.auth, pasted.key) == ("entra", None)


def test_who_a_token_is_for() -> None:
    assert signed_in(jwt()) == SignedIn("ada@example.com", TENANT, "https://ai.azure.com")
    assert signed_in(jwt(upn=None, appid="an-app")).who == "an-app"
    assert signed_in(jwt(upn="a\nb\x1b[0m\u2028c")).who == "a b [0m c"


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_any_text_is_a_token_that_says_nothing(text: str) -> None:
    assert signed_in(text) == signed_in(f"{text}.{text}.{text}.x") == SignedIn()
    signed_in(f"a.{text}.b")


@pytest.mark.parametrize(
    ("report", "says", "step"),
    [
        (
            "DefaultAzureCredential failed to retrieve a token from the included credentials.\nAttempted credentials:\n"
            "\tEnvironmentCredential: EnvironmentCredential authentication unavailable. Environment variables are not"
            " fully configured.\n\tManagedIdentityCredential: no response from the IMDS endpoint.\n"
            "\tAzureCliCredential: Azure CLI not found on path\n\tAzurePowerShellCredential: not installed",
            "the Azure CLI (az) is not installed",
            "az login",
        ),
        ("\tAzureCliCredential: Please run 'az login' to set up an account", "Nobody is signed in", "Run az login"),
        ("ERROR: AADSTS50020: User account 'a@b' does not exist in tenant 'T'", "in the tenant", "--tenant"),
        ("AADSTS90002: Tenant 'x' not found. Check to make sure you have the correct tenant ID", "tenant", "--tenant"),
        ("AADSTS500011: The resource principal named https://ai.azure.com was not found", "tenant", "--tenant"),
        ("AADSTS700082: The refresh token has expired due to inactivity.", "expired", "az login"),
        ("AADSTS50076: you must use multi-factor authentication", "another proof", "az login"),
        ("AADSTS53003: Access has been blocked by Conditional Access policies", "conditional access", "administrator"),
        ("AADSTS7000215: Invalid client secret provided.", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"),
        ("AzureCliCredential: Failed to invoke the Azure CLI", "did not answer", "get-access-token"),
        ("ERROR: AADSTS50034: The user account does not exist in the directory.", "in the tenant", "--tenant"),
        ("AADSTS900023: Specified tenant identifier 'x' is neither a valid DNS name", "in the tenant", "--tenant"),
        ("AADSTS700024: Client assertion is not within its valid time range.", "clock", "date and time"),
        ("AADSTS50057: The user account is disabled.", "locked or disabled", "az login"),
        ("AADSTS50105: The signed in user is not assigned to a role", "not assigned", "administrator"),
        ("AADSTS50097: Device authentication is required.", "conditional access", "device"),
        ("AADSTS700213: No matching federated identity record found", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"),
        ("AzureCliCredential: Can't find token from MSAL cache.", "Nobody is signed in", "Run az login"),
        ("AzureCliCredential: Please run:\naz login --scope https://x", "Nobody is signed in", "Run az login"),
        ("Please run `az login` to set up an account", "Nobody is signed in", "Run az login"),
        (
            "HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded with url: /x (by"
            " NameResolutionError(\"Failed to resolve 'login.microsoftonline.com'\"))",
            "cannot be reached",
            "network",
        ),
        (
            "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]",
            "not accepted",
            "REQUESTS_CA_BUNDLE",
        ),
        # of a report with many ways, the one that says something
        (
            "DefaultAzureCredential failed to retrieve a token from the included credentials.\nAttempted credentials:\n"
            "\tEnvironmentCredential: EnvironmentCredential authentication unavailable. Environment variables are not"
            " fully configured.\n\tManagedIdentityCredential: (invalid_request) Identity has no access\n"
            "\tAzurePowerShellCredential: PowerShell is not installed",
            "It said: ManagedIdentityCredential: (invalid_request) Identity has no access",
            "az login",
        ),
        (
            "x" * 900 + "\nERROR: AADSTS12345: Something new happened.\nTrace",
            "It said: AADSTS12345: Something",
            "az login",
        ),
        ("", "Azure gave no token.", "az login"),
        ("Something new", "It said: Something new", "az login"),
    ],
)
def test_one_sentence_for_each_reason(report: str, says: str, step: str) -> None:
    error = explain_sign_in(report, FOUNDRY)
    assert error.kind is ErrorKind.AUTH
    assert says in error.message
    assert step in (error.hint or "")
    assert len(error.message) < 260


def test_a_report_shows_no_token() -> None:
    assert jwt() not in repr(explain_sign_in(f"Unexpected output: {jwt()}", FOUNDRY))


NOW = 1_800_000_000.0
TOKEN = "secret-token-0123456789"


@pytest.mark.parametrize(
    ("printed", "key", "expires"),
    [
        (TOKEN, TOKEN, None),
        (f'"{TOKEN}"', TOKEN, None),
        (json.dumps({"accessToken": TOKEN, "expires_on": 1_800_003_600, "expiresOn": "x"}), TOKEN, 1_800_003_600),
        (json.dumps({"accessToken": TOKEN, "expiresOn": "2027-01-15 09:00:00.000000"}), TOKEN, "local"),
        (json.dumps({"token": TOKEN, "expiresOn": "2027-01-15T09:00:00Z"}), TOKEN, 1_800_003_600),
        (json.dumps({"access_token": TOKEN, "expires_in": 3600}), TOKEN, NOW + 3600),
        (json.dumps({"access_token": TOKEN, "expires_on": "1800003600"}), TOKEN, 1_800_003_600),
        (
            json.dumps({"kind": "ExecCredential", "status": {"token": TOKEN, "expirationTimestamp": "soon"}}),
            TOKEN,
            None,
        ),
        (json.dumps({"key1": TOKEN, "key2": "other"}), TOKEN, None),
        ("{no json", "{no json", None),
        (f"{TOKEN}\n\n{TOKEN} ", TOKEN, None),
        (json.dumps({"accessToken": TOKEN}) + "\n" + json.dumps({"accessToken": "other"}), TOKEN, None),
    ],
)
def test_what_a_key_command_prints(printed: str, key: str, expires: float | str | None) -> None:
    found = printed_key(f" {printed}\n", NOW)
    assert isinstance(found, PrintedKey)
    assert found.key == key
    assert key not in repr(found)
    local = time.mktime(time.strptime("2027-01-15 09:00:00", "%Y-%m-%d %H:%M:%S"))
    assert found.expires == (local if expires == "local" else expires)


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        ('{"subscription": "s", "tenant": "t"}', "its fields: subscription, tenant"),
        ('{"accessToken": ""}', "its fields: accessToken"),
        ("[1]", "no object"),
        ('""', "empty"),
        (f"Using the account ada\n{TOKEN}", "printed 2 different lines"),
    ],
)
def test_json_without_a_token_is_explained(printed: str, says: str) -> None:
    found = printed_key(printed, NOW)
    assert isinstance(found, str)
    assert says in found


ENCODED = base64.b64encode(b'{"access_token":{"nbf":{"value":"1"}}}').decode()


@pytest.mark.parametrize(
    ("challenges", "claims"),
    [
        (f'Bearer realm="", error="insufficient_claims", claims="{ENCODED}"', '{"access_token":{"nbf":{"value":"1"}}}'),
        (
            f'Basic x, Bearer claims="{ENCODED.rstrip("=")}", error="insufficient_claims"',
            '{"access_token":{"nbf":{"value":"1"}}}',
        ),
        ("", None),
        ('Bearer error="invalid_token"', None),
        ('Bearer claims="no base64!"', None),
        (f'Bearer claims="{base64.b64encode(b"[1]").decode()}"', None),
        (f'Bearer claims="{base64.b64encode(bytes([255, 254])).decode()}"', None),
    ],
)
def test_the_claims_of_a_challenge(challenges: str, claims: str | None) -> None:
    assert claims_challenge(challenges) == claims
