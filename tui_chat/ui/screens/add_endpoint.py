"""Describe an endpoint, try it, and use it. What is typed stays until it is used, also when this is closed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Select, Static, TextArea

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.render.safe import safe_line
from tui_chat.ui.endpoint_form import KEY_FROM, Form, KeyFrom, described, proposed_name, taken_apart
from tui_chat.ui.screens.doctor import summary
from tui_chat.ui.screens.modal import Modal

if TYPE_CHECKING:
    from tui_chat.client.doctor import Step

Described = tuple[EndpointConfig, str | None]
Try = Callable[[EndpointConfig, str | None], AsyncGenerator["Step", None]]
Models = Callable[[EndpointConfig, str | None], Awaitable[Sequence[str]]]

LISTED = 12
PLACEHOLDERS: dict[KeyFrom, str] = {
    "none": "no key is sent",
    "variable": "AZURE_MISTRAL_KEY",
    "command": "pass show azure",
    "keyring": "azure",
    "typed": "never written to a file",
}
EXPLAINED = "A key that is typed here is held until tui-chat ends and is written nowhere."


class PasteArea(TextArea):
    """Takes whole commands; told when one was pasted, so that a key in it does not stay on the screen."""

    def __init__(self, text: str, pasted: Callable[[], None]) -> None:
        super().__init__(text, id="url", soft_wrap=True, tab_behavior="focus", placeholder="URL or curl command")
        self._pasted = pasted

    async def _on_paste(self, event: events.Paste) -> None:
        self.call_later(self._pasted)  # Textual's own handler runs after this one


class AddEndpoint(Modal[Described | None]):
    """Closes with what was described, or with None; `form` is what stands in the fields then.

    `tried` gives the steps of a check, `models` the names of the models that the server lists.
    """

    DEFAULT_CSS = """
    AddEndpoint {
        align: center middle;
        & > VerticalScroll { width: 92; max-width: 96%; height: auto; max-height: 96%; border: round $primary;
                             border-title-color: $text-accent; background: $surface; padding: 0 2; }
        & #url, & #url:focus { height: 3; border: none; padding: 0 1; background: $background; }
        & Input { background: $background; }
        & .label { color: $text-muted; height: 1; }
        & Static { width: 1fr; height: auto; }
        & #told { color: $text-warning; }
        & #buttons { height: auto; margin: 1 0; }
        & Button { margin-right: 2; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape", "dismiss", "Close", show=False),
        Binding("ctrl+t", "try", "Try", show=False),
        Binding("ctrl+s", "use", "Save and use", show=False),
    ]

    def __init__(self, form: Form, taken: Collection[str], tried: Try, models: Models) -> None:
        super().__init__()
        self.form = form
        self._taken = taken
        self._tried = tried
        self._models = models
        self._proposed = ""

    def compose(self) -> ComposeResult:
        form = self.form
        with VerticalScroll(can_focus=False) as box:
            box.border_title = "Add an endpoint"
            box.border_subtitle = "esc closes, what is typed is kept"
            yield Static("Address, or a whole curl command", classes="label")
            yield PasteArea(form.url, self._take_apart)
            yield Static("The key comes from", classes="label")
            yield Select(KEY_FROM, value=form.key_from, allow_blank=False, id="key_from", compact=True)
            yield Input(form.key, id="key", compact=True)
            yield Static(EXPLAINED, id="explained", classes="label")
            yield Static("Name", classes="label")
            yield Input(form.name, id="name", compact=True)
            yield Static("Model (empty where the endpoint serves one)", classes="label")
            yield Input(form.model, id="model", compact=True)
            with Horizontal(id="buttons"):
                yield Button(Content("Try it (^t)"), id="try", compact=True)
                yield Button(Content("Save and use (^s)"), id="use", variant="primary", compact=True)
            yield Static(id="told")
            yield Static(id="steps")

    def on_mount(self) -> None:
        self._fit_key(self.form.key_from)
        self.query_one("#url").focus()

    # Fields

    def _read(self) -> Form:
        """What stands in the fields now."""
        return replace(
            self.form,
            url=self.query_one("#url", TextArea).text,
            key_from=cast("KeyFrom", self.query_one("#key_from", Select).value),
            key=self.query_one("#key", Input).value,
            name=self.query_one("#name", Input).value,
            model=self.query_one("#model", Input).value,
        )

    def _write(self, form: Form) -> None:
        self.form = form
        self.query_one("#url", TextArea).text = form.url
        self.query_one("#key_from", Select).value = form.key_from
        self.query_one("#key", Input).value = form.key
        self.query_one("#name", Input).value = form.name
        self.query_one("#model", Input).value = form.model

    def _take_apart(self) -> None:
        """Put what a pasted command says into the fields, and propose a name where none was typed."""
        self.form = form = self._read()
        found = taken_apart(form)
        if isinstance(found, str):
            self._tell(found)
            return
        if found.name in ("", self._proposed):
            self._proposed = proposed_name(found.url, self._taken)
            found = replace(found, name=self._proposed)
        if found != form:
            self._write(found)

    @on(events.DescendantBlur)
    def _left(self) -> None:
        self._take_apart()

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self) -> None:
        form = self._read()
        if form != self.form:  # what was written by this screen itself is no news
            self.form = form
            self._tell("")

    @on(Select.Changed, "#key_from")
    def _key_from(self, message: Select.Changed) -> None:
        self._fit_key(cast("KeyFrom", message.value))
        self.form = self._read()

    def _fit_key(self, chosen: KeyFrom) -> None:
        key = self.query_one("#key", Input)
        key.password = chosen == "typed"
        key.placeholder = PLACEHOLDERS[chosen]
        key.disabled = chosen == "none"
        self.query_one("#explained").display = chosen == "typed"

    # What can be done

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

    async def _try(self, config: EndpointConfig, key: str | None) -> None:
        shown = self.query_one("#steps", Static)
        steps: list[Step] = []
        shown.update(summary(steps, running=True))
        async with aclosing(self._tried(config, key)) as found:
            async for step in found:
                steps.append(step)
                shown.update(summary(steps, running=True))
        shown.update(summary(steps, running=False))
        shown.scroll_visible()
        names = [safe_line(name) for name in await self._models(config, key)]
        if names:
            model = self.query_one("#model", Input)
            model.suggester = SuggestFromList(names)
            more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
            self._tell(f"The server lists: {', '.join(names[:LISTED])}{more}.")

    def _tell(self, text: str) -> None:
        self.query_one("#told", Static).update(Content(safe_line(text)))
