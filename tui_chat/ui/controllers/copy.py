"""Copies from the screen: reports the result, and offers a file if there is no clipboard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.conversation_files import write_file
from tui_chat.ui.clipboard import Clipboard, Copied, harmless
from tui_chat.ui.file_dialog import ask_and_write
from tui_chat.ui.ports import Dialogs, Jobs, Notifier

FILE = "~/tui-chat-copy.md"


@dataclass(eq=False)
class CopyController:
    """`keep` holds the text for pasting inside the app; `deselect` drops the selection on the screen."""

    _clipboard: Clipboard
    _keep: Callable[[str], None]
    _deselect: Callable[[], None]
    _dialogs: Dialogs
    _notifier: Notifier
    _jobs: Jobs

    def copy(self, text: str, what: str) -> None:
        """Copy in the background, without control characters; `what` is named in the notice: "answer"."""
        self._jobs.run(self._copy(text, what))
        self._deselect()

    def copy_path(self) -> None:
        """Copy the whole path of the file that was saved last."""
        if (path := self._notifier.saved_path) is None:
            self._notifier.say("No file has been saved yet.")
        else:
            self.copy(str(path.absolute()), "path")

    async def _copy(self, text: str, what: str) -> None:
        text = harmless(text)
        self._keep(text)
        done = await self._clipboard.put(text)
        if isinstance(done, Copied):
            lines = text.strip("\n").count("\n") + 1
            self._notifier.note(f"The {what}{f', {lines:,} lines,' if lines > 1 else ''} was {done.said}.")
        else:
            await self.offer_file(text, done.why)

    async def offer_file(self, text: str, why: str) -> None:
        """Ask for a file until the text is saved or dismissed: it exists nowhere else yet."""
        written = await ask_and_write(
            self._dialogs,
            self._notifier,
            f"Not copied: {why}. Write it to the file",
            FILE,
            "enter confirm   esc close",
            lambda path: asyncio.to_thread(partial(write_file, path, text)),
            again="The text is not written yet. Write it to the file",
        )
        if not written:
            self._notifier.say("Nothing was copied.")
