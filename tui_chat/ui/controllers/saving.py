"""What is not saved, as the screen tells it: the mark on a turn, a notice when it begins and one when it is over. It
also tells of a library whose file went away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.engine.pending_writes import AnswerWrite
from tui_chat.engine.recovery import words_of
from tui_chat.ui.context import AppContext
from tui_chat.ui.messages import LibraryMoved, SavingChanged

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen


class SavingController:
    """Works on one chat screen. The engine tries again by itself; here it is only told."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._unsaved = desk.session.services.unsaved
        self._told = False
        # Both are called in the library's thread; posting a message is safe there.
        self._unsaved.watch(self._tell)
        desk.session.services.library.watch(self._tell_moved)

    def _tell(self) -> None:
        self._screen.post_message(SavingChanged())

    def _tell_moved(self, words: str) -> None:
        self._screen.post_message(LibraryMoved(words))

    def changed(self) -> None:
        """Something could not be saved, or is saved after all: told once for each time that it goes wrong."""
        failed, problem = self._unsaved.failed, self._unsaved.problem()
        self._screen.transcript.entries.mark_unsaved(
            {write.turn_id for write in failed if isinstance(write, AnswerWrite)}
        )
        if failed and problem is not None and not self._told:
            self._told = True
            self._screen.warn(f"Not saved yet: {words_of(failed)}. {problem.message} tui-chat keeps trying.")
        elif not failed and self._told:
            self._told = False
            self._screen.say("Everything is saved now.")
        self._screen.refresh_state()

    def moved(self, words: str) -> None:
        """The library lies elsewhere now, or is another one."""
        self._screen.warn(words)
        self._screen.refresh_library()
