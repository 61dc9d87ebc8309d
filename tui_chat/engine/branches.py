"""Switches the branch of a conversation that is shown."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.exchange import Services
from tui_chat.engine.unsaved_write_kinds import branch_name_write, head_write

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class DeletedBranch:
    """The result of deleting a branch. `moved`: it was shown, and another version of it is shown now."""

    words: str
    turns: int
    moved: bool


Refusal = Literal["answering", "unsaved", "only"]
"""Why a branch cannot be deleted: an answer in it is still arriving, part of it is unsaved, or it is shown and has no
other version to show instead."""


def show_branch(services: Services, conversation: Conversation, node_id: str) -> bool:
    """Show the branch through a turn, up to its newest end, and remember it. False if it is shown already."""
    if any(node.id == node_id for node in conversation.upward()):
        return False
    conversation.head = conversation.leaf(node_id)
    if not services.library.read_only:
        services.unsaved.save(head_write(conversation))
    return True


def name_branch(services: Services, conversation: Conversation, node_id: str, name: str) -> str:
    """Name the branch that a turn is on; "" removes the name. Returns the name as stored."""
    start = conversation.branch_start(node_id)
    kept = " ".join(name.split())[:LONGEST_NAME]
    if kept != conversation.nodes[start].name:
        conversation.rename_branch(start, kept)
        services.unsaved.save(branch_name_write(conversation, start))
    return kept


async def delete_branch(
    services: Services, conversation: Conversation, node_id: str, answering: Collection[str]
) -> DeletedBranch | Refusal:
    """Delete a turn and everything below it. `answering` are the ids of running answers. Raises LibraryError.

    The caller makes sure that nothing is sent in the conversation meanwhile.
    """
    await services.unsaved.settled()
    gone = conversation.below(node_id)
    if not gone.isdisjoint(answering):
        return "answering"
    waiting = (write.key for write in services.unsaved.remaining if write.conversation is conversation)
    if any(not gone.isdisjoint(key) for key in waiting):
        return "unsaved"
    moved = any(node.id == node_id for node in conversation.upward())
    head = conversation.head
    if moved:
        other = _other_version(conversation, node_id)
        if other is None:
            return "only"
        head = conversation.leaf(other)
    await services.library.branches.delete(conversation.id, node_id, head)
    node = conversation.nodes[node_id]
    conversation.set_nodes([each for each in conversation.nodes.values() if each.id not in gone], head)
    return DeletedBranch(node.name or node.turn.text, len(gone), moved)


async def restore_branch(services: Services, conversation: Conversation, *, show: bool) -> str | None:
    """Restore the branch that was deleted last and return its first turn; None if there is none. Raises LibraryError.

    `show`: show it again if it was shown.
    """
    await services.unsaved.settled()
    found = await services.library.branches.restore(conversation.id, show=show)
    if found is None:
        return None
    stored, first = found
    # What we know of a turn is never older than what is stored.
    known = conversation.nodes
    nodes = [known.get(node.id, node) for node in stored.nodes.values()]
    nodes += [node for node in known.values() if node.id not in stored.nodes]
    conversation.set_nodes(nodes, stored.head if show else conversation.head)
    return first


def _other_version(conversation: Conversation, node_id: str) -> str | None:
    """The version before it, else the one after it."""
    versions = conversation.siblings(node_id)
    place = versions.index(node_id)
    others = [*versions[:place][::-1], *versions[place + 1 :]]
    return others[0] if others else None
