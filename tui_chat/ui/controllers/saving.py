"""Shows what is not saved: a mark on the turn, a notice when it begins and when it is over."""

from __future__ import annotations

from typing import Protocol

from tui_chat.engine.exchange import Services
from tui_chat.engine.recovery_file import words_of
from tui_chat.engine.unsaved_write_kinds import AnswerWrite
from tui_chat.ui.ports import Notifier, Post
from tui_chat.ui.widget_messages import LibraryMoved, SavingChanged


class UnsavedMarks(Protocol):
    def mark_unsaved(self, ids: set[str]) -> None: ...


class SavingController:
    """The engine tries again by itself; this only reports."""

    def __init__(self, services: Services, transcript: UnsavedMarks, notifier: Notifier, post: Post) -> None:
        self._unsaved = services.unsaved
        self._transcript = transcript
        self._notifier = notifier
        self._reported = False
        # Both are called in the library's thread; posting a message is safe there.
        self._post = post
        self._unsaved.watch(self._saving_changed)
        services.library.watch(self._library_moved)

    def _saving_changed(self) -> None:
        self._post(SavingChanged())

    def _library_moved(self, words: str) -> None:
        self._post(LibraryMoved(words))

    def changed(self) -> None:
        """A write failed, or succeeded after all. Each failure is reported once."""
        failed, problem = self._unsaved.failed, self._unsaved.problem()
        self._transcript.mark_unsaved({write.turn_id for write in failed if isinstance(write, AnswerWrite)})
        if failed and problem is not None and not self._reported:
            self._reported = True
            self._notifier.warn(f"Not saved yet: {words_of(failed)}. {problem.message} tui-chat keeps trying.")
        elif not failed and self._reported:
            self._reported = False
            self._notifier.say("Everything is saved now.")
