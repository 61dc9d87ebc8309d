"""LM Studio's conversations (`~/.lmstudio/conversations/*.conversation.json`).

There is no published description; the shape is that of LM Studio 0.3, as its readers have it
(https://github.com/YorkieDev/lm-studio-conversation-converter): each message has `versions`, of which one
is `currentlySelected`; a version is a single step with `content`, or several `steps`. A conversation has no id: the
millisecond in which it was created stands for it, so that one that has grown is recognized.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tui_chat.core.conversation import Conversation
from tui_chat.store.ids import derived_ids
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
from tui_chat.store.importers.messages import ROLES
from tui_chat.store.message_text import joined, text_of


def is_item(item: Item) -> bool:
    messages = item.get("messages")
    return isinstance(messages, list) and any("versions" in each for each in items_of(messages[:3]))


def read_item(item: Item, when: datetime, new_id: NewId) -> Conversation | None:
    created = moment_of(item.get("createdAt"), when)
    found: list[TreeMessage] = []
    above: str | None = None
    system = [text_of(item.get("systemPrompt"), "systemPrompt")]
    for number, message in enumerate(items_of(item["messages"])):
        versions = [_said(v, f"m{number}-{n}", above, created) for n, v in enumerate(items_of(message.get("versions")))]
        chosen = message.get("currentlySelected")
        at = chosen if isinstance(chosen, int) and 0 <= chosen < len(versions) else len(versions) - 1
        if versions and versions[at].role == "system":
            system.append(versions[at].text)
            continue
        if versions:
            above = versions[at].id
        found += versions
    own = derived_ids(["LM Studio", item["createdAt"]])() if item.get("createdAt") else None
    made = conversation_of(own, item.get("name"), created, found, new_id, above, joined(system))
    return labelled(made, item.get("pinned"))


def _said(version: Mapping[str, Any], name: str, above: str | None, created: datetime) -> TreeMessage:
    steps = items_of(version.get("steps")) or [version]
    blocks = [block for step in steps for block in items_of(step.get("content"))]
    thoughts = [step for step in steps if _is_thought(step)]
    words = [text_of(b, name) for step in steps if step not in thoughts for b in items_of(step.get("content"))]
    made = [each for step in steps if isinstance(each := step.get("genInfo"), Mapping)]
    info: Mapping[str, Any] = made[0] if made else {}
    files = [block.get("name") or block.get("fileIdentifier") for block in blocks if block.get("type") == "file"]
    texts = [word for word, block in zip(words, blocks, strict=False) if block.get("type") != "file"]
    return TreeMessage(
        name,
        above,
        ROLES.get(version.get("role"), "assistant"),
        with_names(joined(words if thoughts else texts), files),
        created,
        joined(text_of(block, name) for step in thoughts for block in items_of(step.get("content"))),
        optional_text(info.get("indexedModelIdentifier") or info.get("identifier")),
    )


def _is_thought(step: Mapping[str, Any]) -> bool:
    style = step.get("style")
    return isinstance(style, Mapping) and style.get("type") == "thinking"


IMPORTER = by_item("a conversation of LM Studio", is_item, read_item)
