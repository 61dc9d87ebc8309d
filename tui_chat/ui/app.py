"""The application: everything that belongs to the terminal as a whole (themes, output guard, order of input)."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from rich.console import RenderableType
from textual import events
from textual.app import App, ScreenStackError
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import Theme

from tui_chat.ui.garbage_collection import COLLECT_EVERY, GarbageCollector
from tui_chat.ui.input_order import InputOrder, Settled
from tui_chat.ui.screens.chat import ChatScreen
from tui_chat.ui.shutdown import Report, Shutdown
from tui_chat.ui.textual_fixes import light_strips, one_shot_timers, screen_below
from tui_chat.ui.textual_fixes.minimum_size import at_least
from tui_chat.ui.textual_fixes.nearest_colours import filters_for
from tui_chat.ui.textual_fixes.output_guard import OutputGuard
from tui_chat.ui.theme_contrast import readable_variables
from tui_chat.ui.theme_switcher import ThemeSwitcher

if TYPE_CHECKING:
    from tui_chat.ui.app_context import AppContext
    from tui_chat.ui.saved_choices import Saved
    from tui_chat.ui.textual_fixes.driver import GuardedDriver
    from tui_chat.ui.textual_fixes.terminal_background import TerminalBackground

RETRY_S = 2.0
"""Seconds after which a choice that could not be written is tried again, as what the library could not take is."""

OPEN_AFTER = 0.12
"""Seconds from the start of the screen until the context is opened: the first frame and the first key come before the
imports that this takes, which hold the interpreter."""

PARTS = ("wiring", "event_routing", "widgets.banner", "widgets.start_page")
"""Modules of tui_chat.ui that are needed once the context is open: their import would hold up keys."""


def theme_of(table: Mapping[str, Any]) -> Theme | None:
    try:
        return Theme(**table)
    except TypeError:
        return None


class StartError(Exception):
    """The app cannot be what was asked for: `message` in plain sentences, `code` to exit with."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class ChatApp(App[int]):
    """tui-chat in a terminal.

    `opener` makes the context (configuration, library, endpoints); it may block and raise StartError. It runs in a
    thread once the first frame is shown, so that the first key is echoed before any of that is loaded. `theme` is used
    from the first frame on. `report` makes the words for a bug, and a file of them.
    """

    TITLE = "tui-chat"
    # Notices at the top: where Textual puts them they lie on the prompt, and on what is being typed. With a window on
    # top they are a line at the bottom, or in place of its title where it fills the screen; an older one waits.
    # Placeholders and the arrow of a list are half the strength of the text there, and too faint on a light ground.
    CSS = """
    ToastRack { dock: top; align: right top; margin: 2 0 0 0; }
    Modal > ToastRack { dock: bottom; align: left bottom; margin: 0; layer: default; scrollbar-size-vertical: 0; }
    Modal > ToastRack Toast { width: 100%; max-width: 100%; margin: 0; padding: 0 1; }
    Modal.-older-notice > ToastRack Toast { display: none; }
    CompareScreen > ToastRack { dock: top; align: left top; }
    TextArea .text-area--placeholder { color: $text-disabled; }
    SelectCurrent .arrow { color: $text-muted; }
    """
    ENABLE_COMMAND_PALETTE = False  # ours is a command of the table

    keeps_theme = True
    """Save a changed theme for the next start. False while one is only previewed."""

    escape_s: float | None = None
    """Seconds the driver waits after an escape; None: its default."""

    def __init__(
        self, opener: Callable[[], AppContext], theme: Theme | None = None, report: Report | None = None
    ) -> None:
        light_strips.install()
        one_shot_timers.install()
        screen_below.install()
        self._first_theme = theme
        if theme is not None:
            self.set_reactive(App.theme, theme.name)
        super().__init__()
        self._opener = opener
        self._app_context: AppContext | None = None
        self._guard = OutputGuard()
        self.ending = Shutdown(self, self._chat, lambda: self._input.typed_ahead, self._terminal, report)
        self.collector = GarbageCollector(
            lambda: [self, *self.screen_stack],
            lambda: self._app_context is not None and bool(self._app_context.session.running),
        )
        self._input = InputOrder(self, super().on_event, self._chat)
        self.themes = ThemeSwitcher(self)
        if theme is not None:
            self.register_theme(theme)
        self._first_theme = None

    @property
    def asks_ground(self) -> bool:
        """Whether the driver is to ask the terminal for the colour of its ground."""
        return self.themes.free

    @property
    def context(self) -> AppContext:
        """The app's context. RuntimeError before it is opened."""
        if self._app_context is None:
            raise RuntimeError("the context is not open yet")
        return self._app_context

    def _chat(self) -> ChatScreen | None:
        """The chat screen, which is below all others; None before it is there."""
        screen = next(iter(self.screen_stack), None)
        return screen if isinstance(screen, ChatScreen) else None

    def get_driver_class(self) -> type[Driver]:
        """Textual's driver for this platform; on Linux and macOS, ours with guarded input."""
        chosen = super().get_driver_class()
        if chosen.__name__ == "LinuxDriver":
            from tui_chat.ui.textual_fixes.driver import GuardedDriver

            return GuardedDriver
        return chosen

    @property
    def size(self) -> Size:
        return at_least(super().size)

    def on_resize(self, event: events.Resize) -> None:
        """Runs before Textual's own handler, which takes the size from the event."""
        event.size = at_least(event.size)
        event.virtual_size = at_least(event.virtual_size)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """The last look at every line on its way to the terminal."""
        return [*super().get_line_filters(), *filters_for(self.console.color_system), self._guard]

    def get_theme(self, theme_name: str) -> Theme | None:
        """Overridden: the first theme is known before it can be registered.

        Changing to it after Textual's constructor would parse all style sheets twice before the first frame.
        """
        first = self._first_theme
        return first if first is not None and first.name == theme_name else super().get_theme(theme_name)

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours, with text readable on every background."""
        return readable_variables(super().get_css_variables(), self.current_theme)

    def get_default_screen(self) -> Screen[None]:
        return ChatScreen()

    def on_app_focus(self) -> None:
        """The user may have edited a theme elsewhere."""
        self.themes.focused.set()

    def on_terminal_background(self, message: TerminalBackground) -> None:
        name = self.themes.for_ground(dark=message.dark)
        if name is not None:
            if self._app_context is not None:
                self._app_context.theme = name  # not the user's choice, so it is not saved
            self.theme = name

    async def on_event(self, event: events.Event) -> None:
        """Overridden: keys and pastes act in the order in which they came (see ui/input_order.py)."""
        if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
            await self._input.take(event)
        else:
            await super().on_event(event)

    def on_settled(self, message: Settled) -> None:
        message.passed.set()

    async def on_mount(self) -> None:
        if (chat := self._chat()) is not None:
            # Keys that come before the prompt has the focus would go nowhere.
            await chat.ready.wait()
        self.set_timer(OPEN_AFTER, lambda: self.run_worker(self._open(), name="open"))

    async def _open(self) -> None:
        """Open the context off the loop, then begin the chat."""
        try:
            context = await asyncio.to_thread(_open_unless_leaving, self._opener, self.ending)
            if context is not None:
                await self._begin(context)
        except StartError as error:
            self.ending.last_words = f"tui-chat: {error.message}"
            self.exit(error.code, return_code=error.code)
        finally:
            self.ending.opening_over.set()

    async def _begin(self, context: AppContext) -> None:
        from tui_chat.ui.answer_runner import AnswerRunner
        from tui_chat.ui.toasts import show_toasts

        self.collector.set_aside()
        answers = AnswerRunner(self, context.session)
        self._app_context = context
        self.ending.opened(context, answers)
        self.themes.take(context.themes, context.user_themes)
        if context.theme in self.available_themes:
            self.theme = context.theme
        context.theme = self.theme
        self.theme_changed_signal.subscribe(self, lambda _: _save_theme(self, context))
        self.screen_change_signal.subscribe(self, lambda _: show_toasts(self))
        self.set_keymap({name: ",".join(keys) for name, keys in context.keys.items()})
        if (chat := self._chat()) is not None:
            await chat.begin(context, answers)
            # Keys typed until now were meant for the chat, and not for what opens on top of it.
            await self._input.drained()
            if context.problems:
                from tui_chat.ui.screens.problems import Problems

                self.push_screen(Problems(context.problems))
        await asyncio.sleep(0)  # keys come in between a long conversation and a walk through all there is
        self.collector.calm()
        self.set_interval(COLLECT_EVERY, self.collector.collect)
        if context.saved is not None:
            self.set_interval(RETRY_S, partial(_retry_choices, self, context.saved))

    async def on_load(self) -> None:
        """Before the terminal is touched."""
        self.ending.watch()

    async def _shutdown(self) -> None:
        """Overridden: if the app's own message queue broke, save what was typed while it is still there."""
        with suppress(Exception):
            self.ending.keep_draft()
        await super()._shutdown()

    def terminal_lost(self) -> None:
        """The terminal was closed, or its input ended."""
        self.ending.end(128 + signal.SIGHUP)

    async def action_quit(self) -> None:
        """Stop what is under way, keep it, and go. Where something is not saved, ask first."""
        self.ending.quit()

    def _handle_exception(self, error: Exception) -> None:
        """Overridden: Textual's own report prints local variables, and keys with them.

        A widget that misses another one while all are taken away, or the screen, is no bug.
        """
        if not (self._exit and isinstance(error, (NoMatches, ScreenStackError))):
            self.ending.fail(error)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Overridden: a terminal that does not keep up is spared frames, and gets the last one whole."""
        terminal = self._terminal()
        if terminal is not None and terminal.behind:
            terminal.when_caught_up(self.refresh)
            return
        super()._display(screen, renderable)

    def _terminal(self) -> GuardedDriver | None:
        return cast("GuardedDriver", self._driver) if hasattr(self._driver, "restore_now") else None


def _open_unless_leaving(opener: Callable[[], AppContext], ending: Shutdown) -> AppContext | None:
    context = opener()
    for name in PARTS:
        import_module(f"tui_chat.ui.{name}")
    if ending.leaving and not ending.typed:
        context.session.services.library.close().now()
        return None
    return context


def _save_theme(app: ChatApp, context: AppContext) -> None:
    if app.keeps_theme:
        app.run_worker(_keep_theme(context, app.theme), exit_on_error=False)


async def _keep_theme(context: AppContext, name: str) -> None:
    """Start with this theme the next time. Trying one out is not worth an error when it cannot be kept."""
    if context.saved is not None and name != context.theme:
        from tui_chat.store.config_problem import ConfigurationError

        context.theme = name
        with suppress(ConfigurationError):
            await asyncio.to_thread(context.saved.ui, theme=name)


def _retry_choices(app: App[int], saved: Saved) -> None:
    """Try again to save what was chosen and could not be written."""
    if saved.waits:
        app.run_worker(saved.retry, thread=True, exit_on_error=False, group="choices", exclusive=True)
