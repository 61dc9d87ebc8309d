"""The settings pane: what the next request is made with. It shows the settings it is given and says what the user did;
the rules (ranges, steps, what *not sent* means) are core's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Button, Input, Select, Static, TextArea

from tui_chat.core.api_keys import looks_like_key
from tui_chat.core.setting_scale import has_scale, placed, share
from tui_chat.core.setting_text import expected, typed_value, written
from tui_chat.core.settings import Settings, check
from tui_chat.render.safe import safe_line, safe_text
from tui_chat.ui.messages import EndpointChosen, ModelChosen, PaneLeft, ResetAsked, SaveAsked, SettingsChanged
from tui_chat.ui.state import UiState
from tui_chat.ui.widgets.pane_edge import PaneEdge
from tui_chat.ui.widgets.secret_input import KeyHidingInput
from tui_chat.ui.widgets.setting_field import SettingField

FIELDS = {
    "temperature": "Temperature",
    "top_p": "Top p",
    "max_tokens": "Max tokens",
    "seed": "Seed",
    "stop": "Stop",
    "presence_penalty": "Presence penalty",
    "frequency_penalty": "Frequency penalty",
    "reasoning_effort": "Reasoning effort",
}
TEXTS = frozenset({"stop"})
"""Settings that are typed as text, and have no steps."""

KEYS = "↑↓ row  ←→ change  del not sent"


class SettingsPane(VerticalScroll):
    """Endpoint, model, the settings one by one, and the system prompt."""

    DEFAULT_CSS = """
    SettingsPane {
        dock: right; width: 40; max-width: 50%; background: $surface; padding: 0 1 0 0;
        & .label { color: $text-muted; margin-top: 1; height: 1; }
        & .keys { color: $text-muted; height: 1; text-overflow: ellipsis; text-wrap: nowrap; }
        & #about { color: $text-muted; height: 2; padding-left: 2; }
        & Select { width: 1fr; }
        & Input { width: 1fr; background: $background; }
        & #system { height: 5; border: none; padding: 0 1; background: $background; }
        & Input:focus, & #system:focus { background: $primary-muted; }
        & Button { margin-top: 1; width: 1fr; }
    }
    """

    BINDINGS = [Binding("escape", "leave", show=False)]  # noqa: RUF012

    settings: reactive[Settings] = reactive(Settings(), layout=False)

    def __init__(self) -> None:
        super().__init__(id="settings", can_focus=False)
        self._endpoint = ""
        self._endpoints: tuple[str, ...] = ()
        self._model: str | None = None
        self._defaults = Settings()
        self._origins: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield PaneEdge("settings", "left")
        yield Static("Endpoint", classes="label", markup=False)
        yield Select[str]([], id="endpoint", compact=True)
        yield Static("Model", classes="label", markup=False)
        yield KeyHidingInput("", looks_like_key, id="model", placeholder="the endpoint's default")
        yield Static("Sent with each request", classes="label", markup=False)
        yield Static(KEYS, classes="keys", markup=False)
        for name, label in FIELDS.items():
            yield SettingField(name, label, has_bar=has_scale(name), is_text=name in TEXTS)
        yield Static("", id="about", markup=False)
        yield Static("System prompt", classes="label", markup=False)
        yield TextArea(soft_wrap=True, show_line_numbers=False, id="system", placeholder="not sent")
        yield Button("Save as default", id="save", compact=True)
        yield Button("Reset to config.toml", id="reset", compact=True)

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show_state)

    def focus_first(self) -> None:
        """Go to the first setting: what is turned while talking."""
        self._field(next(iter(FIELDS))).focus()

    def _show_state(self, state: UiState) -> None:
        self._defaults, self._origins = state.defaults, dict(state.origins)
        with self.prevent(Select.Changed, Input.Changed):
            self._show_endpoint(state)
            if state.chosen_model != self._model:  # what is being typed stays
                self._model = state.chosen_model
                self.query_one("#model", Input).value = safe_line(state.chosen_model or "")
        self.settings = state.settings
        self._show(state.settings)

    def _show_endpoint(self, state: UiState) -> None:
        if (state.endpoints, state.endpoint) != (self._endpoints, self._endpoint):
            self._endpoints, self._endpoint = state.endpoints, state.endpoint
            select = self.query_one("#endpoint", Select)
            select.set_options([(Content(safe_line(name)), name) for name in state.endpoints])
            select.value = state.endpoint

    def _show(self, settings: Settings) -> None:
        for name in FIELDS:
            value, field = getattr(settings, name), self._field(name)
            field.value = None if value is None else safe_line(written(value))
            field.share = share(name, value)
            field.changed = value != getattr(self._defaults, name)
        self._tell()
        area = self.query_one("#system", TextArea)
        wanted = settings.system or ""
        if area.text != wanted and not area.has_focus:
            with self.prevent(TextArea.Changed):
                area.load_text(wanted)

    @on(events.DescendantFocus)
    def _tell(self) -> None:
        """What the chosen setting takes, and where its value comes from."""
        chosen = self.screen.focused
        text = ""
        if isinstance(chosen, SettingField) and chosen.name:
            takes, place = expected(chosen.name), self._origins.get(chosen.name, "")
            unchanged = f"from {place}" if place else "the default of a new conversation"
            text = f"{takes}\n{'changed here' if chosen.changed else unchanged}"
        self.query_one("#about", Static).update(Content(safe_text(text)))

    def _field(self, name: str) -> SettingField:
        return self.query_one(f"#setting-{name}", SettingField)

    def _want(self, settings: Settings) -> None:
        self.settings = settings
        self.post_message(SettingsChanged(settings))

    @on(SettingField.Left)
    def _choose(self, message: SettingField.Left) -> None:
        (self.screen.focus_next if message.rows > 0 else self.screen.focus_previous)("SettingsPane *")

    @on(SettingField.Turned)
    def _turned(self, message: SettingField.Turned) -> None:
        self._want(self.settings.stepped(message.name, message.steps))

    @on(SettingField.Placed)
    def _placed(self, message: SettingField.Placed) -> None:
        self._want(placed(self.settings, message.name, message.share))

    @on(SettingField.Cleared)
    def _cleared(self, message: SettingField.Cleared) -> None:
        self._want(_with(self.settings, message.name, None))

    @on(SettingField.Typed)
    def _typed(self, message: SettingField.Typed) -> None:
        """A valid value is taken; for another one nothing changes, and its row says what is expected."""
        value = typed_value(message.name, message.text)
        problem = check(message.name, value)
        if problem is None:
            self._want(_with(self.settings, message.name, tuple(value) if isinstance(value, list) else value))
        else:
            self._field(message.name).complaint = f"{safe_line(message.text)}: {problem}"

    @on(TextArea.Changed, "#system")
    def _system_changed(self, message: TextArea.Changed) -> None:
        self._want(replace(self.settings, system=message.text_area.text or None))

    @on(Select.Changed, "#endpoint")
    def _endpoint_chosen(self, message: Select.Changed) -> None:
        if isinstance(message.value, str) and message.value != self._endpoint:
            self._endpoint = message.value
            self.post_message(EndpointChosen(message.value))

    @on(Input.Blurred, "#model")
    @on(Input.Submitted, "#model")
    def _model_chosen(self, message: Input.Blurred | Input.Submitted) -> None:
        model = message.value.strip() or None
        if model != self._model:
            self._model = model
            self.post_message(ModelChosen(model))

    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        self.post_message(SaveAsked())

    @on(Button.Pressed, "#reset")
    def _reset(self) -> None:
        self.post_message(ResetAsked())

    def action_leave(self) -> None:
        self.post_message(PaneLeft())


def _with(settings: Settings, name: str, value: object) -> Settings:
    changes: dict[str, Any] = {name: value}
    return replace(settings, **changes)
