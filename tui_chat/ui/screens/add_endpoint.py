"""The form for adding or editing an endpoint: describe it, try it, use it. Its input survives closing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Select, Static, TextArea

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind
from tui_chat.core.recognize_api_keys import MASK, mask_keys
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.controllers.endpoints import Check, Models
from tui_chat.ui.endpoint_form import (
    KEY_FROM,
    TAKES_KEY,
    TAKES_NOTHING,
    Described,
    EndpointForm,
    KeyFrom,
    described,
    is_secret,
    is_secret_source,
    missing_model,
    named_variable,
    next_step,
    remembered,
    switched,
    taken_apart,
    typed_source,
    what_differs,
    what_to_choose,
    with_key_source,
    with_name,
)
from tui_chat.ui.key_hints import hints_of
from tui_chat.ui.key_variable import key_variable
from tui_chat.ui.screens.doctor import summary
from tui_chat.ui.screens.modal import Modal, show_keys
from tui_chat.ui.widgets.key_button import KeyButton
from tui_chat.ui.widgets.model_choices import ModelChoices
from tui_chat.ui.widgets.price_row import PriceRow
from tui_chat.ui.widgets.secret_input import SecretInput, SecretTextArea
from tui_chat.wire.curl_parse import is_curl, is_whole

if TYPE_CHECKING:
    from tui_chat.client.doctor import CheckStep

ROOMY = 36
"""Rows of the terminal from which on the fields stand apart."""

DENSE = 24
"""Rows of the terminal below which no row stays blank."""

TRY, USE = "Try it", "Save and use"
FIELDS = {"url": "address", "key": "key", "name": "name", "model": "model"}
PASSED = "It works: enter saves it and uses it."
PRICE = "Price of a million tokens (optional)"
MODEL = "Model (empty where the endpoint serves one)"
# A variable is proposed by the endpoint's name: that of a provider would be wrong for a server on this machine.
PLACEHOLDERS: dict[KeyFrom, str] = {
    "none": "none is sent: right for Ollama and the like",
    "command": "pass show my-key",
    "entra": "nothing to type: a token is fetched when it is needed",
    "keyring": "the key itself",
    "typed": "the key itself",
}
KEPT = "the key stays as it is; type another one to replace it"
EXPLAINED: dict[KeyFrom, str] = {
    "entra": "Uses the account signed in on this machine, as by az login. Needs the extra entra.",
    "keyring": "Stored in the keyring of this computer, under tui-chat and the endpoint's name.",
    "typed": (
        "Kept until tui-chat ends. To keep it longer: set the variable {variable}, choose a command above, or {ring}."
    ),
}


class AddEndpoint(Modal[Described | None]):
    """Closes with what was described, or with None; `form` holds the fields' values then.

    `check` gives the steps of a check, `models` the names of the models that the server lists. `has_keyring` says
    whether a keyring can hold a key; while it has not answered, none is offered.
    """

    DEFAULT_CSS = """
    AddEndpoint {
        align: center middle;
        & > VerticalScroll { width: 92; max-width: 96%; height: auto; max-height: 96%; border: round $primary;
                             border-title-color: $text-accent; border-title-style: bold;
                             background: $surface; padding: 0 2; }
        & #url, & #url:focus { height: 3; border: none; padding: 0 1; background: $background; }
        & Input { background: $background; }
        & .label { color: $text-muted; height: 1; }
        & Static { width: 1fr; height: auto; }
        &.-roomy .label { margin-top: 1; }
        & #explained, &.-roomy #explained { height: auto; margin: 0; }
        & #model_label.-missing, & #told { color: $text-warning; }
        & #told.-good { color: $text-success; }
        & #buttons { height: auto; margin: 1 0; }
        &.-low #url, &.-low #url:focus { height: 1; }
        &.-low #buttons { margin: 0; }
        & Button { margin-right: 2; }
    }
    """

    VERTICAL_BREAKPOINTS = [(0, "-low"), (DENSE, "-dense"), (ROOMY, "-roomy")]  # noqa: RUF012
    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape", "dismiss", "Close", show=False),
        Binding("ctrl+t", "try", "Try", show=False),
        Binding("ctrl+s", "use", "Save and use", show=False),
    ]

    def __init__(
        self,
        form: EndpointForm,
        taken: Collection[str],
        check: Check,
        models: Models,
        has_keyring: Callable[[], Awaitable[bool]],
        titles: tuple[str, str],
    ) -> None:
        super().__init__()
        self._titles = titles
        self._has_keyring = has_keyring
        self._keyring = form.key_from == "keyring"
        self._source_chosen = form.key_from != "none"
        self.form = form
        self._taken = taken
        self._check = check
        self._models = models
        self._proposed = ""
        self._is_secret = lambda text: is_secret(self.form, text)
        self._tried: Described | None = None
        """What a check has passed, and so enter saves."""

    def compose(self) -> ComposeResult:
        form = self.form
        with VerticalScroll(can_focus=False) as box:
            box.border_title, box.border_subtitle = self._titles[0], hints_of(self._titles[1])
            yield Static("Address, or a whole curl command", classes="label")
            yield SecretTextArea(form.url, self._take_pasted, lambda: self.form.seen, is_whole, id="url")
            yield Static("The key comes from", classes="label")
            yield Select(
                _sources(keyring=self._keyring), value=form.key_from, allow_blank=False, id="key_from", compact=True
            )
            yield SecretInput(form.key, lambda text: is_secret_source(self.form, text), id="key")
            yield Static(id="explained", classes="label")
            yield Static("Name", classes="label")
            yield SecretInput(form.name, self._is_secret, id="name", placeholder="filled in from the address")
            yield Static(MODEL, classes="label", id="model_label")
            yield SecretInput(form.model, self._is_secret, id="model")
            yield ModelChoices()
            yield Static(PRICE, classes="label")
            yield PriceRow(form.price, self._is_secret)
            with Horizontal(id="buttons"):
                yield KeyButton("^t", TRY, id="try")
                yield KeyButton("^s", USE, id="use")
            yield Static(id="told")
            yield Static(id="steps")

    def on_mount(self) -> None:
        self._fit_key()
        # Watched, not notified by a message: a frame in between would show one source's value as the other's.
        self.watch(self.query_one("#key_from", Select), "value", self._switch, init=False)
        self.query_one(f"#{self.form.at}").focus()
        if is_curl(self.form.url):
            self._take_apart()
        self.run_worker(self._look_for_keyring(), group="keyring")

    async def _look_for_keyring(self) -> None:
        """Offer the keyring once it is known to work, and put a key there that was pasted meanwhile."""
        if self._keyring or not await self._has_keyring():
            return
        self._keyring = True
        form, chosen = self._read(), self._source_chosen
        select = self.query_one("#key_from", Select)
        with self.prevent(Select.Changed):
            self.form = form
            # Shows the first of them for a moment, which is no choice.
            select.set_options(_sources(keyring=self._keyring))
        self._source_chosen = chosen
        self._write(form if self._source_chosen or form.key_from != "typed" else switched(form, "keyring"))

    # Fields

    def _read(self) -> EndpointForm:
        """The fields' values."""
        return replace(
            self.form,
            url=self.query_one("#url", TextArea).text,
            key=self.query_one("#key", Input).value,
            name=self.query_one("#name", Input).value,
            model=self.query_one("#model", Input).value,
            price=self.query_one(PriceRow).price,
        )

    def _write(self, form: EndpointForm) -> None:
        self.form = form
        self.query_one("#url", TextArea).text = form.url
        self.query_one("#key_from", Select).value = form.key_from
        self._fit_key()
        self.query_one("#name", Input).value = form.name
        self.query_one("#model", Input).value = form.model

    def _take_pasted(self, text: str) -> bool:
        """Take apart what the address would be with what was pasted. False: nothing was, it may be inserted."""
        form = replace(self._read(), url=text)
        found = taken_apart(form, keyring=self._keyring)
        if isinstance(found, str) or found == form:
            self.call_later(self._take_apart)  # once it is inserted
            return False
        self._fill(form, found)
        return True

    @on(events.DescendantBlur)
    def _take_apart(self) -> None:
        """Put what a command says into the fields, and propose a name where none was typed."""
        self.form = form = remembered(self._read())
        found = taken_apart(form, keyring=self._keyring)
        if isinstance(found, str):
            self._tell(found)
            return
        self._fill(form, found)

    def _fill(self, form: EndpointForm, found: EndpointForm) -> None:
        if found.name in ("", self._proposed):
            found = with_name(found, self._taken)
            self._proposed = found.name
        if found != form:
            self._write(found)
        if form.url.strip() and not found.url and found.key_from in TAKES_KEY:
            self._tell("That was a key: it is in its own field now. Paste the address of the endpoint too.")
        elif (again := found.again) is not None and found.name == again.name:
            model = f" with the model {again.model}" if again.model else ""
            key = ", with the key that was pasted" if found.key else ""
            self._tell(
                f"You have this endpoint already, as {again.name}{model}: enter tries it, ^s uses it{key}."
                " Another name makes a second one."
            )
        elif found.name != form.name and (why := what_differs(found)):
            self._tell(why)
        self._name_enter()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self) -> None:
        form = self._read()
        if form != self.form:  # what was written by this screen itself is no news
            if form.model != self.form.model:
                self.query_one(ModelChoices).narrow(form.model)
            self.form = form
            self._explain()
            self._tell("")

    def _switch(self, value: object) -> None:
        """Another source was chosen: its own value comes into the field, and that of the one before is kept."""
        if value == self.form.key_from:
            return
        self._source_chosen = True
        self.form = switched(remembered(self._read()), cast("KeyFrom", value))
        self._fit_key()
        self._tell("")
        if not self.query_one("#key").disabled:
            self.call_later(self.query_one("#key").focus)

    def _fit_key(self) -> None:
        """Show the value of the source that is chosen."""
        form, key = self.form, self.query_one("#key", SecretInput)
        key.private = key.private or form.key_from in TAKES_KEY  # before the value, which is never drawn in clear
        key.value = form.key
        key.private = form.key_from in TAKES_KEY
        key.disabled = form.key_from in TAKES_NOTHING
        self._explain()

    def _explain(self) -> None:
        """Say what belongs into the field of the key, and what becomes of it."""
        form, key, explained = self.form, self.query_one("#key", Input), self.query_one("#explained", Static)
        proposed = key_variable("" if is_secret(form, form.name) else form.name)
        key.placeholder = KEPT if form.key_from in form.kept else PLACEHOLDERS.get(form.key_from, proposed)
        named = named_variable(form) or proposed
        ring = "choose the keyring" if self._keyring else "install the extra keyring"
        explained.update(Content(EXPLAINED.get(form.key_from, "").format(variable=named, ring=ring)))
        explained.display = form.key_from in EXPLAINED

        missing = missing_model(form)
        label = self.query_one("#model_label", Static)
        label.update(Content(missing or MODEL))
        label.set_class(bool(missing), "-missing")

    # What can be done

    @on(SecretTextArea.Entered)
    @on(Input.Submitted)
    def _go_on(self) -> None:
        """To the first field that something is missing from; then the check, and once that has passed, save."""
        self._take_apart()
        form = self._read() if self._source_chosen else with_key_source(self._read(), keyring=self._keyring)
        if form.key_from != self.form.key_from:
            self._write(form)
        mistake = described(self.form, self._taken)
        match next_step(self.form, mistake, self._tried):
            case "try":
                self.action_try()
            case "use":
                self.action_use()
            case field:
                self.query_one(f"#{field}").focus()
                self._tell(mistake if isinstance(mistake, str) and field != "url" else "")
                if field == "model" and not isinstance(mistake, str):
                    self.run_worker(self._try(*mistake, checks=False), exclusive=True, group="check")

    @on(events.DescendantFocus)
    def _name_enter(self) -> None:
        """Name what enter does at this place, in the last line and on the button that it presses."""
        form = self._read()
        found = taken_apart(form, keyring=self._keyring)
        form = form if isinstance(found, str) else found
        form = form if self._source_chosen else with_key_source(form, keyring=self._keyring)
        form = form if form.name else with_name(form, self._taken)
        step = next_step(form, described(form, self._taken), self._tried)
        word = _enter_word(self.focused, step)
        buttons = [*self.query(KeyButton)]
        for button in buttons:
            button.take_enter(button.word == word)
        enter = [("enter", word)] if word else []
        others = [button.hint for button in buttons if button.word != word]
        show_keys(self, (*enter, ("tab", "next field"), *others, ("esc", "close")))

    def _described(self) -> Described | None:
        self._take_apart()
        found = described(self.form, self._taken)
        if isinstance(found, str):
            self._tell(found)
            return None
        self._tell("")
        return found

    @on(Button.Pressed, "#try")
    def action_try(self) -> None:
        if (found := self._described()) is not None:
            self.run_worker(self._try(*found), exclusive=True, group="check")

    @on(Button.Pressed, "#use")
    def action_use(self) -> None:
        if (found := self._described()) is not None:
            self.dismiss(found)

    async def _try(self, config: EndpointConfig, key: str | None, *, checks: bool = True) -> None:
        """Check the endpoint, if it `checks`, and have one of the names chosen that the server lists, where the name is
        missing or wrong."""
        shown = self.query_one("#steps", Static)
        steps: list[CheckStep] = []
        if checks:
            shown.update(summary(steps, running=True))
            async with aclosing(self._check(config, key)) as found:
                async for step in found:
                    steps.append(step)
                    shown.update(summary(steps, running=True))
            shown.update(summary(steps, running=False))
            shown.scroll_visible()
        if passed := bool(steps) and all(step.ok is not False for step in steps):
            self._tried = config, key
            self._tell(PASSED, is_good=True)
        if steps and steps[-1].error is not None and steps[-1].error.kind is ErrorKind.AUTH:
            self._ask_key()
            return
        choices = self.query_one(ModelChoices)
        choices.listed = listed = await self._models(config, key)
        choices.narrow(config.model or "")
        if told := what_to_choose(self.form, listed, passed=passed):
            self._tell(told)
            if listed:
                choices.focus()
                choices.scroll_visible()

    def _ask_key(self) -> None:
        """The server wants another key, or one at all."""
        if self.form.key_from == "none":
            self._write(switched(self._read(), typed_source(self._keyring)))
            self._tell("The server wants a key: paste it, or choose where it comes from.")
        else:
            self._tell("The server refused this key: paste another one, or choose where it comes from.")
        self.query_one("#key_from" if self.query_one("#key").disabled else "#key").focus()
        self.query_one("#key", Input).select_all()  # what is pasted takes its place

    @on(ModelChoices.OptionSelected)
    def _choose_model(self, message: ModelChoices.OptionSelected) -> None:
        """Take the model that the server lists, and try it."""
        self.query_one("#model", Input).value = self.query_one(ModelChoices).name_of(message.option_id)
        self.query_one("#model").focus()
        self.call_later(self._go_on)

    def _tell(self, text: str, *, is_good: bool = False) -> None:
        for key in self.form.seen:
            text = text.replace(key, MASK)
        told = self.query_one("#told", Static)
        told.set_class(is_good, "-good")
        told.update(Content(safe_line(mask_keys(text))))
        self._name_enter()


def _enter_word(focused: Widget | None, step: str) -> str:
    """What enter does where the focus is; "" where it only says what is missing."""
    match focused:
        case ModelChoices():
            return "take this model"
        case Select() | OptionList():
            return "choose"
        case KeyButton(word=word):
            return word
        case SecretTextArea(text=text) if not is_whole(text):
            return "new line"
    words = {"try": TRY.lower(), "use": USE.lower(), **{name: f"to the {field}" for name, field in FIELDS.items()}}
    return "" if focused is not None and focused.id == step else words[step]


def _sources(*, keyring: bool) -> list[tuple[str, KeyFrom]]:
    return [(label, source) for label, source in KEY_FROM if source != "keyring" or keyring]
