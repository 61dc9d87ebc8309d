"""Notices on top of the screen, with foreign words made safe."""

from __future__ import annotations

from typing import Any

from textual.app import App

from tui_chat.render.safe import safe_text
from tui_chat.ui.ports import ExplainedError


class AppNotifier:
    """`Notifier` for an app."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    def say(self, text: str) -> None:
        self._app.notify(safe_text(text), markup=False)

    def inform(self, text: str) -> None:
        self._app.notify(safe_text(text), timeout=20, markup=False)

    def warn(self, text: str) -> None:
        self._app.notify(safe_text(text), severity="warning", timeout=15, markup=False)

    def report(self, error: ExplainedError) -> None:
        text = f"{safe_text(error.message)}\n{safe_text(error.hint)}"
        self._app.notify(text, title="That did not work", severity="error", timeout=20, markup=False)
