"""A session on a library in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scripted import ScriptedBackend, StillClock
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends
from tui_chat.engine.exchange import Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.ui.app_context import AppContext


@pytest.fixture
def session() -> Iterator[Session]:
    library = Library.private()
    library.open().now()
    yield Session(Services(library, StillClock(), Ids()), Settings(temperature=0.5))
    library.close().now()


@pytest.fixture
def context(session: Session) -> AppContext:
    backend = ScriptedBackend([])
    return AppContext(session, Backends({}, {backend.name: backend}), backend.name)
