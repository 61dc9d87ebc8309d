"""ChatGPT's export, `conversations.json`: a tree of small messages becomes a tree of turns.

There is no published description; the shape is that of exports since 2023: `mapping` from ids to
`{"message", "parent", "children"}`, `current_node`, times as seconds since 1970. A turn here is often several messages
there (thoughts, tool calls, what the tools gave back, the answer): those of one side in a row become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, NamedTuple

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Citation, Outcome, Role, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.serialize import table
from tui_chat.core.settings import Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.store.importers.importer import NewId, by_item
from tui_chat.store.importers.message_tree import (
    conversation_id,
    items_of,
    labelled,
    links,
    moment_of,
    with_names,
    without_marks,
)
from tui_chat.store.message_text import joined, text_of, tool_text
from tui_chat.store.value_repair import is_id

THOUGHTS = ("thoughts", "reasoning_recap")
ENDED = {
    "max_tokens": Outcome.LENGTH,
    "interrupted": Outcome.STOPPED,
    "in_progress": Outcome.INCOMPLETE,
}
_CITED = lazy_pattern("\ue200.*?\ue201", re.DOTALL)
"""The mark of a source: its kind and number, between private use characters."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One message."""

    role: Role
    text: str
    created: datetime
    reasoning: str = ""
    model: str | None = None
    reason: str | None = None
    citations: tuple[Citation, ...] = ()


@dataclass(slots=True)
class _Run:
    """Consecutive messages of one side, which become one turn. `held` counts the runs below it."""

    id: str
    parent: str | None
    pieces: list[_Piece]
    held: int = 0


class _Place(NamedTuple):
    """Where a branch begins: after this many pieces of a run. `run` None is before the first."""

    run: str | None
    pieces: int


@dataclass(slots=True)
class _Tree:
    new_id: NewId
    runs: dict[str, _Run] = field(default_factory=dict)

    def add(self, place: _Place, piece: _Piece, wanted_id: str) -> _Place:
        """Add a message after a place: to the same run if it is of the same side and nothing else follows there."""
        run = self.runs[place.run] if place.run is not None else None
        if run is None or run.pieces[0].role != piece.role:
            return self._begin(self.anchor(place), [piece], wanted_id)
        if place.pieces == len(run.pieces) and not run.held:
            run.pieces.append(piece)
            return _Place(run.id, len(run.pieces))
        return self._begin(run.parent, [*run.pieces[: place.pieces], piece], wanted_id)

    def anchor(self, place: _Place) -> str | None:
        """The run that ends at this place; a run that continues after it is copied up to there."""
        if place.run is None:
            return None
        run = self.runs[place.run]
        if place.pieces == len(run.pieces):
            return run.id
        return self._begin(run.parent, run.pieces[: place.pieces], "").run

    def _begin(self, parent: str | None, pieces: list[_Piece], wanted_id: str) -> _Place:
        run_id = wanted_id if is_id(wanted_id) and wanted_id not in self.runs else self.new_id()
        if parent is not None:
            self.runs[parent].held += 1
        self.runs[run_id] = _Run(run_id, parent, pieces)
        return _Place(run_id, len(pieces))


def from_chatgpt(data: Mapping[str, Any], when: datetime, new_id: NewId) -> Conversation | None:
    """One conversation with all its branches; None if it has no messages. Raises ShapeError.

    `when` replaces missing times.
    """
    nodes_by_id = table(data.get("mapping"), "mapping").items()
    mapping = {node_id: node for node_id, node in nodes_by_id if isinstance(node, dict)}
    created = moment_of(data.get("create_time"), when)
    tree = _Tree(new_id)
    system: list[str] = []
    places: dict[str, _Place] = {}
    for node_id, parent in _in_order(mapping):
        place = places[parent] if parent is not None else _Place(None, 0)
        found = mapping[node_id].get("message")
        piece = _piece(found, f"mapping.{node_id}.message", created, system) if found is not None else None
        places[node_id] = tree.add(place, piece, node_id) if piece is not None else place
    if not tree.runs:
        return None
    shown = places.get(str(data.get("current_node")))
    head = tree.anchor(shown) if shown is not None else None
    nodes = {run.id: Node(run.id, run.parent, _turn(run.pieces)) for run in tree.runs.values()}
    own_id = data.get("conversation_id") or data.get("id")
    title = data.get("title")
    made = Conversation(
        id=conversation_id(own_id, new_id),
        created=created,
        title=repair_surrogates(title) if isinstance(title, str) else "",
        settings=Settings(system=joined(system) or None),
        nodes=nodes,
        head=head or next(reversed(nodes)),
    )
    return labelled(made, data.get("is_starred"), data.get("is_archived"))


