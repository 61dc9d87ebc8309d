"""A later export of another program: the same conversation grows, and nothing that the user wrote since is lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.test_deleted_branches import kept
from tests.scripted import StillClock
from tests.store.test_other_programs import SAMPLES
from tests.store.trees import conversations, prompt
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation, Node
from tui_chat.engine.branches import delete_branch
from tui_chat.engine.exchange import Services
from tui_chat.engine.file_import import Imported, Opened, import_file
from tui_chat.engine.import_merge import addition
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library


@pytest.fixture
def services() -> Iterator[Services]:
    library = Library.private()
    library.open().now()
    yield Services(library, StillClock(), Ids())
    library.close().now()


def chatgpt(path: Path, *said: str, branch: Sequence[str] = (), cut: str | None = None) -> Path:
    """An export with one conversation: prompts and answers in turn; `branch` is another end below the first answer."""
    mapping: dict[str, Any] = {}

    def add(node: str, parent: str | None, role: str, text: str) -> str:
        message = {"author": {"role": role}, "content": {"content_type": "text", "parts": [text]}, "create_time": None}
        mapping[node] = {"parent": parent, "children": [], "message": message}
        return node

    above: str | None = None
    for number, text in enumerate(said):
        above = add(f"n{number}", above, "assistant" if number % 2 else "user", text)
    head, above = above, "n1"
    for number, text in enumerate(branch):
        above = add(f"b{number}", above, "assistant" if number % 2 else "user", text)
    path.write_text(json.dumps([{"conversation_id": "gpt", "title": "T", "mapping": mapping, "current_node": head}]))
    return path


async def status_of(services: Services, path: Path) -> str:
    (only,) = [each async for each in import_file(services, path, Imported())]
    assert isinstance(only, Opened)
    return only.status


def shown(conversation: Conversation) -> list[str]:
    return [node.turn.text for node in conversation.path()]


async def test_a_longer_export_extends_the_conversation_once(services: Services, tmp_path: Path) -> None:
    file, library = tmp_path / "c.json", services.library
    assert await status_of(services, chatgpt(file, "one", "1")) == "imported"
    assert (
        await status_of(services, chatgpt(file, "one", "1 and more", "two", "2", branch=("other", "o"))) == "extended"
    )
    found = await library.load("gpt")
    assert shown(found) == ["one", "1 and more", "two", "2"]
    assert len(found.nodes) == 6
    for _ in range(2):
        assert await status_of(services, file) == "existing"
    assert await status_of(services, chatgpt(file, "one", "1")) == "existing", "an older export takes nothing back"
    assert await library.load("gpt") == found
    assert len(await library.list()) == 1


def claude(*said: str) -> object:
    messages = [
        {"uuid": f"m{number}", "sender": "assistant" if number % 2 else "human", "text": text}
        for number, text in enumerate(said)
    ]
    return [{"uuid": "talk", "name": "T", "created_at": "2025-03-01T10:00:00Z", "chat_messages": messages}]


def open_webui(*said: str) -> object:
    messages = {
        f"m{number}": {
            "id": f"m{number}",
            "parentId": f"m{number - 1}" if number else None,
            "role": "assistant" if number % 2 else "user",
            "content": text,
        }
        for number, text in enumerate(said)
    }
    history = {"messages": messages, "currentId": f"m{len(said) - 1}"}
    return [{"id": "talk", "title": "T", "chat": {"history": history, "messages": []}}]


def librechat(*said: str) -> object:
    messages = [
        {
            "messageId": f"m{number}",
            "parentMessageId": f"m{number - 1}" if number else None,
            "isCreatedByUser": number % 2 == 0,
            "text": text,
        }
        for number, text in enumerate(said)
    ]
    return {"conversationId": "talk", "title": "T", "messages": messages}


def llm_logs(*said: str) -> object:
    return [
        {
            "id": f"r{number}",
            "model": "m",
            "prompt": said[2 * number],
            "response": said[2 * number + 1],
            "conversation_id": "talk",
            "datetime_utc": f"2025-01-01T10:0{number}:00",
        }
        for number in range(len(said) // 2)
    ]


def lm_studio(*said: str) -> object:
    messages = [
        {"versions": [{"role": "assistant" if number % 2 else "user", "content": [{"type": "text", "text": text}]}]}
        for number, text in enumerate(said)
    ]
    return {"name": "T", "createdAt": 1_700_000_000_123, "messages": messages}


@pytest.mark.parametrize(
    "export", [claude, open_webui, librechat, llm_logs, lm_studio], ids=lambda export: export.__name__
)
async def test_a_longer_export_of_each_program_extends(
    services: Services, tmp_path: Path, export: Callable[..., object]
) -> None:
    file, library = tmp_path / "c.json", services.library
    for said, status in (
        (("one", "1"), "imported"),
        (("one", "1 and more", "two", "2"), "extended"),
        (("one", "1 and more", "two", "2"), "existing"),
        (("one", "1"), "existing"),
    ):
        file.write_text(json.dumps(export(*said)))
        assert await status_of(services, file) == status
    (only,) = await library.list()
    assert shown(await library.load(only.id)) == ["one", "1 and more", "two", "2"]


@pytest.mark.parametrize("name", SAMPLES)
async def test_the_same_file_again_adds_nothing(services: Services, tmp_path: Path, name: str) -> None:
    sample, file = SAMPLES[name], tmp_path / "export"
    file.write_text(sample if isinstance(sample, str) else json.dumps(sample))
    assert await status_of(services, file) == "imported"
    (only,) = before = await services.library.list()
    whole = await services.library.load(only.id)
    assert await status_of(services, file) == "existing"
    assert await services.library.list() == before
    assert await services.library.load(only.id) == whole


async def test_what_the_user_wrote_since_stays_and_stays_shown(services: Services, tmp_path: Path) -> None:
    file, library = tmp_path / "c.json", services.library
    await status_of(services, chatgpt(file, "one", "1"))
    await library.begin(await library.load("gpt"), [Node("mine", "n1", prompt("And now?"))])
    await library.labels.tag(["gpt"], ["kept"])
    assert await status_of(services, chatgpt(file, "one", "1", "two", "2")) == "extended"
    found = await library.load("gpt")
    assert shown(found) == ["one", "1", "And now?"]
    assert {node.turn.text for node in found.nodes.values()} == {"one", "1", "two", "2", "And now?"}
    assert await library.labels.tags_of("gpt") == ["kept"]


async def test_deleted_ones_come_back_longer_and_deleted_branches_stay_away(services: Services, tmp_path: Path) -> None:
    file, library = tmp_path / "c.json", services.library
    await status_of(services, chatgpt(file, "one", "1", "two", "2", branch=("other", "o")))
    await delete_branch(services, await library.load("gpt"), "b0", ())
    assert await status_of(services, file) == "existing"
    assert "b0" not in (await library.load("gpt")).nodes
    await library.delete("gpt")
    assert await status_of(services, chatgpt(file, "one", "1", "two", "2", "three", "3")) == "extended"
    assert shown(await library.load("gpt")) == ["one", "1", "two", "2", "three", "3"]


async def test_another_conversation_of_the_same_id_is_a_copy(services: Services, tmp_path: Path) -> None:
    await status_of(services, chatgpt(tmp_path / "c.json", "one", "1"))
    assert await status_of(services, chatgpt(tmp_path / "c.json", "something else", "?")) == "copied"
    assert len(await services.library.list()) == 2


@examples(40)
@given(conversations(), st.integers(0, 8), st.booleans())
def test_any_beginning_is_extended_to_the_whole(whole: Conversation, length: int, continued: bool) -> None:
    async def work() -> None:
        nodes = dict(list(whole.nodes.items())[:length])
        head = next(reversed(nodes), None)
        part = Conversation(whole.id, whole.created, "ours", nodes=nodes, head=head)
        if continued:
            part.add(Node("ours", head, prompt("what only the user wrote")))
        numbers = count()
        more = addition(part, whole, (), lambda: f"new{next(numbers)}")
        if more is None:
            assert not length or not whole.nodes
            return
        with kept(part) as services:
            await services.library.begin(part, more.nodes, shown=more.head)
            found = await services.library.load(whole.id)
            again = addition(found, whole, (), lambda: "never")
        assert again is not None
        assert not again.nodes
        assert not again.grown
        paths = [[(n.turn.role, n.turn.text) for n in found.path(each)] for each in found.nodes]
        assert all([(n.turn.role, n.turn.text) for n in whole.path(each)] in paths for each in whole.nodes)
        assert not continued or found.nodes["ours"] == part.nodes["ours"]
        assert not continued or found.head == "ours"

    asyncio.run(work())
