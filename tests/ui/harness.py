"""The whole app on a scripted backend and a real library, for Pilot tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from tests.scripted import StillClock
from tests.waiting import until
from tui_chat.client.backend import Backend
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
    """Pressing a key includes what it does: Textual's pilot only waits for the app's own queue."""

    async def _press_keys(self, keys: Iterable[str]) -> None:
        await super()._press_keys(keys)
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._input.drained()


@asynccontextmanager
async def chat(
    folder: Path,
    backend: Backend,
    *,
    size: tuple[int, int] = (100, 30),
    settings: Settings | None = None,
    typed: str = "",
    early: Sequence[str] = (),
    **desk: Any,
) -> AsyncIterator[tuple[ChatApp, Pilot[int]]]:
    """The app, running. While it starts, `typed` is typed, and `early` struck as by `strike`.

    Connections and the library are closed at the end.
    """
    library = Library(folder)
    library.open().now()
    session = Session(Services(library, StillClock(), Ids()), settings or Settings())
    app = PilotedApp(lambda: AppContext(session, Backends({}, {backend.name: backend}), backend.name, **desk))
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.press(*typed)
            strike(app, *early)
            await until(lambda: screen_of(app).begun)
            await pilot.pause()
            yield app, pilot
    finally:
        await app.desk.backends.aclose()
        library.close().now()


NAMED = frozenset("enter escape pageup f2 left right home end backspace delete".split())


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


def lines_of(app: ChatApp) -> list[str]:
    """What stands on the screen, line by line, without what pads it."""
    width, height = app.size
    return [
        "".join(segment.text for segment in strip).rstrip()
        for strip in app.screen._compositor.render_strips(app.size)[:height]
    ][: height if width else 0]


def text_of(app: ChatApp) -> str:
    return "\n".join(lines_of(app))
