"""Checks before quitting that nothing typed or answered would be lost, and asks if so."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui_chat.engine.conversation_files import FileError
from tui_chat.engine.recovery_file import file_name, recoverable, words_of, write_recovery
from tui_chat.engine.unsaved_write_kinds import Write
from tui_chat.engine.user_paths import expanded, is_there
from tui_chat.render.sanitize import safe_text
from tui_chat.ui.ports import Dialogs, Notifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_chat.engine.exchange import Services
    from tui_chat.ui.screens.quit_unsaved import Way

PATIENCE_S = 3.0
"""Seconds that the library has left before the user is asked."""

UNSAVED = 1
"""Exit code of a run that leaves something unsaved."""


class QuitDialogs(Dialogs, Protocol):
    async def unsaved(self, unsaved: str, why: str, offers_file: bool) -> Way | None: ...


class QuitChecks:
    """Asks on top of the app, without the notices that `clear` takes away. Waits for the library, and for the user."""

    def __init__(
        self, dialogs: QuitDialogs, notifier: Notifier, clear: Callable[[], object], services: Services
    ) -> None:
        self._dialogs = dialogs
        self._notifier = notifier
        self._clear = clear
        self._services = services
        self._file: Path | None = None
        self._lost = False
        self.left: Sequence[Write] = ()
        """Problems the user has handled: left unsaved, or saved to a file."""
        self.asked = False
        """Whether the user was asked: from then on only the user ends it."""

    @property
    def words(self) -> str:
        """Messages to print once the terminal is restored."""
        if self._lost:
            return f"tui-chat: Not saved: {words_of(self.left)}."
        if self._file is not None:
            return f"tui-chat: What the library could not take is in {self._file}; `tui-chat import` reads it."
        return ""

    async def may_end(self) -> int | None:
        """Try once more what is not saved, and ask where that fails. The exit code; None: the user stays.

        Called again once the answers under way are stopped. What is not saved then goes the way that was chosen.
        """
        # A library that does not even fail, as on a network drive that is gone, must not keep the user here.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                await self._services.unsaved.flush()
        left = [write for write in self._services.unsaved.remaining if write not in self.left]
        while left and not self._lost:
            all_left = (*self.left, *left)
            if self._file is None or not await self._wrote(all_left, self._file):
                match await self._ask(left):
                    case "file":
                        self._file = await self._to_file(all_left)
                    case "leave":
                        self._lost = True
                    case None:
                        return None
            if self._file is not None:
                break
        self.left = (*self.left, *left)
        return UNSAVED if self._lost else 0

    async def _ask(self, left: Sequence[Write]) -> Way | None:
        self.asked = True
        self._clear()  # they say the same, and would lie on the question
        problem = self._services.unsaved.problem()
        why = f"{problem.message} {problem.hint}" if problem is not None else "The library does not respond."
        offers_file = bool(recoverable(self._services, left))
        return await self._dialogs.unsaved(safe_text(words_of(left)), safe_text(why), offers_file)

    async def _to_file(self, left: Sequence[Write]) -> Path | None:
        """The file it was written to; None if the user cancelled."""
        proposed = str(Path("~") / file_name(self._services))
        while True:
            hint = "A new file; enter saves, esc goes back"
            text = await self._dialogs.ask_path("Save what is not saved as", proposed, hint)
            if not text or not text.strip():
                return None
            proposed, path = text, expanded(Path(text.strip().strip("'\"")))
            if await asyncio.to_thread(is_there, path):
                self._notifier.report(FileError(f"{path} already exists.", "Choose another name."))
                continue
            if await self._wrote(left, path):
                return path

    async def _wrote(self, left: Sequence[Write], path: Path) -> bool:
        try:
            await asyncio.to_thread(write_recovery, self._services, left, path)
        except FileError as error:
            self._notifier.report(error)
            return False
        return True
