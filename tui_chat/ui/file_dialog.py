"""Writes to a file the user names: asks again until that works or the user cancels."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tui_chat.engine.conversation_files import FileError
from tui_chat.engine.user_paths import expanded, is_file
from tui_chat.ui.ports import Dialogs, Formats, Notifier


def typed_path(text: str) -> Path:
    """A typed path: spaces and quotes around it are not meant, and ~ is the home folder."""
    return expanded(Path(text.strip().strip("'\"")))


async def ask_and_write(
    dialogs: Dialogs,
    notifier: Notifier,
    question: str,
    proposed: str,
    hint: str,
    write: Callable[[Path], Awaitable[None]],
    *,
    again: str | None = None,
    formats: Formats = (),
) -> bool:
    """Ask for a name and write there; `write` raises FileError. A file that exists is replaced only after asking.

    A name that did not work is proposed again, with `again` as the question, so that it can be corrected. False where
    nothing was written.
    """
    while (text := await dialogs.ask_path(question, proposed, hint, formats)) and text.strip():
        question, proposed, path = again or question, text, typed_path(text)
        exists = await asyncio.to_thread(is_file, path)
        if exists and not await dialogs.confirm(f"{path} already exists. Replace it?", "Replace", "Keep"):
            continue
        try:
            await write(path)
        except FileError as error:
            notifier.report(error)
        else:
            notifier.saved(path)
            return True
    return False
