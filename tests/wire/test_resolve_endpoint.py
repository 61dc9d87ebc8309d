"""Any URL that people paste leads to one complete address, with the dialect and the way to send the key."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from tui_chat.core.endpoint import EndpointConfig, Timeouts
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.wire.address import is_loopback, parse
from tui_chat.wire.resolve_endpoint import Endpoint, resolve

KEY = "secret-key-0123456789"
SERVERLESS = "https://h.eastus2.inference.ai.azure.com"
MODELS = "https://h.eastus2.models.ai.azure.com"
OPENAI = "https://r.openai.azure.com"
FOUNDRY = "https://r.services.ai.azure.com"
CC = "/chat/completions"
COMMON = "api-version=2024-05-01-preview"


def made(url: str, key: str | None = KEY, **config: Any) -> Endpoint:
    endpoint = resolve(EndpointConfig("e", url, **config), key)
    assert isinstance(endpoint, Endpoint), endpoint
    return endpoint


def refused(url: str = "https://h", key: str | None = KEY, **config: Any) -> ServerError:
    problem = resolve(EndpointConfig("e", url, **config), key)
    assert isinstance(problem, ServerError), problem
    assert problem.kind is ErrorKind.CONFIGURATION
    assert problem.hint
    assert KEY not in repr(problem)
    return problem


@pytest.mark.parametrize(
    ("url", "address", "dialect", "auth"),
    [
        (SERVERLESS, f"{SERVERLESS}/v1/chat/completions", "azure-serverless", "raw"),
        (f"{SERVERLESS}/v1/", f"{SERVERLESS}/v1/chat/completions", "azure-serverless", "raw"),
        (f"{SERVERLESS}/v1/chat/completions", f"{SERVERLESS}/v1/chat/completions", "azure-serverless", "raw"),
        (f"{SERVERLESS}/chat/completions", f"{SERVERLESS}{CC}?{COMMON}", "azure-serverless", "raw"),
        (MODELS, f"{MODELS}{CC}?{COMMON}", "azure-serverless", "bearer"),
        (f"{MODELS}/v1", f"{MODELS}/v1/chat/completions", "azure-serverless", "bearer"),
        (
            f"{MODELS}/chat/completions?api-version=x",
            f"{MODELS}/chat/completions?api-version=x",
            "azure-serverless",
            "bearer",
        ),
        (
            "https://n.r.inference.ml.azure.com/score",
            "https://n.r.inference.ml.azure.com/score",
            "azure-serverless",
            "bearer",
        ),
        (f"{FOUNDRY}/models", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"{FOUNDRY}/models{CC}", f"{FOUNDRY}/models{CC}?{COMMON}", "azure-serverless", "api-key"),
        (FOUNDRY, f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"{FOUNDRY}/openai/v1?api-version=preview&x=1", f"{FOUNDRY}/openai/v1{CC}?x=1", "azure-openai", "api-key"),
        (f"{FOUNDRY}/openai/v1/", f"{FOUNDRY}/openai/v1/chat/completions", "azure-openai", "api-key"),
        (
            f"{FOUNDRY}/api/projects/p",
            f"{FOUNDRY}/openai/v1/chat/completions",
            "azure-openai",
            "api-key",
        ),
        (
            f"{FOUNDRY}/api/projects/p/openai/v1",
            f"{FOUNDRY}/api/projects/p/openai/v1/chat/completions",
            "azure-openai",
            "api-key",
        ),
        (f"{FOUNDRY}/api/projects/p/deployments/d", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"{FOUNDRY}/models/info?api-version=1", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"{FOUNDRY}/openai/deployments", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (FOUNDRY.replace("https:", "http:"), f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (FOUNDRY.replace("https:", "http:") + ":80/", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"Target URI: {FOUNDRY}/models", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"{FOUNDRY}/openai/v1/files", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"AZURE_MISTRAL_ENDPOINT={FOUNDRY}", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f'export URL="{FOUNDRY}/"', f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"{FOUNDRY}\\openai\\v1", f"{FOUNDRY}/openai/v1{CC}", "azure-openai", "api-key"),
        (f"{MODELS}/info", f"{MODELS}{CC}?{COMMON}", "azure-serverless", "bearer"),
        (f"{SERVERLESS}/swagger.json", f"{SERVERLESS}/v1/chat/completions", "azure-serverless", "raw"),
        (
            f"{OPENAI}/openai/deployments/d?x=1&api-version=",
            f"{OPENAI}/openai/deployments/d/chat/completions?x=1&api-version=2024-10-21",
            "azure-openai",
            "api-key",
        ),
        (OPENAI, f"{OPENAI}/openai/v1/chat/completions", "azure-openai", "api-key"),
        (
            f"{OPENAI}/openai/deployments/d",
            f"{OPENAI}/openai/deployments/d/chat/completions?api-version=2024-10-21",
            "azure-openai",
            "api-key",
        ),
        (
            f"{OPENAI}/openai/deployments/d/chat/completions?api-version=1",
            f"{OPENAI}/openai/deployments/d/chat/completions?api-version=1",
            "azure-openai",
            "api-key",
        ),
        (
            "https://gw.test/x/openai/deployments/d?a=b",
            "https://gw.test/x/openai/deployments/d/chat/completions?a=b",
            "azure-openai",
            "bearer",
        ),
        (
            "https://models.github.ai/inference",
            "https://models.github.ai/inference/chat/completions",
            "compatible",
            "bearer",
        ),
        (
            "models.inference.ai.azure.com",
            "https://models.inference.ai.azure.com/chat/completions",
            "compatible",
            "bearer",
        ),
        ("api.mistral.ai", "https://api.mistral.ai/v1/chat/completions", "mistral", "bearer"),
        ("https://codestral.mistral.ai/v1", "https://codestral.mistral.ai/v1/chat/completions", "mistral", "bearer"),
        ("https://api.openai.com/v1/models", "https://api.openai.com/v1/chat/completions", "openai", "bearer"),
        ("https://openrouter.ai", "https://openrouter.ai/api/v1/chat/completions", "openrouter", "bearer"),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1/chat/completions", "openrouter", "bearer"),
        ("localhost:11434", "http://localhost:11434/v1/chat/completions", "ollama", "bearer"),
        ("http://127.0.0.1:11434/api/chat", "http://127.0.0.1:11434/v1/chat/completions", "ollama", "bearer"),
        ("[::1]:8080", "http://[::1]:8080/v1/chat/completions", "llama.cpp", "bearer"),
        ("http://localhost:1234/v1", "http://localhost:1234/v1/chat/completions", "compatible", "bearer"),
        ("0.0.0.0:8000", "http://127.0.0.1:8000/v1/chat/completions", "compatible", "bearer"),
        ("192.168.0.7:4000", "http://192.168.0.7:4000/v1/chat/completions", "compatible", "bearer"),
        ("gpu-box:8000", "http://gpu-box:8000/v1/chat/completions", "compatible", "bearer"),
        ("llm.example.org", "https://llm.example.org/v1/chat/completions", "compatible", "bearer"),
        ("https://h.test/api/paas/v4", "https://h.test/api/paas/v4/chat/completions", "compatible", "bearer"),
        ("https://h.test/v1beta/openai/", "https://h.test/v1beta/openai/chat/completions", "compatible", "bearer"),
        ("https://h.test/llm", "https://h.test/llm/v1/chat/completions", "compatible", "bearer"),
        (
            "https://h.test/v1/completions?x=1&y=2#z",
            "https://h.test/v1/chat/completions?x=1&y=2",
            "compatible",
            "bearer",
        ),
        (
            "https://notmistral.ai.evil.test",
            "https://notmistral.ai.evil.test/v1/chat/completions",
            "compatible",
            "bearer",
        ),
        (
            "https://api.mistral.ai.evil.test",
            "https://api.mistral.ai.evil.test/v1/chat/completions",
            "compatible",
            "bearer",
        ),
        (' "https://h.test/v1" ', "https://h.test/v1/chat/completions", "compatible", "bearer"),
        ("<HTTPS://H.Test./v1>", "https://h.test/v1/chat/completions", "compatible", "bearer"),
        (
            r"https://h.test/v1/chat/completions\?api-version\=2",
            "https://h.test/v1/chat/completions?api-version=2",
            "compatible",
            "bearer",
        ),
        ("'https://h.test/v1',", "https://h.test/v1/chat/completions", "compatible", "bearer"),
        ("https://h.test.", "https://h.test/v1/chat/completions", "compatible", "bearer"),
        ("http:/localhost:9", "http://localhost:9/v1/chat/completions", "compatible", "bearer"),
    ],
)
def test_pasted(url: str, address: str, dialect: str, auth: str) -> None:
    endpoint = made(url)
    assert (endpoint.url, endpoint.dialect, endpoint.auth) == (address, dialect, auth)
    assert made(endpoint.url).url == address, "a complete address must stay as it is"


@pytest.mark.parametrize(
    "base", ["https://h.test", SERVERLESS, MODELS, OPENAI, "localhost:8080", "https://h.test/a/v3"]
)
@pytest.mark.parametrize(
    "tail", ["/v1/chat/completions/v1/chat/completions", "/v1/v1", "/v1//chat//completions/", "/v1/chat/completions/v1"]
)
def test_never_doubled(base: str, tail: str) -> None:
    url = made(base + tail).url
    assert url.count("/chat/completions") == 1
    assert url.count("/v1") <= 1
    assert "//" not in url.partition("://")[2]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "   ",
        "ftp://h",
        "ws://h/v1",
        "https://",
        "http:///v1",
        "foo bar",
        "http://h:99999",
        "http://h:x",
        "http://[::1",
        "http://a\nb",
        "http://h\x00",
        "file:///etc/passwd",
        "http://<host>/v1",
    ],
)
def test_no_url(url: str) -> None:
    assert "URL" in refused(url).message


def test_a_password_in_the_url_becomes_a_header_and_is_not_shown() -> None:
    endpoint = made("http://me:p%40ss@h.test/v1", None)
    assert endpoint.url == "http://h.test/v1/chat/completions"
    assert endpoint.headers == {"Authorization": "Basic bWU6cEBzcw=="}
    assert "p@ss" not in repr(endpoint)
    assert "bWU6" not in repr(endpoint)


def test_the_key_is_trimmed_and_never_shown() -> None:
    endpoint = made(SERVERLESS, f" \t{KEY}\r\n")
    assert endpoint.key == KEY
    assert KEY not in repr(endpoint)
    assert made("https://h.test", f"Bearer {KEY}").key == KEY
    assert made("https://h.test", f"Bearer {KEY}", auth="raw").key == f"Bearer {KEY}"
    assert made("https://h.test", KEY, auth="none").key is None
    assert made("https://h.test", "  ").key is None


@pytest.mark.parametrize("key", ["a\nb", "a\x00b", "key–with–dashes", "a\x7fb", "“quoted”"])
def test_a_key_that_cannot_be_sent(key: str) -> None:
    problem = refused(key=key)
    assert key not in repr(problem)


@pytest.mark.parametrize(
    ("config", "auth", "other"),
    [
        ({"url": SERVERLESS}, "raw", "bearer"),
        ({"url": MODELS}, "bearer", "raw"),
        ({"url": FOUNDRY}, "api-key", "bearer"),
        ({"url": OPENAI}, "api-key", "bearer"),
        ({"url": "https://r.cognitiveservices.azure.com"}, "bearer", "api-key"),
        ({"url": "https://gw.test/openai/deployments/d"}, "bearer", "api-key"),
        ({"url": "http://127.0.0.1:9", "dialect": "azure-serverless"}, "raw", "bearer"),
        ({"url": "http://127.0.0.1:9", "dialect": "azure-openai"}, "api-key", "bearer"),
        ({"url": "http://127.0.0.1:9", "dialect": "mistral"}, "bearer", None),
        ({"url": SERVERLESS, "auth": "bearer"}, "bearer", None),
        ({"url": "https://h.test"}, "bearer", None),
    ],
)
def test_how_the_key_is_sent(config: dict[str, Any], auth: str, other: str | None) -> None:
    endpoint = made(**config)
    assert (endpoint.auth, endpoint.other_auth) == (auth, other)


def test_a_token_from_entra_is_sent_as_bearer() -> None:
    assert made(OPENAI, "eyJhbGciOi.eyJzdWIiOi.c2ln").auth == "bearer"


def test_without_a_key_there_is_nothing_to_try() -> None:
    assert made(SERVERLESS, None).other_auth is None


@pytest.mark.parametrize("headers", [{"bad name": "x"}, {"x": "a\r\nb"}, {"": "x"}, {"x\n": "y\x00"}])
def test_headers_that_cannot_be_sent(headers: dict[str, str]) -> None:
    assert "header" in refused(headers=headers).message


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_a_body_that_json_cannot_hold(value: object) -> None:
    assert "JSON" in refused(body={"x": value}).message


def test_loopback() -> None:
    assert all(is_loopback(host) for host in ("localhost", "LOCALHOST", "a.localhost", "127.0.0.2", "::1", "0.0.0.0"))
    assert not any(is_loopback(host) for host in ("localhost.evil.test", "10.0.0.1", "1270.0.1", ""))


@pytest.mark.parametrize(
    "text", ["http://" + "a" * 70_000, "http://[v1.x]/", "//", "?", "#", ":", "http://%", "💥", "http://é.test/v1"]
)
def test_nothing_raises(text: str) -> None:
    assert parse(text) is not None


def test_a_tilde_is_part_of_an_address() -> None:
    assert made("https://h.example/~user/v1").url == "https://h.example/~user/v1/chat/completions"


def test_the_deadlines_that_hold_where_none_are_set() -> None:
    assert asdict(Timeouts()) == {"connect": 10, "first_token": 120, "idle": 60, "whole": 600, "tail": 10}


@pytest.mark.parametrize("text", ["htp:/x", "htps:/h.test/v1", "ttps:/h", "ftp:/h.test", "htps://h.test", "file:///x"])
def test_a_mistyped_scheme_is_named(text: str) -> None:
    said = parse(text)
    assert isinstance(said, str)
    assert said.startswith(f"begins with {text.partition(':')[0]}:/")
    assert "expected http:// or https://" in said


@pytest.mark.parametrize("text", ["http:/h.test/v1", "https:h.test", "localhost:11434", "h.test:443/v1"])
def test_a_missing_slash_or_scheme_is_filled_in(text: str) -> None:
    assert not isinstance(parse(text), str)


@pytest.mark.parametrize(
    ("url", "is_", "paste"),
    [
        (
            "https://portal.azure.com/#@example/resource/subscriptions/0",
            "a page of the Azure portal",
            "Keys and Endpoint",
        ),
        (
            "https://ai.azure.com/nextgen/r/x?wsid=/y",
            "a page of the Foundry portal",
            "https://NAME.services.ai.azure.com",
        ),
        (
            "https://ai.azure.com/foundryProject/overview?wsid=/subscriptions/0/resourceGroups/g/providers"
            "/Microsoft.CognitiveServices/accounts/Rivers-1/projects/p&tid=t",
            "a page of the Foundry portal",
            "https://rivers-1.services.ai.azure.com, if the page is that of Rivers-1",
        ),
        (
            "https://portal.azure.com/#@example.org/resource/subscriptions/0/resourceGroups/g/providers"
            "%2FMicrosoft.CognitiveServices%2Faccounts%2Frivers/overview",
            "a page of the Azure portal",
            "https://rivers.services.ai.azure.com",
        ),
        ("ai.azure.com", "a page of the Foundry portal", "https://NAME.services.ai.azure.com"),
        ("https://ml.azure.com/endpoints/realtime/e", "Machine Learning Studio", "inference.ml.azure.com/score"),
        ("https://management.azure.com/subscriptions/0", "management API", "https://NAME.services.ai.azure.com"),
        ("https://learn.microsoft.com/azure/foundry", "a page about Azure", "https://NAME.services.ai.azure.com"),
        (f"{OPENAI}/openai/responses?api-version=2025-04-01-preview", "Responses API", f"{OPENAI}/openai/v1 with"),
        (f"{FOUNDRY}/openai/v1/responses", "Responses API", f"{FOUNDRY}/openai/v1 with"),
        (f"{FOUNDRY}/api/projects/p/openai/responses?api-version=1", "Responses API", f"{FOUNDRY}/openai/v1 with"),
        (f"{FOUNDRY}/api/projects/p/agents/a?api-version=v1", "an agent", f"{FOUNDRY} with"),
        (f"{FOUNDRY}/api/projects/p/applications/a/protocols/openai/responses", "an agent", f"{FOUNDRY} with"),
        (f"{OPENAI}/openai/assistants?api-version=1", "an agent", f"{OPENAI} with"),
        (f"{FOUNDRY}/anthropic/v1/messages", "Anthropic's Messages API", f"{FOUNDRY} with"),
        (f"{FOUNDRY}/anthropic/", "Anthropic's Messages API", f"{FOUNDRY} with"),
        (f"{FOUNDRY}/models/images/embeddings", "models for images", f"{FOUNDRY} with"),
        (f"{FOUNDRY}/providers/mistral/azure/ocr", "Mistral's OCR", f"{FOUNDRY} with"),
        (f"{MODELS}/v1/ocr", "Mistral's OCR", f"{MODELS} with"),
        (f"{OPENAI}/openai/deployments/d/images/generations?api-version=1", "images", f"{OPENAI} with"),
        (
            "https://r.cognitiveservices.azure.com/formrecognizer/documentModels",
            "another Azure AI service",
            "deployment",
        ),
        ("https://console.mistral.ai/api-keys", "Mistral's web site", "https://api.mistral.ai"),
        ("https://platform.openai.com/docs", "OpenAI's web site", "https://api.openai.com"),
    ],
)
def test_an_address_of_another_kind_is_named_with_what_to_paste(url: str, is_: str, paste: str) -> None:
    problem = refused(url)
    assert is_ in problem.message
    assert paste in (problem.hint or "")
    assert "paste" not in problem.message


@pytest.mark.parametrize(
    "url", ["https://api.openai.com/v1/responses", "https://gw.test/anthropic/v1/messages", "https://ai.azure.com.test"]
)
def test_other_servers_are_not_judged_by_azures_paths(url: str) -> None:
    assert made(url).url.endswith("/v1/chat/completions")


def test_a_foundry_address_follows_v1_whatever_dialect_is_named() -> None:
    for url in (FOUNDRY, f"{OPENAI}/openai/v1"):
        assert made(url, dialect="azure-serverless").rules.seed == "seed"
        assert made(url).rules.stream_options


def test_a_content_filter_is_named_in_its_header() -> None:
    assert made(OPENAI, policy=" strict-v2 ").headers == {"x-policy-id": "strict-v2"}
    assert made(OPENAI).headers == {}
    own = {"X-Policy-Id": "mine"}
    assert made(OPENAI, policy="strict", headers=own).headers == own
    assert "policy" in refused(OPENAI, policy="a\nb").message
    # it is no secret: the exchange view and a copied curl command show it
    assert made(OPENAI, policy="strict-v2").secrets.mask_header("x-policy-id", "strict-v2", sent=True) == "strict-v2"
