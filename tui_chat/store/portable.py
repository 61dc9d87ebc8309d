"""The portable file `.chat.json`, format "tui-chat/1": a lossless copy of one conversation."""

from __future__ import annotations

import json
from collections.abc import Container
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from tui_chat.core import serialize
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_labels import ConversationLabels
from tui_chat.core.message import Outcome, Role, Turn
from tui_chat.core.serialize import ShapeError, maybe, one_of, table, text
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.regular_file import MIB, read_regular_file
from tui_chat.store.rows import moment
from tui_chat.store.value_repair import MAX_ID, is_id

FORMAT = "tui-chat/1"
SUFFIX = ".chat.json"
ROLES: tuple[Role, ...] = ("system", "user", "assistant")
MAX_BYTES = 256 * MIB
"""Far above any conversation; a larger file is of another kind."""


class PortableError(Exception):
    """A text is not a readable conversation: the message says what is wrong, where, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def dumps(conversation: Conversation) -> str:
    """The file's text. Lone surrogates become U+FFFD; everything else is equal after `loads`."""
    return json.dumps(to_plain(conversation), ensure_ascii=False, indent=1) + "\n"


def to_plain(conversation: Conversation) -> dict[str, Any]:
    """The file as plain data (`export` puts several into one array).

    `head`, the shown branch, is present only if it is not the last turn; `pinned`, `archived` and `tags` only if set.
    """
    data = {
        "format": FORMAT,
        "id": repair_surrogates(conversation.id),
        "title": repair_surrogates(conversation.title),
        "created": moment(conversation.created),
        "settings": serialize.from_settings(conversation.settings),
    }
    if conversation.head != next(reversed(conversation.nodes), None):
        data["head"] = serialize.jsonable(conversation.head)
    labels = conversation.labels
    for name, since in (("pinned", labels.pinned), ("archived", labels.archived)):
        if since is not None:
            data[name] = moment(since)
    if labels.tags:
        data["tags"] = [repair_surrogates(tag) for tag in labels.tags]
    return data | {"turns": [from_node(node) for node in conversation.nodes.values()]}


def loads(source: str) -> Conversation:
    """The conversation in a file's text. Raises PortableError."""
    return from_plain(parse(source))


