"""A conversation as a tree of turns.

Retry and edit add siblings; nothing is overwritten. The path from the root to `head` is what the screen shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from datetime import datetime
from typing import NamedTuple

from tui_chat.core.conversation_labels import ConversationLabels
from tui_chat.core.message import Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings

UNNOTICED_MS = 1000
"""Milliseconds in which a turn that another program has stored may still be unseen."""


@dataclass(frozen=True, slots=True)
class Node:
    """A turn and its place in the tree. `parent` is None for a first turn. `name` is that of the branch it begins."""

    id: str
    parent: str | None
    turn: Turn
    name: str = ""


class Version(NamedTuple):
    """Which of how many alternatives a turn is, from 1, and the name of the branch it begins."""

    which: int
    of: int
    name: str = ""


@dataclass(slots=True)
class Conversation:
    """All turns of one conversation. `head` is the last turn of the shown path; None when empty."""

    id: str
    created: datetime
    title: str = ""
    settings: Settings = field(default_factory=Settings)
    nodes: dict[str, Node] = field(default_factory=dict)
    head: str | None = None
    labels: ConversationLabels = field(default_factory=ConversationLabels, compare=False)
    """The labels when it was read: later changes are in the library alone."""
    damage: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """The parts that could not be read as stored, a phrase each."""
    _children: dict[str | None, list[str]] = field(default_factory=dict, repr=False)
    _changes: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        for node in self.nodes.values():
            self._children.setdefault(node.parent, []).append(node.id)

    def add(self, node: Node) -> None:
        """Add a turn below its parent and make it the head. Raises ValueError for an unknown parent or a taken id."""
        if node.id in self.nodes:
            raise ValueError(f"turn {node.id} is already there")
        if node.parent is not None and node.parent not in self.nodes:
            raise ValueError(f"turn {node.id} has an unknown parent {node.parent}")
        self.nodes[node.id] = node
        self._children.setdefault(node.parent, []).append(node.id)
        self._changes += 1
        self.head = node.id

    def take_in(self, nodes: Iterable[Node]) -> list[Node]:
        """Add another program's turns, parents first. Returns those below the head, which then moves to their end.

        A turn with siblings becomes a version of them, and the shown path stays.
        """
        below: list[Node] = []
        open_end = not self._children.get(self.head) if self.head is not None else False
        for node in nodes:
            if node.id in self.nodes or (node.parent is not None and node.parent not in self.nodes):
                continue
            self.nodes[node.id] = node
            self._children.setdefault(node.parent, []).append(node.id)
            self._changes += 1
            if open_end and node.parent == self.head:
                self.head = node.id
                below.append(node)
        return below

    def prompts_elsewhere(self) -> int:
        """Prompts on branches that another program began while the shown one continued.

        Edited prompts do not count, whichever version is shown: one program sends no prompt while an answer is running.
        """
        shown = {node.id for node in self.path()}
        side = {node.parent: node for node in self.path()}
        forked: set[str | None] = set()
        count = 0
        for node in list(self.nodes.values()):  # turns may be added meanwhile, in another thread
            if node.id in shown:
                continue
            beside = side.get(node.parent)
            if (
                node.parent in forked
                or node.parent == self.head
                or (beside is not None and self._at_once(node, beside))
            ):
                forked.add(node.id)
                count += node.turn.role == "user"
        return count

    def _at_once(self, one: Node, other: Node) -> bool:
        """Whether one of two prompts was sent while the other was being answered, or before its program could know of
        it."""
        first, second = sorted((one, other), key=lambda node: node.turn.created)
        answers = (self.nodes[each].turn for each in self.children(first.id))
        return second.turn.role == "user" and any(
            (second.turn.created - turn.created).total_seconds() * 1000 < turn.timing.total_ms + UNNOTICED_MS
            for turn in answers
            if turn.timing is not None
        )

    def put(self, node_id: str, turn: Turn) -> None:
        """Replace a turn in its place. Raises KeyError for an unknown id."""
        self._put(replace(self.nodes[node_id], turn=turn))

    def rename_branch(self, node_id: str, name: str) -> None:
        """Name the branch that a turn begins."""
        self._put(replace(self.nodes[node_id], name=name))

    def _put(self, node: Node) -> None:
        self.nodes[node.id] = node
        self._changes += 1

    def set_nodes(self, nodes: Iterable[Node], head: str | None) -> None:
        """Replace all turns, parents first: a branch was deleted or restored."""
        found = {node.id: node for node in nodes}
        children: dict[str | None, list[str]] = {}
        for node in found.values():
            children.setdefault(node.parent, []).append(node.id)
        # At once: another thread may be reading.
        self.nodes, self._children, self.head = found, children, head
        self._changes += 1

    def path(self, head: str | None = None) -> list[Node]:
        """The turns from the first to `head` (default: the shown head)."""
        nodes = list(self.upward(head))
        nodes.reverse()
        return nodes

    def upward(self, head: str | None = None) -> Iterator[Node]:
        """The turns from `head` (default: the shown head) to the first."""
        nodes = self.nodes
        current = self.head if head is None else head
        while current is not None:
            node = nodes[current]
            yield node
            current = node.parent

    def prompts(self, head: str | None = None) -> list[Node]:
        """The prompts on the path to `head` (default: the shown head), oldest first."""
        return [node for node in self.path(head) if node.turn.role == "user"]

    def last_prompt(self, head: str | None = None) -> Node | None:
        """The prompt at or above `head` (default: the shown head); None if there is none."""
        return next((node for node in self.upward(head) if node.turn.role == "user"), None)

    def children(self, parent: str | None) -> list[str]:
        """Ids of the turns below `parent`, oldest first; None: the first turns."""
        return list(self._children.get(parent, ()))

    def siblings(self, node_id: str) -> list[str]:
        """A turn and its alternatives, oldest first."""
        return self.children(self.nodes[node_id].parent)

    def branch_start(self, node_id: str) -> str:
        """The turn that begins this branch: the turn itself or the nearest one above it with siblings."""
        start = node_id
        for node in self.upward(node_id):
            start = node.id
            if len(self._children[node.parent]) > 1:
                break
        return start

    def below(self, node_id: str) -> set[str]:
        """A turn and everything below it."""
        found, waiting = set[str](), [node_id]
        while waiting:
            found.add(current := waiting.pop())
            waiting += self._children.get(current, ())
        return found

    def versions(self) -> dict[str, Version]:
        """The versions on the shown path: turns that have siblings."""
        forks = [list(siblings) for siblings in list(self._children.values()) if len(siblings) > 1]
        if not forks:
            return {}
        shown = {node.id for node in self.upward()}
        return {
            node_id: Version(number, len(siblings), self.nodes[node_id].name)
            for siblings in forks
            for number, node_id in enumerate(siblings, 1)
            if node_id in shown
        }

    @property
    def state(self) -> tuple[int, str | None]:
        """Changes when a turn is added or replaced, or another branch is shown."""
        return self._changes, self.head

    def leaf(self, node_id: str) -> str:
        """The newest end of the branch through this turn."""
        while below := self._children.get(node_id):
            node_id = below[-1]
        return node_id
