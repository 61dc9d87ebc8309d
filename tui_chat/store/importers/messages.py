"""A list of messages as OpenAI's API accepts it, alone or as `{"messages": […]}`.

Format: https://platform.openai.com/docs/api-reference/chat/create, `messages` (read 2026-11). What the API allows and
this program has no place for becomes text: tool calls and their results belong to the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from tui_chat.core import settings as knobs
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Role, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.serialize import ShapeError, table
from tui_chat.core.settings import Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.importers.importer import Importer, Item, NewId, Source
from tui_chat.store.importers.message_tree import items_of
from tui_chat.store.message_text import call_block, joined, text_of, thought_apart, tool_text

ROLES: dict[object, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "assistant",
    "function": "assistant",
}


_THOUGHTS = ("thinking", "redacted_thinking")
"""Parts of Mistral's and Anthropic's messages; nobody can read the second."""


@dataclass(slots=True)
class _Spoken:
    """Consecutive messages of one role."""

    role: Role
    texts: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def matches(source: Source) -> bool:
    match source.data:
        case {"messages": [_, *_]} | [{"role": _}, *_]:
            return not (isinstance(source.data, dict) and "history" in source.data)
        case _:
            return False


def read(source: Source, when: datetime, new_id: NewId) -> list[Conversation]:
    match source.data:
        case {"messages": [_, *_] as messages}:
            return [from_messages(messages, table(source.data, "data"), when, new_id)]
        case list(messages):
            return [from_messages(messages, {}, when, new_id)]
        case _:
            return []


def from_messages(items: Sequence[object], about: Mapping[str, Any], when: datetime, new_id: NewId) -> Conversation:
    """Build the conversation of a list with at least one message. Raises ShapeError.

    `about` surrounds the list: a title, a model, settings of a request. The messages have no times of their own; all
    get `when`.
    """
    system: list[str] = []
    spoken: list[_Spoken] = []
    for index, item in enumerate(items):
        where = f"messages[{index}]"
        message = table(item, where)
        role = _role(message.get("role"), f"{where}.role")
        if role == "system":
            system.append(text_of(message.get("content"), f"{where}.content"))
            continue
        if not spoken or spoken[-1].role != role:
            spoken.append(_Spoken(role))
        _add(spoken[-1], message, where)
    title = about.get("title")
    made = Conversation(
        new_id(), when, repair_surrogates(title) if isinstance(title, str) else "", _settings(about, system)
    )
    model = about.get("model")
    for said in spoken:
        turn = _turn(said, when, repair_surrogates(model) if isinstance(model, str) else None)
        made.add(Node(new_id(), made.head, turn))
    return made


def _role(value: object, where: str) -> Role:
    role = ROLES.get(value) if isinstance(value, str) else None
    if role is None:
        raise ShapeError(where, value, f"expected one of {', '.join(map(str, ROLES))}")
    return role


def _add(said: _Spoken, message: Mapping[str, Any], where: str) -> None:
    content = message.get("content")
    if isinstance(content, list):
        thoughts = [each for each in items_of(content) if each.get("type") in _THOUGHTS]
        said.reasoning += [text_of(each.get("thinking"), f"{where}.content") for each in thoughts]
        content = [each for each in content if each not in thoughts]
    text = text_of(content, f"{where}.content")
    if message.get("role") in ("tool", "function"):
        text = tool_text(message.get("name") or message.get("tool_call_id"), text)
    said.texts += [text, *_calls(message)]
    for key, texts in (
        ("reasoning_content", said.reasoning),
        ("reasoning", said.reasoning),
        ("refusal", said.refusals),
    ):
        value = message.get(key)
        if isinstance(value, str):
            texts.append(repair_surrogates(value))


def _calls(message: Mapping[str, Any]) -> list[str]:
    calls = message.get("tool_calls")
    found = [call.get("function") for call in calls if isinstance(call, Mapping)] if isinstance(calls, list) else []
    found.append(message.get("function_call"))
    return [call_block(call.get("name"), call.get("arguments")) for call in found if isinstance(call, Mapping)]


def _turn(said: _Spoken, when: datetime, model: str | None) -> Turn:
    text = joined(said.texts)
    if said.role == "user":
        return Turn("user", text, when)
    refusal, thought = joined(said.refusals), joined(said.reasoning)
    if not thought:
        thought, text = thought_apart(text)
    ended = Outcome.REFUSED if refusal and not text else Outcome.COMPLETE if text else Outcome.EMPTY
    return Turn("assistant", text, when, thought, refusal, outcome=ended, model=model)


def _settings(about: Mapping[str, Any], system: list[str]) -> Settings:
    """The settings of a whole request, as far as they are valid, with the system messages."""
    values = {name: about[name] for name in knobs.NAMES if name in about}
    if isinstance(values.get("stop"), str):
        values["stop"] = [values["stop"]]
    system_field = values.pop("system", None)
    prompt = joined([repair_surrogates(system_field) if isinstance(system_field, str) else "", *system])
    settings, _ = knobs.from_mapping({**values, "system": prompt or None})
    return settings


def is_item(item: Item) -> bool:
    match item.get("messages"):
        case [{"role": _}, *_]:
            return "conversationId" not in item and "history" not in item
        case _:
            return False


def read_item(item: Item, when: datetime, new_id: NewId) -> Conversation:
    return from_messages(item["messages"], item, when, new_id)


IMPORTER = Importer(
    'a list of messages with "role" and "content", alone or as {"messages": […]}', matches, read, is_item, read_item
)
