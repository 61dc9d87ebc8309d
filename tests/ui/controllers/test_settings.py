"""Settings: changed for the next request, saved, reset, and taken from a preset."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.controllers.fakes import Notices
from tui_chat.core.settings import Settings
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.saved_choices import SavedChoices


class File:
    """Takes what is saved, or refuses it."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.saved: object = None

    def settings(self, settings: Settings) -> None:
        if self.refuses:
            raise ConfigurationError("It cannot be written.", "Make room.")
        self.saved = settings

    def forget_settings(self) -> None:
        self.settings(Settings())

    def model(self, endpoint: str, model: str | None) -> None:
        raise NotImplementedError

    def endpoint(self, *_: object) -> None:
        raise NotImplementedError

    @property
    def waits(self) -> bool:
        return False

    def retry(self) -> None:
        raise NotImplementedError

    def forget_endpoint(self, name: str) -> None:
        raise NotImplementedError

    def preset(self, name: str, settings: Settings | None) -> None:
        raise NotImplementedError

    def ui(self, **values: object) -> None:
        raise NotImplementedError


def controller(context: AppContext, file: File | None, notices: Notices, flashed: list[str]) -> SettingsController:
    return SettingsController(context, SavedChoices(file, notices), notices, flashed.append)


async def test_a_knob_is_turned_for_the_next_request_and_shown(context: AppContext) -> None:
    flashed: list[str] = []
    settings = controller(context, None, Notices(), flashed)
    settings.step_and_show("temperature", 1)
    assert context.session.settings.temperature == 0.6
    settings.step_and_show("max_tokens", -1)
    settings.clear("temperature")
    assert context.session.settings == Settings(max_tokens=context.session.settings.max_tokens)
    assert flashed == ["temperature 0.6", f"max_tokens {context.session.settings.max_tokens:g}"]


async def test_a_new_conversation_keeps_what_was_changed_by_hand_and_says_so(context: AppContext) -> None:
    session, flashed = context.session, list[str]()
    settings = controller(context, File(), Notices(), flashed)
    settings.shown(session.new())
    settings.change(replace(session.settings, temperature=0.2))
    opened = session.new()
    settings.shown(opened)
    assert (session.settings.temperature, opened.settings) == (0.2, session.settings)
    assert flashed == ["temperature: 0.2 stays as set"]
    settings.undo()
    assert session.settings == session.defaults
    settings.change(Settings(top_p=0.9, seed=1))
    session.conversation.settings = Settings(temperature=1.5)
    session.switch(session.conversation)  # its own settings are not the hand's
    settings.shown(session.new())
    assert session.settings == Settings(top_p=0.9, seed=1)
    assert flashed[2:] == ["temperature, top_p, seed stay as set"]
    await settings.save_as_default()
    session.defaults = Settings(temperature=0.7)
    assert session.new().settings == Settings(temperature=0.7), "what was saved takes its place"


async def test_the_default_changes_only_if_it_could_be_saved(context: AppContext) -> None:
    session, notices = context.session, Notices()
    context.session.change(Settings(temperature=0.1))
    for file, saved in ((None, False), (File(refuses=True), False), (File(), True)):
        await controller(context, file, notices, []).save_as_default()
        assert (session.defaults == session.settings) is saved
    assert [words[:20] for words in notices.said] == [
        "Nothing of this run ", "It cannot be written", "Saved as default: ne",
    ]  # fmt: skip


async def test_reset_takes_what_the_configuration_says(context: AppContext) -> None:
    context.config_settings = Settings(top_p=0.9)
    context.origins = {"settings.temperature": "saved.toml", "endpoints.a": "config.toml"}
    for file, done in ((File(refuses=True), False), (File(), True)):
        await controller(context, file, Notices(), []).reset()
        assert (context.session.settings == Settings(top_p=0.9)) is done
    assert context.origins == {"endpoints.a": "config.toml", "settings.top_p": "config.toml"}


async def test_a_preset_changes_only_what_it_names(context: AppContext) -> None:
    context.presets = {"short": Settings(max_tokens=64)}
    before = context.session.settings
    controller(context, None, Notices(), []).use_preset("short")
    assert context.session.settings == replace(before, max_tokens=64)


async def test_a_setting_that_is_typed_is_taken_or_shown_and_a_mistake_changes_nothing(context: AppContext) -> None:
    flashed: list[str] = []
    settings = controller(context, None, Notices(), flashed)
    assert settings.set_typed("temperature 0.3") is None
    assert settings.set_typed("temperature") is None
    assert flashed == ["temperature: 0.3"] * 2
    for typed, said in (
        ("temperature 3", "expected a number from 0 to 2"),
        ("temprature 1", "did you mean temperature"),
    ):
        assert said in str(settings.set_typed(typed))
    assert (context.session.settings.temperature, len(flashed)) == (0.3, 2)
    assert settings.set_typed("temperature none") is None
    assert context.session.settings.temperature is None
