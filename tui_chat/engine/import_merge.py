"""Adds what is new in a later export of another program to a conversation imported earlier.

Existing turns stay as they are, except an answer that has grown; what the user wrote since stays beside the new turns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Turn
from tui_chat.core.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ImportMerge:
    """New turns (parents first), answers that have grown, by id, and the new head."""

    nodes: tuple[Node, ...]
    grown: tuple[tuple[str, Turn], ...]
    head: str | None


def addition(
    known: Conversation, other: Conversation, deleted: Collection[str], new_id: Callable[[], str]
) -> ImportMerge | None:
    """What `other` has and `known` lacks; None if they have nothing in common.

    Turns are recognized by id, else by text and position: an export has no ids, or makes new ones each time. `deleted`
    are turns that the user removed.
    """
    places: dict[str | None, str | None] = {None: None}
    nodes: list[Node] = []
    grown: list[tuple[str, Turn]] = []
    for node in other.nodes.values():
        if node.id in deleted or node.parent not in places:
            continue
        parent = places[node.parent]
        mine = _same(known, parent, node)
        if mine is None:
            taken = node.id in known.nodes or node.id in places.values()
            nodes.append(Node(new_id() if taken else node.id, parent, node.turn, node.name))
            places[node.id] = nodes[-1].id
            continue
        places[node.id] = mine.id
        if len(mine.turn.text) < len(node.turn.text):
            grown.append((mine.id, node.turn))
    if len(places) - 1 == len(nodes):
        return None
    return ImportMerge(tuple(nodes), tuple(grown), _head(known, nodes, places.get(other.head)))


def _same(known: Conversation, parent: str | None, node: Node) -> Node | None:
    mine = known.nodes.get(node.id)
    if mine is not None and mine.parent == parent and mine.turn.role == node.turn.role:
        # An answer that was still coming when the first export was made is whole in the second.
        longer = mine.turn.role == "assistant" and node.turn.text.startswith(mine.turn.text)
        if longer or mine.turn.text.startswith(node.turn.text):
            return mine
    said = node.turn.role, node.turn.text
    children = (known.nodes[child] for child in known.children(parent))
    return next((child for child in children if (child.turn.role, child.turn.text) == said), None)


def _head(known: Conversation, nodes: Collection[Node], theirs: str | None) -> str | None:
    """The end of the export if it continues the shown path; else the shown path stays."""
    above = {node.id: node.parent for node in nodes}
    at = theirs
    while at in above:
        at = above[at]
    return theirs if at == known.head else known.head
