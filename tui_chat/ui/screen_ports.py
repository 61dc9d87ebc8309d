"""What controllers may use of the chat screen and the app: prompt, panes, dialogs, clipboard and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, cast

from textual.app import App, SuspendNotSupported
from textual.screen import Screen
from textual.selection import Selection
from textual.widget import Widget

from tui_chat.ui.background_jobs import BackgroundJobs
from tui_chat.ui.clipboard import Clipboard
from tui_chat.ui.controllers.copy import CopyController
from tui_chat.ui.controllers.external_editor import CannotLendError
from tui_chat.ui.controllers.quit import QuitController
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.screens.dialogs import AppDialogs
from tui_chat.ui.screens.panes import Panes
from tui_chat.ui.screens.slash_menu_place import SlashMenuPlace
from tui_chat.ui.theme_switcher import ThemeSwitcher
from tui_chat.ui.toasts import ToastNotifier
from tui_chat.ui.widgets.prompt import Prompt


class ThemedApp(Protocol):
    """The app's themes."""

    @property
    def themes(self) -> ThemeSwitcher: ...


class ScreenPorts:
    """The parts of the chat screen that controllers reach through ports; there before the context is open."""

    def __init__(self, screen: Screen[Any], jobs: BackgroundJobs) -> None:
        app = screen.app
        self.screen = screen
        self.app: App[Any] = app
        self.prompt = screen.query_one(Prompt)
        self.jobs = jobs
        self.notifier = ToastNotifier(app)
        self.dialogs = AppDialogs(app)
        self.panes = Panes(screen)
        self.notifier.row = self.panes.note
        self.menu = SlashMenuPlace(screen)
        self.themes = cast(ThemedApp, app).themes
        self.copy = CopyController(
            Clipboard(lambda text: app.copy_to_clipboard(text)),
            self._keep,
            screen.clear_selection,
            self.dialogs,
            self.notifier,
            jobs,
        )

    def _keep(self, text: str) -> None:
        # ctrl+v in the prompt asks the app and not the terminal.
        self.app._clipboard = text

    async def run_command(self, name: str) -> None:
        """Run a command of the table, as its key does."""
        await self.screen.run_action(f"command({name!r})")

    @property
    def pane(self) -> str:
        """The id of the pane at a side that has the focus; "" for none."""
        focused = self.screen.focused
        ids = [widget.id for widget in focused.ancestors_with_self] if focused is not None else []
        return next((name for name in ("settings", "library") if name in ids), "")

    def selected(self) -> str:
        return self.screen.get_selected_text() or self.prompt.selected_text

    def deselect(self) -> bool:
        """Clear a selection on the screen or in the prompt. False if none is seen: its notice or conversation may be
        gone."""
        if selected := {**self.screen.selections}:
            seen = any(_is_seen(*one) for one in selected.items())
            self.screen.clear_selection()
            if seen:
                return True
        prompt = self.prompt
        if not prompt.has_focus or prompt.selection.is_empty:
            return False
        prompt.move_cursor(prompt.cursor_location)
        return True

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Give the terminal to another program."""
        try:
            # A frame painted now would be written over the program; what changes is painted afterwards.
            with self.app.batch_update(), self.app.suspend():
                yield
        except SuspendNotSupported:
            raise CannotLendError from None
        self.app.refresh(layout=True)

    def leaving(self, keys: Callable[[], Keymap], stop: Callable[[], bool]) -> QuitController:
        return QuitController(
            self.prompt,
            self.selected,
            stop,
            self.app.action_quit,
            keys,
            self.copy.copy,
            self.dialogs,
            self.notifier,
            self.jobs,
        )


def _is_seen(widget: Widget, selection: Selection) -> bool:
    """Whether any of what is selected in a widget is on the screen."""
    from tui_chat.ui.widgets.transcript import Transcript
    from tui_chat.ui.widgets.transcript.selection import in_view

    return widget.is_attached and not (isinstance(widget, Transcript) and not in_view(widget.viewport, selection))
