"""The yardstick: the smallest Textual program in which one can type."""

from textual.app import App, ComposeResult
from textual.widgets import TextArea


class MinimalApp(App[None]):
    """One TextArea."""

    def compose(self) -> ComposeResult:
        yield TextArea()


if __name__ == "__main__":
    MinimalApp().run()
