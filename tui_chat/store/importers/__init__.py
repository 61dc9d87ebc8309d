"""Conversations of other programs, and our own files. Each file of this folder with an `IMPORTER` reads one format.

A new format is one new file: nothing lists them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tui_chat.core import serialize
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.core.one_per_file import one_per_file
from tui_chat.core.serialize import ShapeError
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store import portable
from tui_chat.store.importers.importer import Importer, NewId, Source
from tui_chat.store.portable import PortableError


def importers() -> tuple[Importer, ...]:
    """All importers, in the order of their files' names."""
    return one_per_file(__name__, __path__, "IMPORTER")


def read_conversations(text: str, when: datetime, new_id: NewId) -> list[Conversation]:
    """All conversations of a text, at least one. Raises PortableError, and nothing else.

    `when` (timezone-aware) is the time of messages that have none. An answer that was still running when the file was
    written is INCOMPLETE: nobody is writing it any more.
    """
    try:
        return [_ended(conversation) for conversation in _read(text, when, new_id)]
    except ShapeError as error:
        raise PortableError(f"The text is not a valid conversation: {error}.") from None
    except RecursionError:
        raise PortableError("The text is nested too deeply.") from None


def _read(text: str, when: datetime, new_id: NewId) -> list[Conversation]:
    text = text.removeprefix("\ufeff")
    is_json = text[:1000].lstrip()[:1] in ("{", "[")
    source = Source(text, portable.parse(text) if is_json else None)
    known = importers()
    for importer in known:
        if importer.matches(source):
            if found := importer.read(source, when, new_id):
                return found
            raise PortableError(f"The text holds conversations without a message. {_expected(known)}")
    raise PortableError(f"The text {_what_it_is(source, is_json)}. {_expected(known)}")


def _expected(known: Sequence[Importer]) -> str:
    formats = [importer.expected for importer in known]
    return f"Expected is {', '.join(formats[:-1])} or {formats[-1]}."


def _what_it_is(source: Source, is_json: bool) -> str:
    if is_json:
        return f"holds {_found(source.data)}"
    return "is neither JSON nor Markdown that tui-chat exported" if source.text.strip() else "is empty"


def _found(data: object) -> str:
    match data:
        case {"messages": messages}:
            return f'"messages" with {serialize.shown(messages)}'
        case dict():
            names = ", ".join(f'"{repair_surrogates(name[:20])}"' for name in list(data)[:5])
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
