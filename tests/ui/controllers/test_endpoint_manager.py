"""The list of endpoints: those that were added are edited, renamed and deleted, and their keys go with them."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ui.controllers.endpoint_stage import KEY, NEW_KEY, Stage, Windows, changing
from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.endpoint_form import switched
from tui_chat.ui.item_list_contents import ItemChoice
from tui_chat.ui.price_fields import PriceFields

MINE = EndpointConfig("mine", "https://h.example/v1", api_key_keyring="tui-chat", headers={"X-Team": "blue"})


async def test_one_is_used_from_the_list_which_says_what_each_is(context: AppContext, tmp_path: Path) -> None:
    stage = Stage(context, tmp_path, Windows(ItemChoice("use", "mine")), MINE)
    await stage.show()
    assert (context.endpoint, tomllib.loads(stage.file.read_text())["endpoint"]) == ("mine", "mine")
    (listed,) = stage.windows.lists
    assert [(item.name, item.in_use) for item in listed.items][:2] == [("scripted", True), ("mine", False)]
    assert {"demo": "built in", "mine": "h.example"}.items() <= {i.name: i.detail for i in listed.items}.items()
    about = {item.name: item.about for item in listed.items}
    assert "key in the keyring" in about["mine"]
    assert "always there" in about["demo"]


async def test_one_is_checked_and_another_added_and_the_list_is_there_again_unless_it_is_used(
    context: AppContext, tmp_path: Path
) -> None:
    stage = Stage(context, tmp_path, Windows(ItemChoice("check", "mine"), ItemChoice("add"), ItemChoice("add")), MINE)
    stage.windows.changes = [None, changing(url="https://new.example/v1", name="new")]
    await stage.show()
    assert stage.windows.checked == ["mine"]
    assert [listed.point_at for listed in stage.windows.lists] == ["", "mine", ""]
    assert (context.endpoint, list(stage.written)) == ("new", ["mine", "new"])


async def test_a_renamed_endpoint_keeps_its_key_which_is_in_no_field(context: AppContext, tmp_path: Path) -> None:
    stage = Stage(context, tmp_path, Windows(ItemChoice("edit", "mine")), MINE)
    stage.windows.changes = [changing(name="new", model="m2")]
    await stage.show()
    assert KEY not in stage.windows.forms[0].key
    assert stage.written == {
        "new": {"url": MINE.url, "api_key_keyring": "tui-chat", "model": "m2", "headers": {"X-Team": "blue"}}
    }
    assert stage.ring.held == {("tui-chat", "new"): KEY}
    assert (context.endpoint, "mine" in context.backends.names) == ("new", False)


async def test_another_key_takes_the_place_of_the_one_before_and_is_only_in_the_keyring(
    context: AppContext, tmp_path: Path
) -> None:
    stage = Stage(context, tmp_path, Windows(ItemChoice("edit", "mine")), MINE)
    stage.windows.changes = [changing(key=NEW_KEY)]
    await stage.show()
    assert stage.ring.held == {("tui-chat", "mine"): NEW_KEY}
    assert NEW_KEY not in stage.file.read_text() + "".join(stage.notices.said)


async def test_a_variable_in_place_of_the_keyring_leaves_no_key_behind(context: AppContext, tmp_path: Path) -> None:
    stage = Stage(context, tmp_path, Windows(ItemChoice("edit", "mine")), MINE)
    stage.windows.changes = [lambda form: replace(switched(form, "variable"), key="MY_KEY")]
    await stage.show()
    assert stage.ring.held == {}
    assert stage.written["mine"]["api_key_env"] == "MY_KEY"


async def test_a_key_of_this_run_outlives_an_edit(context: AppContext, tmp_path: Path) -> None:
    held = EndpointConfig("mine", "https://h.example/v1", api_key_env="TUI_CHAT_MINE_KEY")
    stage = Stage(context, tmp_path, Windows(ItemChoice("edit", "mine")), held)
    context.backends.forget("mine")
    context.backends.add(held, KEY)
    stage.windows.changes = [changing(model="m2")]
    await stage.show()
    assert context.backends.described("mine") == (replace(held, model="m2"), KEY)
    assert KEY not in stage.file.read_text()


async def test_a_form_that_is_given_up_changes_nothing(context: AppContext, tmp_path: Path) -> None:
    stage = Stage(context, tmp_path, Windows(ItemChoice("edit", "mine"), None), MINE)
    stage.windows.changes = [None]
    before = stage.file.read_text()
    await stage.show()
    assert (stage.file.read_text(), context.endpoint, stage.ring.held) == (
        before, "scripted", {("tui-chat", "mine"): KEY}
    )  # fmt: skip


async def test_one_is_deleted_with_its_key_once_that_is_confirmed(context: AppContext, tmp_path: Path) -> None:
    other = EndpointConfig("other", "https://o.example/v1", api_key_env="OTHER")
    delete = ItemChoice("delete", "mine")
    stage = Stage(context, tmp_path, Windows(delete, delete, None, answers=(False, True)), MINE, other)
    context.endpoint = "mine"
    await stage.show()
    assert stage.windows.asked[0] == ("Delete the endpoint mine? Its conversations stay.", "Delete it")
    assert [[item.name for item in each.items][:3] for each in stage.windows.lists] == [
        ["scripted", "mine", "other"],
        ["scripted", "mine", "other"],
        ["scripted", "other", "local"],
    ]
    assert (list(stage.written), stage.ring.held, context.endpoint) == (["other"], {}, "scripted")
    assert stage.notices.said == ["The endpoint mine is deleted. The next prompt goes to scripted."]


async def test_where_the_file_cannot_be_written_nothing_is_deleted(context: AppContext, tmp_path: Path) -> None:
    stage = Stage(context, tmp_path, Windows(ItemChoice("delete", "mine"), None, answers=(True,)), MINE)
    stage.file.write_text("[broken")
    await stage.show()
    assert "mine" in context.backends.names
    assert stage.ring.held == {("tui-chat", "mine"): KEY}
    assert "so nothing was saved to it" in stage.notices.said[0]


@pytest.mark.parametrize("action", ["edit", "delete"])
async def test_those_of_the_users_own_file_and_built_in_ones_stay_as_they_are(
    context: AppContext, tmp_path: Path, action: str
) -> None:
    own = EndpointConfig("own", "https://user:secret-word-1@h.example/v1", price=Price(2, 6, "USD", 0.5))
    stage = Stage(context, tmp_path, Windows(ItemChoice(action, "own"), ItemChoice(action, "demo"), None))
    context.origins = {"endpoints.own": "config.toml"}
    context.backends.add(own)
    await stage.show()
    assert [listed.said for listed in stage.windows.lists] == [
        "",
        "own: From config.toml: change it there. Nothing was changed.",
        "demo is built in: it cannot be changed.",
    ]
    about = next(item.about for item in stage.windows.lists[0].items if item.name == "own")
    assert "$2.00 in, $0.50 cached, $6.00 out per million tokens" in about
    assert "secret-word-1" not in about
    assert (stage.windows.forms, stage.windows.asked) == ([], [])


async def test_a_price_is_typed_where_it_can_be_kept_and_else_it_is_said_where_it_is_given(
    context: AppContext, tmp_path: Path
) -> None:
    stage = Stage(context, tmp_path, Windows(None), MINE)
    context.endpoint = "mine"
    stage.windows.changes = [changing(price=PriceFields("2", "6"))]
    await stage.manager.price()
    assert stage.windows.forms[0].at == "input"
    assert stage.written["mine"]["price"] == {"input": 2.0, "output": 6.0, "currency": "USD"}
    context.endpoint = "demo"
    await stage.manager.price()
    assert stage.windows.lists[-1].said == "The endpoint demo is built in and costs nothing."


async def test_a_name_that_is_typed_is_used_and_list_lists_them_unless_one_is_called_so(
    context: AppContext, tmp_path: Path
) -> None:
    stage = Stage(context, tmp_path, Windows(None), MINE)
    assert await stage.manager.use("list") is None
    assert len(stage.windows.lists) == 1
    assert await stage.manager.use("mien") == "There is no endpoint mien. Did you mean mine?"
    assert context.endpoint == "scripted"
    context.backends.add(EndpointConfig("list", "https://l.example"))
    assert await stage.manager.use("list") is None
    assert (context.endpoint, len(stage.windows.lists)) == ("list", 1)
    await stage.jobs.done()
