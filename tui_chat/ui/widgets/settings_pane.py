"""The settings pane: shows the settings of the next request and posts the user's changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static, TextArea

from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.core.setting_bar import has_scale, placed, share
from tui_chat.core.setting_rules import adapted, check_for, takes
from tui_chat.core.setting_steps import stepped
from tui_chat.core.setting_syntax import expected, typed_value, written
from tui_chat.core.settings import Settings, with_value
from tui_chat.render.sanitize import safe_line, safe_text
from tui_chat.ui.key_bindings import binding
from tui_chat.ui.key_hints import key_rows
from tui_chat.ui.state import UiState
from tui_chat.ui.widget_message_base import MessageBase
from tui_chat.ui.widget_messages import (
    CommandWanted,
    EndpointChosen,
    ModelChosen,
    PaneLeft,
    ResetAsked,
    SaveAsked,
    SettingsChanged,
    SettingsSeen,
)
from tui_chat.ui.widgets.pane_edge import PaneEdge
from tui_chat.ui.widgets.pane_rows import RowLeft, RowSelect, SystemPromptArea
from tui_chat.ui.widgets.secret_input import SecretInput
from tui_chat.ui.widgets.setting_field import SettingField
from tui_chat.ui.widgets.usage_view import UsageView

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

FIELDS = {
    "temperature": "Temperature",
    "top_p": "Top p",
    "max_tokens": "Max tokens",
    "seed": "Seed",
    "stop": "Stop",
    "presence_penalty": "Presence penalty",
    "frequency_penalty": "Frequency penalty",
    "reasoning_effort": "Reasoning effort",
    "prompt_mode": "Prompt mode",
    "safe_prompt": "Safe prompt",
    "extra_body": "Extra body",
}
TEXTS = frozenset({"stop", "extra_body"})
"""Settings that are typed as text, and have no steps."""
WORDS = frozenset({"reasoning_effort", "prompt_mode", "safe_prompt"})
"""Settings that are turned, or typed as a word."""

ROOMY = 32
"""Rows from which on the usage stays at the foot while the rows above it scroll."""

LOW = 28
"""Rows below which what is said of the chosen row does so."""

DEFAULT_MODEL = "the endpoint's default"

KEYS = "^s save as default   tab next group"
"""Keys of the whole pane. Those of a row stand on the last line of the screen."""

ACTIONS: dict[str, tuple[str, str, Callable[[], MessageBase]]] = {
    "endpoints": ("Endpoints…", "Use, add, edit, check, delete.", lambda: CommandWanted("endpoint.edit")),
    "save": (
        "Save as default",
        "New conversations begin with what is set here.",
        SaveAsked,
    ),
    "presets": ("Presets…", "Settings under a name: use, save.", lambda: CommandWanted("settings.presets")),
    "reset": ("Use config.toml's values", "", ResetAsked),
    "systems": ("System prompts…", "Choose one from your library.", lambda: CommandWanted("settings.system")),
}
"""Buttons: their label, what they do, and what the user wants with them."""

GROUPS = ("#endpoint", "SettingField", "#system")
"""The first row of each group, between which tab jumps."""


class SettingsPane(VerticalScroll):
    """Endpoint, model, the settings one by one, and the system prompt."""

    DEFAULT_CSS = """
    SettingsPane {
        dock: right; width: 40; max-width: 50%; background: $surface; padding: 0 1 0 0; scrollbar-size-vertical: 1;
        & .label { color: $text-muted; margin-top: 1; height: 1; }
        & .keys { height: auto; visibility: hidden; }
        & .keys.-hold { visibility: visible; }
        & #about { color: $text-muted; background: $surface; height: auto; max-height: 4; padding: 1 0 0 2; }
        &.-tight #about { padding-top: 0; }
        &.-tight #system { height: 1; }
        &.-tight #system:focus, &.-tight #system.-set { height: 3; }
        &.-low #about { dock: bottom; height: 2; margin-left: 1; padding-left: 1; }
        &.-low .label { margin-top: 0; }
        & .choice { height: 1; }
        & .choice > Static { width: 10; color: $text-muted; }
        & SelectCurrent > #label { text-wrap: nowrap; text-overflow: ellipsis; }
        & Select { width: 1fr; }
        & Input { width: 1fr; background: $background; }
        & #system { height: 3; border: none; padding: 0 1; background: $background; }
        & Input:focus, & #system:focus { background: $primary-muted; }
        & Button {
            width: 1fr; content-align: left middle; text-align: left; background: $surface;
            text-style: none !important; text-wrap: nowrap; text-overflow: ellipsis;
        }
        & Button:focus { background: $primary-muted; }
        &.-roomy UsageView { dock: bottom; margin: 0 0 0 2; padding-top: 1; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape", "leave", show=False),
        Binding("up", "row(-1)", show=False),
        Binding("down", "row(1)", show=False),
        Binding("tab", "group(1)", show=False),
        Binding("shift+tab", "group(-1)", show=False),
        binding("settings.save", "ctrl+s"),
        binding("settings.undo", "ctrl+z"),
    ]

    settings: reactive[Settings] = reactive(Settings(), layout=False)

    def __init__(self) -> None:
        super().__init__(id="settings", can_focus=False)
        self._endpoint = ""
        self._endpoints: tuple[str, ...] = ()
        self._model: str | None = None
        self._defaults = Settings()
        self._origins: dict[str, str] = {}
        self._rules: Rules | None = None
        self._configured = ""

    def compose(self) -> ComposeResult:
        yield PaneEdge("settings", "left")
        with Horizontal(classes="choice"):
            yield Static("Endpoint", markup=False)
            yield RowSelect([], id="endpoint", compact=True)
        with Horizontal(classes="choice"):
            yield Static("Model", markup=False)
            yield SecretInput("", looks_like_key, id="model", placeholder=DEFAULT_MODEL)
        yield _button("endpoints")
        yield Static("Sent with each request", classes="label", markup=False)
        yield Static(classes="keys")
        for name, label in FIELDS.items():
            yield SettingField(name, label, has_bar=has_scale(name), is_text=name in TEXTS, is_word=name in WORDS)
        yield from map(_button, ("save", "presets", "reset"))
        yield Static("System prompt", classes="label", markup=False)
        yield SystemPromptArea(soft_wrap=True, show_line_numbers=False, id="system", placeholder="not sent")
        yield _button("systems")
        yield Static("", id="about", markup=False)
        yield UsageView()

    def on_mount(self) -> None:
        self.watch(self.screen, "state", self._show_state)
        self.post_message(SettingsSeen())

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= ROOMY, "-roomy")
        self.set_class(event.size.height < ROOMY, "-tight")
        self.set_class(event.size.height < LOW, "-low")
        model, room = self.query_one("#model", Input), self.scrollable_content_region.width - 11
        model.placeholder = DEFAULT_MODEL if room > len(DEFAULT_MODEL) else "its default"
        self.query_one(".keys", Static).update(key_rows(KEYS, self.scrollable_content_region.width - 2, 2))

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _name_own_keys(self) -> None:
        """Only while they hold: elsewhere ctrl+s saves the conversation."""
        self.query_one(".keys").set_class(self.has_focus_within, "-hold")

    def focus_first(self) -> None:
        """Go to the first setting: what is turned while talking."""
        row = next(self._group_heads("SettingField"))
        row.focus(scroll_visible=False)
        # Before the pane is laid out the row seems to be out of view, and the endpoint would be scrolled away.
        self.call_after_refresh(row.scroll_visible, animate=False)

    def _group_heads(self, *groups: str) -> Iterator[Widget]:
        """A setting that the server does not know is not shown."""
        yield from (next(row for row in self.query(group).results(Widget) if row.display) for group in groups)

    def _show_state(self, state: UiState) -> None:
        self._defaults, self._origins, self._rules = state.defaults, dict(state.origins), state.rules
        self._configured = state.configured
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
        notes = adapted(settings, self._rules).notes if self._rules is not None else {}
        for name in FIELDS:
            value, field = getattr(settings, name), self._field(name)
            field.value = None if value is None else safe_line(written(value))
            field.share = share(name, value, self._rules)
            field.changed = value != getattr(self._defaults, name)
            field.warning = f"{field.value}: {notes[name]}" if name in notes else ""
            # What the server does not know has no row, unless a value waits in it for another server.
            field.display = takes(name, self._rules) or value is not None
        self._tell()
        area = self.query_one("#system", TextArea)
        wanted = settings.system or ""
        area.set_class(bool(wanted), "-set")
        if area.text != wanted and not area.has_focus:
            with self.prevent(TextArea.Changed):
                area.load_text(wanted)

    @on(events.DescendantFocus)
    def _tell(self) -> None:
        """The valid values of the setting under the cursor, and the origin of its value; what a button does."""
        chosen = self.screen.focused
        text = ""
        if isinstance(chosen, SettingField) and chosen.name:
            accepted, place = expected(chosen.name, self._rules), self._origins.get(chosen.name, "")
            unchanged = f"from {place}" if place else "the default"
            text = f"{accepted}\n{'changed here' if chosen.changed else unchanged}"
            text = f"{chosen.complaint}\nenter corrects it" if chosen.complaint else chosen.warning or text
        elif isinstance(chosen, Button) and chosen.id in ACTIONS:
            text = ACTIONS[chosen.id][1] or f"Forgets what was saved as default. {self._configured}"
        self.query_one("#about", Static).update(Content(safe_text(text)))

    def _field(self, name: str) -> SettingField:
        return self.query_one(f"#setting-{name}", SettingField)

    def _want(self, settings: Settings) -> None:
        self.settings = settings
        self.post_message(SettingsChanged(settings))

    @on(SettingField.Left)
    @on(RowLeft)
    def _choose(self, message: SettingField.Left | RowLeft) -> None:
        self.action_row(message.rows)

    def action_row(self, by: int) -> None:
        (self.screen.focus_next if by > 0 else self.screen.focus_previous)("SettingsPane *")

    def action_group(self, by: int) -> None:
        """To the first row of the next group, or of the one before."""
        rows, heads = self.screen.focus_chain, list(self._group_heads(*GROUPS))
        at = rows.index(self.screen.focused) if self.screen.focused in rows else 0
        above = [number for number, head in enumerate(heads) if rows.index(head) <= at]
        heads[((above or [0])[-1] + by) % len(heads)].focus()

    @on(SettingField.Turned)
    def _turned(self, message: SettingField.Turned) -> None:
        self._want(stepped(self.settings, message.name, message.steps, self._rules))

    @on(SettingField.Placed)
    def _placed(self, message: SettingField.Placed) -> None:
        self._want(placed(self.settings, message.name, message.share, self._rules))

    @on(SettingField.Cleared)
    def _cleared(self, message: SettingField.Cleared) -> None:
        self._want(with_value(self.settings, message.name, None))

    @on(SettingField.Typed)
    def _typed(self, message: SettingField.Typed) -> None:
        """A valid value is taken; for another one nothing changes, and its row says what is expected."""
        value = typed_value(message.name, message.text)
        problem = check_for(message.name, value, self._rules)
        if problem is None:
            self._want(with_value(self.settings, message.name, value))
        else:
            self._field(message.name).refuse(message.text, problem)
            self._tell()

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

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.post_message(ACTIONS[str(message.button.id)][2]())

    def action_leave(self) -> None:
        self.post_message(PaneLeft())


def _button(name: str) -> Button:
    return Button(f"  {ACTIONS[name][0]}", id=name, compact=True)
