"""The whole app on a scripted backend and a real library, for Pilot tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

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
from tui_chat.ui.desk import Desk
from tui_chat.ui.screens.chat import ChatScreen


@asynccontextmanager
async def chat(
    folder: Path,
    backend: Backend,
    *,
    size: tuple[int, int] = (100, 30),
    settings: Settings | None = None,
    typed: str = "",
    **desk: Any,
) -> AsyncIterator[tuple[ChatApp, Pilot[int]]]:
    """The app, running; `typed` is typed while it starts. Connections and the library are closed at the end."""
    library = Library(folder)
    library.open_now()
    session = Session(Services(library, StillClock(), Ids()), settings or Settings())
    app = ChatApp(lambda: Desk(session, Backends({}, {backend.name: backend}), backend.name, **desk))
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.press(*typed)
            await until(lambda: screen_of(app).begun)
            await pilot.pause()
            yield app, pilot
    finally:
        await app.desk.backends.aclose()
        library.close_now()


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
