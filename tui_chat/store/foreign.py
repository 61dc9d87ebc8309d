"""Any text that holds conversations. This file owns how its format is told, and what is said where it cannot be.

Read are the portable file (one, or a list of them as `export` prints it), Markdown that this program exported, a list
of messages as OpenAI's API takes it, alone or as `{"messages": […]}`, and ChatGPT's `conversations.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from tui_chat.core import serialize
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.core.serialize import ShapeError
from tui_chat.store import portable
from tui_chat.store.exported_markdown import is_exported, read_markdown
from tui_chat.store.foreign_chatgpt import from_chatgpt
from tui_chat.store.foreign_messages import from_messages
from tui_chat.store.portable import PortableError

NewId = Callable[[], str]

EXPECTED = (
    "Expected is a conversation of tui-chat (.chat.json, or Markdown that it exported), a list of messages with"
    ' "role" and "content", {"messages": […]}, or ChatGPT\'s conversations.json.'
)


def read_conversations(source: str, when: datetime, new_id: NewId) -> list[Conversation]:
    """All conversations of a text, at least one. Raises PortableError, and nothing else.

    `when` (timezone-aware) is the time of messages that have none. An answer that was still running when the file was
    written is INCOMPLETE: nobody is writing it any more.
    """
    try:
        return [_ended(conversation) for conversation in _read(source, when, new_id)]
    except ShapeError as error:
        raise PortableError(f"The text is not a sound conversation: {error}.") from None
    except RecursionError:
        raise PortableError("The text is nested too deeply.") from None


def _read(source: str, when: datetime, new_id: NewId) -> list[Conversation]:
    source = source.removeprefix("\ufeff")
    first = source[:1000].lstrip()[:1]
    if first in ("{", "["):
        return _from_data(portable.parse(source), when, new_id)
    if is_exported(source):
        return read_markdown(source)
    what = "is empty" if not source.strip() else "is neither JSON nor Markdown that tui-chat exported"
    raise PortableError(f"The text {what}. {EXPECTED}")


def _from_data(data: object, when: datetime, new_id: NewId) -> list[Conversation]:
    match data:
        case {"mapping": _} | [{"mapping": _}, *_]:
            return _from_chatgpt(data if isinstance(data, list) else [data], when, new_id)
        case {"format": _}:
            return [portable.from_plain(data)]
        case [{"format": _}, *_]:
            return list(_each(data))
        case {"messages": [_, *_] as messages}:
            return [from_messages(messages, serialize.table(data, "data"), when, new_id)]
        case [{"role": _}, *_]:
            return [from_messages(data, {}, when, new_id)]
        case _:
            raise PortableError(f"The text holds {_found(data)}. {EXPECTED}")


def _each(items: Iterable[object]) -> Iterable[Conversation]:
    for index, item in enumerate(items):
        try:
            yield portable.from_plain(item)
        except PortableError as error:
            raise PortableError(f"Conversation {index + 1} in the list: {error.message}") from None


def _from_chatgpt(items: Iterable[Any], when: datetime, new_id: NewId) -> list[Conversation]:
    """All but those in which nobody said anything: such an export has some."""
    found: list[Conversation] = []
    for index, item in enumerate(items):
        try:
            conversation = from_chatgpt(serialize.table(item, "conversation"), when, new_id)
        except ShapeError as error:
            raise PortableError(f"Conversation {index + 1} in the list is not sound: {error}.") from None
        if conversation is not None:
            found.append(conversation)
    if not found:
        raise PortableError(f"The text holds conversations without a message. {EXPECTED}")
    return found


def _found(data: object) -> str:
    match data:
        case {"messages": messages}:
            return f'"messages" with {serialize.shown(messages)}'
        case dict():
            names = ", ".join(f'"{serialize.sound_text(name[:20])}"' for name in list(data)[:5])
            return f"an object with {names}" if names else "an empty object"
        case [first, *_]:
            return f"a list that begins with {_found(first)}"
        case []:
            return "an empty list"
        case _:
            return serialize.shown(data)


def _ended(conversation: Conversation) -> Conversation:
    for node in list(conversation.nodes.values()):
        if node.turn.role == "assistant" and node.turn.outcome is None:
            conversation.put(node.id, replace(node.turn, outcome=Outcome.INCOMPLETE))
    return conversation
