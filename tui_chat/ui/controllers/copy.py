"""Copying from the screen: says what happened to the text, and offers a file where no clipboard takes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_chat.engine.files import FileError, write_file
from tui_chat.engine.user_paths import expanded, is_file
from tui_chat.ui.clipboard import Clipboard, Copied, harmless

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen

FILE = "~/tui-chat-copy.md"


class CopyController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, clipboard: Clipboard | None = None) -> None:
        self._screen = screen
        self._clipboard = clipboard

    def start(self, text: str, what: str) -> None:
        """Copy in the background; `what` is named in the notice: "answer"."""
        self._screen.app.run_worker(self.copy(text, what), exit_on_error=False, group="copy")

    async def copy(self, text: str, what: str) -> None:
        screen, app = self._screen, self._screen.app
        text = harmless(text)
        if self._clipboard is None:
            self._clipboard = Clipboard(lambda text: app.copy_to_clipboard(text))
        # ctrl+v in the prompt asks the app and not the terminal.
        app._clipboard = text
        done = await self._clipboard.put(text)
        if isinstance(done, Copied):
            screen.say(f"The {what} was {done.said}.")
        else:
            self._offer_file(text, done.why)

    def _offer_file(self, text: str, why: str) -> None:
        self._ask(f"Not copied: {why}. Write it to the file", FILE, text)

    def _ask(self, question: str, proposed: str, text: str) -> None:
        from tui_chat.ui.screens.ask_text import AskText

        self._screen.app.push_screen(AskText(question, proposed), lambda path: self._asked(path, text))

    def _asked(self, path: str | None, text: str) -> None:
        if not path or not path.strip():
            self._screen.say("Nothing was copied.")
            return
        target = expanded(Path(path.strip()))
        if not is_file(target):
            self._write(target, text)
            return
        from tui_chat.ui.screens.confirm import Confirm

        def replace(wanted: bool | None) -> None:
            if wanted:
                self._write(target, text)
            else:
                self._again(target, text)

        self._screen.app.push_screen(Confirm(f"{target} is there already. Replace it?", "Replace", "Keep"), replace)

    def _write(self, target: Path, text: str) -> None:
        try:
            write_file(target, text)
        except FileError as error:
            self._screen.report(error)
            self._again(target, text)
        else:
            self._screen.say(f"Written to {target}.")

    def _again(self, target: Path, text: str) -> None:
        """The text is nowhere yet: without another try it would be lost."""
        self._ask("The text is not written yet. Write it to the file", str(target), text)