def read(path: Path) -> Conversation:
    """The conversation in a file. Raises PortableError, its message naming the file, and OSError."""
    try:
        return loads(read_regular_file(path, MAX_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PortableError(
            f"{path} is not UTF-8 text (byte {error.start} cannot be read). Save it as UTF-8, or pick another file."
        ) from None
    except PortableError as error:
        raise PortableError(f"{path}: {error.message}") from None


def parse(source: str) -> object:
    """Parse JSON into plain data; anything Python's parser would tolerate or crash on is a PortableError."""
    try:
        return json.loads(source.removeprefix("\ufeff"), parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _unreadable(f"is not valid JSON at {place}: {error.msg}") from None
    except RecursionError:
        raise _unreadable("is nested too deeply") from None
    except ValueError as error:
        raise _unreadable(f"holds a number that cannot be read ({str(error)[:80]})") from None


def from_plain(data: object) -> Conversation:
    """The conversation of one file's plain data. Raises PortableError."""
    if not isinstance(data, dict) or "format" not in data:
        raise _unreadable(f'is not a conversation of tui-chat: it has no "format": "{FORMAT}"')
    _check_format(data["format"])
    try:
        _check_texts(data)
        return _conversation(data)
    except ShapeError as error:
        raise _unreadable(f"is not a valid conversation: {error}") from None
    except RecursionError:
        raise _unreadable("is nested too deeply") from None


def _unreadable(what: str) -> PortableError:
    return PortableError(f"The text {what}. Correct that place, or export the conversation again.")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _check_format(found: object) -> None:
    if found == FORMAT:
        return
    name = found if isinstance(found, str) else ""
    version = name.removeprefix("tui-chat/") if name.startswith("tui-chat/") else ""
    if version.isascii() and version.isdigit() and version.lstrip("0") not in ("", "1"):
        raise PortableError(
            f'The text has the format "{name[:40]}", which a newer version of tui-chat writes; this one reads'
            f' "{FORMAT}". Upgrade tui-chat to read it. It was left as it is.'
        )
    raise _unreadable(f'has the unknown format {serialize.shown(found)}; expected "{FORMAT}"')


def _check_texts(value: object, where: str = "") -> None:
    """JSON can contain lone surrogates, but they can be neither stored, copied nor painted."""
    match value:
        case str():
            if repair_surrogates(value) is not value:
                raise ShapeError(
                    where, value[:10], "expected text without half of a surrogate pair (\\ud800 to \\udfff)"
                )
        case dict():
            for key, item in value.items():
                _check_texts(key, where or "a key")
                _check_texts(item, f"{where}.{key}" if where else key)
        case list():
            for index, item in enumerate(value):
                _check_texts(item, f"{where}[{index}]")
        case _:
            pass


def _conversation(data: dict[str, Any]) -> Conversation:
    nodes: dict[str, Node] = {}
    turns = data.get("turns")
    if not isinstance(turns, list):
        raise ShapeError("turns", turns, "expected a list")
    for index, item in enumerate(turns):
        node = to_node(table(item, f"turns[{index}]"), f"turns[{index}]", nodes)
        nodes[node.id] = node
    return Conversation(
        id=_id(data.get("id"), "id"),
        created=_moment(data.get("created"), "created"),
        title=text(data.get("title", ""), "title"),
        settings=serialize.to_settings(data.get("settings", {})),
        nodes=nodes,
        head=_head(data, nodes),
        labels=ConversationLabels(
            maybe(_moment, data.get("pinned"), "pinned"),
            maybe(_moment, data.get("archived"), "archived"),
            tuple(text(tag, f"tags[{n}]") for n, tag in enumerate(_list(data.get("tags"), "tags"))),
        ),
    )


def _head(data: dict[str, Any], nodes: dict[str, Node]) -> str | None:
    if "head" not in data:
        return next(reversed(nodes), None)
    head = maybe(text, data["head"], "head")
    if head is not None and head not in nodes:
        raise ShapeError("head", head, "expected the id of a turn")
    return head


def from_node(node: Node) -> dict[str, Any]:
    """A turn with its place, as plain data."""
    turn = node.turn
    extra = {
        "refusal": repair_surrogates(turn.refusal),
        "not_run": turn.not_run,
        "timing": None if turn.timing is None else serialize.from_timing(turn.timing),
        "withdrawn": turn.withdrawn,
        "citations": [serialize.from_citation(citation) for citation in turn.citations],
        "branch": repair_surrogates(node.name),
    }
    return {
        "id": repair_surrogates(node.id),
        "parent": serialize.jsonable(node.parent),
        "role": turn.role,
        "text": repair_surrogates(turn.text),
        "reasoning": repair_surrogates(turn.reasoning),
        "created": moment(turn.created),
        "outcome": None if turn.outcome is None else turn.outcome.value,
        "finish_reason": serialize.jsonable(turn.finish_reason),
        "verdicts": [serialize.from_verdict(verdict) for verdict in turn.verdicts],
        "usage": None if turn.usage is None else serialize.from_usage(turn.usage),
        "settings": None if turn.settings is None else serialize.from_settings(turn.settings),
        "model": serialize.jsonable(turn.model),
        "endpoint": serialize.jsonable(turn.endpoint),
        "request_id": serialize.jsonable(turn.request_id),
        "error": None if turn.error is None else serialize.from_error(turn.error),
        "sent": turn.sent,
        "attachments": [serialize.from_attachment(attached) for attached in turn.attachments],
    } | {name: value for name, value in extra.items() if value}


def to_node(data: dict[str, Any], where: str, before: Container[str]) -> Node:
    """Read a turn from plain data; `before` are the ids of earlier turns. Raises ShapeError."""
    node_id = _id(data.get("id"), f"{where}.id")
    if node_id in before:
        raise ShapeError(f"{where}.id", node_id, "expected an id that no earlier turn has")
    parent = maybe(text, data.get("parent"), f"{where}.parent")
    if parent is not None and parent not in before:
        raise ShapeError(f"{where}.parent", parent, "expected null or the id of an earlier turn")
    return Node(node_id, parent, _to_turn(data, where), maybe(text, data.get("branch"), f"{where}.branch") or "")


def _to_turn(data: dict[str, Any], where: str) -> Turn:
    def at(name: str) -> tuple[Any, str]:
        return data.get(name), f"{where}.{name}"

    verdicts, citations, files = _list(*at("verdicts")), _list(*at("citations")), _list(*at("attachments"))
    return Turn(
        role=_role(*at("role")),
        text=text(*at("text")),
        created=_moment(*at("created")),
        reasoning=maybe(text, *at("reasoning")) or "",
        refusal=maybe(text, *at("refusal")) or "",
        outcome=maybe(partial(one_of, Outcome), *at("outcome")),
        finish_reason=maybe(text, *at("finish_reason")),
        verdicts=tuple(serialize.to_verdict(v, f"{where}.verdicts[{n}]") for n, v in enumerate(verdicts)),
        not_run=maybe(serialize.to_source, *at("not_run")),
        usage=maybe(serialize.to_usage, *at("usage")),
        settings=maybe(serialize.to_settings, *at("settings")),
        model=maybe(text, *at("model")),
        endpoint=maybe(text, *at("endpoint")),
        request_id=maybe(text, *at("request_id")),
        error=maybe(serialize.to_error, *at("error")),
        timing=maybe(serialize.to_timing, *at("timing")),
        sent=maybe(serialize.flag, *at("sent")),
        withdrawn=maybe(serialize.flag, *at("withdrawn")) or False,
        citations=tuple(serialize.to_citation(c, f"{where}.citations[{n}]") for n, c in enumerate(citations)),
        attachments=tuple(serialize.to_attachment(a, f"{where}.attachments[{n}]") for n, a in enumerate(files)),
    )


def _list(value: object, where: str) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise ShapeError(where, value, "expected a list")
    return value or []


def _id(value: object, where: str) -> str:
    found = text(value, where)
    if not is_id(found):
        raise ShapeError(where, value, f"expected a printable text of 1 to {MAX_ID} characters")
    return found


def _role(value: object, where: str) -> Role:
    for role in ROLES:
        if role == value:
            return role
    raise ShapeError(where, value, f"expected one of {', '.join(ROLES)}")


def _moment(value: object, where: str) -> datetime:
    expected = "expected a moment with its offset from UTC such as 2026-01-31T12:00:00+00:00"
    try:
        found = datetime.fromisoformat(text(value, where))
    except ValueError as error:
        if isinstance(error, ShapeError):
            raise
        raise ShapeError(where, value, expected) from None
    # At the ends of the calendar the change to local time has nowhere to go.
    if found.tzinfo is None or not 1 < found.year < 9999:
        raise ShapeError(where, value, expected)
    return found