def _in_order(mapping: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """(id, parent) of every node, parents first, siblings as listed; a circle is cut above its first node. Not
    recursive: a chain may have 10,000 links."""
    above, rank = _parents(mapping)
    children: dict[str | None, list[str]] = {}
    for node_id, parent in above.items():
        children.setdefault(parent, []).append(node_id)
    for siblings in children.values():
        siblings.sort(key=lambda node_id: rank.get(node_id, len(rank)))
    places = {node_id: place for place, node_id in enumerate(mapping)}
    reached: set[str] = set()
    for start in (*children.get(None, []), *mapping):
        if start in reached:
            continue
        top = start if above[start] is None else min(_circle(start, above), key=places.__getitem__)
        waiting: list[tuple[str, str | None]] = [(top, None)]
        while waiting:
            node_id, parent = waiting.pop()
            reached.add(node_id)
            yield node_id, parent
            waiting += [(child, node_id) for child in reversed(children.get(node_id, [])) if child != top]


def _parents(mapping: Mapping[str, Any]) -> tuple[dict[str, str | None], dict[str, int]]:
    """The parent of each node, and the places of nodes among their siblings, as far as these are listed."""
    rank: dict[str, int] = {}
    listed_by: dict[str, str] = {}
    for node_id, node in mapping.items():
        listed = node.get("children")
        for number, child in enumerate(listed if isinstance(listed, list) else []):
            if isinstance(child, str):
                rank[child] = number
                listed_by[child] = node_id
    named = ((node_id, node.get("parent") or listed_by.get(node_id)) for node_id, node in mapping.items())
    return {name: up if isinstance(up, str) and up in mapping else None for name, up in named}, rank


def _circle(start: str, above: Mapping[str, str | None]) -> list[str]:
    """The nodes of the circle to which the way up from here leads."""
    way: dict[str, int] = {}
    at: str | None = start
    while at is not None and at not in way:
        way[at] = len(way)
        at = above[at]
    return list(way)[way[at] :] if at is not None else [start]


def _piece(message: object, where: str, created: datetime, system: list[str]) -> _Piece | None:
    """One message; None if it is empty, or belongs to the system prompt, which takes it."""
    data = table(message, where)
    author = table(data.get("author") or {}, f"{where}.author")
    content = table(data.get("content") or {}, f"{where}.content")
    about = table(data.get("metadata") or {}, f"{where}.metadata")
    shown, pointers = _without_pointers(content)
    names = [each.get("name") for each in items_of(about.get("attachments"))] or pointers
    text = with_names(_text(shown, f"{where}.content"), names)
    role = author.get("role")
    if not text.strip():
        # Until 2023 the user's instructions stood beside an empty message.
        told = about.get("user_context_message_data")
        if role in ("system", "user") and isinstance(told, dict):
            system += [each for each in (text_of(value, where) for value in told.values()) if each]
        return None
    when = moment_of(data.get("create_time"), created)
    if content.get("content_type") == "model_editable_context":
        # What ChatGPT remembered of its user: kept with the conversation, and as a system turn never sent.
        return _Piece("system", text, when)
    if role == "system" or content.get("content_type") == "user_editable_context":
        system.append(text)
        return None
    if role == "user":
        # A message that its user never saw is kept as memories are: what ChatGPT put in front of the prompt.
        hidden = about.get("is_visually_hidden_from_conversation") is True
        return _Piece("system" if hidden else "user", text, when)
    model, reason = about.get("model_slug"), table(about.get("finish_details") or {}, where).get("type")
    reason = reason or ("in_progress" if data.get("status") == "in_progress" else None)
    if role != "assistant":
        text = tool_text(author.get("name") or role, text)
    references = items_of(about.get("content_references")) + items_of(about.get("citations"))
    if content.get("url"):
        references.append(content)
    text = _without_marks(text, references)
    thought = role == "assistant" and content.get("content_type") in THOUGHTS
    return _Piece(
        "assistant",
        "" if thought else text,
        when,
        text if thought else "",
        repair_surrogates(model) if isinstance(model, str) else None,
        repair_surrogates(reason) if isinstance(reason, str) else None,
        links(_addresses(references)),
    )


def _without_pointers(content: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[object]]:
    """A content without what points to pictures and sounds in the archive, and the ids of those files."""
    parts = content.get("parts")
    found = [each for each in items_of(parts) if str(each.get("content_type")).endswith("asset_pointer")]
    if not isinstance(parts, list) or not found:
        return content, []
    inner = [each.get("audio_asset_pointer", each) for each in found]
    ids = [each.get("asset_pointer") for each in inner if isinstance(each, Mapping)]
    kept = [part for part in parts if part not in found]
    return {**content, "parts": kept}, [each.rpartition("//")[2] for each in ids if isinstance(each, str)]


def _without_marks(text: str, references: list[Mapping[str, Any]]) -> str:
    """A text with names instead of marks that only ChatGPT can show, such as those of its sources."""
    for reference in references:
        matched, alt = reference.get("matched_text"), reference.get("alt")
        if isinstance(matched, str) and len(matched) > 1 and without_marks(matched) != matched:
            text = text.replace(matched, repair_surrogates(alt) if isinstance(alt, str) else "")
    return without_marks(_CITED.sub("", text))


def _addresses(references: list[Mapping[str, Any]]) -> Iterator[tuple[object, object]]:
    for reference in references:
        about = reference.get("metadata")
        for each in (reference, about, *items_of(reference.get("items")), *items_of(reference.get("sources"))):
            if isinstance(each, Mapping):
                yield each.get("url"), each.get("title")


def _text(content: Mapping[str, Any], where: str) -> str:
    match content.get("content_type"):
        case "thoughts":
            thoughts = content.get("thoughts")
            found = thoughts if isinstance(thoughts, list) else []
            parts = [part for item in found if isinstance(item, Mapping) for part in _thought(item)]
            return joined(text_of(part, where) for part in parts)
        case "model_editable_context":
            return text_of(content.get("model_set_context"), where)
        case "user_editable_context":
            return joined(text_of(content.get(key), where) for key in ("user_profile", "user_instructions"))
        case "code":
            language = content.get("language")
            label = language if isinstance(language, str) and language != "unknown" else ""
            code = text_of(content.get("text"), where)
            return f"```{repair_surrogates(label)}\n{code}\n```" if code.strip() else ""
        case _ if "parts" in content:
            return text_of(content["parts"], where)
        case _:
            known = {key: value for key, value in content.items() if key != "content_type"}
            return text_of(known, where) if known else ""


def _thought(item: Mapping[str, Any]) -> list[object]:
    summary, content = item.get("summary"), item.get("content")
    return [f"**{summary}**" if isinstance(summary, str) and summary.strip() else None, content]


def _turn(pieces: list[_Piece]) -> Turn:
    first, last = pieces[0], pieces[-1]
    text = joined(piece.text for piece in pieces)
    if first.role != "assistant":
        return Turn(first.role, text, first.created)
    return Turn(
        "assistant",
        text,
        first.created,
        joined(piece.reasoning for piece in pieces),
        outcome=ENDED.get(last.reason or "", Outcome.COMPLETE if text else Outcome.EMPTY),
        finish_reason=last.reason,
        model=next((piece.model for piece in reversed(pieces) if piece.model), None),
        citations=tuple(dict.fromkeys(each for piece in pieces for each in piece.citations)),
    )


IMPORTER = by_item("ChatGPT's conversations.json", lambda item: "mapping" in item, from_chatgpt)
