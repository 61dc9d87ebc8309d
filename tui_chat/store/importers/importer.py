"""The interface of an importer: the shape of each `IMPORTER` in this folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass

NewId = Callable[[], str]
Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """A text to import. `data` is its parsed JSON, or None; `name` its file's name without the suffix."""

    text: str = field(repr=False)
    data: object = field(default=None, repr=False)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A conversation that cannot be read: its title or position, and the reason."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation of a file. `is_own`: the file is this program's."""

    conversation: Conversation
    is_own: bool = False


def _no_items(item: Item) -> bool:
    return False


def _no_item(item: Item, when: datetime, new_id: NewId) -> Conversation | None:
    return None


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads one format.

    `expected` names the format in error messages. `matches` recognizes it by the text's beginning or its outermost
    keys. `read` takes the source, the (timezone-aware) time for messages without one, and an id generator; it raises
    PortableError or ShapeError. Conversations without messages are left out. An answer needs an outcome: one without
    counts as cut off.

    If a file is a list with one conversation per item, `is_item` and `read_item` do this for one item (None: no
    messages), so that an unreadable one does not hold up the others, and a long list is read one by one. `is_own`: the
    files are this program's, with their own ids.
    """

    expected: str
    matches: Callable[[Source], bool]
    read: Callable[[Source, datetime, NewId], Sequence[Conversation | Rejected]]
    is_item: Callable[[Item], bool] = _no_items
    read_item: Callable[[Item, datetime, NewId], Conversation | None] = _no_item
    is_own: bool = False


def by_item(
    expected: str,
    is_item: Callable[[Item], bool],
    read_item: Callable[[Item, datetime, NewId], Conversation | None],
) -> Importer:
    """An importer for files with a single conversation, or a list of them."""

    def matches(source: Source) -> bool:
        match source.data:
            case dict(item) | [dict(item), *_]:
                return is_item(item)
            case _:
                return False

    def read(source: Source, when: datetime, new_id: NewId) -> list[Conversation]:
        items = source.data if isinstance(source.data, list) else [source.data]
        found = (read_item(item, when, new_id) for item in items if isinstance(item, dict))
        return [conversation for conversation in found if conversation is not None]

    return Importer(expected, matches, read, is_item, read_item)
