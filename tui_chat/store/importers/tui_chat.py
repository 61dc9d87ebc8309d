"""The portable file (`.chat.json`), or a list of them as `tui-chat export` prints it."""

from __future__ import annotations

from datetime import datetime

from tui_chat.core.conversation import Conversation
from tui_chat.store import portable
from tui_chat.store.importers.importer import Importer, Item, NewId, Source
from tui_chat.store.portable import PortableError


def matches(source: Source) -> bool:
    match source.data:
        case {"format": _} | [{"format": _}, *_]:
            return True
        case _:
            return False


def read(source: Source, when: datetime, new_id: NewId) -> list[Conversation]:
    """The files have times and ids of their own."""
    if not isinstance(source.data, list):
        return [portable.from_plain(source.data)]
    found = []
    for index, item in enumerate(source.data):
        try:
            found.append(portable.from_plain(item))
        except PortableError as error:
            raise PortableError(f"Conversation {index + 1} in the list: {error.message}") from None
    return found


def is_item(item: Item) -> bool:
    return "format" in item


def read_item(item: Item, when: datetime, new_id: NewId) -> Conversation:
    return portable.from_plain(item)


IMPORTER = Importer("a conversation that tui-chat saved (.chat.json)", matches, read, is_item, read_item, is_own=True)
