"""Settings turned while talking: they reach the next request and never the one under way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from textual import events
from textual.widgets import Input, OptionList, Select

from tests.scripted import ScriptedBackend, answered
from tests.support.held_transport import HeldTransport
from tests.support.rows import row
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.client.discover_servers import DiscoveredServer
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings, with_value
from tui_chat.store.config import load_configuration
from tui_chat.store.paths import Paths
from tui_chat.ui.widgets.setting_field import SettingField
from tui_chat.ui.widgets.setting_tuner import SettingTuner
from tui_chat.ui.widgets.settings_pane import SettingsPane

ENOUGH = 50


class Kept:
    """Stands for saved.toml."""

    def __init__(self) -> None:
        self.default: Settings | None = None
        self.last: str | None = None
        self.added: EndpointConfig | None = None
        self.forgotten = False

    def settings(self, settings: Settings) -> None:
        self.default = settings

    def endpoint(self, name: str, added: EndpointConfig | None = None) -> None:
        self.last = name
        self.added = added

    def ui(self, **values: object) -> None:
        return

    @property
    def waits(self) -> bool:
        return False

    def model(self, endpoint: str, model: str | None) -> None:
        raise NotImplementedError

    def forget_settings(self) -> None:
        self.forgotten = True


async def test_a_change_during_an_answer_reaches_the_next_request_and_is_marked(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    backend = ScriptedBackend([answered("One two three."), answered("Next.")], hold=hold)
    async with chat(tmp_path, backend, settings=Settings(temperature=0.7)) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "One" in text_of(app))
        await pilot.press("alt+down", "alt+down", "alt+shift+down")
        assert "temp 0.5" in lines_of(app)[0]
        for _ in range(ENOUGH):
            hold.release()
        await until(lambda: "three." in text_of(app) and app.context.session.current is None)
        await pilot.press("y", "enter")
        await until(lambda: "Next." in text_of(app))
        assert [settings for _, settings in backend.asked] == [
            Settings(temperature=0.7),
            Settings(temperature=0.5, max_tokens=32768),
        ]
        assert "temperature 0.7 → 0.5" in text_of(app)
        answers = [n.turn.settings for n in app.context.session.conversation.path() if n.turn.role == "assistant"]
        assert answers == [settings for _, settings in backend.asked]


MISTRAL = EndpointConfig("mistral", "https://api.mistral.ai/v1/chat/completions", model="m", auth="none")


ALL = with_value(
    Settings("Be brief.", 0.2, 0.9, 200, 7, ("END",), 0.5, -0.5, "low", "reasoning", True), "extra_body", {"top_k": 40}
)
SPELLED = {
    "temperature": 0.2, "top_p": 0.9, "max_tokens": 200, "random_seed": 7, "stop": ["END"], "presence_penalty": 0.5,
    "frequency_penalty": -0.5, "reasoning_effort": "low", "prompt_mode": "reasoning", "safe_prompt": True,
    "top_k": 40,
}  # fmt: skip


async def test_each_setting_that_is_turned_while_an_answer_comes_is_sent_with_the_next(tmp_path: Path) -> None:
    transport = HeldTransport()
    backend = HttpBackend(MISTRAL, None, transport, environ={})
    async with chat(tmp_path, backend, size=(130, 46), endpoints={"mistral": MISTRAL}) as (app, pilot):
        session = app.context.session
        await pilot.press("x", "enter")
        await until(lambda: "First half" in text_of(app))
        await pilot.press("f2")
        await until(lambda: isinstance(app.focused, SettingField))
        for typed in ("0.2", "0.9", "200", "7", "END", "0.5", "-0.5", "low", "reasoning", "true", '{"top_k": 40}'):
            await pilot.press(*typed, "enter", "down")
        await pilot.press("tab", *"Be brief.")
        await until(lambda: session.settings == ALL)
        assert session.current is not None, "the answer is still under way"
        transport.go_on.set()
        await until(lambda: "done." in text_of(app) and session.current is None)
        await pilot.press("f2")
        await until(lambda: not app.screen.query(SettingsPane))
        await pilot.press("y", "enter")
        await until(lambda: len(transport.asked) == 2 and session.current is None)
        first, second = ({n: v for n, v in each.items() if n in SPELLED} for each in transport.asked)
        assert (first, second) == ({}, SPELLED)
        assert transport.asked[1]["messages"][0] == {"role": "system", "content": "Be brief."}
        made_with = [n.turn.settings for n in session.conversation.path() if n.turn.role == "assistant"]
        assert made_with == [Settings(), ALL]
        shown = " ".join(text_of(app).split())
        assert "system not sent → “Be brief.” · temperature not sent → 0.2" in shown


async def test_only_what_the_server_has_is_a_row_and_its_range_is_the_server_s(tmp_path: Path) -> None:
    openai = EndpointConfig("openai", "https://api.openai.com/v1/chat/completions", model="gpt-4o", auth="none")
    endpoints = {"mistral": MISTRAL, "openai": openai}
    backend = HttpBackend(MISTRAL, None, HeldTransport(), environ={})
    async with chat(tmp_path, backend, size=(130, 46), endpoints=endpoints) as (app, pilot):
        settings = app.context.session
        await pilot.press("f2")
        await until(lambda: "a number from 0 to 1.5" in text_of(app))
        assert "Safe prompt" in text_of(app)
        await pilot.press(*"1.8", "enter")
        await until(lambda: "! 1.8: expected a number" in text_of(app))
        assert settings.settings == Settings()
        await pilot.press("enter", "backspace", *"2", "enter")
        await until(lambda: settings.settings == Settings(temperature=1.2))
        await pilot.press(*["right"] * 9)
        await until(lambda: settings.settings == Settings(temperature=1.5))
        screen_of(app).controllers.endpoints.choose("openai")
        await until(lambda: "a number from 0 to 2" in text_of(app) or "Safe prompt" not in text_of(app))
        screen_of(app).controllers.settings.change(Settings(temperature=1.8))
        screen_of(app).controllers.endpoints.choose("mistral")
        screen_of(app).update_state()
        await until(lambda: "! 1.8: at most 1.5 here: sent so" in text_of(app))


async def test_the_pane_turns_types_clears_and_takes_back(tmp_path: Path) -> None:
    origins = {"settings.temperature": "config.toml"}
    own: dict[str, Any] = {"settings": Settings(temperature=0.4), "origins": origins, "size": (130, 46)}
    async with chat(tmp_path, ScriptedBackend([]), **own) as (app, pilot):
        session = app.context.session

        async def leads_to(keys: Iterable[str], settings: Settings) -> None:
            with row(keys):
                await pilot.press(*keys)
                await until(lambda: session.settings == settings)

        await pilot.press("f2")
        await until(lambda: "a number from 0 to 2" in text_of(app))
        assert "from config.toml" in text_of(app)
        assert "◆ Temperature" not in text_of(app)
        await leads_to(["right"], Settings(temperature=0.5))
        await until(lambda: "◆ Temperature" in text_of(app))
        assert "changed here" in text_of(app)
        await leads_to(["right", "left", "left"], Settings(temperature=0.4))
        await leads_to(["down", "down", *"300", "enter"], Settings(temperature=0.4, max_tokens=300))
        assert "300" in text_of(app)
        await leads_to(["delete"], Settings(temperature=0.4))
        assert "not sent" in text_of(app)
        await pilot.press(*"1.5", "enter")
        await until(lambda: "expected" in text_of(app))
        assert session.settings == Settings(temperature=0.4)
        await leads_to(["enter", *["backspace"] * 3, "7", "enter"], Settings(temperature=0.4, max_tokens=7))
        await leads_to(["up", "up", "delete"], Settings(max_tokens=7))
        await leads_to(["ctrl+z"], Settings(temperature=0.4, max_tokens=7))
        await leads_to(["ctrl+z"], Settings(temperature=0.4))
        await pilot.press(*["ctrl+z"] * 4)
        await until(lambda: "no change to undo" in text_of(app))
        await leads_to([*"1.1", "tab"], Settings(temperature=1.1))
        await pilot.press("f2")
        await until(lambda: not app.screen.query(SettingsPane))
        assert app.focused is screen_of(app).prompt


async def test_every_row_has_the_same_keys_and_tab_goes_from_group_to_group(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(130, 46)) as (app, pilot):
        session = app.context.session

        async def leads_to(keys: Iterable[str], settings: Settings) -> None:
            with row(keys):
                await pilot.press(*keys)
                await until(lambda: session.settings == settings)

        await pilot.press("f2")
        for key, name in (
            ("", "setting-temperature"),
            ("down,down,tab", "system"),
            ("tab", "endpoint"),
            ("tab", "setting-temperature"),
            ("down,shift+tab", "endpoint"),
            ("shift+tab", "system"),
        ):
            with row(key):
                await pilot.press(*filter(None, key.split(",")))
                await until(lambda: app.focused is not None and app.focused.id == name)  # noqa: B023
        field = app.screen.query_one("#setting-temperature", SettingField)
        first, last = field._bar.start, field._bar.stop - 1
        await pilot.click(field, offset=(last, 0))
        await until(lambda: session.settings.temperature == 2.0)
        await pilot.mouse_down(field, offset=(first, 0))
        await until(lambda: session.settings.temperature == 0.0)
        await pilot.hover(field, offset=(last, 0))
        await until(lambda: session.settings.temperature == 2.0)
        await pilot.mouse_up(field, offset=(last, 0))
        await pilot.hover(field, offset=(first, 0))
        app.screen.query_one("#setting-seed").focus()
        await leads_to(["7", "enter"], Settings(temperature=2.0, seed=7))
        field.focus()
        await leads_to(["delete"], Settings(seed=7))
        await leads_to(["down", "down", "down", "delete"], Settings())
        for keys, settings in (
            (["right", "right"], Settings(seed=1)),
            (["delete"], Settings()),
            (["7", "enter"], Settings(seed=7)),
            (["down", *"END", "enter"], Settings(seed=7, stop=("END",))),
            (["delete", *'["a", "b"]', "enter"], Settings(seed=7, stop=("a", "b"))),
            (["delete", "down", *"-0.5", "enter"], Settings(seed=7, presence_penalty=-0.5)),
            (["delete", "down", "right", "right"], Settings(seed=7, frequency_penalty=0.1)),
            (["delete", "down", "right", "right"], Settings(seed=7, reasoning_effort="medium")),
        ):
            await leads_to(keys, settings)
        # JSON is validated in its row, corrected, and pasted over several lines
        mine = session.settings
        app.screen.query_one("#setting-extra_body").focus()
        await pilot.press(*'{"top_k": 4', "enter")
        await until(lambda: "! expected JSON such as" in text_of(app))
        assert session.settings == mine
        await leads_to(["enter", "0", "}", "enter"], with_value(mine, "extra_body", {"top_k": 40}))
        await pilot.press("delete")
        app.post_message(events.Paste('{\n  "min_p": 0.1\n}\n'))
        await leads_to(["enter"], with_value(mine, "extra_body", {"min_p": 0.1}))


async def test_the_tuner_on_the_last_line(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press(*"draft", "ctrl+t")
        await until(lambda: isinstance(app.focused, SettingTuner))
        await pilot.press("up", "up", "right", "right", "down")
        await until(lambda: app.context.session.settings == Settings(temperature=0.8, max_tokens=32768))
        assert "max tokens 32768" in lines_of(app)[-1]
        await pilot.press("delete")
        await until(lambda: app.context.session.settings == Settings(temperature=0.8))
        await pilot.press("escape")
        await until(lambda: app.focused is screen_of(app).prompt)
        assert not app.screen.query(SettingTuner)
        assert screen_of(app).prompt.text == "draft"
        assert "send" in lines_of(app)[-1]


async def test_save_as_default_is_for_new_conversations(tmp_path: Path) -> None:
    kept = Kept()
    async with chat(tmp_path, ScriptedBackend([]), size=(110, 34), saved=kept) as (app, pilot):
        await pilot.press("alt+up", "f2")
        await until(lambda: isinstance(app.focused, SettingField))
        assert "^s save as default" in text_of(app)
        await pilot.press("down", "ctrl+s")
        await until(lambda: kept.default == Settings(temperature=0.7))
        await until(lambda: "Saved as default:" in text_of(app) and "temp 0.7" in text_of(app))
        await pilot.press("escape", "ctrl+n")
        assert app.context.session.settings == Settings(temperature=0.7)


async def test_the_arrows_reach_every_row_of_the_pane_and_the_last_line_follows(tmp_path: Path) -> None:
    configured = Settings(temperature=0.3)
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 40), config_settings=configured) as (app, pilot):
        await pilot.press("f2")
        await until(lambda: isinstance(app.focused, SettingField))
        await pilot.press("up", "up")
        await until(lambda: "^l list" in lines_of(app)[-1])
        await pilot.press("up")
        await until(lambda: "enter choose" in lines_of(app)[-1])
        last = {
            "endpoints": "enter do it",
            "setting-stop": "enter edit",
            "setting-safe_prompt": "a-z set",
            "save": "enter do it",
            "presets": "enter do it",
            "reset": "enter do it",
            "system": "enter new line",
            "systems": "enter do it",
        }
        for name, keys in last.items():
            for _ in range(12):
                if app.focused is not None and app.focused.id == name:
                    break
                await pilot.press("down")
            assert app.focused is not None
            assert app.focused.id == name
            await until(partial(lambda keys: keys in lines_of(app)[-1] and "f2 close" in lines_of(app)[-1], keys))
        await pilot.press("up", "up")
        says = "Forgets what was saved as default. config.toml says: temp 0.3."
        await until(lambda: says in " ".join(" ".join(line.partition("▏")[2] for line in lines_of(app)).split()))
        await pilot.press("f2")
        await until(lambda: not app.screen.query(SettingsPane) and "f2 settings" in lines_of(app)[-1])


async def test_the_model_of_the_pane_is_saved_with_the_settings_and_taken_back(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[endpoints.mistral]\nurl = "https://api.mistral.ai/v1"\nmodel = "m"\nauth = "none"\n', encoding="utf-8"
    )
    paths = Paths(tmp_path / "config.toml", tmp_path / "saved.toml", tmp_path)
    found = load_configuration(paths, {})
    own: dict[str, Any] = {"endpoints": found.endpoints, "own_models": found.own_models, "size": (110, 36)}
    async with chat(tmp_path / "d", ScriptedBackend([]), saved=SavedFile(paths.saved), **own) as (app, pilot):
        screen_of(app).controllers.endpoints.choose("mistral")
        await pilot.press("f2")
        await until(lambda: isinstance(app.focused, SettingField) and app.query_one("#model", Input).value == "m")
        await pilot.press("up", "up", *"n-2")
        await pilot.click("#save")
        await until(lambda: "and the model" in text_of(app))
        saved = load_configuration(paths, {})
        assert (saved.endpoints["mistral"].model, saved.own_models) == ("n-2", {"mistral": "m"})
        await pilot.click("#reset")
        await until(lambda: load_configuration(paths, {}).endpoints["mistral"].model == "m")
        await until(lambda: app.query_one("#model", Input).value == "m")


async def test_settings_belong_to_their_conversation_and_those_by_hand_go_on_into_a_new_one(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press("x", "enter")
        await until(lambda: "One." in text_of(app) and app.context.session.current is None)
        first = app.context.session.conversation.id
        await pilot.press("alt+up")
        await until(lambda: app.context.session.settings.temperature == 0.7)
        await pilot.press("ctrl+n")
        await until(lambda: app.context.session.conversation.id != first)
        assert app.context.session.settings == Settings(temperature=0.7)
        await screen_of(app).action_command("settings.undo")
        assert app.context.session.settings == Settings()
        await app.context.session.open(first)
        assert app.context.session.settings == Settings(temperature=0.7)


async def test_a_server_on_this_machine_is_offered_and_remembered_when_chosen(tmp_path: Path) -> None:
    kept = Kept()
    found = DiscoveredServer(EndpointConfig("ollama", "http://127.0.0.1:11434/v1", model="llama3.2"), ("llama3.2",))

    async def discover() -> list[DiscoveredServer]:
        return [found]

    async with chat(tmp_path, ScriptedBackend([]), size=(120, 34), saved=kept, no_endpoint=True, discover=discover) as (
        app,
        pilot,
    ):
        await until(lambda: "ollama runs on this machine" in text_of(app))
        assert "No endpoint is configured" in text_of(app)
        await pilot.press("f2")
        await until(lambda: isinstance(app.focused, SettingField))
        listed = app.screen.query_one("#endpoint SelectOverlay", OptionList).options
        assert [str(option.prompt) for option in listed] == list(app.context.backends.names)
        app.screen.query_one("#endpoint", Select).value = "ollama"
        await until(lambda: kept.last == "ollama")
        assert kept.added == found.endpoint
        await until(lambda: "llama3.2   ollama" in lines_of(app)[0])
        await until(lambda: "No endpoint is configured" not in text_of(app))


async def test_the_pane_begins_with_the_endpoint_in_a_terminal_of_24_rows(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(80, 24)) as (app, pilot):
        await pilot.press("f2")
        await until(lambda: "Endpoint" in text_of(app) and "Use config.toml's values" in text_of(app))
        assert app.focused is app.screen.query("SettingField").first()
