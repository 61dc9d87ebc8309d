"""Detects the format of a file and imports its conversations. Each module here with an `IMPORTER` reads one format.

A new format is one new file: nothing lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice

from tui_chat.core import serialize
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.core.module_registry import one_per_file
from tui_chat.core.serialize import ShapeError
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.importers.importer import Found, Importer, Item, NewId, Rejected, Source
from tui_chat.store.json_stream import JsonStream, NextList, Unreadable, json_stream
from tui_chat.store.portable import PortableError

IdsFor = Callable[[object], NewId]
"""Creates the id generator for the data of one conversation."""

_LOOKED_AT = 20
"""Items of a list that are checked for the format: the first of them may be broken."""

_WRAPPERS = ("conversations", "chats", "data", "items")
"""Keys under which programs put a list of conversations. Others are looked at behind these."""


def importers() -> tuple[Importer, ...]:
    """All importers, in file order."""
    return one_per_file(__name__, __path__, "IMPORTER")


def read_items(pieces: Iterator[str], when: datetime, ids_for: IdsFor, name: str = "") -> Iterator[Found | Rejected]:
    """Yield the conversations of a text that arrives in pieces, and those that cannot be read.

    `name` is its file's, without the suffix.

    Raises PortableError if it has none at all, or cannot be read any further; nothing else, whatever the text.
    """
    try:
        yield from _read(pieces, when, ids_for, name)
    except ShapeError as error:
        raise PortableError(f"The text is not a valid conversation: {error}.") from None
    except RecursionError:
        raise PortableError("The text is nested too deeply.") from None


def _read(pieces: Iterator[str], when: datetime, ids_for: IdsFor, name: str) -> Iterator[Found | Rejected]:
    first = next(pieces, "").removeprefix("\ufeff")
    known = importers()
    stream = json_stream(chain((first,), pieces)) if first.lstrip()[:1] in ("{", "[") else None
    if stream is None:
        source = Source("".join((first, *pieces)), None, name)
        yield from _whole(source, known, when, ids_for)
        return
    found = False
    for each in _of_stream(stream, known, when, ids_for):
        found = True
        yield each
    if not found:
        raise PortableError(f"The text holds conversations without a message. {_expected(known)}")


def _of_stream(
    stream: JsonStream, known: Sequence[Importer], when: datetime, ids_for: IdsFor
) -> Iterator[Found | Rejected]:
    head, values, is_all = _peeked(stream.values)
    if not stream.is_list and is_all and len(head) == 1:
        data = head[0]
        wrapped = _wrapped(data, known)
        if wrapped is None:
            yield from _whole(Source("", data), known, when, ids_for)
            return
        head, rest = wrapped, iter(list[object]())
    else:
        rest = values
    importer = _importer_of(head, known)
    if importer is not None:
        every = (each for each in chain(head, rest) if not isinstance(each, NextList))
        for number, item in enumerate(every, 1):
            is_other = isinstance(item, dict) and not importer.is_item(item)
            reader = (_importer_of([item], known) if is_other else None) or importer
            if (made := _item(reader, item, number, when, ids_for)) is not None:
                yield made
        return
    # Formats in which the whole list is one conversation, or several: decided by the beginning, before all of it is
    # read.
    if not any(each.matches(Source("", head)) for each in known):
        raise PortableError(f"The text {_what_it_is(Source('', head), is_json=True)}. {_expected(known)}")
    everything = [*head, *rest]
    if broken := next((each for each in everything if isinstance(each, Unreadable)), None):
        raise PortableError(broken.reason)
    lists = _lists(everything)
    for number, items in enumerate(lists, 1):
        try:
            yield from _whole(Source("", items), known, when, ids_for)
        except (PortableError, ShapeError) as error:
            if len(lists) == 1:
                raise
            yield Rejected(f"List {number}", f"{error}")


def _lists(values: Sequence[object]) -> list[list[object]]:
    """The values of each list, without empty ones."""
    lists: list[list[object]] = [[]]
    for value in values:
        if isinstance(value, NextList):
            lists.append([])
        else:
            lists[-1].append(value)
    return [each for each in lists if each]


def _peeked(values: Iterator[object]) -> tuple[list[object], Iterator[object], bool]:
    """The first values, an iterator over the others, and whether there are none. An error is raised only after the
    values before it."""
    head: list[object] = []
    try:
        for value in islice(values, _LOOKED_AT):
            head.append(value)  # noqa: PERF402 - those before one that cannot be read are kept
    except PortableError as error:
        if not head:
            raise
        return head, _broken(error), False
    return head, values, len(head) < _LOOKED_AT


def _broken(error: PortableError) -> Iterator[object]:
    yield from ()
    raise error


def _wrapped(data: object, known: Sequence[Importer]) -> list[object] | None:
    """The list of conversations that an object has under one of the usual names, or else under any."""
    if not isinstance(data, dict) or any(each.is_item(data) for each in known):
        return None
    others = () if any(each.matches(Source("", data)) for each in known) else data
    lists = (data.get(name) for name in (*_WRAPPERS, *others))
    return next((one for one in lists if isinstance(one, list) and _importer_of(one[:_LOOKED_AT], known)), None)


def _importer_of(head: Sequence[object], known: Sequence[Importer]) -> Importer | None:
    return next((one for item in head if isinstance(item, dict) for one in known if one.is_item(item)), None)


def _item(importer: Importer, item: object, number: int, when: datetime, ids_for: IdsFor) -> Found | Rejected | None:
    try:
        if isinstance(item, Unreadable):
            return Rejected(_title(item, number), item.reason)
        if not isinstance(item, dict) or not importer.is_item(item):
            return Rejected(_title(item, number), f"found {_found(item)}, expected {importer.expected}")
        made = importer.read_item(item, when, ids_for(item))
        return None if made is None else Found(_ended(made), importer.is_own)
    except (ShapeError, PortableError) as error:
        return Rejected(_title(item, number), f"{error}")
    except RecursionError:
        return Rejected(_title(item, number), "it is nested too deeply")
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        # An unexpected shape must not keep the others out.
        return Rejected(_title(item, number), f"it has an unknown shape ({type(error).__name__})")


def _title(item: object, number: int) -> str:
    about: Item = item if isinstance(item, dict) else {}
    name = next((about[key] for key in ("title", "name") if isinstance(about.get(key), str)), "")
    return f"Conversation {number}" + (f' "{repair_surrogates(name[:60])}"' if name.strip() else "")


def _whole(source: Source, known: Sequence[Importer], when: datetime, ids_for: IdsFor) -> Iterator[Found | Rejected]:
    for importer in known:
        if importer.matches(source):
            data = source.text if source.data is None else source.data
            if found := _tried(importer, source, when, ids_for(data)):
                for each in found:
                    yield each if isinstance(each, Rejected) else Found(_ended(each), importer.is_own)
                return
            raise PortableError(f"The text holds conversations without a message. {_expected(known)}")
    raise PortableError(f"The text {_what_it_is(source, is_json=source.data is not None)}. {_expected(known)}")


def _tried(importer: Importer, source: Source, when: datetime, new_id: NewId) -> Sequence[Conversation | Rejected]:
    try:
        return importer.read(source, when, new_id)
    except ShapeError:
        raise
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise PortableError(f"The text is not {importer.expected}: unknown shape ({type(error).__name__}).") from None


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
