"""A whole curl command where an address is asked for: it works, and the key in it is shown nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.run import tui_chat
from tests.cli.strict import strict_server

KEY = "sk-pasted-0123456789abcdef"


def command(url: str, key: str = KEY, *, header: str = "Authorization: Bearer ") -> str:
    body = json.dumps({"model": "strict-1", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.3})
    return f"curl -X POST {url} \\\n  -H 'Content-Type: application/json' \\\n  -H '{header}{key}' \\\n  -d '{body}'"


def test_ask_takes_a_command_and_says_where_the_key_should_be(tmp_path: Path) -> None:
    with strict_server(KEY) as server:
        done = tui_chat(tmp_path, "ask", "--save", "--url", command(server.url), "hello")
    assert (done.returncode, done.stdout) == (0, "You said: hello\n")
    assert "variable" in done.stderr
    assert KEY not in done.stderr
    assert server.asked[-1]["model"] == "strict-1"
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_a_variable_in_the_command_is_read_from_the_environment(tmp_path: Path) -> None:
    with strict_server(KEY) as server:
        done = tui_chat(tmp_path, "ask", "--url", command(server.url, "$MY_OWN"), "hello", env={"MY_OWN": KEY})
    assert (done.returncode, done.stdout, done.stderr) == (0, "You said: hello\n", "")


def test_options_win_over_the_command(tmp_path: Path) -> None:
    with strict_server("other") as server:
        done = tui_chat(
            tmp_path, "ask", "--url", command(server.url), "--key-env", "MINE", "--model", "m2", "hello",
            env={"MINE": "other"},
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert server.asked[-1]["model"] == "m2"


@pytest.mark.parametrize("where", ["config.toml", "saved.toml", "environment"])
def test_the_configuration_may_hold_a_command_and_config_does_not_show_the_key(tmp_path: Path, where: str) -> None:
    env = {}
    with strict_server(KEY) as server:
        text = command(server.url)
        if where == "environment":
            env = {"AZURE_MISTRAL_ENDPOINT": text, "AZURE_MISTRAL_KEY": "unused"}
        else:
            folder = tmp_path / "config" / "tui-chat"
            folder.mkdir(parents=True)
            (folder / where).write_text(f"[endpoints.azure]\nurl = '''{text}'''\n")
        told = tui_chat(tmp_path, "config", env=env)
        done = tui_chat(tmp_path, "ask", "--endpoint", "azure", "hello", env=env | {"AZURE_MISTRAL_KEY": KEY})
    assert (done.returncode, done.stdout) == (0, "You said: hello\n")
    assert f"endpoints.azure.url = {server.url}" in told.stdout
    assert KEY not in told.stdout + told.stderr + done.stderr
    assert ("api_key_env" in told.stderr) == (where != "environment")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"curl -H 'api-key: {KEY}'", "names no URL"),
        (f"curl https://h/v1 -H 'api-key: {KEY}", "a quote is not closed"),
        (f"curl https://h/v1 -H 'api-key: {KEY}' -d 'no json'", "not a JSON object"),
        (f"curl $HOST/v1 -H 'api-key: {KEY}'", "the variable HOST"),
        (f"curl ftp://h/v1 -H 'api-key: {KEY}'", "expected http"),
        (f"curl https://h/v1 -H 'x-api-key: $MINE' -H 'api-key: {KEY}'", "holds the variable MINE"),
    ],
)
def test_a_command_that_cannot_be_used_is_said_without_its_key(tmp_path: Path, text: str, said: str) -> None:
    done = tui_chat(tmp_path, "ask", "--url", text, "hello")
    assert done.returncode == 2
    assert said in done.stderr
    assert KEY not in done.stderr + done.stdout


@pytest.mark.parametrize("name", ["key", "api_key", "sig", "code", "subscription-key", "token"])
def test_a_secret_in_an_address_is_masked(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "config" / "tui-chat"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(f'[endpoints.e]\nurl = "http://127.0.0.1:9/v1?{name}={KEY}&api-version=1"\n')
    told = tui_chat(tmp_path, "config")
    failed = tui_chat(tmp_path, "ask", "hello")
    assert f"?{name}=***&api-version=1" in told.stdout
    assert KEY not in told.stdout + told.stderr + failed.stdout + failed.stderr
    assert failed.returncode == 75
