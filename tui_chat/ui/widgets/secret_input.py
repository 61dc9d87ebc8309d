"""Input fields that draw a pasted key as dots, whatever the field is for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input, TextArea

from tui_chat.core.recognize_api_keys import hidden

IsSecret = Callable[[str], bool]


class SecretInput(Input):
    """Hides what it holds while that is a key, or always where `private` is set."""

    private: var[bool] = var(False)

    def __init__(self, value: str, is_secret: IsSecret, *, id: str, placeholder: str = "") -> None:  # noqa: A002
        self._is_secret = is_secret
        super().__init__(value, placeholder, id=id, compact=True)

    def watch_value(self, value: str) -> None:
        # Set here and not when the change is reported: the next frame must not show the key.
        self.password = self.private or self._is_secret(value)

    def watch_private(self) -> None:
        self.watch_value(self.value)


class SecretTextArea(TextArea):
    """Takes whole commands. `take` gets what was pasted, so that a key in it goes to its field before it is drawn;
    `known` gives keys that are hidden whatever they look like. `is_whole`: nothing is missing from a text."""

    def __init__(
        self,
        text: str,
        take: Callable[[str], bool],
        known: Callable[[], Collection[str]],
        is_whole: Callable[[str], bool],
        *,
        id: str,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(
            text, id=id, soft_wrap=True, tab_behavior="focus", placeholder="https://… or curl https://… -H …"
        )
        self._take = take
        self._known = known
        self._is_whole = is_whole

    class Entered(Message):
        """Enter was pressed behind a text that is whole."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and self._is_whole(self.text):
            event.stop()
            event.prevent_default()
            self.post_message(self.Entered())

    def get_line(self, line_index: int) -> Text:
        return Text(hidden(self.document.get_line(line_index), self._known()), end="", no_wrap=True)

    async def _on_paste(self, event: events.Paste) -> None:
        if self._taken(event.text):
            event.prevent_default()  # Textual's own handler would insert it

    def action_paste(self) -> None:
        if not self._taken(self.app.clipboard):
            super().action_paste()

    def _taken(self, pasted: str) -> bool:
        """Whether the text with this in the place of the selection was taken apart."""
        start, end = sorted((self.selection.start, self.selection.end))
        before = self.get_text_range((0, 0), start)
        after = self.get_text_range(end, self.document.end)
        return self._take(f"{before}{pasted}{after}")
