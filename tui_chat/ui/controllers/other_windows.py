"""Other instances of the program on the same library: what they add appears here, and the view stays where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.engine.external_changes import ExternalChanges, ExternalWatch
from tui_chat.store.errors import LibraryError
from tui_chat.ui.commands import shown
from tui_chat.ui.context import AppContext

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen

LOOK_EVERY = 1.0
"""Seconds between two looks at the library. One costs a fraction of a millisecond, in the library's thread."""


class OtherWindowsController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._watch = ExternalWatch(desk.session)
        self._looking = False
        self._told_gone: set[str] = set()

    async def start(self) -> None:
        """Begin to look, where others can write at all."""
        if self._desk.session.services.library.path is None:
            return
        try:
            await self._watch.start()
        except LibraryError:
            return  # opening the first conversation tells
        self._screen.set_interval(LOOK_EVERY, self.look)

    def look(self) -> None:
        """Look once, in the background; not while an earlier look still waits for the library."""
        if not self._looking:
            self._looking = True
            self._screen.later(self._look(), group="other windows")

    async def _look(self) -> None:
        try:
            changes = await self._watch.look()
        except LibraryError:
            return  # the next prompt tells what is wrong with the library, and looking again may work
        finally:
            self._looking = False
        if changes is not None:
            self._show(changes)
            self._list_anew()

    def _show(self, changes: ExternalChanges) -> None:
        screen, conversation = self._screen, self._desk.session.conversation
        if changes.gone:
            if conversation.id not in self._told_gone:
                self._told_gone.add(conversation.id)
                back = ", and a prompt sent here brings it back" if changes.restorable else ""
                screen.say(f"Another window deleted this conversation. It can still be saved to a file{back}.")
            return
        self._told_gone.discard(conversation.id)
        for node in changes.changed:
            screen.transcript.put(node.id, node.turn)
        for node in changes.appended:
            screen.transcript.append(node)
        if changes.appended or changes.branched:
            screen.transcript.entries.mark_versions(conversation.versions())
        if changes.branched:
            screen.say(f"Another window went on here in another branch. {self.branch_keys()}")
        if any(node.turn.role == "assistant" and node.turn.outcome is None for node in changes.appended):
            screen.say("Another window is writing an answer here. It is shown as it is stored.")
        if changes.settings:
            screen.say("Another window changed the settings of this conversation.")
        screen.refresh_state()

    def _list_anew(self) -> None:
        """Bring the conversations up to date where they are listed: in the pane, on the library's own screen."""
        self._screen.refresh_library()
        top = self._screen.app.screen
        if top is not self._screen and top.query("LibraryView"):
            from tui_chat.ui.widgets.library_view import LibraryView

            self._screen.later(self._screen.shelf.fill(top.query_one(LibraryView)), group="library")

    def branch_keys(self) -> str:
        """How to get to the other branches."""
        names = ("reading.enter", "reading.older", "reading.newer")
        enter, older, newer = (next(map(shown, self._screen.keys_of(name)), "") for name in names)
        return f"‹ 1/2 › marks where; {enter} goes there, {older} and {newer} change the branch."
