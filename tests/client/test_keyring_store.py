"""Whether there is a keyring that holds keys, and what is kept in it."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from tui_chat.client import keyring_store as module
from tui_chat.client.api_key import ConfiguredKey
from tui_chat.client.keyring_store import unhurried, working_key_store
from tui_chat.core.endpoint import EndpointConfig


def backend(kind: str, priority: float = 5, **more: Any) -> Any:
    place, name = kind.rsplit(".", 1)
    return type(name, (), {"__module__": place, "priority": priority, **more})()


class Library:
    """Stands for the module `keyring`."""

    def __init__(self, chosen: Any) -> None:
        self.chosen = chosen
        self.held: dict[tuple[str, str], str] = {}

    def get_keyring(self) -> Any:
        return self.chosen

    def get_password(self, service: str, user: str) -> str | None:
        return self.held.get((service, user))

    def set_password(self, service: str, user: str, key: str) -> None:
        self.held[service, user] = key

    def delete_password(self, service: str, user: str) -> None:
        del self.held[service, user]


SECRET_SERVICE = backend("keyring.backends.SecretService.Keyring")
FAIL = backend("keyring.backends.fail.Keyring", 0)


@pytest.mark.parametrize(
    ("chosen", "works"),
    [
        (SECRET_SERVICE, True),
        (backend("keyring.backends.macOS.Keyring"), True),
        (backend("keyring.backends.chainer.ChainerBackend", 10, backends=[SECRET_SERVICE]), True),
        (backend("keyring.backends.chainer.ChainerBackend", 10, backends=[FAIL]), False),
        (FAIL, False),
        (backend("keyring.backends.null.Keyring", -1), False),
        (backend("keyring.backends.null.Keyring", 1), False),
        (backend("keyrings.alt.file.PlaintextKeyring", 0.5), False),
        (backend("keyrings.alt.file.EncryptedKeyring", 0.6), False),
        (SimpleNamespace(), False),
    ],
)
async def test_a_keyring_counts_where_it_holds_keys_safely(chosen: Any, works: bool) -> None:
    assert (await working_key_store(lambda: Library(chosen)) is not None) is works


async def test_a_keyring_that_is_not_installed_or_never_answers_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise ImportError

    assert await working_key_store(missing) is None
    monkeypatch.setattr(module, "PROBE_SECONDS", 0.05)
    release = threading.Event()
    assert await working_key_store(lambda: release.wait(60)) is None
    waiting = [thread for thread in threading.enumerate() if thread.name == "keyring"]
    assert all(thread.daemon for thread in waiting)  # else the program could not end before it
    release.set()


async def test_what_is_stored_is_read_back_and_forgotten() -> None:
    library = Library(SECRET_SERVICE)
    store = await working_key_store(lambda: library)
    assert store is not None
    assert await store.store("mine", "secret") is None
    library.held["tui-chat", "tui-chat"] = "of an endpoint that is called so"
    for name, key in (("mine", "secret"), ("tui-chat", "of an endpoint that is called so")):
        config = EndpointConfig(name, "https://h.example", api_key_keyring="tui-chat")
        assert await ConfiguredKey(config, {}, load_keyring=lambda: library).get() == key
    await store.forget("mine")
    await store.forget("mine")  # is no error
    assert list(library.held) == [("tui-chat", "tui-chat")]


async def test_what_a_keyring_raises_never_quotes_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(SECRET_SERVICE)
    store = await working_key_store(lambda: library)
    assert store is not None
    monkeypatch.setattr(library, "set_password", lambda *given: (_ for _ in ()).throw(RuntimeError(given)))
    assert await store.store("mine", "secret") == "RuntimeError"
    monkeypatch.setattr(library, "set_password", lambda *given: None)
    assert await store.store("mine", "secret") == "it gives back something else"


async def test_a_call_that_ends_too_late_disturbs_nobody() -> None:
    release = threading.Event()
    with pytest.raises(TimeoutError):
        await unhurried(lambda: release.wait(60), 0.01)
    release.set()
    assert await unhurried(lambda: 7, 60) == 7
