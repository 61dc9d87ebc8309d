"""Switches between the versions of an answer or a prompt, by key or by a click on `‹ 1/2 ›`."""

from __future__ import annotations

from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.branches import show_branch
from tui_chat.engine.session import Session
from tui_chat.ui.ports import Jobs, ShowsPaths


class VersionSpot(Protocol):
    @property
    def id(self) -> str: ...


class VersionCursor(Protocol):
    @property
    def spot(self) -> VersionSpot | None: ...


class ReadTranscript(Protocol):
    @property
    def has_focus(self) -> bool: ...

    @property
    def cursor(self) -> VersionCursor: ...

    def point_at(self, node_id: str) -> None: ...


@dataclass(eq=False)
class VersionsController:
    _session: Session
    _transcript: ReadTranscript
    _conversation: ShowsPaths
    _jobs: Jobs

    def turn(self, by: int) -> None:
        """An older (-1) or newer (1) version of what is read, else of the last answer.

        Where the last answer has no other, its prompt may: an edited prompt is a version too.
        """
        conversation = self._session.conversation
        spot = self._transcript.cursor.spot if self._transcript.has_focus else None
        if spot is not None:
            self.show(spot.id, by)
            return
        for node in conversation.upward():
            if node.turn.role != "system" and len(conversation.siblings(node.id)) > 1:
                self.show(node.id, by)
                return
            if node.turn.role == "user":
                return

    def show(self, node_id: str, by: int) -> None:
        """The older or newer version of a message. At the ends nothing happens, as `‹ 1/2 ›` says."""
        if node_id not in self._session.conversation.nodes:
            return
        shown = self._session.show_version(node_id, by)
        if shown is not None:
            self._jobs.run(self._conversation.show_path(shown))

    async def show_turn(self, node_id: str) -> None:
        """Bring a message of the open conversation into view, on whichever branch it is."""
        session = self._session
        if node_id not in session.conversation.nodes:
            return
        if show_branch(session.services, session.conversation, node_id):
            await self._conversation.show_path(node_id)
        self._transcript.point_at(node_id)
