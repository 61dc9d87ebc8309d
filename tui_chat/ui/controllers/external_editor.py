"""Edits the prompt in the user's own editor. The text survives whatever happens to the editor."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import field

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.editor_process import edited, editor_command
from tui_chat.ui.ports import Notifier, PromptText

Lend = Callable[[], AbstractContextManager[None]]
"""Lends the terminal during a `with`; raises CannotLendError if that is impossible."""


class CannotLendError(Exception):
    """This terminal cannot be left for another program."""


@dataclass(eq=False)
class ExternalEditorController:
    _prompt: PromptText
    _notifier: Notifier
    _lend: Lend
    _editing: bool = field(default=False, init=False)

    async def edit(self) -> None:
        """Suspend the app, edit the prompt's text, and take it over. Answers keep streaming meanwhile."""
        if self._editing:
            return
        self._editing = True
        try:
            await self._edit()
        finally:
            self._editing = False

    async def _edit(self) -> None:
        text = self._prompt.text
        command = editor_command(os.environ)
        if isinstance(command, str):
            self._notifier.say(command)
            return
        result: str | OSError = text
        ending = asyncio.current_task()
        try:
            with self._lend():
                try:
                    result = await edited(command, text)
                except OSError as error:
                    # Not past the end of `with`: the terminal would not come back from an exception.
                    result = error
                if isinstance(result, str) and result != text:
                    # What was typed just behind the editor's key is in the prompt already.
                    self._prompt.replace_text(result + self._prompt.text.removeprefix(text))
                if ending is not None and ending.cancelling():
                    raise asyncio.CancelledError
        except CannotLendError:
            self._notifier.say("An editor cannot be started from here: this terminal cannot be left for it.")
            return
        if isinstance(result, OSError):
            self._notifier.say(f"The prompt is unchanged: {result.strerror or result}.")
        self._prompt.focus()
