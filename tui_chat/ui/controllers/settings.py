"""Changes the settings of the next request, never of a running one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from tui_chat.core import serialize
from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.setting_steps import stepped
from tui_chat.core.setting_syntax import read_setting, setting_line
from tui_chat.core.setting_wording import settings_words
from tui_chat.core.settings import Settings, differing, with_value
from tui_chat.core.short_text import on_one_line
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Notifier
from tui_chat.ui.saved_choices import Saved, SavedChoices
from tui_chat.ui.setting_history import SettingHistory

if TYPE_CHECKING:
    from tui_chat.core.conversation import Conversation
    from tui_chat.core.dialects.rules import Rules

KEPT = 40
"""Characters of what a new conversation keeps."""


@dataclass(eq=False)
class SettingsController:
    """`flash` shows a text for a moment."""

    _context: AppContext
    _choices: SavedChoices
    _notifier: Notifier
    _flash: Callable[[str], object]
    _history: SettingHistory = field(default_factory=SettingHistory)

    def seen(self) -> None:
        """The pane is open: from now on it is worth knowing what the server takes."""
        self._context.settings_seen = True

    def change(self, settings: Settings) -> None:
        """Use these settings from the next request on."""
        session = self._context.session
        if settings != session.settings:
            self._history.changed(session.conversation.id, session.settings, settings)
            session.change(settings)

    def shown(self, conversation: Conversation) -> None:
        """Say what a new conversation keeps of the settings that were changed by hand. Undo takes it back."""
        session = self._context.session
        names = session.by_hand.kept
        if conversation.nodes or conversation is not session.conversation or not names:
            return
        self._history.changed(conversation.id, session.by_hand.base, session.settings)
        kept = setting_line(names[0], session.settings) if len(names) == 1 else ", ".join(names)
        stays = "stays" if len(names) == 1 else "stay"
        self._flash(f"{on_one_line(kept, KEPT)} {stays} as set")

    def undo(self) -> None:
        """Take back the last change of the open conversation's settings."""
        session = self._context.session
        now = session.settings
        before = self._history.undo(session.conversation.id, now)
        if before is None:
            self._flash("no change to undo")
            return
        session.change(before)
        names = differing(before, now)
        self._flash(setting_line(names[0], before) if len(names) == 1 else f"{len(names)} settings restored")

    @property
    def _rules(self) -> Rules | None:
        """The rules of the next request's server."""
        return self._context.backends.rules(self._context.endpoint)

    def step(self, name: str, steps: int) -> None:
        """Turn one knob by so many steps."""
        self.change(stepped(self._context.session.settings, name, steps, self._rules))

    def step_and_show(self, name: str, steps: int) -> None:
        """Turn a knob that is not on the screen."""
        self.step(name, steps)
        value = getattr(self._context.session.settings, name)
        self._flash(f"{name} {'not sent' if value is None else f'{value:g}'}")

    def say(self, text: str) -> None:
        """Show for a moment what was done."""
        self._flash(text)

    def set_typed(self, text: str) -> str | None:
        """Apply a typed `NAME VALUE`, or show the value of `NAME`. Returns a sentence if it is invalid."""
        read = read_setting(text, self._context.session.settings, self._rules)
        if isinstance(read, str):
            return read
        self.change(read.settings)
        self._flash(setting_line(read.name, read.settings))
        return None

    def use_preset_named(self, name: str) -> str | None:
        """Use a preset by name. Returns a sentence if there is none."""
        presets = self._context.presets
        if name in presets:
            self.use_preset(name)
            self._flash(f"preset {name}")
            return None
        near = nearest(name, presets)
        meant = f" Did you mean {near}?" if near else f" There are {', '.join(presets)}." if presets else ""
        return f"There is no preset {name}.{meant}"

    def clear(self, name: str) -> None:
        """Do not send this setting any more."""
        self.change(with_value(self._context.session.settings, name, None))

    async def save_as_default(self) -> None:
        """Begin new conversations with these settings from now on."""
        session, endpoint = self._context.session, self._context.endpoint
        settings, model = session.settings, self._model

        def write(saved: Saved) -> None:
            saved.settings(settings)
            if model is not None:
                saved.model(endpoint, None if model == self._own_model else model)

        if not self._choices.are_kept:
            self._notifier.say("Nothing of this run is written, so no default was saved.")
        elif await self._choices.write(write):
            session.defaults = settings
            session.by_hand.forget()
            named = f" and the model {safe_line(model)}" if model else ""
            sent = settings_words(settings) or "no settings sent"
            self._notifier.say(f"Saved as default: new conversations begin with {safe_line(sent)}{named}.")

    @property
    def _model(self) -> str | None:
        """The model of the endpoint in use, "" if none is named; None if there is no choice."""
        described = self._context.backends.described(self._context.endpoint)
        return None if described is None else described[0].model or ""

    @property
    def _own_model(self) -> str | None:
        """The model that this endpoint is described with, likewise."""
        own = self._context.own_models
        return own[self._context.endpoint] or "" if self._context.endpoint in own else None

    async def reset(self) -> None:
        """Forget the defaults that were saved here and use the configuration file's, now and for new conversations."""
        context, model = self._context, self._own_model

        def write(saved: Saved) -> None:
            saved.forget_settings()
            if model is not None:
                saved.model(context.endpoint, None)

        if self._choices.are_kept and not await self._choices.write(write):
            return
        if model is not None:
            context.backends.set_model(context.endpoint, model or None)
        context.session.defaults = context.config_settings
        context.session.by_hand.forget()
        places = {name: place for name, place in context.origins.items() if place != "saved.toml"}
        for name in serialize.from_settings(context.config_settings):
            places[f"settings.{name}"] = "config.toml"
        context.origins = places
        self.change(context.config_settings)
        self._notifier.say("The settings are those of config.toml again; what was saved as default is forgotten.")

    def use_preset(self, name: str) -> None:
        """Use the settings of a preset; those that it does not name stay."""
        self.change(self._context.presets[name].over(self._context.session.settings))
