"""Which endpoint a run uses, by the contract's order."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tui_chat.store.config import ConfigurationError, load_configuration
from tui_chat.store.endpoint_selection import SelectedEndpoint, choose_endpoint
from tui_chat.store.paths import Paths

AZURE = {"AZURE_MISTRAL_ENDPOINT": "https://x.inference.ai.azure.com", "AZURE_MISTRAL_KEY": "k"}
ALL = AZURE | {"MISTRAL_API_KEY": "m", "OPENAI_API_KEY": "o"}
ONE = "[endpoints.one]\nurl = 'http://one'\nmodel = 'x'\n"
TWO = ONE + "[endpoints.two]\nurl = 'http://two'\n"


@dataclass(frozen=True)
class Given:
    endpoint: str | None = None
    url: str | None = None
    key_env: str | None = None
    auth: str | None = None
    dialect: str | None = None
    model: str | None = None


def choose(
    folder: Path, given: Given, config: str, saved: str, env: dict[str, str], local_available: bool = True
) -> SelectedEndpoint:
    (folder / "config.toml").write_text(config)
    (folder / "saved.toml").write_text(saved)
    found = load_configuration(Paths(folder / "config.toml", folder / "saved.toml", folder), env)
    return choose_endpoint(given, found, local_available)


@pytest.mark.parametrize(
    ("given", "config", "saved", "env", "name", "reason"),
    [
        (Given(url="http://u"), TWO, "endpoint = 'two'", ALL, "u", "url"),
        (Given(url="https://me:secret@Host.example:8080/v1?x=1"), TWO, "", ALL, "host.example:8080", "url"),
        (Given(url="http://[::1]:1234/v1"), "", "", {}, "[::1]:1234", "url"),
        (Given(url="localhost:11434"), "", "", {}, "localhost:11434", "url"),
        (Given(url="http://two/v1"), TWO, "", ALL, "url", "url"),
        (Given(url="http://demo"), "", "", {}, "url", "url"),
        (Given(url="http://a b"), "", "", {}, "url", "url"),
        (Given(url="https://sk-proj-Zx81kQ0vT5mN2rB7cL9wY4hD6/v1"), "", "", {}, "url", "url"),
        (Given(endpoint="demo"), "default_endpoint = 'two'\n" + TWO, "endpoint = 'two'", ALL, "demo", "option"),
        (Given(endpoint="openai"), TWO, "", ALL, "openai", "option"),
        (Given(), "default_endpoint = 'one'\n" + TWO, "endpoint = 'two'", ALL, "two", "last"),
        (Given(), TWO, "endpoint = 'local'", ALL, "local", "last"),
        (Given(), "default_endpoint = 'one'\n" + TWO, "endpoint = 'gone'", ALL, "one", "default"),
        (Given(), "default_endpoint = 'demo'\n" + TWO, "", ALL, "demo", "default"),
        (Given(), "default_endpoint = 'gone'\n" + ONE, "", ALL, "one", "only"),
        (Given(), ONE, "", ALL, "one", "only"),
        (Given(), "", ONE, ALL, "one", "only"),
        (Given(), TWO, "", ALL, "azure", "environment"),
        (Given(), "", "", {**ALL, "AZURE_MISTRAL_KEY": " "}, "mistral", "environment"),
        (Given(), "", "", {"OPENAI_API_KEY": "o", "AZURE_MISTRAL_KEY": "k"}, "openai", "environment"),
        (Given(), TWO, "", {}, "local", "built-in"),
        (Given(), "[endpoints.local]\nmodel = 'x.gguf'\n", "", {}, "local", "built-in"),
    ],
)
def test_the_order(
    tmp_path: Path, given: Given, config: str, saved: str, env: dict[str, str], name: str, reason: str
) -> None:
    found = choose(tmp_path, given, config, saved, env)
    assert (found.name, found.reason) == (name, reason)
    assert (found.endpoint is None) == (name in ("local", "demo"))


def test_without_the_built_in_model_there_is_demo(tmp_path: Path) -> None:
    assert choose(tmp_path, Given(), "", "", {}, local_available=False) == SelectedEndpoint("demo", "built-in")


def test_options_shape_the_endpoint(tmp_path: Path) -> None:
    given = Given(url="http://u", key_env="K", auth="none", dialect="ollama", model="m")
    endpoint = choose(tmp_path, given, "", "", {}).endpoint
    assert endpoint is not None
    assert (endpoint.url, endpoint.api_key_env, endpoint.auth, endpoint.dialect, endpoint.model) == (
        "http://u",
        "K",
        "none",
        "ollama",
        "m",
    )
    keyed = ONE + "api_key_command = ['pass']\n"
    chosen = choose(tmp_path, Given(endpoint="one", model="other", dialect="ollama"), keyed, "", {}).endpoint
    assert chosen is not None
    assert (chosen.url, chosen.model, chosen.dialect, chosen.api_key_command) == (
        "http://one", "other", "ollama", ("pass",)
    )  # fmt: skip
    for given in (Given(key_env="K"), Given(auth="entra")):
        chosen = choose(tmp_path, given, keyed, "", {}).endpoint
        assert chosen is not None
        assert (chosen.auth, chosen.api_key_env, chosen.api_key_command) == (given.auth, given.key_env, None)


@pytest.mark.parametrize("given", [Given(auth="entra"), Given("demo", key_env="K"), Given("local", dialect="ollama")])
def test_options_of_an_endpoint_say_that_a_built_in_one_takes_none(tmp_path: Path, given: Given) -> None:
    with pytest.raises(ConfigurationError, match="goes with an endpoint of your own") as refused:
        choose(tmp_path, given, "", "", {})
    assert "--url" in refused.value.hint


def test_an_unknown_endpoint_is_told_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose(tmp_path, Given(endpoint="tow"), TWO, "", ALL)
    assert '"tow" (did you mean two?)' in caught.value.message
    assert all(name in caught.value.hint for name in ("one", "azure", "local", "demo", "config.toml"))


@pytest.mark.parametrize("option", ["endpoint", "key_env", "dialect", "model"])
def test_a_key_in_place_of_a_name_is_refused_and_not_quoted(tmp_path: Path, option: str) -> None:
    key = "g7k2m9q4w1z8x5c3v6b0n2a4s6d8f1h3"
    given = Given(**{option: key})
    with pytest.raises(ConfigurationError, match="looks like a key") as refused:
        choose(tmp_path, given, "", "", {})
    assert f"--{option.replace('_', '-')}" in refused.value.message
    assert key not in str(refused.value)


def test_a_configured_endpoint_hides_the_one_of_the_environment(tmp_path: Path) -> None:
    found = choose(tmp_path, Given(endpoint="azure"), "[endpoints.azure]\nurl = 'http://mine'\n", "", ALL)
    assert found.endpoint is not None
    assert found.endpoint.url == "http://mine"
