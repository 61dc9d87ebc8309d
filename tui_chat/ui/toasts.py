"""Notices on top of the screen, one at a time, with foreign text made safe.

A notice takes the place of the one before: a pile of them covers what they speak of. What came just before, or weighs
more and is still to be read, stays in the same box above it: nothing is lost unseen.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from textual.app import App
from textual.notifications import Notification

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.user_paths import short_path
from tui_chat.render.sanitize import safe_text
from tui_chat.ui.ports import ExplainedError
from tui_chat.ui.screens.modal import Modal

Severity = Literal["information", "warning", "error"]
_WEIGHT: dict[Severity, int] = {"information": 0, "warning": 1, "error": 2}

TOGETHER = 0.5
"""Seconds within which two notices, or a notice and a window, are one piece of news."""

OLDER = "-older-notice"
"""The class of a window over which a notice waits: it was there before the window, and is back after it.

It speaks of what was done before, and would cover the prompt and the keys for that. A warning does not wait.
"""

MOST = 3
"""Notices in one box."""


@dataclass(frozen=True, slots=True)
class _Shown:
    text: str
    severity: Severity
    timeout: float
    since: float
    title: str = ""

    @property
    def until(self) -> float:
        return self.since + self.timeout


class ToastNotifier:
    """`Notifier` for an app."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self.row: Callable[[str], bool] = lambda text: False
        """Shows a text on the row below the conversation. False where it has no room."""
        self._shown: list[_Shown] = []
        self.saved_path: Path | None = None

    def saved(self, path: Path) -> None:
        self.saved_path = path
        self.say(f"Saved to {short_path(path)}. The palette copies its path.")

    def say(self, text: str) -> None:
        self._show(text, "information", self._app.NOTIFICATION_TIMEOUT)

    def note(self, text: str) -> None:
        if not self.row(safe_text(text)):
            self.say(text)

    def inform(self, text: str) -> None:
        self._show(text, "information", 20)

    def warn(self, text: str) -> None:
        self._show(text, "warning", 15)

    def report(self, error: ExplainedError) -> None:
        self._show(f"{safe_text(error.message)}\n{safe_text(error.hint)}", "error", 20, "That did not work")

    def _show(self, text: str, severity: Severity, timeout: float, title: str = "") -> None:
        now = monotonic()
        fresh = _Shown(safe_text(text), severity, timeout, now, title)
        self._shown = [*kept(self._shown, fresh, now), fresh]
        gravest = max(self._shown, key=lambda each: _WEIGHT[each.severity])
        text = "\n\n".join(each.text for each in self._shown)
        left = max(each.until for each in self._shown) - now
        # `App.notify` posts a message and `clear_notifications` acts at once: of two in one breath both would stay.
        self._app._notifications.clear()
        self._app._notifications.add(Notification(text, gravest.title, gravest.severity, left, markup=False))
        self._app._refresh_notifications()
        show_toasts(self._app)


def show_toasts(app: App[Any]) -> None:
    """The screen on top shows the notices, and those that it covers do not."""
    for screen in app.screen_stack:
        for rack in screen.query_children("ToastRack"):
            rack.display = screen is app.screen
        if isinstance(screen, Modal):
            before = screen.created_at - TOGETHER
            older = (note.severity == "information" and note.raised_at < before for note in app._notifications)
            screen.set_class(all(older), OLDER)


def kept(shown: list[_Shown], fresh: _Shown, now: float) -> list[_Shown]:
    """Notices that stay in view with a new one."""
    stay = [
        each
        for each in shown
        if each.until > now
        and each.text != fresh.text
        and (now - each.since < TOGETHER or _WEIGHT[each.severity] > _WEIGHT[fresh.severity])
    ]
    return stay[-(MOST - 1) :]
