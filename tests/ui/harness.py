"""The whole app on a scripted backend and a real library, for Pilot tests."""

from __future__ import annotations

import asyncio
import gc
import unicodedata
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual import events
from textual._compositor import ReflowResult
from textual._context import visible_screen_stack
from textual.app import App
from textual.geometry import Size
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import AwaitMount, Widget

from tests.scripted import StillClock
from tests.support.quiet_loop import quiet, settled
from tests.support.shared_stylesheet import SharedStylesheet
from tests.waiting import until
from tui_chat.client.backend import Backend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends
from tui_chat.engine.exchange import Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.ui.app import ChatApp
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.screens.chat import ChatScreen
from tui_chat.ui.textual_fixes.layout_changes import LayoutCompositor


class PilotedApp(ChatApp):
    """Pressing a key includes what it does. What is typed comes at once, as a terminal hands over a word.

    Textual's pilot waits twice for an idle process after each key, which paints a frame for each letter, but it never
    waits for what the app does outside its own queue.
    """

    def __init__(self, opener: Callable[[], AppContext]) -> None:
        super().__init__(opener)
        self.stylesheet = SharedStylesheet(variables=self.stylesheet._variables)

    def get_default_screen(self) -> Screen[None]:
        screen = super().get_default_screen()
        screen._compositor = HeldFrames(self)
        return screen

    def _get_screen(self, screen: Screen[Any] | str) -> tuple[Screen[Any], AwaitMount]:
        found, mounted = super()._get_screen(screen)
        if not isinstance(found._compositor, HeldFrames):
            found._compositor = HeldFrames(self)
        return found, mounted

    def draw(self) -> None:
        """Draw the frame that was held."""
        if self._exception is None and self.screen_stack and isinstance(held := self.screen._compositor, HeldFrames):
            held.draw()

    async def _press_keys(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._press(key)
            if len(key) > 1:
                await self._done()
        await quiet()
        await self._done()
        await self._animator.wait_until_complete()
        await settled(self)
        self.draw()

    async def _done(self) -> None:
        """Wait until the keys so far have reached the app, and have done what they do."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                reached = asyncio.Event()
                if self.call_later(reached.set):
                    await reached.wait()
                await self._input.drained()

    def _press(self, key: str) -> None:
        """Hand over a key by Textual's name for it, or by its character."""
        name = _character_to_key(key) if len(key) == 1 else key
        character: str | None
        try:
            character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
        except KeyError:
            character = key if len(key) == 1 else None
        event = events.Key(name, character)
        event.set_sender(self)
        assert self._driver is not None
        self._driver.send_message(event)


class HeldFrames(LayoutCompositor):
    """Draws when a test looks at the screen or has pressed a key, and at its end.

    Nobody sees the frames in between, and they took half of the time. Tests in a terminal have them all.
    """

    def __init__(self, app: App[Any]) -> None:
        super().__init__()
        self._app = app
        self._seen: tuple[Size | None, list[Strip]] | None = None
        """What was drawn last, for a test that looks again and again. Only while nothing lies behind it."""

    def render_update(
        self, full: bool = False, screen_stack: list[Screen[Any]] | None = None, simplify: bool = False
    ) -> RenderableType | None:
        if not full:
            return None
        self._seen = None
        return super().render_update(full, screen_stack, simplify)

    def render_strips(self, size: Size | None = None) -> list[Strip]:
        if not self._is_shown:
            return super().render_strips(size)
        screen = self._app.screen
        may_change = screen._layout_required or screen._repaint_required or screen._dirty_widgets
        if may_change or self._dirty_regions or self._seen is None or self._seen[0] != size:
            visible_screen_stack.set(self._app._background_screens)
            self._dirty_regions.clear()
            self._seen = (size, super().render_strips(size))
        strips = self._seen[1]
        if may_change or len(self._app.screen_stack) > 1:
            self._seen = None
        return strips

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._seen = None
        return super().reflow(parent, size)

    def update_widgets(self, widgets: set[Widget]) -> None:
        self._seen = None
        super().update_widgets(widgets)

    def draw(self) -> None:
        """Draw what has changed, as the app would have."""
        if self._is_shown and self._dirty_regions:
            self._seen = None
            super().render_update(screen_stack=self._app._background_screens)

    @property
    def _is_shown(self) -> bool:
        return bool(self._app.screen_stack) and self._app.screen._compositor is self


SELDOM = (50_000, 50, 1_000)
"""How often garbage is collected while a test uses the app. As often as the app itself wants it took a twentieth."""


@asynccontextmanager
async def chat(
    folder: Path,
    backend: Backend,
    *,
    size: tuple[int, int] = (100, 30),
    settings: Settings | None = None,
    typed: str = "",
    early: Sequence[str] = (),
    endpoints: Mapping[str, EndpointConfig] | None = None,
    **context: Any,
) -> AsyncIterator[tuple[ChatApp, Pilot[int]]]:
    """The app, running. While it starts, `typed` is typed, and `early` struck as by `strike`. `endpoints` are described
    as in a configuration; that of the backend's name describes it.

    It begins with the last conversation, as with `-c`: most tests that start it twice look at what is left of the first
    time. Connections and the library are closed at the end.
    """
    context.setdefault("continue_last", True)
    library = Library(folder)
    library.open().now()
    session = Session(Services(library, StillClock(), Ids()), settings or Settings())
    app = PilotedApp(
        lambda: AppContext(session, Backends(endpoints or {}, {backend.name: backend}), backend.name, **context)
    )
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.press(*typed)
            strike(app, *early)
            await until(lambda: screen_of(app).begun)
            await pilot.pause()
            gc.set_threshold(*SELDOM)
            yield app, pilot
            app.draw()
    finally:
        await app.context.backends.aclose()
        library.close().now()


NAMED = frozenset("up down enter escape pageup f2 left right home end backspace delete".split())


def strike(app: ChatApp, *keys: str) -> None:
    """Press keys without waiting for anything, as a terminal hands over what was typed ahead; a text is typed."""
    for key in keys:
        named = len(key) == 1 or "+" in key or key in NAMED
        for one in [key] if named else key:
            app.post_message(events.Key(one, one if len(one) == 1 else {"enter": "\r"}.get(one)))


def screen_of(app: ChatApp) -> ChatScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, ChatScreen)
    return screen


def in_background(app: ChatApp, work: Coroutine[Any, Any, object]) -> None:
    """Run what a controller does as a job, as its command would."""
    screen_of(app).controllers.jobs.run(work)


def lines_of(app: ChatApp) -> list[str]:
    """What stands on the screen, line by line, without what pads it."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)[:height] if width else []
    lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
    return lines + [""] * (height - len(lines)) if width else []


def text_of(app: ChatApp) -> str:
    return "\n".join(lines_of(app))
