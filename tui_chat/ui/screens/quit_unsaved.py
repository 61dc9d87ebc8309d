"""Asks what to do about unsaved work when quitting."""

from __future__ import annotations

from typing import Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tui_chat.ui.screens.modal import Modal, show_keys
from tui_chat.ui.widgets.key_button import KeyButton

Way = Literal["file", "leave"]


class QuitUnsavedScreen(Modal[Way | None]):
    """Closes with how to go, or with None to stay. The texts are shown as they are, never as markup."""

    DEFAULT_CSS = """
    QuitUnsavedScreen {
        align: center middle;
        & > Vertical { width: 76; max-width: 96%; height: auto; border: round $error; background: $surface;
                       padding: 1 2; }
        & Static { width: 1fr; height: auto; margin-bottom: 1; }
        & Horizontal { width: auto; height: auto; }
        & Button { margin-right: 2; }
    }
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("escape,n", "dismiss", "Stay", show=False),
        Binding("s", "go('file')", "Save to a file", show=False),
        Binding("q", "go('leave')", "Quit without saving", show=False),
        Binding("left,right", "app.focus_next", show=False),
    ]

    def __init__(self, unsaved: str, why: str, offers_file: bool) -> None:
        super().__init__()
        self._unsaved = unsaved
        self._why = why
        self._offers_file = offers_file

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Not saved"
            yield Static(Content(f"If you quit now, this is lost: {self._unsaved}."))
            yield Static(Content(self._why))
            with Horizontal():
                if self._offers_file:
                    yield KeyButton("s", "Save to a file", id="file")
                yield KeyButton("q", "Quit without saving", id="leave")
                yield KeyButton("esc", "Stay", id="stay")

    def on_descendant_focus(self) -> None:
        show_keys(self, [button.hint for button in self.query(KeyButton)])

    def on_button_pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "file" | "leave" as way:
                self.action_go(way)
            case _:
                self.dismiss(None)

    def action_go(self, way: Way) -> None:
        if way == "leave" or self._offers_file:
            self.dismiss(way)
