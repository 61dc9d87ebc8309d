"""LibreChat's export of a conversation as JSON: a tree of messages, or the list of one branch.

The shape is the one that other readers of it have; it was not checked against https://github.com/danny-avila/LibreChat:
`messages` (older versions: `messagesTree`) with `children` where it was exported recursively, else flat with
`parentMessageId`; `isCreatedByUser`; a `text`, or since 2024 a `content` of parts (text, think, error, tool_call).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tui_chat.core.conversation import Conversation
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Outcome
from tui_chat.store.importers.importer import Item, NewId, by_item
from tui_chat.store.importers.message_tree import (
    TreeMessage,
    conversation_of,
    items_of,
    labelled,
    moment_of,
    optional_text,
    with_names,
)
from tui_chat.store.message_text import call_block, joined, text_of, tool_text

_THOUGHT = lazy_pattern(r"\s*:::thinking\n(?P<thought>.*?)\n:::\s*", re.DOTALL)
"""Thinking before there were parts."""

_LISTS = ("messagesTree", "messages")


def is_item(item: Item) -> bool:
    return "conversationId" in item and any(isinstance(item.get(name), list) for name in _LISTS)


def read_item(item: Item, when: datetime, new_id: NewId) -> Conversation | None:
    created = moment_of(item.get("createdAt") or item.get("exportAt"), when)
    top = next(item[name] for name in _LISTS if isinstance(item.get(name), list))
    options = item.get("options")
    about: Mapping[str, Any] = options if isinstance(options, Mapping) else {}
    found: list[TreeMessage] = []
    waiting: list[tuple[Mapping[str, Any], str | None]] = [(each, None) for each in reversed(items_of(top))]
    while waiting:
        message, above = waiting.pop()
        said = _said(message, len(found), above, created, about)
        found.append(said)
        waiting += [(each, said.id) for each in reversed(items_of(message.get("children")))]
    system = text_of(about.get("promptPrefix") or about.get("system"), "options.system")
    made = conversation_of(item["conversationId"], item.get("title"), created, found, new_id, None, system)
    return labelled(made, None, item.get("isArchived"), item.get("tags"))


def _said(
    message: Mapping[str, Any], number: int, above: str | None, created: datetime, about: Mapping[str, Any]
) -> TreeMessage:
    where = f"messages[{number}]"
    mine = message.get("isCreatedByUser") is True or message.get("sender") == "User"
    parts = items_of(message.get("content"))
    words = joined(_part(part, where) for part in parts) or text_of(message.get("text"), f"{where}.text")
    thoughts = [text_of(part.get("think"), where) for part in parts if part.get("type") == "think"]
    if not mine and (thought := _THOUGHT.match(words)):
        thoughts, words = [thought["thought"]], words[thought.end() :]
    files = items_of(message.get("files")) + items_of(message.get("attachments"))
    return TreeMessage(
        str(message.get("messageId") or f"message-{number}"),
        above or optional_text(message.get("parentMessageId")),
        "user" if mine else "assistant",
        with_names(words, [each.get("filename") for each in files]),
        moment_of(message.get("createdAt"), created),
        joined(thoughts),
        None if mine else optional_text(message.get("model")) or optional_text(about.get("model")),
        Outcome.INCOMPLETE if message.get("unfinished") is True and not mine else None,
    )


def _part(part: Mapping[str, Any], where: str) -> str:
    match part.get("type"):
        case "think":
            return ""
        case "tool_call":
            call = part.get("tool_call")
            if not isinstance(call, Mapping):
                return ""
            gave = text_of(call.get("output"), "output")
            asked = call_block(call.get("name"), call.get("args"))
            return joined([asked, tool_text(call.get("name"), gave)]) if gave else asked
        case _:
            return text_of(part, where)


IMPORTER = by_item("LibreChat's export of a conversation (JSON)", is_item, read_item)
