"""What is known of an endpoint's models, by every name that they have."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

from tui_chat.client.backend import Backend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.event import Event
from tui_chat.core.message import Message
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.ui.palette.model_contents import ModelContents
from tui_chat.wire.model_list import Model

SMALL = Model("small-2506", 131_072, ("small-latest",), "2026-12-31", "small-2603")


class Listed:
    """A backend that lists two models, and counts how often it is asked."""

    name, model, context = "e", None, None

    def __init__(self) -> None:
        self.asked = 0

    async def models(self) -> tuple[Model, ...]:
        self.asked += 1
        return (SMALL, Model("plain"))

    def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[Event, None]:
        raise NotImplementedError

    async def aclose(self) -> None: ...


async def test_a_list_is_asked_for_once_and_says_what_is_known_of_each_model() -> None:
    listed = Listed()
    backends = Backends({"e": EndpointConfig("e", "http://127.0.0.1:1/v1")}, {"e": cast("Backend", listed)})
    lists = ModelListCache(backends)
    assert (lists.known("e"), lists.described("e"), lists.about("e", "plain")) == (None, None, None)
    assert await lists.ask("e") == ("small-2506", "plain")
    assert await lists.ask("e") == lists.known("e") == ("small-2506", "plain")
    assert listed.asked == 1
    assert lists.described("e") == (SMALL, Model("plain"))
    assert lists.about("e", "small-latest") == lists.about("e", "small-2506") == SMALL
    assert lists.about("e", "other") is None
    library: Any = None
    picker = ModelContents(backends, lists, library, "e", used={"e": ["small-2506"]})
    rows = {row.title: row.detail for section in picker.sections("") for row in section.entries}
    assert rows["small-2506"] == "used · 131k context · until 2026-12-31, then small-2603"
    assert rows["plain"].strip() == ""
