"""The settings pane: what the next request is made with. It shows the settings it is given and says what the user did;
the rules (ranges, steps, what *not sent* means) are core's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Button, Input, Select, Static, TextArea

from tui_chat.core.api_keys import looks_like_key
from tui_chat.core.settings import Settings, check
from tui_chat.render.safe import safe_line, safe_text
from tui_chat.ui.messages import EndpointChosen, ModelChosen, PaneLeft, ResetAsked, SaveAsked, SettingsChanged
from tui_chat.ui.state import UiState
from tui_chat.ui.widgets.pane_edge import PaneEdge
from tui_chat.ui.widgets.secret_input import KeyHidingInput
from tui_chat.ui.widgets.setting_field import Knob

KNOBS = (("temperature", "Temperature", float), ("top_p", "Top p", float), ("max_tokens", "Max tokens", int))


class SettingsPane(VerticalScroll):
    """Endpoint, model, the knobs and the system prompt."""

    DEFAULT_CSS = """
    SettingsPane {
        dock: right; width: 36; max-width: 50%; background: $surface; padding: 0 1 0 0;
        & .label { color: $text-muted; margin-top: 1; height: 1; }
        & .origin { color: $text-muted; height: auto; margin-top: 1; }
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

    def compose(self) -> ComposeResult:
        yield PaneEdge("settings", "left")
        yield Static("Endpoint", classes="label", markup=False)
        yield Select[str]([], id="endpoint", compact=True)
        yield Static("Model", classes="label", markup=False)
        yield KeyHidingInput("", looks_like_key, id="model", placeholder="the endpoint's own")
        yield Static("Sent with each request", classes="label", markup=False)
        for name, label, _ in KNOBS:
            yield Knob(name, label)
        yield Static("System prompt", classes="label", markup=False)
        yield TextArea(soft_wrap=True, show_line_numbers=False, id="system", placeholder="not sent")
        yield Button("Save as default", id="save", compact=True)
        yield Button("Back to config.toml", id="reset", compact=True)
        yield Static("", classes="origin", id="origins", markup=False)

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show_state)

    def focus_first(self) -> None:
        """Go to the first knob: what is turned while talking."""
        self._knob(KNOBS[0][0]).focus()

    def _show_state(self, state: UiState) -> None:
        lines = [f"{name} is from {place}" for name, place in state.origins]
        self.query_one("#origins", Static).update(Content(safe_text("\n".join(lines))))
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
        for name, _, _ in KNOBS:
            value = getattr(settings, name)
            self._knob(name).value = None if value is None else f"{value:g}" if isinstance(value, float) else str(value)
        area = self.query_one("#system", TextArea)
        wanted = settings.system or ""
        if area.text != wanted and not area.has_focus:
            with self.prevent(TextArea.Changed):
                area.load_text(wanted)

    def _knob(self, name: str) -> Knob:
        return self.query_one(f"#knob-{name}", Knob)

    def _want(self, settings: Settings) -> None:
        self.settings = settings
        self.post_message(SettingsChanged(settings))

    @on(Knob.Turned)
    def _turned(self, message: Knob.Turned) -> None:
        self._want(self.settings.stepped(message.name, message.steps))

    @on(Knob.Cleared)
    def _cleared(self, message: Knob.Cleared) -> None:
        self._want(_with(self.settings, message.name, None))

    @on(Knob.Typed)
    def _typed(self, message: Knob.Typed) -> None:
        """A typed value is taken if it is sound; if not, nothing changes and the line says what is expected."""
        kind = next(kind for name, _, kind in KNOBS if name == message.name)
        value: object
        try:
            value = kind(message.text)
        except ValueError:
            value = message.text
        problem = check(message.name, value)
        if problem is None:
            self._want(_with(self.settings, message.name, value))
        else:
            self._knob(message.name).complaint = f"{message.text}: {problem}"

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
