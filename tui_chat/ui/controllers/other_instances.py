"""Shows what other instances add to the library, without moving the view."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import field
from typing import Protocol

from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.symbols import Sign
from tui_chat.engine.external_changes import ExternalChanges, ExternalWatch
from tui_chat.engine.session import Session
from tui_chat.store.errors import LibraryError
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.ports import Notifier, Post, ShowsPaths
from tui_chat.ui.widget_messages import LibraryChanged

LOOK_EVERY = 1.0
"""Seconds between two looks at the library. One costs a fraction of a millisecond, in the library's thread."""


class MarkedVersions(Protocol):
    def mark_versions(self, versions: Mapping[str, Version]) -> None: ...


class ChangedTurns(Protocol):
    @property
    def entries(self) -> MarkedVersions: ...

    def put(self, node_id: str, turn: Turn) -> None: ...

    def append(self, node: Node) -> None: ...


@dataclass(eq=False)
class OtherWindowsController:
    _session: Session
    _transcript: ChangedTurns
    _paths: ShowsPaths
    _notifier: Notifier
    _keys: Keymap
    _post: Post
    _looking: bool = field(default=False, init=False)
    _reported_gone: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._watch = ExternalWatch(self._session)

    async def start(self) -> bool:
        """Start watching. False if no other process can write, or watching is impossible."""
        if self._session.services.library.path is None:
            return False
        try:
            await self._watch.start()
        except LibraryError:
            return False  # opening the first conversation reports it
        return True

    async def keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await self.look()

    async def look(self) -> None:
        """Look once; not while an earlier look still waits for the library."""
        if self._looking:
            return
        self._looking = True
        try:
            changes = await self._watch.look()
        except LibraryError:
            return  # the next prompt reports what is wrong with the library, and looking again may work
        finally:
            self._looking = False
        if changes is not None:
            await self._show(changes)
            self._post(LibraryChanged())

    async def _show(self, changes: ExternalChanges) -> None:
        transcript, say, conversation = self._transcript, self._notifier.say, self._session.conversation
        if changes.gone:
            if conversation.id not in self._reported_gone:
                self._reported_gone.add(conversation.id)
                back = ", and a prompt sent here brings it back" if changes.restorable else ""
                say(f"Another window deleted this conversation. It can still be saved to a file{back}.")
            return
        self._reported_gone.discard(conversation.id)
        if changes.moved and conversation.head is not None:
            await self._paths.show_path(conversation.head)
            say("Another window deleted the branch that was shown here. /tree brings it back with ctrl+z.")
            return
        for node in changes.changed:
            transcript.put(node.id, node.turn)
        for node in changes.appended:
            transcript.append(node)
        if changes.appended or changes.branched or changes.removed:
            transcript.entries.mark_versions(conversation.versions())
        if changes.branched:
            say(f"Another window continued here on another branch. {branch_hint(self._keys)}")
        if any(node.turn.role == "assistant" and node.turn.outcome is None for node in changes.appended):
            say("Another window is writing an answer here. It is shown as it is stored.")
        if changes.settings:
            say("Another window changed the settings of this conversation.")


def branch_hint(keys: Keymap) -> str:
    """How to get to the other branches."""
    enter, older, newer = map(keys.first, ("reading.enter", "reading.older", "reading.newer"))
    return f"{Sign.OLDER} 1/2 {Sign.NEWER} marks where; {enter} goes there, {older} and {newer} change the branch."
