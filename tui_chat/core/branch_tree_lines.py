"""Lays out a conversation's branches as the lines of a tree."""

from __future__ import annotations

from collections.abc import Iterator

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.quick_dataclass import dataclass

DEEPEST = 12
"""Nested forks beyond this depth are not indented any further: the text would have no room."""


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One turn. `guide` is the drawn branch lines; `version` is (which, of how many) if it has siblings."""

    node: Node
    guide: str
    shown: bool
    version: tuple[int, int] | None = None


def tree_lines(conversation: Conversation) -> list[TreeLine]:
    """All turns, each branch from its fork to its end."""
    shown = {node.id for node in conversation.upward()} if conversation.head is not None else set()
    return list(_lines(conversation, shown))


def _lines(conversation: Conversation, shown: set[str]) -> Iterator[TreeLine]:
    # A stack in place of recursion: a conversation may be thousands of turns deep.
    waiting = [(child, "", "", 0) for child in reversed(conversation.children(None))]
    if len(waiting) > 1:
        waiting = _fork(conversation, None, "", 0)
    while waiting:
        node_id, guide, below, depth = waiting.pop()
        node = conversation.nodes[node_id]
        siblings = conversation.siblings(node_id)
        version = (siblings.index(node_id) + 1, len(siblings)) if len(siblings) > 1 else None
        yield TreeLine(node, guide, node_id in shown, version)
        waiting += _fork(conversation, node_id, below, depth)


def _fork(conversation: Conversation, parent: str | None, below: str, depth: int) -> list[tuple[str, str, str, int]]:
    """The turns below one, the first at the end: (id, its guide, the guide of the turns below it, forks above it)."""
    children = conversation.children(parent)
    if len(children) < 2:
        return [(child, below, below, depth) for child in children]
    if depth >= DEEPEST:
        return [(child, below, below, depth) for child in reversed(children)]
    last = len(children) - 1
    return [
        (child, f"{below}{'└' if place == last else '├'} ", f"{below}{' ' if place == last else '│'} ", depth + 1)
        for place, child in reversed(list(enumerate(children)))
    ]
