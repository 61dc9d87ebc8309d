"""The whole app on a scripted backend and a real library, for Pilot tests."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from textual import events
from textual._wait import wait_for_idle
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from tests.scripted import StillClock
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
from tui_chat.ui.context import AppContext
from tui_chat.ui.screens.chat import ChatScreen


class PilotedApp(ChatApp):
    """Pressing a key includes what it does. What is typed comes at once, as a terminal hands over a word.

    Textual's pilot waits twice for an idle process after each key, which paints a frame for each letter, but it never
    waits for what the app does outside its own queue.
    """

    def __init__(self, opener: Callable[[], AppContext]) -> None:
        super().__init__(opener)
        self.stylesheet = SharedStylesheet(variables=self.get_css_variables())

    def get_default_screen(self) -> ChatScreen:
        return PilotedScreen()

    async def _press_keys(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._press(key)
            if len(key) > 1:
                await self._done()
        await wait_for_idle(0)
        await self._done()
        await self._animator.wait_until_complete()
        await wait_for_idle(0)

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


class PilotedScreen(ChatScreen):
    """Is laid out from the start, and drawn once the first conversation is shown: no test looks at it before, and the
    frames until then take a quarter of the time of a start. Tests in a terminal see them."""

    def _compositor_refresh(self) -> None:
        if self.begun:
            super()._compositor_refresh()


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
            yield app, pilot
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
    return [
        "".join(segment.text for segment in strip).rstrip()
        for strip in app.screen._compositor.render_strips(app.size)[:height]
    ][: height if width else 0]


def text_of(app: ChatApp) -> str:
    return "\n".join(lines_of(app))
