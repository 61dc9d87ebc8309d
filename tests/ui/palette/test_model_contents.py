"""The list of models: what is known of each stands beside it, and its other names find it."""

from __future__ import annotations

from pathlib import Path

from tests.scripted import ScriptedBackend
from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.engine.backends import Backends
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.store.library import Library
from tui_chat.ui.palette.model_contents import ModelContents
from tui_chat.wire.model_list import Model

OWN = EndpointConfig("work", "https://office.example/v1", model="big", context=128_000, price=Price(2, 6, "EUR"))


class Listed(ScriptedBackend):
    name = "work"

    async def models(self) -> tuple[Model, ...]:
        return (
            Model("big", 32_000, price=Price(1, 1)),
            Model("small-2506", 131_072, ("small-latest",), "2026-12-01", price=Price(0.1, 0.3)),
            Model("plain"),
            Model("mine", deployed="mistral-large-2411"),
            Model("gpt-9", deployable=True),
        )


async def test_context_price_and_retirement_stand_beside_a_model(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    try:
        backends = Backends({"work": OWN}, {"work": Listed([])})
        lists = ModelListCache(backends)
        await lists.ask("work")
        contents = ModelContents(backends, lists, library, "work")
        (first, *_) = contents.sections("")
        assert [(entry.title, entry.detail) for entry in first.entries] == [
            ("big", "configured · 128k context · €2.00 in, €6.00 out"),
            ("small-2506", "131k context · $0.10 in, $0.30 out · until 2026-12-01"),
            ("plain", " "),
            ("mine", "of mistral-large-2411"),
            ("gpt-9", "can be deployed"),
        ]
        found = [entry.title for section in contents.sections("small-latest") for entry in section.entries]
        assert found[0] == "small-2506"
        assert [section.heading for section in contents.sections("new-model")][-1] == "As typed"
        assert "As typed" not in [section.heading for section in contents.sections("demo")], "that is an endpoint"
    finally:
        library.close().now()
