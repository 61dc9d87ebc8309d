"""Claude's export (`conversations.json`, alone or in the zip): a list of conversations with `chat_messages`.

There is no published description; the shape is that of exports since 2024, as
https://github.com/Sinity/polylogue (docs/providers/claude-ai.md) and other readers of them have it:
`sender` human or assistant, a `text`, since 2024-11 a `content` of blocks (text, thinking, tool_use, tool_result),
`attachments` with the text that was taken out of them, `files` with names alone, and since 2025 `parent_message_uuid`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tui_chat.core.conversation import Conversation
from tui_chat.core.serialize import ShapeError
from tui_chat.store.importers.importer import Item, NewId, by_item
from tui_chat.store.importers.message_tree import (
    TreeMessage,
    conversation_of,
    in_a_row,
    items_of,
    labelled,
    links,
    moment_of,
    optional_text,
    text_file,
    with_names,
)
from tui_chat.store.message_text import call_block, joined, text_of, tool_text


def is_item(item: Item) -> bool:
    return isinstance(item.get("chat_messages"), list)


def read_item(item: Item, when: datetime, new_id: NewId) -> Conversation | None:
    created = moment_of(item.get("created_at"), when)
    found = [_said(message, number, created) for number, message in enumerate(items_of(item["chat_messages"]))]
    named = any(each.parent is not None for each in found)
    made = conversation_of(
        item.get("uuid"),
        item.get("name"),
        created,
        found if named else in_a_row(found),
        new_id,
        item.get("current_leaf_message_uuid"),
    )
    return labelled(made, item.get("is_starred"))


def _said(message: Mapping[str, Any], number: int, created: datetime) -> TreeMessage:
    where = f"chat_messages[{number}]"
    sender = message.get("sender")
    if sender not in ("human", "assistant"):
        raise ShapeError(f"{where}.sender", sender, "expected human or assistant")
    blocks = items_of(message.get("content"))
    said = joined(_block(block, where) for block in blocks) or text_of(message.get("text"), f"{where}.text")
    thought = joined(text_of(b.get("thinking"), where) for b in blocks if b.get("type") == "thinking")
    attached = [(each.get("file_name"), each.get("extracted_content")) for each in items_of(message.get("attachments"))]
    files = [text_file(name, words) for name, words in attached]
    names = [name for (name, _), file in zip(attached, files, strict=True) if file is None]
    names += [each.get("file_name") for each in items_of(message.get("files"))]
    names = [name for name in names if name not in {file.name for file in files if file is not None}]
    if sender == "assistant":  # an answer has no files: their text is part of it
        said = joined([said, *(joined([f"[file: {file.name}]", file.text]) for file in files if file is not None)])
    cited = [each for block in blocks for each in items_of(block.get("citations"))]
    return TreeMessage(
        str(message.get("uuid") or f"message-{number}"),
        optional_text(message.get("parent_message_uuid")),
        "user" if sender == "human" else "assistant",
        with_names(said, names),
        moment_of(message.get("created_at"), created),
        thought,
        optional_text(message.get("model")),
        citations=links(pair for each in cited for pair in _addresses(each)),
        attachments=tuple(file for file in files if file is not None) if sender == "human" else (),
    )


def _addresses(cited: Mapping[str, Any]) -> Iterator[tuple[object, object]]:
    for about in (cited, cited.get("details")):
        if isinstance(about, Mapping):
            yield about.get("url"), about.get("title")


def _block(block: Mapping[str, Any], where: str) -> str:
    match block.get("type"):
        case "thinking" | "redacted_thinking" | "token_budget" | "flag":
            return ""
        case "tool_use":
            return call_block(block.get("name"), block.get("input"))
        case "tool_result":
            return tool_text(block.get("name"), text_of(block.get("content"), where))
        case "text":
            return text_of(block.get("text"), where)
        case _:
            return text_of(block, where)


IMPORTER = by_item("Claude's conversations.json", is_item, read_item)
