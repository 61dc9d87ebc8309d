"""Conversations and files: saving under a name, opening from one."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

from tui_chat.engine.conversation_files import FileError, open_file, save_file
from tui_chat.engine.session import Session
from tui_chat.engine.user_paths import is_file
from tui_chat.export.formats import FORMATS
from tui_chat.store.errors import LibraryError
from tui_chat.ui.file_dialog import ask_and_write, typed_path
from tui_chat.ui.ports import Dialogs, Notifier, Opens

TELL_AFTER = 1.0
"""Seconds until it is said that a file takes time."""

SAVE_HINT = "The suffix says the format: .chat.json (all of it, to be opened again), .md, .html"
OPEN_HINT = "A .chat.json or .md of this app, a list of OpenAI messages, or ChatGPT's conversations.json"


@dataclass(eq=False)
class FilesController:
    """`conversations` shows a conversation of the library."""

    _session: Session
    _conversations: Opens
    _dialogs: Dialogs
    _notifier: Notifier
    _reading: asyncio.Task[object] | None = field(default=None, init=False)

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
            SAVE_HINT,
            lambda path: save_file(self._session.conversation, path, FORMATS),
        )

    async def save_to(self, text: str) -> str | None:
        """Save the open conversation under a name that was typed. A sentence where nothing was written."""
        if not self._session.conversation.nodes:
            return "There is nothing to save yet."
        path = typed_path(text)
        exists = await asyncio.to_thread(is_file, path)
        if exists and not await self._dialogs.confirm(f"{path} already exists. Replace it?", "Replace", "Keep"):
            return f"{path} already exists, and is as it was."
        try:
            await save_file(self._session.conversation, path, FORMATS)
        except FileError as error:
            return f"{error.message} {error.hint}"
        self._notifier.say(f"Saved to {path}.")
        return None

    async def open(self) -> None:
        """Ask for a file and open the conversation in it. A name that did not work is proposed again."""
        text = ""
        while (typed := await self._dialogs.ask_text("Open a conversation from the file", text, OPEN_HINT)) and (
            text := typed
        ).strip():
            if await self.open_named(text):
                return

    async def open_named(self, text: str) -> bool:
        """Open a file, which `cancel` ends. False where the name has to be corrected."""
        self.cancel()
        say = self._notifier.say
        late = asyncio.get_running_loop().call_later(TELL_AFTER, say, f"Reading {text}. Esc cancels.")
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
        self._notifier.say("The file was not opened.")
        return True

    async def open_path(self, path: Path) -> bool:
        """Bring the conversation of a file into the library and show it; False where that did not work."""
        try:
            conversation = await open_file(self._session.services, path)
        except (FileError, LibraryError) as error:
            self._notifier.report(error)
            return False
        return await self._conversations.open(conversation.id)


def _file_name(title: str) -> str:
    """A title as the beginning of a file name that is valid everywhere."""
    words = re.findall(r"\w+", title, re.UNICODE)
    return "-".join(words)[:50] or "conversation"
