"""Endpoints that were added in the app are edited, renamed and deleted there; their keys go with them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.faults.server import HELLO, once, serve
from tests.scripted import ScriptedBackend
from tests.support.ring import Ring, holding
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.core.endpoint import BUILT_IN, EndpointConfig
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
    await until(lambda: isinstance(app.screen, AddEndpoint) and bool(app.screen.query("#currency")))


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
