"""Builds a conversation from another program's messages and their parents; shared by the importers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tui_chat.core.attachment import Attachment, attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_labels import ConversationLabels, as_tag
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Citation, Outcome, Role, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.ids import derived_ids
from tui_chat.store.importers.importer import NewId
from tui_chat.store.message_text import joined, thought_apart
from tui_chat.store.value_repair import is_id

_NUMBER = lazy_pattern(r"\s*\d{9,20}(?:\.\d{0,9})?\s*")
"""Seconds or smaller parts since 1970 as text; 20240102 is a date."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TYPABLE = lazy_pattern(r"[^\s\W][^\s/\\]*")
_MARKS = lazy_pattern("[\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class TreeMessage:
    """One message. `id` and `parent` are the other program's; a system message is kept and never sent."""

    id: str
    parent: str | None
    role: Role
    text: str
    created: datetime
    reasoning: str = ""
    model: str | None = None
    outcome: Outcome | None = None
    citations: tuple[Citation, ...] = ()
    attachments: tuple[Attachment, ...] = ()


def conversation_of(
    own_id: object,
    title: object,
    created: datetime,
    messages: Iterable[TreeMessage],
    new_id: NewId,
    head: object = None,
    system: str = "",
) -> Conversation | None:
    """Build the conversation of these messages; None if there are none.

    They may come in any order. Empty messages are left out, and those below them move up; a message whose parent is
    missing moves to the beginning, and so does one of a circle.
    """
    by_id = {each.id: each for each in _distinct(messages)}
    made = Conversation(conversation_id(own_id, new_id), created)
    made.title = repair_surrogates(title) if isinstance(title, str) else ""
    made.settings = Settings(system=system or None)
    places: dict[str, str | None] = {}
    for each in _parents_first(by_id):
        above = places.get(each.parent) if each.parent is not None else None
        if not each.text.strip() and not each.reasoning.strip() and not each.attachments:
            places[each.id] = above
            continue
        name = each.id if is_id(each.id) and each.id not in made.nodes else new_id()
        made.add(Node(name, above, _turn(each)))
        places[each.id] = name
    if not made.nodes:
        return None
    shown = places.get(head) if isinstance(head, str) else None
    made.head = shown or next(reversed(made.nodes))
    return made


def conversation_id(own: object, new_id: NewId) -> str:
    """Another program's id of a conversation; where it cannot be typed as an argument or be a file's name, one that is
    derived from it."""
    if isinstance(own, str) and is_id(own) and _TYPABLE.fullmatch(own):
        return own
    return derived_ids(["conversation", own])() if isinstance(own, (str, int)) and str(own).strip() else new_id()


def _distinct(messages: Iterable[TreeMessage]) -> Iterator[TreeMessage]:
    """Each message under an id of its own: where two have the same, what follows that id follows the first."""
    known: dict[str, list[TreeMessage]] = {}
    for each in messages:
        same = known.setdefault(each.id, [])
        if each not in same:
            same.append(each)
            yield each if len(same) == 1 else replace(each, id=f"{each.id}#{len(same)}")


def _parents_first(by_id: Mapping[str, TreeMessage]) -> Sequence[TreeMessage]:
    """Not recursive: a chain may have 10,000 links."""
    order: dict[str, TreeMessage] = {}
    listed = {name: number for number, name in enumerate(by_id)}
    for each in by_id.values():
        chain: list[TreeMessage] = []
        places: dict[str, int] = {}
        at: TreeMessage | None = each
        while at is not None and at.id not in order:
            if (place := places.get(at.id)) is not None:
                # Its first message becomes the beginning of the others.
                ring = chain[place:]
                top = min(range(len(ring)), key=lambda number: listed[ring[number].id])
                chain = [*chain[:place], *ring[top + 1 :], *ring[:top], replace(ring[top], parent=None)]
                break
            places[at.id] = len(chain)
            chain.append(at)
            at = by_id.get(at.parent) if at.parent is not None else None
        order.update((one.id, one) for one in reversed(chain))
    return list(order.values())


def _turn(said: TreeMessage) -> Turn:
    outcome, thought, text = said.outcome, said.reasoning, said.text
    if said.role == "assistant":
        if not thought:
            thought, text = thought_apart(text)
        outcome = outcome or (Outcome.COMPLETE if text.strip() else Outcome.EMPTY)
    return Turn(
        said.role,
        text,
        said.created,
        thought,
        outcome=outcome if said.role == "assistant" else None,
        model=said.model,
        citations=said.citations,
        attachments=said.attachments,
    )


def without_marks(words: str) -> str:
    """A text without marks in the private use area, which only the other program can show."""
    return _MARKS.sub("", words)


def with_names(words: str, names: Iterable[object]) -> str:
    """A text, followed by the names of files whose content is unknown."""
    shown = [f"[file: {repair_surrogates(name)}]" for name in names if isinstance(name, str) and name.strip()]
    return joined([words, "\n".join(shown)])


def links(found: Iterable[tuple[object, object]]) -> tuple[Citation, ...]:
    """(address, title) as citations, each address once; anything but a web address is left out."""
    known: dict[str, Citation] = {}
    for url, title in found:
        if isinstance(url, str) and url.lower().startswith(("http://", "https://")) and url.isprintable():
            name = repair_surrogates(title) if isinstance(title, str) else ""
            known.setdefault(url, Citation(repair_surrogates(url), name))
    return tuple(known.values())


def labelled(
    made: Conversation | None, pinned: object, archived: object = None, tags: object = None
) -> Conversation | None:
    """A conversation with what the other program's user said about all of it: true for pinned and archived, and a list
    of names."""
    if made is not None:
        names = [each for each in tags if isinstance(each, str)] if isinstance(tags, list) else []
        made.labels = ConversationLabels(
            made.created if pinned is True else None,
            made.created if archived is True else None,
            tuple(dict.fromkeys(tag for tag in map(as_tag, names) if tag)),
        )
    return made


def text_file(name: object, words: object) -> Attachment | None:
    """A file whose text the other program stored."""
    if not isinstance(words, str) or not words.strip():
        return None
    data = repair_surrogates(words).encode()
    return attachment(name if isinstance(name, str) else "", "text/plain", len(data), data)


def moment_of(value: object, otherwise: datetime) -> datetime:
    """A moment from seconds, milliseconds, microseconds or nanoseconds since 1970 (also as text), from a date in ISO
    8601, or from either as MongoDB exports them. What is before 1970 stands for no time."""
    if isinstance(value, Mapping):
        value = value.get("$date", value.get("$numberLong"))
        value = value.get("$numberLong") if isinstance(value, Mapping) else value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(value.strip())
            found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            unit = next((unit for unit in (1, 10**3, 10**6, 10**9) if value < 10**11 * unit), 1)
            found = datetime.fromtimestamp(value / unit, UTC)
        else:
            return otherwise
    except (ValueError, OverflowError, OSError):
        return otherwise
    return found if 1970 <= found.year < 9999 and found != _EPOCH else otherwise


def optional_text(value: object) -> str | None:
    return repair_surrogates(value) if isinstance(value, str) and value.strip() else None


def in_a_row(messages: Iterable[TreeMessage]) -> list[TreeMessage]:
    """Messages without parents: each below the one before."""
    found: list[TreeMessage] = []
    for each in _distinct(replace(each, parent=f"{number}") for number, each in enumerate(messages)):
        found.append(replace(each, parent=found[-1].id if found else None))
    return found


def items_of(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list; [] for anything else."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
