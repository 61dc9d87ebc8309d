"""Handles escape: closes one thing at a time, innermost first; the answer is stopped only if nothing is open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass


class FindBarAndMarks(Protocol):
    async def close(self) -> bool: ...

    def unmark(self) -> bool: ...


class Leavable(Protocol):
    def leave(self) -> bool: ...


class Cancellable(Protocol):
    def cancel(self) -> bool: ...


class Stoppable(Protocol):
    def stop(self) -> bool: ...


@dataclass(eq=False)
class EscapeController:
    """Each part says whether there was something to close. `deselect` takes a selection back, `take_back` a letter that
    led from the conversation to the prompt, and `leave_reading` leads there."""

    _close_list: Callable[[], bool]
    _deselect: Callable[[], bool]
    _find: FindBarAndMarks
    _take_back: Callable[[], bool]
    _leave_reading: Callable[[], bool]
    _editing: Leavable
    _files: Cancellable
    _conversation: Stoppable
    _banner_read: Callable[[], bool]

    async def close_innermost(self) -> None:
        if self._close_list() or self._deselect() or await self._find.close() or self._take_back():
            return
        left, unmarked = self._leave_reading(), self._find.unmark()
        if left:
            return
        if unmarked:
            self._conversation.stop()  # the marks may be out of view, and the key bar says that escape stops it
            return
        if not self._editing.leave() and not self._files.cancel() and not self._conversation.stop():
            self._banner_read()
