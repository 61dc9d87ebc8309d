"""A key that is missing or refused: asked for with the reason and how long it lasts, then used."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend
from tests.ui.controllers.endpoint_stage import KEY, NEW_KEY, Stage, Windows
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.ui.app_context import AppContext

OWN = EndpointConfig("own", "https://h.example/v1", api_key_env="OWN_KEY", model="m")


async def test_a_missing_key_is_typed_on_the_spot_and_the_prompt_that_failed_is_answered(
    context: AppContext, tmp_path: Path
) -> None:
    stage, again = Stage(context, tmp_path, Windows()), list[str]()
    context.origins = {"endpoints.own": "config.toml"}
    context.backends.add(OWN)
    context.endpoint = "own"

    async def then() -> None:
        again.append("asked")

    stage.windows.keys = [("clé", False), (f"OWN_KEY={KEY}", False)]
    await stage.key.ask(then=then)
    assert context.backends.described("own") == (OWN, KEY)
    assert stage.windows.why[0] == "The variable OWN_KEY should hold its key, and is not set."
    assert "no key has" in stage.windows.why[1], "what is no key is asked for again"
    assert stage.notices.said == ["own has another key."], "how long it lasts was said in the window"
    assert again == [], "no prompt had failed"
    exchange = await context.session.ask("question")
    refused = ServerError(ErrorKind.AUTH, "Incorrect.")
    await exchange.run(ScriptedBackend([[ev.Failed(refused), ev.Closed(done=False)]]))
    context.session.ended(exchange)
    stage.windows.keys = [None, (NEW_KEY, False)]
    await stage.key.ask(then=then)
    assert (again, context.backends.described("own")) == ([], (OWN, KEY)), "given up"
    await stage.key.ask(then=then)
    assert (again, context.backends.described("own")) == (["asked"], (OWN, NEW_KEY))
    assert stage.windows.why[-2:] == ["The last prompt is answered again with it."] * 2, "the answer says what is wrong"
    assert stage.notices.said == ["own has another key."], "no notice covers the answer that comes"
    assert not stage.file.exists()


async def test_a_key_that_is_typed_goes_to_the_keyring_where_that_is_wanted(
    context: AppContext, tmp_path: Path
) -> None:
    stage = Stage(context, tmp_path, Windows(), replace(OWN, api_key_env="TUI_CHAT_OWN_KEY"))
    stage.windows.keys = [(KEY, True)]
    await stage.key.check("own")
    assert stage.windows.checked == ["own", "own"], "checked again with it"
    assert stage.ring.held == {("tui-chat", "own"): KEY}
    assert stage.written["own"]["api_key_keyring"] == "tui-chat"
    assert KEY not in stage.file.read_text() + "".join(stage.notices.said)
    context.endpoint = "demo"
    await stage.key.ask()
    assert stage.notices.said[-1] == "The endpoint demo takes no key."


@pytest.mark.parametrize("keyring", [False, True])
async def test_a_key_typed_for_an_added_endpoint_without_one_is_looked_for_at_the_next_start(
    context: AppContext, tmp_path: Path, keyring: bool
) -> None:
    stage = Stage(context, tmp_path, Windows(), replace(OWN, api_key_env=None))
    if not keyring:
        context.key_store = None
    context.endpoint = "own"
    stage.windows.keys = [(KEY, False)]
    await stage.key.ask()
    assert stage.windows.why == ["No key is sent so far."]
    ring = "choose the keyring" if keyring else "install the extra keyring"
    assert f"set the variable TUI_CHAT_OWN_KEY, use api_key_command, or {ring}." in stage.windows.kept[0]
    assert stage.notices.said == ["own has another key."]
    assert stage.written["own"]["api_key_env"] == "TUI_CHAT_OWN_KEY"
    assert KEY not in stage.file.read_text()
    context.backends.forget("own")
    context.backends.add(replace(OWN, api_key_env="TUI_CHAT_OWN_KEY"))  # the next start
    await stage.key.ask()
    assert stage.windows.why[-1] == (
        "The key that was typed was kept until tui-chat ended, and TUI_CHAT_OWN_KEY is not set."
    )
