"""Choosing an endpoint and a model."""

from __future__ import annotations

from typing import Any

from tests.ui.controllers.fakes import Copied, Notices, Tasks, Written
from tui_chat.client.discover_servers import DiscoveredServer
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.ui.context import AppContext
from tui_chat.ui.controllers.endpoints import KEY_AS_MODEL, EndpointsController
from tui_chat.ui.saved_choices import SavedChoices

NO_DIALOGS: Any = None


def controller(context: AppContext, notices: Notices, jobs: Tasks, restored: list[str]) -> EndpointsController:
    choices = SavedChoices(None, notices)
    copy, prompt = Copied(), Written()
    return EndpointsController(
        context, choices, prompt, copy, lambda: restored.append("shown"), NO_DIALOGS, notices, jobs
    )


async def test_a_model_is_chosen_but_no_key(context: AppContext) -> None:
    context.backends.add(EndpointConfig("mine", "https://a.example/v1"))
    notices, jobs, restored = Notices(), Tasks(), list[str]()
    endpoints = controller(context, notices, jobs, restored)
    endpoints.choose("mine")
    await jobs.done()
    endpoints.choose_model("small")
    assert (context.endpoint, context.backend.model, restored) == ("mine", "small", [])
    endpoints.choose_model("sk-0123456789abcdef0123456789abcdef")
    assert (context.backend.model, restored, notices.said) == ("small", ["shown"], [KEY_AS_MODEL])


async def test_servers_are_looked_for_only_where_nothing_is_set_up(context: AppContext) -> None:
    found = DiscoveredServer(EndpointConfig("ollama", "http://localhost:11434/v1"), ())

    async def discover() -> list[DiscoveredServer]:
        return [found]

    context.discover = discover
    endpoints = controller(context, Notices(), Tasks(), [])
    await endpoints.discover()
    assert "ollama" not in context.backends.names
    context.no_endpoint = True
    await endpoints.discover()
    assert "ollama" in context.backends.names
