"""Exports that are damaged or put together: what is whole is imported once, and what is lost is named."""

from __future__ import annotations

import json
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import StillClock
from tui_chat.core.conversation import Conversation
from tui_chat.engine.exchange import Services
from tui_chat.engine.file_import import Imported, import_file
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    library = Library.private()
    await library.open()
    yield Services(library, StillClock(), Ids())
    await library.close()


def claude(own_id: str, said: str = "Why?") -> dict[str, Any]:
    return {"uuid": own_id, "name": said, "chat_messages": [{"uuid": "m", "sender": "human", "text": said}]}


async def imported(services: Services, path: Path) -> Imported:
    counts = Imported()
    async for _ in import_file(services, path, counts):
        pass
    return counts


async def kept(services: Services) -> list[Conversation]:
    return [await services.library.load(each.id) for each in await services.library.list()]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (b'[{"uuid": "b", "chat_mess', "not valid JSON"),
        (json.dumps([claude("b", "café")], ensure_ascii=False).encode("latin-1"), "not UTF-8"),
    ],
)
async def test_a_part_of_an_archive_that_cannot_be_read_is_named(
    services: Services, tmp_path: Path, part: bytes, reason: str
) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("conversations-000.json", json.dumps([claude("a")]))
        archive.writestr("conversations-001.json", part)
        archive.writestr("users.json", '[{"uuid": "me"}]')
        archive.writestr("README.md", "About this archive.")
    counts = await imported(services, file)
    assert counts.counts == {"imported": 1}
    (rejected,) = counts.rejected
    assert rejected.title == "conversations-001.json"
    assert reason in rejected.reason


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("zipped", [False, True])
async def test_an_export_in_any_unicode_encoding(
    services: Services, tmp_path: Path, encoding: str, zipped: bool
) -> None:
    text = json.dumps([claude("a", "Grüße, 世界")], ensure_ascii=False).encode(encoding)
    file = tmp_path / ("export.zip" if zipped else "export.json")
    if zipped:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("conversations.json", text)
    else:
        file.write_bytes(text)
    assert (await imported(services, file)).words == "1 imported"
    assert [each.title for each in await kept(services)] == ["Grüße, 世界"]


@pytest.mark.parametrize(
    ("encoded", "title"),
    [
        (lambda text: text.encode("cp1252"), "Grüße aus Köln – “so”"),
        (lambda text: text.encode("cp932"), "これは日本語の題です"),
        (lambda text: text.encode().replace("ö".encode(), b"\xf6"), "Grüße, grüße, für, K\ufffdln"),
    ],
)
async def test_an_export_in_the_encoding_of_a_system_or_with_a_byte_of_it(
    services: Services, tmp_path: Path, encoded: Callable[[str], bytes], title: str
) -> None:
    text = json.dumps([claude("a", title.replace("\ufffd", "ö"))], ensure_ascii=False)
    (tmp_path / "export.json").write_bytes(encoded(text))
    assert (await imported(services, tmp_path / "export.json")).words == "1 imported"
    assert [each.title for each in await kept(services)] == [title]


async def test_sessions_of_aichat_have_two_suffixes(services: Services, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "sessions.zip", "w") as archive:
        for name in ("a.yaml", "b.yml"):
            archive.writestr(name, f"model: m\nmessages:\n- role: user\n  content: {name}\n")
    assert (await imported(services, tmp_path / "sessions.zip")).words == "2 imported"


async def test_conversations_of_one_id_are_copied_once(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([claude("same", "one"), claude("same", "two"), claude("same", "three")]))
    assert (await imported(services, file)).counts == {"imported": 1, "copied": 2}
    for _ in range(2):
        assert (await imported(services, file)).counts == {"existing": 3}
    assert sorted(each.path()[0].turn.text for each in await kept(services)) == ["one", "three", "two"]


async def test_a_copy_that_has_grown_is_extended(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    talks = [claude("same", "one"), claude("same", "two")]
    file.write_text(json.dumps(talks))
    await imported(services, file)
    grown = [
        {**each, "chat_messages": [*each["chat_messages"], {"uuid": "a", "sender": "assistant", "text": "So."}]}
        for each in talks
    ]
    file.write_text(json.dumps(grown))
    assert (await imported(services, file)).counts == {"extended": 2}
    assert (await imported(services, file)).counts == {"existing": 2}


async def test_conversations_of_several_programs_in_one_file(services: Services, tmp_path: Path) -> None:
    others = [
        {"conversationId": "l", "messages": [{"messageId": "m", "isCreatedByUser": True, "text": "two"}]},
        {"id": "w", "chat": {"history": {"messages": {"q": {"role": "user", "content": "three"}}}}},
        {"messages": [{"role": "user", "content": "four"}]},
        {"nothing": 1},
    ]
    for name, text in (
        ("a.json", json.dumps([claude("a", "one"), *others])),
        ("b.jsonl", "\n".join(map(json.dumps, [claude("a", "one"), *others]))),
    ):
        (tmp_path / name).write_text(text)
        assert [each.title for each in (await imported(services, tmp_path / name)).rejected] == ["Conversation 5"]
    assert sorted(each.path()[0].turn.text for each in await kept(services)) == ["four", "one", "three", "two"]


async def test_one_that_nests_its_messages_by_the_hundred_is_imported(services: Services, tmp_path: Path) -> None:
    """As LibreChat exports them, recursively."""
    depth = 900
    nested = "".join(f'{{"messageId": "m{n}", "text": "t{n}", "children": [' for n in range(depth)) + "]}" * depth
    (tmp_path / "deep.json").write_text(f'{{"conversationId": "deep", "title": "D", "messages": [{nested}]}}')
    assert (await imported(services, tmp_path / "deep.json")).words == "1 imported"
    (deep,) = await kept(services)
    assert len(deep.path()) == depth


async def test_lists_behind_one_another_are_all_read(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "together.json"
    file.write_text(json.dumps([claude("a")]) + "\n" + json.dumps([claude("b")]))
    assert (await imported(services, file)).words == "2 imported"


async def test_each_line_with_a_list_of_messages_is_a_conversation(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    lines = [
        [{"role": "user", "content": "one"}],
        [{"role": "wizard", "content": "x"}],
        [{"role": "user", "content": "two"}],
    ]
    file.write_text("\n".join(map(json.dumps, lines)))
    counts = await imported(services, file)
    assert [each.path()[0].turn.text for each in reversed(await kept(services))] == ["one", "two"]
    assert [(each.title, "wizard" in each.reason) for each in counts.rejected] == [("List 2", True)]
