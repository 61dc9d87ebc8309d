"""Endpoints that were added in the app are edited, renamed and deleted there; their keys go with them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.faults.server import HELLO, once, serve
from tests.scripted import ScriptedBackend
from tests.support.ring import Ring, holding
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.saved_file import SavedFile
from tui_chat.core.endpoint import BUILT_IN, EndpointConfig, Price
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.add_endpoint import AddEndpoint
from tui_chat.ui.screens.confirm import Confirm
from tui_chat.ui.screens.item_list import ItemListScreen

KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
NEW_KEY = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"


def stored(folder: Path, ring: Ring, *endpoints: EndpointConfig) -> dict[str, Any]:
    """What the context of a run is made with, after these endpoints were added in an earlier one."""
    saved = SavedFile(folder / "saved.toml")
    for endpoint in endpoints:
        saved.endpoint(endpoint.name, endpoint)
        if endpoint.api_key_keyring:
            ring.held["tui-chat", endpoint.name] = KEY
    origins = {f"endpoints.{endpoint.name}": "saved.toml" for endpoint in endpoints}
    return {"saved": saved, "key_store": holding(ring), "origins": origins}


def written(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "saved.toml").read_text())


async def choose(app: ChatApp, pilot: Pilot[int], key: str, name: str) -> None:
    await screen_of(app).action_command("endpoint.edit")
    await until(lambda: isinstance(app.screen, ItemListScreen) and isinstance(app.focused, OptionList))
    names = sorted(app.context.backends.names, key=lambda each: each in BUILT_IN)
    app.screen.query_one(OptionList).highlighted = names.index(name)
    await pilot.press(key)


async def edit(app: ChatApp, pilot: Pilot[int], endpoint: EndpointConfig) -> None:
    app.context.backends.add(endpoint)
    await choose(app, pilot, "e", endpoint.name)
    await until(lambda: isinstance(app.screen, AddEndpoint) and len(app.screen.query(Input)) == 3)


def notices(app: ChatApp) -> str:
    return " ".join(text_of(app).translate(dict.fromkeys(map(ord, "▌│╭╮╰╯"), " ")).split())


def form_of(app: ChatApp) -> AddEndpoint:
    assert isinstance(app.screen, AddEndpoint)
    return app.screen


def field(app: ChatApp, name: str) -> Input:
    return form_of(app).query_one(f"#{name}", Input)


async def test_a_renamed_endpoint_keeps_its_key_which_is_not_shown(tmp_path: Path) -> None:
    ring = Ring()
    async with serve(once(*HELLO)) as server:
        old = EndpointConfig("old", server.url, api_key_keyring="tui-chat", model="m", headers={"X-Team": "blue"})
        async with chat(tmp_path, ScriptedBackend([]), **stored(tmp_path, ring, old)) as (app, pilot):
            await edit(app, pilot, old)
            assert (field(app, "key").value, field(app, "name").value, field(app, "model").value) == ("", "old", "m")
            assert "Edit the endpoint old" in text_of(app)
            assert "change nothing" in text_of(app)
            field(app, "name").value = "new"
            field(app, "model").value = "m2"
            await pilot.press("ctrl+s")
            await until(lambda: list(written(tmp_path)["endpoints"]) == ["new"] and len(ring.held) == 1)
            assert app.context.endpoint == "new"
            assert "old" not in app.context.backends.names
            await pilot.press(*"hi", "enter")
            await until(lambda: "Hello world" in text_of(app))
            assert KEY not in text_of(app)
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        assert server.requests[-1].headers["x-team"] == "blue"
    assert ring.held == {("tui-chat", "new"): KEY}
    assert written(tmp_path)["endpoints"]["new"] == {
        "url": server.url, "api_key_keyring": "tui-chat", "model": "m2", "headers": {"X-Team": "blue"},
    }  # fmt: skip


async def test_another_key_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    ring = Ring()
    old = EndpointConfig("mine", "https://h.example/v1", api_key_keyring="tui-chat")
    async with chat(tmp_path, ScriptedBackend([]), **stored(tmp_path, ring, old)) as (app, pilot):
        await edit(app, pilot, old)
        field(app, "key").value = NEW_KEY
        await pilot.press("ctrl+s")
        await until(lambda: ring.held == {("tui-chat", "mine"): NEW_KEY})
        assert NEW_KEY not in text_of(app)
    assert written(tmp_path)["endpoints"]["mine"]["api_key_keyring"] == "tui-chat"


async def test_a_variable_in_place_of_the_keyring_leaves_no_key_behind(tmp_path: Path) -> None:
    ring = Ring()
    old = EndpointConfig("mine", "https://h.example/v1", api_key_keyring="tui-chat")
    async with chat(tmp_path, ScriptedBackend([]), **stored(tmp_path, ring, old)) as (app, pilot):
        await edit(app, pilot, old)
        form_of(app).query_one("#key_from").value = "variable"  # type: ignore[attr-defined]
        await pilot.pause()
        field(app, "key").value = "MY_KEY"
        await pilot.press("ctrl+s")
        await until(lambda: not ring.held)
    assert written(tmp_path)["endpoints"]["mine"] == {"url": "https://h.example/v1", "api_key_env": "MY_KEY"}


async def test_a_deleted_endpoint_is_gone_with_its_key_once_that_is_confirmed(tmp_path: Path) -> None:
    ring = Ring()
    gone = EndpointConfig("gone", "https://h.example/v1", api_key_keyring="tui-chat")
    other = EndpointConfig("other", "https://o.example/v1", api_key_env="OTHER")
    async with chat(tmp_path, ScriptedBackend([]), **stored(tmp_path, ring, gone, other)) as (app, pilot):
        for each in (gone, other):
            app.context.backends.add(each)
        app.context.endpoint = "gone"
        await choose(app, pilot, "delete", "gone")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ItemListScreen))
        await pilot.press("escape")
        assert "gone" in written(tmp_path)["endpoints"]
        await choose(app, pilot, "delete", "gone")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(lambda: "The endpoint gone is deleted." in notices(app))
        assert app.context.endpoint != "gone"
        assert "gone" not in app.context.backends.names
    assert (list(written(tmp_path)["endpoints"]), ring.held) == (["other"], {})


async def test_where_the_file_cannot_be_written_nothing_is_deleted(tmp_path: Path) -> None:
    ring = Ring()
    mine = EndpointConfig("mine", "https://h.example/v1", api_key_keyring="tui-chat")
    context = stored(tmp_path, ring, mine)
    (tmp_path / "saved.toml").write_text("[broken")
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 40), **context) as (app, pilot):
        app.context.backends.add(mine)
        await choose(app, pilot, "delete", "mine")
        await until(lambda: isinstance(app.screen, Confirm))
        await pilot.press("y")
        await until(lambda: "so nothing was saved to it" in notices(app))
        assert "mine" in app.context.backends.names
    assert ring.held == {("tui-chat", "mine"): KEY}


@pytest.mark.parametrize("key", ["e", "delete"])
async def test_endpoints_of_the_users_own_file_are_shown_and_stay_as_they_are(tmp_path: Path, key: str) -> None:
    own = EndpointConfig("mine", "https://user:secret-word-1@h.example/v1", model="m", price=Price(2, 6, "USD", 0.5))
    context = stored(tmp_path, Ring()) | {"origins": {"endpoints.mine": "config.toml"}}
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 40), **context) as (app, pilot):
        app.context.backends.add(own)
        await choose(app, pilot, key, "mine")
        await until(lambda: "Nothing was changed." in notices(app))
        shown = notices(app)
        assert "From config.toml: change it there." in shown
        assert "$2.00 in, $0.50 cached, $6.00 out per million tokens" in shown
        assert "secret-word-1" not in shown
        await pilot.press("enter")
        await until(lambda: app.context.endpoint == "mine" and not isinstance(app.screen, ItemListScreen))
    assert not (tmp_path / "saved.toml").exists() or "endpoints" not in written(tmp_path)


async def test_a_key_that_lasted_for_one_run_is_missed_by_its_variables_name_in_the_next(tmp_path: Path) -> None:
    old = EndpointConfig("my box", "http://127.0.0.1:9/v1", api_key_env="TUI_CHAT_MY_BOX_KEY")
    async with chat(tmp_path, ScriptedBackend([]), **stored(tmp_path, Ring(), old), size=(120, 40)) as (app, pilot):
        app.context.backends.add(old)
        app.context.endpoint = old.name
        await pilot.press(*"hi", "enter")
        await until(lambda: "variable TUI_CHAT_MY_BOX_KEY, which" in text_of(app) and "not set." in text_of(app))
        await choose(app, pilot, "e", "my box")
        await until(lambda: isinstance(app.screen, AddEndpoint) and len(app.screen.query(Input)) == 3)
        assert field(app, "key").value == "TUI_CHAT_MY_BOX_KEY"


async def test_a_key_of_this_run_outlives_an_edit_of_its_endpoint(tmp_path: Path) -> None:
    async with serve(once(*HELLO)) as server:
        old = EndpointConfig("mine", server.url, api_key_env="TUI_CHAT_MINE_KEY", model="m")
        async with chat(tmp_path, ScriptedBackend([]), **stored(tmp_path, Ring(), old)) as (app, pilot):
            app.context.backends.add(old, KEY)
            await choose(app, pilot, "e", "mine")
            await until(lambda: isinstance(app.screen, AddEndpoint) and len(app.screen.query(Input)) == 3)
            field(app, "model").value = "m2"
            await pilot.press("ctrl+s")
            await until(lambda: app.context.endpoint == "mine" and not isinstance(app.screen, AddEndpoint))
            await pilot.press(*"hi", "enter")
            await until(lambda: "Hello world" in text_of(app))
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert written(tmp_path)["endpoints"]["mine"]["api_key_env"] == "TUI_CHAT_MINE_KEY"
