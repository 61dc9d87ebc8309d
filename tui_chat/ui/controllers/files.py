"""Saves the open conversation to a file, and opens one from a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_number import counted
from tui_chat.engine.conversation_files import FileError, save_file
from tui_chat.engine.session import Session
from tui_chat.engine.user_paths import is_file
from tui_chat.export.formats import FORMATS
from tui_chat.render.sanitize import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.ui.file_dialog import ask_and_write, typed_path
from tui_chat.ui.ports import Dialogs, Notifier, Opens

if TYPE_CHECKING:
    from tui_chat.engine.file_import import FileContents, Imported

TELL_AFTER = 1.0
"""Seconds until it is said that a file takes time."""

SAVE_FORMATS = (
    (".chat.json", "all of it, to be opened again"),
    (".md", "Markdown, to be read and pasted"),
    (".html", "a page for the browser"),
)
OPEN_HINT = "A .chat.json or .md of this app, or what ChatGPT, Claude, Open WebUI, LibreChat … export, also as a zip"

PROGRESS_S = 3.0
"""Seconds between two notices on how far a long import has come."""

NAMED = 3
"""Conversations that cannot be read which are named before an import."""


@dataclass(eq=False)
class FilesController:
    """`conversations` shows a conversation of the library."""

    _session: Session
    _conversations: Opens
    _dialogs: Dialogs
    _notifier: Notifier
    _reading: asyncio.Task[object] | None = field(default=None, init=False)
    _imported: Imported | None = field(default=None, init=False)
    _late: asyncio.TimerHandle | None = field(default=None, init=False)
    """Says that a file takes time."""

    async def save_as(self) -> None:
        """Ask for a file name and save the open conversation there."""
        conversation = self._session.conversation
        if not conversation.nodes:
            self._notifier.say("There is nothing to save yet.")
            return
        await ask_and_write(
            self._dialogs,
            self._notifier,
            "Save the conversation as",
            f"{_file_name(conversation.title)}.chat.json",
            "",
            lambda path: save_file(self._session.conversation, path, FORMATS, self._session.services.library),
            formats=SAVE_FORMATS,
        )

    async def save_to(self, text: str) -> str | None:
        """Save the open conversation under a typed name. Returns a sentence if nothing was written."""
        if not self._session.conversation.nodes:
            return "There is nothing to save yet."
        path = typed_path(text)
        exists = await asyncio.to_thread(is_file, path)
        if exists and not await self._dialogs.confirm(f"{path} already exists. Replace it?", "Replace", "Keep"):
            return f"{path} already exists and was left unchanged."
        try:
            await save_file(self._session.conversation, path, FORMATS, self._session.services.library)
        except FileError as error:
            return str(error)
        self._notifier.saved(path)
        return None

    async def open(self) -> None:
        """Ask for a file and open the conversation in it. A name that did not work is proposed again."""
        text = ""
        while (typed := await self._dialogs.ask_path("Open a conversation from the file", text, OPEN_HINT)) and (
            text := typed
        ).strip():
            if await self.open_named(text):
                return

    async def open_named(self, text: str) -> bool:
        """Open a file; `cancel` stops it. False if the name has to be corrected."""
        self.cancel()
        say = self._notifier.say
        late = self._late = asyncio.get_running_loop().call_later(TELL_AFTER, say, f"Reading {text}. Esc cancels.")
        self._reading = reading = asyncio.current_task()
        try:
            return await self.open_path(typed_path(text))
        finally:
            late.cancel()
            if self._reading is reading:
                self._reading = None

    def cancel(self) -> bool:
        """Leave a file that is being read. False when there is none."""
        reading, self._reading = self._reading, None
        if reading is None:
            return False
        reading.cancel()
        done = self._imported.total if self._imported is not None else 0
        stopped = f"Stopped: {counted(done, 'conversation')} of the file are in the library."
        self._notifier.say(stopped if done else "The file was not opened.")
        return True

    async def open_path(self, path: Path) -> bool:
        """Import the conversations of a file and show the newest; False if that failed."""
        from tui_chat.engine.file_import import Imported, import_file, preview_file

        self._imported = imported = Imported()
        try:
            preview = await preview_file(path, self._progress("{:,} conversations read. Esc cancels."))
            if preview.conversations + len(preview.rejected) > 1 and not await self._is_wanted(path, preview):
                return True
            progress = self._progress(f"{{:,}} of {preview.conversations:,} imported. Esc stops.")
            async for _ in import_file(self._session.services, path, imported):
                progress(imported.total)
        except (FileError, LibraryError) as error:
            self._notifier.report(error)
            return False
        finally:
            self._imported = None
        if imported.newest is None:
            return False
        if imported.total + len(imported.rejected) > 1:
            self._notifier.inform(f"{path.name}: {imported.words}.")
        return await self._conversations.open(imported.newest.id)

    def _progress(self, words: str) -> Callable[[int], None]:
        """Says how many there are, from time to time."""
        told = monotonic()

        def tell(done: int) -> None:
            nonlocal told
            if monotonic() - told > PROGRESS_S:
                told = monotonic()
                self._notifier.say(words.format(done))

        return tell

    async def _is_wanted(self, path: Path, preview: FileContents) -> bool:
        """Ask about a file of several conversations."""
        if self._late is not None:
            self._late.cancel()  # the notice would lie on the question
        if not preview.conversations:
            first = preview.rejected[0]
            raise FileError(f"{path}: {first.title} is not valid: {first.reason}.", "Nothing was changed.")
        many = counted(preview.conversations, "conversation")
        question = f"Import {many} with {preview.messages:,} messages from {path.name}?"
        if preview.rejected:
            named = [f"{each.title}: {each.reason}" for each in preview.rejected[:NAMED]]
            more = len(preview.rejected) - len(named)
            named += [f"and {more:,} more"] if more else []
            question += f"\n\n{len(preview.rejected):,} cannot be read:\n" + "\n".join(map(safe_line, named))
        return await self._dialogs.confirm(question, "Import", "Leave it")


def _file_name(title: str) -> str:
    """A title as the beginning of a file name that is valid everywhere."""
    words = re.findall(r"\w+", title, re.UNICODE)
    return "-".join(words)[:50] or "conversation"
