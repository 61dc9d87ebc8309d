"""Endpoints and models: chosen, and added with their keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.ring import Ring, holding
from tests.ui.controllers.endpoint_stage import KEY, NEW_KEY, Stage, Windows, changing
from tests.ui.controllers.fakes import Notices, Tasks, Written
from tui_chat.cli.options import Options
from tui_chat.cli.wiring import Wired, wire
from tui_chat.client.discover_servers import DiscoveredServer
from tui_chat.core.conversation import Node
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import Turn
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.endpoints import KEY_AS_MODEL, EndpointsController
from tui_chat.ui.endpoint_form import EndpointForm, taken_apart
from tui_chat.ui.kept_api_keys import KeptKeys
from tui_chat.ui.price_fields import PriceFields
from tui_chat.ui.saved_choices import SavedChoices
from tui_chat.wire.model_list import Model

NO_DIALOGS: Any = None
MISTYPED, ANY = "The server does not list a model {}.", "The settings pane takes any name."


def controller(context: AppContext, notices: Notices, jobs: Tasks, restored: list[str]) -> EndpointsController:
    choices = SavedChoices(None, notices)
    kept, restore = KeptKeys(context, choices), lambda: restored.append("shown")
    return EndpointsController(context, choices, kept, Written(), restore, NO_DIALOGS, notices, jobs)


async def test_a_model_is_chosen_but_no_key(context: AppContext) -> None:
    context.backends.add(EndpointConfig("mine", "https://a.example/v1"))
    notices, jobs, restored = Notices(), Tasks(), list[str]()
    endpoints = controller(context, notices, jobs, restored)
    endpoints.choose("mine")
    await jobs.done()
    endpoints.choose_model("small")
    assert (context.endpoint, context.backend.model, restored) == ("mine", "small", [])
    endpoints.choose_model("sk-0123456789abcdef0123456789abcdef")
    assert (context.backend.model, restored, notices.said) == ("small", ["shown"], [KEY_AS_MODEL])


async def test_whoever_chooses_the_demo_is_told_what_to_ask(context: AppContext) -> None:
    notices, jobs = Notices(), Tasks()
    controller(context, notices, jobs, []).choose("demo")
    await jobs.done()
    assert (context.endpoint, notices.said) == ("demo", []), "the start page says it"
    context.session.conversation.add(Node("p", None, Turn("user", "Hi.", datetime(2026, 1, 1, tzinfo=UTC))))
    controller(context, notices, jobs, []).choose("demo")
    await jobs.done()
    assert [said for said in notices.said if "“block prompt”" in said]


@pytest.mark.parametrize("key", [KEY, "correct-horse-battery"])
async def test_a_key_of_the_endpoint_is_no_model_however_it_looks(context: AppContext, key: str) -> None:
    context.backends.add(EndpointConfig("mine", "https://a.example/v1", model="m"), key)
    context.endpoint = "mine"
    endpoints = controller(context, Notices(), Tasks(), [])
    assert not endpoints.choose_model(key)
    assert endpoints.use_model(key, ModelListCache(context.backends)) == KEY_AS_MODEL
    assert context.backend.model == "m"


@pytest.mark.parametrize(
    ("typed", "said", "model"),
    [
        ("mistral-large", "", "mistral-large"),
        ("mistral-smal1", f"{MISTYPED.format('mistral-smal1')} Did you mean mistral-small? {ANY}", "pixtral"),
        ("llama3", "", "llama3"),
        ("two words", f"{MISTYPED.format('two words')} {ANY}", "pixtral"),
    ],
)
async def test_a_model_that_is_typed_is_taken_unless_it_looks_mistyped(
    context: AppContext, typed: str, said: str, model: str
) -> None:
    class Listed(ModelListCache):
        def known(self, endpoint: str) -> tuple[str, ...]:
            return "mistral-small", "mistral-large", "llama3:latest", "pixtral"

    context.backends.add(EndpointConfig("mine", "https://a.example/v1", model="pixtral"))
    endpoints, lists = controller(context, Notices(), Tasks(), []), Listed(context.backends)
    assert "is built in and has one model" in str(endpoints.use_model(typed, lists))
    context.endpoint = "mine"
    assert (endpoints.use_model(typed, lists) or "") == said
    assert context.backend.model == model


CURL = f"curl https://new.example/v1 -H 'api-key: {KEY}' -d '{{\"model\": \"m\"}}'"


def pasted(*, keyring: bool) -> Callable[[EndpointForm], EndpointForm]:
    def change(form: EndpointForm) -> EndpointForm:
        found = taken_apart(replace(form, name="new"), keyring=keyring)
        assert isinstance(found, EndpointForm)
        return found

    return change


async def added(context: AppContext, folder: Path, *, keyring: bool = True, **broken: bool) -> Stage:
    stage = Stage(context, folder, Windows())
    if broken.get("ring"):
        stage.ring = Ring(broken=True)
        context.key_store = holding(stage.ring)
    if broken.get("file"):
        stage.file.write_text("[broken")
    stage.windows.changes = [pasted(keyring=keyring)]
    assert await stage.endpoints.add(CURL)
    await stage.jobs.done()
    described = context.backends.described("new")
    assert described is not None
    assert (context.endpoint, described[0].model, described[1]) == ("new", "m", KEY), "it is used at once, with its key"
    assert KEY not in " ".join(stage.notices.said) + stage.file.read_text()
    return stage


async def test_a_pasted_key_is_stored_in_the_keyring_and_only_there(context: AppContext, tmp_path: Path) -> None:
    stage = await added(context, tmp_path)
    assert stage.notices.said == ["The next prompt goes to new. The key is kept in the keyring."]
    assert stage.ring.held == {("tui-chat", "new"): KEY}
    assert stage.written["new"]["api_key_keyring"] == "tui-chat"


async def test_a_key_that_is_typed_lasts_for_this_run_and_the_next_looks_for_it_in_a_variable(
    context: AppContext, tmp_path: Path
) -> None:
    stage = await added(context, tmp_path, keyring=False)
    assert stage.notices.said == ["The next prompt goes to new."], "the form has said how long the key lasts"
    assert (stage.ring.held, stage.written["new"]["api_key_env"]) == ({}, "TUI_CHAT_NEW_KEY")


async def test_a_keyring_that_refuses_a_key_says_so_and_what_keeps_it(context: AppContext, tmp_path: Path) -> None:
    stage = await added(context, tmp_path, ring=True)
    assert "The keyring could not take it" in stage.notices.said[-1]
    assert "set the variable TUI_CHAT_NEW_KEY" in stage.notices.said[-1]
    assert "api_key_keyring" not in stage.written["new"]


async def test_a_file_that_cannot_be_written_leaves_no_key_in_the_keyring(context: AppContext, tmp_path: Path) -> None:
    stage = await added(context, tmp_path, file=True)
    assert stage.notices.said[-1].endswith("It is not saved: it and its key are there until tui-chat ends.")
    assert stage.ring.held == {}


async def test_what_was_typed_into_a_form_that_was_closed_is_there_again_until_it_is_used(
    context: AppContext, tmp_path: Path
) -> None:
    stage = Stage(context, tmp_path, Windows())
    stage.windows.changes = [None, changing(url="https://new.example", key_from="none", name="new"), None]
    stage.windows.left = EndpointForm("ftp://nowhere", "variable", "MY_KEY")
    assert [await stage.endpoints.add() for _ in range(3)] == [False, True, False]
    assert [form.url for form in stage.windows.forms] == ["", "ftp://nowhere", ""]


OWN = EndpointConfig("own", "https://h.example/v1", api_key_env="OWN_KEY", model="m")


async def test_a_command_that_is_pasted_again_uses_the_endpoint_that_is_there(
    context: AppContext, tmp_path: Path
) -> None:
    again = f"curl https://h.example/v1/chat/completions -H 'Authorization: Bearer {KEY}' -d '{{\"model\":\"m\"}}'"

    def paste(form: EndpointForm) -> EndpointForm:
        found = taken_apart(form)
        assert isinstance(found, EndpointForm)
        assert found.again is not None
        assert found.again.name == "own"
        return replace(found, name="own")

    stage = Stage(context, tmp_path, Windows())
    context.origins = {"endpoints.own": "config.toml"}
    context.backends.add(OWN)
    stage.windows.changes = [paste, changing(url=OWN.url, name="own"), paste]
    for pasted in (again, "", again):
        assert await stage.endpoints.add(pasted)
        await stage.jobs.done()
        described = context.backends.described("own")
        assert described == (replace(OWN, auth="bearer"), KEY), "for this run: the file is the user's"
        assert context.endpoint == "own"
    assert "endpoints" not in stage.file.read_text()
    assert "own file or variables" in stage.notices.said[0]
    assert stage.notices.said[1:] == ["The next prompt goes to own, which was set up already."] * 2


async def test_one_that_was_added_takes_the_key_and_the_price_that_are_new(context: AppContext, tmp_path: Path) -> None:
    added = replace(OWN, api_key_env=None, api_key_keyring="tui-chat")
    stage = Stage(context, tmp_path, Windows(), added)
    price = PriceFields("2", "6")
    stage.windows.changes = [changing(url=OWN.url, name="own", key_from="keyring", key=NEW_KEY, price=price)]
    assert await stage.endpoints.add()
    assert stage.ring.held == {("tui-chat", "own"): NEW_KEY}
    assert stage.written["own"]["price"] == {"input": 2.0, "output": 6.0, "currency": "USD"}
    kept = "own has another key and price now. The next prompt goes to own. The key is kept in the keyring."
    assert stage.notices.said == [kept]
    assert NEW_KEY not in stage.file.read_text()


async def test_a_context_length_that_a_list_gave_is_known_after_the_next_start(
    context: AppContext, tmp_path: Path
) -> None:
    stage = Stage(context, tmp_path, Windows(), replace(OWN, api_key_env=None))
    context.endpoint = "own"
    context.backends.contexts.on_news = stage.endpoints.remember_context
    context.backends.contexts.listed(OWN.url, [Model("m", 32_768), Model("n", 8_192)])
    assert context.backend.context == 32_768
    stage.endpoints.choose_model("n")
    assert context.backend.context == 8_192
    await stage.jobs.done()
    (tmp_path / "config.toml").write_text("")
    next_start = wire(Options(config=str(tmp_path / "config.toml"), data_dir=str(tmp_path)))
    assert isinstance(next_start, Wired)
    assert [next_start.backends.asking("own", model).context for model in ("m", "n", "o")] == [32_768, 8_192, None]


async def test_servers_are_looked_for_only_where_nothing_is_set_up(context: AppContext) -> None:
    found = DiscoveredServer(EndpointConfig("ollama", "http://localhost:11434/v1"), ())

    async def discover() -> list[DiscoveredServer]:
        return [found]

    context.discover = discover
    endpoints = controller(context, Notices(), Tasks(), [])
    await endpoints.discover()
    assert "ollama" not in context.backends.names
    context.no_endpoint = True
    await endpoints.discover()
    assert "ollama" in context.backends.names
