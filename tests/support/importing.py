"""Reads all conversations of a text at once, for tests that want no pieces."""

from __future__ import annotations

from datetime import datetime

from tui_chat.core.conversation import Conversation
from tui_chat.store.importers import read_items
from tui_chat.store.importers.importer import Found, NewId, Rejected
from tui_chat.store.portable import PortableError


def read_conversations(text: str, when: datetime, new_id: NewId) -> list[Conversation]:
    """All conversations of a text, at least one. Raises PortableError, and nothing else, where one cannot be read.

    `when` (timezone-aware) is the time of messages that have none. An answer that was still running when the file was
    written is INCOMPLETE: nobody is writing it any more.
    """
    found = list(read_items(iter((text,)), when, lambda _: new_id))
    for each in found:
        if isinstance(each, Rejected):
            raise PortableError(f"{each.title} is not valid: {each.reason}")
    return [each.conversation for each in found if isinstance(each, Found)]
