"""Open WebUI's export of chats: a list of `{"id", "title", "chat": {"history": {"messages", "currentId"}}}`.

The shape is that of other readers; it was not checked against https://github.com/open-webui/open-webui: a tree of
messages with `parentId` and `childrenIds`; chats of early versions only have the list `messages`. Thinking is in the
text, in `<details type="reasoning">`.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any

from tui_chat.core.conversation import Conversation
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Outcome
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
    with_names,
)
from tui_chat.store.message_text import call_block, joined, text_of, tool_text

_THOUGHT = lazy_pattern(
    r"<details type=\"reasoning\"[^>]*>\s*(?:<summary>[^<]*</summary>)?(?P<thought>.*?)</details>\s*", re.DOTALL
)


_TOOL = lazy_pattern(r"<details type=\"tool_calls\"(?P<about>[^>]*)>.*?</details>\s*", re.DOTALL)
_ABOUT = lazy_pattern(r'(\w+)="([^"]*)"')


def is_item(item: Item) -> bool:
    chat = item.get("chat", item)
    if not isinstance(chat, dict):
        return False
    history = chat.get("history")
    return (isinstance(history, dict) and "messages" in history) or ("chat" in item and "messages" in chat)


def read_item(item: Item, when: datetime, new_id: NewId) -> Conversation | None:
    chat: Mapping[str, Any] = item.get("chat", item)
    created = moment_of(item.get("created_at") or chat.get("timestamp"), when)
    history = chat.get("history")
    tree = history.get("messages") if isinstance(history, Mapping) else None
    system = text_of(chat.get("system"), "chat.system")
    if isinstance(tree, Mapping) and tree:
        known = [(str(name), message) for name, message in tree.items() if isinstance(message, Mapping)]
        listed_by = {child: name for name, message in known for child in _children(message)}
        found = [_said(name, message, created, listed_by.get(name)) for name, message in known]
        head = history.get("currentId") if isinstance(history, Mapping) else None
    else:
        listed = enumerate(items_of(chat.get("messages")))
        found = in_a_row(_said(str(m.get("id") or f"message-{n}"), m, created) for n, m in listed)
        head = None
    system = joined([system, *(each.text for each in found if each.role == "system")])
    talk = [each for each in found if each.role != "system"]
    title = item.get("title") or chat.get("title")
    made = conversation_of(item.get("id") or chat.get("id"), title, created, talk, new_id, head, system)
    meta = item.get("meta")
    tags = meta.get("tags") if isinstance(meta, Mapping) else None
    return labelled(made, item.get("pinned"), item.get("archived"), tags or chat.get("tags"))


def _children(message: Mapping[str, Any]) -> list[str]:
    listed = message.get("childrenIds")
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def _said(name: str, message: Mapping[str, Any], created: datetime, listed_by: str | None = None) -> TreeMessage:
    role = message.get("role")
    words = text_of(message.get("content"), f"messages.{name}.content")
    thoughts = [_unquoted(found["thought"]) for found in _THOUGHT.finditer(words)] if role != "user" else []
    if role != "user":
        words = _TOOL.sub(_tool, words)
    failed = message.get("error")
    if isinstance(failed, Mapping) and not words.strip():
        words = text_of(failed.get("content"), f"messages.{name}.error")
    files = [each.get("name") or each.get("filename") for each in items_of(message.get("files"))]
    sources = [each.get("source") for each in items_of(message.get("sources"))]
    return TreeMessage(
        name,
        optional_text(message.get("parentId")) or listed_by,
        "user" if role == "user" else "system" if role == "system" else "assistant",
        with_names(_THOUGHT.sub("", words).strip() if thoughts else words, files),
        moment_of(message.get("timestamp"), created),
        joined(thoughts),
        optional_text(message.get("model")),
        Outcome.INCOMPLETE if message.get("done") is False and role == "assistant" else None,
        citations=links((each.get("url"), each.get("name")) for each in sources if isinstance(each, Mapping)),
    )


def _tool(found: re.Match[str]) -> str:
    """A call and what it gave; both are JSON in an attribute."""
    about = {key: unescape(value) for key, value in _ABOUT.findall(found["about"])}
    name, gave = about.get("name"), about.get("result", "")
    with contextlib.suppress(ValueError):
        gave = text_of(json.loads(gave), "result")
    asked = about.get("arguments", "")
    with contextlib.suppress(ValueError):
        asked = json.loads(asked)
    return joined([call_block(name, asked), tool_text(name, gave) if gave else ""]) + "\n\n"


def _unquoted(thought: str) -> str:
    return "\n".join(unescape(line).removeprefix("> ").removeprefix(">") for line in thought.strip().split("\n"))


IMPORTER = by_item("Open WebUI's export of chats", is_item, read_item)
