"""A pasted command becomes an endpoint; a request becomes a command that a shell runs and that holds no key."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.test_resolve_endpoint import KEY, SERVERLESS, made, refused
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import Message
from tui_chat.core.settings import Settings
from tui_chat.wire.curl_format import show
from tui_chat.wire.curl_parse import CurlCommand, expand, is_curl, parse
from tui_chat.wire.request import encode
from tui_chat.wire.resolve_endpoint import Endpoint, resolve


def pasted(text: str) -> CurlCommand:
    found = parse(text)
    assert isinstance(found, CurlCommand), found
    assert KEY not in repr(found)
    return found


def test_a_whole_command() -> None:
    found = pasted(
        f"""$ curl -L -X POST '{SERVERLESS}/v1/chat/completions' \\
  -H 'Content-Type: application/json' -H "Authorization: {KEY}" \\
  --header='extra-parameters: pass-through' --max-time 20 \\
  --data-raw '{{"model": "m", "messages": [], "max_tokens": 5, "stop": "END", "safe_prompt": true, "stream": "True"}}'
"""
    )
    assert found.config.url == f"{SERVERLESS}/v1/chat/completions"
    assert (found.config.auth, found.key, found.config.model) == ("raw", KEY, "m")
    assert found.config.headers == {"extra-parameters": "pass-through"}
    assert found.config.body == {"safe_prompt": True}
    assert found.settings == Settings(max_tokens=5, stop=("END",))


@pytest.mark.parametrize(
    ("header", "auth", "key", "variable"),
    [
        ("Authorization: Bearer abc", "bearer", "abc", None),
        ("authorization: BEARER $OPENAI_API_KEY", "bearer", None, "OPENAI_API_KEY"),
        ("api-key: ${AZURE_KEY}", "api-key", None, "AZURE_KEY"),
        ("Api-Key: %AZURE_KEY%", "api-key", None, "AZURE_KEY"),
        ("api-key: $env:AZURE_KEY", "api-key", None, "AZURE_KEY"),
        ("Authorization: abc", "raw", "abc", None),
        ("X-Other: 1", None, None, None),
    ],
)
def test_keys(header: str, auth: str | None, key: str | None, variable: str | None) -> None:
    found = pasted(f'curl https://h.test/v1 -H "{header}"')
    assert (found.config.auth, found.key, found.config.api_key_env) == (auth, key, variable)


@pytest.mark.parametrize(
    "text",
    [
        'curl -H"api-key: abc" --url https://h.test/v1',
        "curl.exe https://h.test/v1 ^\r\n -H 'api-key: abc'",
        "curl https://h.test/v1 `\n -H 'api-key: abc' -d @- -k -sS",
        "> curl -s --oauth2-bearer abc https://h.test/v1 -o /dev/null",
    ],
)
def test_dialects_of_shells(text: str) -> None:
    assert is_curl(text)
    found = parse(text)
    if isinstance(found, str):
        assert "-d @-" in text
        return
    assert found.config.url == "https://h.test/v1"
    assert found.key == "abc"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("curl", "names no URL"),
        ("curl -H 'a: b'", "names no URL"),
        ("curl 'https://h", "not closed"),
        ("curl $URL/v1", "variable URL"),
        ("curl https://h -d nonsense", "not a JSON object"),
    ],
)
def test_what_is_wrong(text: str, says: str) -> None:
    found = parse(text)
    assert isinstance(found, str)
    assert says in found


def test_no_command() -> None:
    assert not is_curl("https://curl.test/v1")
    assert not is_curl("curly https://h")


@given(st.text())
def test_any_text(text: str) -> None:
    assert parse("curl " + text) is not None


def test_a_request_as_a_command() -> None:
    endpoint = made("https://h.test/v1?code=s3cr3t", KEY, headers={"x-token": "0wn", "x-plain": "it's"})
    request = encode((Message("user", f'it\'s $HOME `x` {KEY}\n"q"'),), Settings(), endpoint, stream=True)
    assert KEY in request.body.decode(), "what the user typed is sent as it is"
    command = show(request, endpoint, endpoint.secrets, "MY_KEY")
    assert KEY not in command
    assert "s3cr3t" not in command
    assert "0wn" not in command
    words = shlex.split(command.replace("\\\n", " "))
    assert words[:3] == ["curl", "--no-buffer", "https://h.test/v1/chat/completions?code=***"]
    assert "Authorization: Bearer $MY_KEY" in words
    assert "x-plain: it's" in words
    assert json.loads(words[-1])["messages"][0]["content"] == 'it\'s $HOME `x` ***\n"q"'


def asked_by(command: str, key: str | None, **config: Any) -> Endpoint:
    """The endpoint that a command in place of a URL leads to."""
    expanded = expand(EndpointConfig("e", command, **config))
    assert not isinstance(expanded, str)
    endpoint = resolve(expanded[0], key or expanded[1])
    assert isinstance(endpoint, Endpoint)
    return endpoint


def test_a_command_in_place_of_a_url() -> None:
    command = (
        f"curl {SERVERLESS}/v1/chat/completions -H 'Authorization: Bearer {KEY}' -H 'x-a: 1' -d '{{\"model\": \"m\"}}'"
    )
    endpoint = asked_by(command, None)
    assert (endpoint.url, endpoint.auth, endpoint.key) == (f"{SERVERLESS}/v1/chat/completions", "bearer", KEY)
    assert (endpoint.model, endpoint.headers) == ("m", {"x-a": "1"})
    own = asked_by(command, "mine", model="n", headers={"x-a": "2"}, auth="raw")
    assert (own.key, own.auth, own.model, own.headers) == ("mine", "raw", "n", {"x-a": "2"})
    assert "curl command" in refused("curl -H 'a: b'").message


def test_a_variable_in_a_command_is_where_the_key_comes_from() -> None:
    config = EndpointConfig("e", "curl https://h.test/v1 -H 'api-key: $AZURE_KEY'")
    found = expand(config)
    assert not isinstance(found, str)
    assert (found[0].api_key_env, found[0].auth, found[1]) == ("AZURE_KEY", "api-key", None)
    kept = expand(replace(config, api_key_env="MINE"))
    assert not isinstance(kept, str)
    assert kept[0].api_key_env == "MINE"
