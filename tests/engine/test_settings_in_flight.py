"""Settings that are turned while an answer comes: the request in flight is as it was, the next one carries all that the
server knows by the server's names, the answer remembers them, and the line between the two names each."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import StillClock
from tests.support.held_transport import HeldTransport
from tests.waiting import until
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core import dialects
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import NAMES, Settings, with_value
from tui_chat.engine.exchange import Exchange, Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.ui.widgets.transcript.setting_changes import changes

BEFORE = Settings(temperature=0.7)
AFTER = with_value(
    Settings("Be brief.", 0.2, 0.9, 200, 7, ("END", "###"), 0.5, -0.5, "low", "reasoning", True),
    "extra_body",
    {"top_k": 40},
)
EVERYWHERE = {
    "temperature": 0.2, "top_p": 0.9, "stop": ["END", "###"], "presence_penalty": 0.5, "frequency_penalty": -0.5,
    "top_k": 40,
}  # fmt: skip
PLAIN = EVERYWHERE | {"max_tokens": 200, "seed": 7, "reasoning_effort": "low"}
OPENAI = EVERYWHERE | {"max_completion_tokens": 200, "seed": 7, "reasoning_effort": "low"}
NOT_MISTRAL = {"safe_prompt", "prompt_mode"}
NATIVE = EVERYWHERE | {"max_tokens": 200, "random_seed": 7, "safe_prompt": True}

SERVERS: list[tuple[str, str, str, dict[str, Any], set[str]]] = [
    ("https://h.eastus2.inference.ai.azure.com", "azure-serverless", "m", NATIVE, {"reasoning_effort", "prompt_mode"}),
    (
        "https://h.eastus2.models.ai.azure.com",
        "azure-serverless",
        "m",
        EVERYWHERE | {"max_tokens": 200, "seed": 7},
        {"reasoning_effort", *NOT_MISTRAL},
    ),
    ("https://r.services.ai.azure.com", "azure-serverless", "o3", OPENAI, NOT_MISTRAL),
    ("https://r.openai.azure.com", "azure-openai", "gpt-5.1", OPENAI, NOT_MISTRAL),
    ("https://r.openai.azure.com", "azure-openai", "gpt-4o", PLAIN, NOT_MISTRAL),
    ("https://api.openai.com", "openai", "o3-mini", OPENAI, NOT_MISTRAL),
    ("https://api.mistral.ai", "mistral", "m", NATIVE | {"reasoning_effort": "low", "prompt_mode": "reasoning"}, set()),
    ("https://openrouter.ai", "openrouter", "m", PLAIN, NOT_MISTRAL),
    ("http://127.0.0.1:11434", "ollama", "m", PLAIN, NOT_MISTRAL),
    ("http://127.0.0.1:8080", "llama.cpp", "m", PLAIN, NOT_MISTRAL),
    ("https://h.test", "compatible", "m", PLAIN, NOT_MISTRAL),
]
"""Address, dialect, model, the fields that stand for AFTER, and the settings that are not sent, which is said."""


def test_every_dialect_and_every_setting_is_in_the_table() -> None:
    assert {dialect for _, dialect, *_ in SERVERS} == {*dialects.table()}
    assert all(getattr(AFTER, name) is not None for name in NAMES)


@pytest.mark.parametrize(("url", "dialect", "model", "fields", "unknown"), SERVERS)
async def test_what_is_turned_while_an_answer_comes_goes_with_the_next_request(
    url: str, dialect: str, model: str, fields: dict[str, Any], unknown: set[str], tmp_path: Path
) -> None:
    server = HeldTransport()
    backend = HttpBackend(EndpointConfig("e", url, dialect=dialect, auth="none", model=model), None, server, environ={})
    library = Library(tmp_path)
    await library.open()
    session = Session(Services(library, StillClock(), Ids()), BEFORE)

    async def ended(exchange: Exchange, running: asyncio.Task[Any]) -> None:
        server.go_on.set()
        await running
        session.ended(exchange)

    first = await session.ask("One")
    running = asyncio.create_task(first.run(backend))
    await until(lambda: first.reply.text != "")
    session.change(AFTER)
    await ended(first, running)
    second = await session.ask("Two")
    await ended(second, asyncio.create_task(second.run(backend)))
    await backend.aclose()
    await library.close()

    ignored = {"model", "messages", "stream", "stream_options"}
    before, after = ({name: body[name] for name in body if name not in ignored} for body in server.asked)
    assert (before, after) == ({"temperature": 0.7}, fields)
    assert [body["messages"][0]["role"] for body in server.asked] == ["user", "system"]
    assert server.asked[1]["messages"][0]["content"] == "Be brief."
    assert {note.partition(" is not known here: not sent")[0] for note in second.reply.notes} == unknown
    answers = [node.turn.settings for node in session.conversation.path() if node.turn.role == "assistant"]
    assert answers == [BEFORE, AFTER]
    marked = [each.split(" ")[0] for each in changes(*answers).split(" · ")]
    assert marked == list(NAMES)
