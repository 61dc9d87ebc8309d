"""Attaches files to the prompt, and shows attached ones.

The prompt holds a reference (core/attachment_reference.py), the library what the file held when it was attached: what
is sent is what the user saw, whatever becomes of the file meanwhile.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.attachment import about
from tui_chat.core.attachment_reference import (
    AttachmentReference,
    has_references,
    read_reference,
    reference,
    references,
    without_references,
)
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.conversation_files import FileError, write_file
from tui_chat.engine.session import Session
from tui_chat.store.errors import LibraryError
from tui_chat.ui.file_dialog import ask_and_write, typed_path
from tui_chat.ui.ports import Dialogs, Jobs, MenuDialogs, Notifier, one_of_several

if TYPE_CHECKING:
    from tui_chat.core.attachment import Attachment
    from tui_chat.ui.open_picture import PictureCopies

QUESTION = "Attach a file"
HINT = "A text, a picture (PNG, JPEG, WebP, GIF) or a PDF. @ and its name in the prompt does it, too."
LOST = "is no longer in the library. Remove it from the prompt, or attach it again."


_EXPORT = lazy_pattern(r"\.chat\.json$|\.zip$|^conversations\b.*\.json$|\.conversation\.json$", re.IGNORECASE)
"""Names of files that hold conversations."""


class ChipPrompt(Protocol):
    """The prompt and the files in it."""

    @property
    def text(self) -> str: ...

    def put_chip(self, text: str, typed: str = "", at: int = 0) -> None:
        """Replace the typed text at a place by a chip, or insert it at the cursor if that text is gone."""
        ...

    def type_in(self, text: str, *, is_text: bool = False) -> None: ...

    def focus(self) -> object: ...


class AttachmentDialogs(Dialogs, MenuDialogs, Protocol):
    async def attachment(self, attached: Attachment, save: Callable[[], object], show: Callable[[], object]) -> None:
        """Show what an attached file holds."""
        ...


@dataclass(eq=False)
class AttachingController:
    """`open_file` brings conversations of a file into the library and shows one."""

    _session: Session
    _prompt: ChipPrompt
    _model: Callable[[], str | None]
    _open_file: Callable[[str], object]
    _dialogs: AttachmentDialogs
    _notifier: Notifier
    _jobs: Jobs
    _copies: PictureCopies | None = field(default=None, init=False)

    # Into the prompt

    async def ask(self) -> None:
        """Ask for a file; a name that did not work is proposed again."""
        text = ""
        while (typed := await self._dialogs.ask_path(QUESTION, text, HINT)) and (text := typed).strip():
            if (why := await self.attach_named(text)) is None:
                self._prompt.focus()
                return
            self._notifier.warn(why)

    async def attach_named(self, text: str, typed: str = "", at: int = 0) -> str | None:
        """Attach a named file in place of what was typed for it. Returns a sentence if that fails."""
        try:
            attached = await self._kept(typed_path(text))
        except (FileError, LibraryError) as error:
            return str(error)
        self._prompt.put_chip((await asyncio.to_thread(_reference, attached)).text, typed, at)
        self._notify(attached)
        return None

    async def _kept(self, path: Path) -> Attachment:
        from tui_chat.engine.attachment_reader import read_attachment

        attached = await asyncio.to_thread(read_attachment, path)
        await self._session.services.library.files.keep([attached])
        return attached

    def _notify(self, attached: Attachment) -> None:
        """Notes for the user: another encoding, or a model that cannot see the file."""
        from tui_chat.engine.attachment_reader import encoding_words, no_images

        if words := encoding_words(attached):
            self._notifier.say(words)
        if no_images([attached], model := self._model()) is not None:
            self._notifier.warn(f"The model {model} takes no pictures: choose another one before you send this.")

    async def offer(self, text: str, path: str) -> None:
        """Ask what a pasted text means that may be the path of a file; the prompt has not inserted it yet."""
        from tui_chat.engine.user_paths import is_file

        target = typed_path(path)
        if not await asyncio.to_thread(is_file, target):
            self._prompt.type_in(text, is_text=True)
        elif _EXPORT.search(target.name):
            question = f"Open the conversations in {target.name}?"
            if await self._dialogs.confirm(question, "Open", "Keep the path as text"):
                self._open_file(path)
            else:
                self._prompt.type_in(text, is_text=True)
        elif await self._dialogs.confirm(f"Attach {target.name} to the prompt?", "Attach", "Keep the path as text"):
            if (why := await self.attach_named(path)) is not None:
                self._notifier.warn(why)
                self._prompt.type_in(text, is_text=True)
        else:
            self._prompt.type_in(text, is_text=True)

    # Out of it

    async def resolved(self, text: str) -> tuple[str, tuple[Attachment, ...]]:
        """A prompt's text and files. Raises FileError for one that cannot be sent, and LibraryError."""
        if not has_references(text):
            return text, ()
        found = references(text)
        data = await self._session.services.library.files.contents([each.sha256 for each in found])
        if lost := next((each for each in found if each.sha256 not in data), None):
            raise FileError(f"{lost.name} {LOST}", "Nothing was sent.")
        from tui_chat.engine.attachment_reader import no_images

        attached = tuple(each.with_data(data[each.sha256]) for each in found)
        if (refused := no_images(attached, self._model())) is not None:
            raise refused
        return without_references(text), attached

    # Looking

    async def view_chip(self, text: str) -> None:
        """Show the file behind a chip in the prompt."""
        if (found := read_reference(text)) is None:
            return
        try:
            data = await self._session.services.library.files.contents([found.sha256])
        except LibraryError as error:
            self._notifier.report(error)
            return
        if found.sha256 in data:
            await self.view(found.with_data(data[found.sha256]))
        else:
            self._notifier.say(f"{found.name} {LOST}")

    async def view_last(self) -> None:
        """Show a file of the last prompt that has any; of several, the one that is chosen."""
        for node in self._session.conversation.upward():
            if node.turn.attachments:
                await self.view_of(node.id)
                return
        self._notifier.note("No file was sent in this conversation yet.")

    async def view_of(self, node_id: str) -> None:
        """Show a file of this prompt, or of that of this answer; of several, the one that is chosen."""
        prompt = self._session.conversation.last_prompt(node_id)
        attachments = () if prompt is None else prompt.turn.attachments
        if not attachments:
            self._notifier.note("No file was sent with this.")
            return
        lines = [f"{each.name} · {about(each)}" for each in attachments]
        if (chosen := await one_of_several(self._dialogs, "View a file", lines)) is not None:
            await self.view(attachments[chosen])

    async def view(self, attached: Attachment) -> None:
        save, show = (lambda: self._jobs.run(self._save(attached))), (lambda: self._jobs.run(self._show(attached)))
        await self._dialogs.attachment(attached, save, show)

    async def _show(self, attached: Attachment) -> None:
        """Show a picture in the desktop's viewer."""
        from tui_chat.ui.open_picture import PictureCopies  # not needed before a picture is opened

        self._copies = self._copies or PictureCopies()
        if not await asyncio.to_thread(self._copies.open, attached):
            self._notifier.warn("There is no viewer to open it here. Save a copy to look at it elsewhere.")

    async def _save(self, attached: Attachment) -> None:
        async def write(path: Path) -> None:
            await asyncio.to_thread(write_file, path, attached.data)

        await ask_and_write(self._dialogs, self._notifier, "Save a copy as", attached.name, "", write)


def sent_references(attachments: tuple[Attachment, ...]) -> list[AttachmentReference]:
    """The files of a prompt that was sent, as they stand in one that is edited."""
    return [_reference(each) for each in attachments]


def _reference(attached: Attachment) -> AttachmentReference:
    from tui_chat.core.token_estimate import attachment_tokens

    return reference(attached, attachment_tokens(attached))
