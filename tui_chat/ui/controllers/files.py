"""Conversations and files, from the interface: saving under a name, opening from one. A file that is there is replaced
only after asking, and a name with which it did not work is there again to be mended."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tui_chat.engine.files import FileError, open_file, save_file
from tui_chat.engine.user_paths import expanded, is_file
from tui_chat.export.files import FORMATS
from tui_chat.store.errors import LibraryError
from tui_chat.ui.context import AppContext

if TYPE_CHECKING:
    from textual.worker import Worker

    from tui_chat.ui.screens.chat import ChatScreen

TELL_AFTER = 1.0
"""Seconds until it is said that a file takes time."""

HINT = "The suffix says the format: .chat.json (all of it, to be opened again), .md, .html"


class FilesController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._opening: Worker[None] | None = None

    def save_as(self) -> None:
        """Ask for a file name and save the open conversation there."""
        conversation = self._desk.session.conversation
        if not conversation.nodes:
            self._screen.say("There is nothing to save yet.")
            return
        self._ask_where(f"{_file_name(conversation.title)}.chat.json")

    def _ask_where(self, proposed: str) -> None:
        from tui_chat.ui.screens.ask_text import AskText

        self._screen.app.push_screen(AskText("Save the conversation as", proposed, HINT), self._named)

    def _named(self, text: str | None) -> None:
        self._screen.later(self._save_there(text))

    async def _save_there(self, text: str | None) -> None:
        if not text or not text.strip():
            return
        path = _path(text)
        if is_file(path):
            from tui_chat.ui.screens.confirm import Confirm

            def replace(wanted: bool | None) -> None:
                if wanted:
                    self._screen.later(self._save(path, text))
                else:
                    self._ask_where(text)

            self._screen.app.push_screen(Confirm(f"{path} is there already. Replace it?", "Replace", "Keep"), replace)
        else:
            await self._save(path, text)

    async def _save(self, path: Path, typed: str) -> None:
        try:
            await save_file(self._desk.session.conversation, path, FORMATS)
        except FileError as error:
            self._screen.report(error)
            self._ask_where(typed)
        else:
            self._screen.say(f"Saved to {path}.")

    def open(self, proposed: str = "") -> None:
        """Ask for a file and open the conversation in it."""
        from tui_chat.ui.screens.ask_text import AskText

        hint = "A .chat.json or .md of this app, a list of OpenAI messages, or ChatGPT's conversations.json"
        self._screen.app.push_screen(AskText("Open a conversation from the file", proposed, hint), self._open_there)

    def _open_there(self, text: str | None) -> None:
        """Open it in the background: the screen takes keys while a long file is read."""
        if text and text.strip():
            self.cancel()
            self._opening = self._screen.app.run_worker(self._opened(text), exit_on_error=False, group="opening")

    async def _opened(self, text: str) -> None:
        late = self._screen.set_timer(TELL_AFTER, lambda: self._screen.say(f"Reading {text}. Esc leaves it."))
        try:
            if not await self.open_path(_path(text)):
                self.open(text)
        finally:
            late.stop()

    def cancel(self) -> bool:
        """Leave a file that is being read. False when there is none."""
        opening, self._opening = self._opening, None
        if opening is None or opening.is_finished:
            return False
        opening.cancel()
        self._screen.say("The file was not opened.")
        return True

    async def open_path(self, path: Path) -> bool:
        """Bring the conversation of a file into the library and show it; False where that did not work."""
        session = self._desk.session
        try:
            conversation = await open_file(session.services, path)
        except (FileError, LibraryError) as error:
            self._screen.report(error)
            return False
        opened = await self._screen.turns.open(conversation.id)
        self._screen.refresh_library()
        return opened


def _path(text: str) -> Path:
    """A typed path: spaces and quotes around it are not meant, and ~ is the home folder."""
    return expanded(Path(text.strip().strip("'\"")))


def _file_name(title: str) -> str:
    """A title as the beginning of a file name that is sound everywhere."""
    words = re.findall(r"\w+", title, re.UNICODE)
    return "-".join(words)[:50] or "conversation"
