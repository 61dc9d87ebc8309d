"""Merges changes by other instances into the open conversation without moving the view.

New turns below the shown end are appended; other new turns become versions to switch to. Nothing is written here: the
other instance has stored its turns, and whichever instance wrote last decides what is shown at the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.session import Session
from tui_chat.engine.unsaved_write_kinds import title_key
from tui_chat.store.external_changes import Snapshot


@dataclass(frozen=True, slots=True)
class ExternalChanges:
    """The changes found. `branched`: turns were added outside the shown path. `removed`: a branch was deleted.

    `moved`: it was the shown branch, and another one is shown now.
    `restorable`: the conversation was deleted, and adding a turn restores it.
    """

    appended: tuple[Node, ...] = ()
    changed: tuple[Node, ...] = ()
    branched: bool = False
    removed: bool = False
    moved: bool = False
    settings: bool = False
    gone: bool = False
    restorable: bool = False


class ExternalWatch:
    """Watches the library of a session. `look` is called often; it costs nearly nothing if nothing changed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._listed: Snapshot | None = None
        self._last: Snapshot | None = None
        self._conversation: Conversation | None = None

    async def start(self) -> None:
        """Take the starting point, before the first conversation is opened. Raises LibraryError."""
        self._listed = self._last = Snapshot(await self._session.services.library.stamp())

    async def look(self) -> ExternalChanges | None:
        """Take over what other instances wrote; None if they wrote nothing. Raises LibraryError."""
        session = self._session
        library, conversation = session.services.library, session.conversation
        if self._last is None or self._listed is None:
            return None
        stamp = await library.stamp()
        if stamp == self._listed.stamp and stamp == self._last.stamp:
            return None
        self._listed = Snapshot(stamp)
        if not conversation.nodes:
            self._last = self._listed  # what is opened later is read later
            return ExternalChanges()
        if self._is_ours_alone(conversation):
            return ExternalChanges()
        before = self._last if conversation is self._conversation else replace(self._last, glance=None)
        title, settings = conversation.title, conversation.settings
        found = await library.look(conversation.id, before)
        theirs = found.conversation
        news = await asyncio.to_thread(_difference, dict(conversation.nodes), theirs) if theirs is not None else None
        # Only what is known to be deleted goes: what is not there for another reason is still ours to save.
        removed = await library.branches.deleted_turns(conversation.id) if news is not None and news[2] else frozenset()
        # Meanwhile another conversation may have been opened, a prompt sent in this one, or a title given: then later.
        if session.conversation is not conversation or self._is_ours_alone(conversation):
            return ExternalChanges()
        if (conversation.title, conversation.settings) != (title, settings):
            return ExternalChanges()
        self._last, self._conversation = replace(found, conversation=None), conversation
        if theirs is None or news is None:
            gone = found.glance is None
            return ExternalChanges(gone=gone, restorable=gone and await library.contains(conversation.id))
        new, changed, missing = news
        return self._taken(conversation, theirs, new, changed, missing & removed)

    def _is_ours_alone(self, conversation: Conversation) -> bool:
        """Whether it has pending writes, so that the disk is behind us."""
        session, unsaved = self._session, self._session.services.unsaved
        return (
            session.is_busy(conversation.id)
            or unsaved.conversation(conversation.id) is not None
            or unsaved.pending(title_key(conversation.id)) is not None
        )

    def _taken(
        self,
        conversation: Conversation,
        theirs: Conversation,
        new: list[Node],
        changed: list[Node],
        removed: Collection[str],
    ) -> ExternalChanges:
        moved = bool(removed) and any(node.id in removed for node in conversation.upward())
        if removed:
            kept = [node for node in conversation.nodes.values() if node.id not in removed]
            conversation.set_nodes(kept, None if moved else conversation.head)
        for node in changed:
            conversation.put(node.id, node.turn)
        appended = conversation.take_in(new)
        if moved:
            conversation.head = theirs.head
        conversation.title = theirs.title
        settings = theirs.settings != conversation.settings
        if settings:
            self._session.take_settings(theirs.settings)
        branched = len(appended) < len(new)
        return ExternalChanges(tuple(appended), tuple(changed), branched, bool(removed), moved, settings)


def _difference(ours: Mapping[str, Node], theirs: Conversation) -> tuple[list[Node], list[Node], set[str]]:
    """Their new turns, those that differ from ours, and the ids of ours that they lack."""
    new: list[Node] = []
    changed: list[Node] = []
    for node in theirs.nodes.values():
        known = ours.get(node.id)
        if known is None:
            new.append(node)
        elif known.turn != node.turn and (node.turn.outcome is not None or _has_grown(known, node)):
            changed.append(node)
    return new, changed, ours.keys() - theirs.nodes.keys()


def _has_grown(ours: Node, theirs: Node) -> bool:
    """Whether their unfinished answer has grown, so that it is being written; else its program was killed long ago."""
    return (ours.turn.text, ours.turn.reasoning) != (theirs.turn.text, theirs.turn.reasoning)
