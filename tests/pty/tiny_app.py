"""The smallest Textual program with everything that writes something of its own: to keep the allowlist honest."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Static, TextArea


class TinyApp(App[None]):
    """A header, a line, a place to type, a footer with the palette."""

    TITLE = "tiny"

    def compose(self) -> ComposeResult:
        yield Header()
        yield Static("漢字 👩‍👩‍👧‍👦 end")
        yield TextArea()
        yield Footer()

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()


if __name__ == "__main__":
    TinyApp().run()
