"""A name leads to a backend that was made as the configuration says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.engine.backends import Backends
from tui_chat.local.backend import LocalBackend
from tui_chat.wire.model_list import Model

E = EndpointConfig("e", "http://h/v1", model="m")


async def test_the_built_in_model_gets_its_file_and_its_context() -> None:
    local = Backends({}, local_model=Path("/x.gguf"), local_context=1234).get("local")
    assert isinstance(local, LocalBackend)
    assert (local.context, local._configured) == (1234, Path("/x.gguf"))


async def test_a_key_that_was_given_is_used_and_not_shown() -> None:
    backends = Backends({"e": E}, keys={"e": "SECRET-123"})
    backend = backends.get("e")
    assert isinstance(backend, HttpBackend)
    assert await backend._connection._keys.get() == "SECRET-123"
    assert "SECRET" not in repr(backend) + repr(backends)
    assert backends.described("e") == (E, "SECRET-123")
    assert backends.described("demo") is None


def test_a_variable_that_should_hold_a_key_and_does_not_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SET_KEY", "x")
    monkeypatch.setenv("EMPTY_KEY", " ")
    variables = {"set": "SET_KEY", "empty": "EMPTY_KEY", "none": None, "unset": "UNSET_KEY", "held": "UNSET_KEY"}
    endpoints = {name: EndpointConfig(name, "https://h.example", api_key_env=key) for name, key in variables.items()}
    backends = Backends(endpoints, keys={"held": "typed"})
    missing = {name: found for name in backends.names if (found := backends.missing_variable(name))}
    assert missing == {"empty": "EMPTY_KEY", "unset": "UNSET_KEY"}


async def test_an_added_endpoint_takes_no_other_ones_place() -> None:
    backends = Backends({"e": E})
    backends.add(EndpointConfig("e", "http://other/v1"), "k")
    assert backends.described("e") == (E, None)
    backends.add(EndpointConfig("new", "http://other/v1"), "k")
    assert backends.described("new") == (EndpointConfig("new", "http://other/v1"), "k")
    assert "new" in backends.names


async def test_a_context_length_that_was_learned_outlives_a_new_price_and_another_model() -> None:
    backends = Backends({"e": E})
    assert backends.get("e").context is None
    news = list[int | None]()
    backends.contexts.on_news = lambda: news.append(backends.get("e").context)
    backends.contexts.listed(E.url, [Model("m", 32_768, ("latest",)), Model("n", 8_192)])
    backends.contexts.listed(E.url, [Model("n", 8_192), Model("o")])
    assert news == [32_768], "of whichever backend the list was asked"
    assert [backends.asking("e", name).context for name in ("latest", "n", "o")] == [32_768, 8_192, None]
    backends.forget("e")
    backends.add(replace(E, price=Price(1, 2)))
    assert backends.get("e").context == 32_768
    backends.set_model("e", "other")
    assert backends.get("e").context is None
    backends.set_model("e", "m")
    assert backends.get("e").context == backends.asking("e", "m").context == 32_768
    backends.forget("e")
    backends.add(replace(E, url="http://another/v1"))
    assert backends.get("e").context is None


async def test_a_comparison_asks_for_another_model_and_leaves_the_endpoint_as_it_is() -> None:
    backends = Backends({"e": E}, keys={"e": "SECRET-123"})
    other = backends.asking("e", "other")
    assert (other.name, other.model) == ("e", "other")
    assert backends.asking("e", "other") is other
    assert backends.asking("e", None) is backends.asking("e", "m") is backends.get("e")
    assert backends.get("e").model == "m"
    assert isinstance(other, HttpBackend)
    assert await other._connection._keys.get() == "SECRET-123"
    assert backends.asking("demo", "other") is backends.get("demo")
    backends.forget("e")
    assert other in backends._retired  # an answer may still come through it: closed at the end
    await backends.aclose()


async def test_all_models_of_an_endpoint_share_one_sign_in() -> None:
    signed = EndpointConfig("e", "https://example.services.ai.azure.com", model="m", auth="entra")
    backends = Backends({"e": signed, "f": signed})
    first, second, other = backends.get("e"), backends.asking("e", "n"), backends.get("f")
    assert isinstance(first, HttpBackend)
    assert isinstance(second, HttpBackend)
    assert isinstance(other, HttpBackend)
    assert first._connection._keys is second._connection._keys is not other._connection._keys
    await backends.aclose()
