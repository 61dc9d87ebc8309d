"""The prompt in the user's own editor. This file owns that the text is kept whatever becomes of the editor."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tui_chat.core.plain import sound_text
from tui_chat.render.safe import unify_newlines

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen

FALLBACKS = ("sensible-editor", "nano", "vim", "vi")


def editor_command(environ: Mapping[str, str]) -> list[str] | str:
    """The user's editor as a program and its arguments, or a sentence that says what is wrong."""
    for name in ("VISUAL", "EDITOR"):
        if wanted := environ.get(name, "").strip():
            try:
                parts = shlex.split(wanted, posix=sys.platform != "win32")
            except ValueError:
                return f"${name} cannot be read: {wanted}. Set it to the name of an editor."
            program = parts[0].strip("\"'") if parts else ""
            if not shutil.which(program):
                return f"${name} names {program}, which is not there. Set it to the name of an editor."
            return [program, *parts[1:]]
    found = next(filter(shutil.which, FALLBACKS), "notepad" if sys.platform == "win32" else None)
    return [found] if found else "There is no editor here. Set $EDITOR to the name of one."


def edited(command: Sequence[str], text: str) -> str:
    """Let an editor change a text; blocks until it ends. Raises OSError where nothing came back.

    The file is readable by its owner alone and is gone afterwards, unless it could not be read back.
    """
    handle, name = tempfile.mkstemp(prefix="tui-chat-prompt-", suffix=".md")
    path = Path(name)
    with os.fdopen(handle, "wb") as file:
        file.write(sound_text(text).encode())
    before = path.stat()
    code = subprocess.run([*command, name], check=False).returncode
    if code and (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size):
        path.unlink(missing_ok=True)
        raise OSError(f"{command[0]} ended with the code {code} and changed nothing")
    back = unify_newlines(path.read_bytes().decode("utf-8", "replace"))
    path.unlink(missing_ok=True)
    # Editors end a file with a newline of their own.
    return back if back == text else back.removesuffix("\n")


async def edit_outside(screen: ChatScreen) -> None:
    """Suspend the app, edit the prompt's text, come back with it. Answers go on meanwhile."""
    app, prompt = screen.app, screen.prompt
    text = prompt.text
    command = editor_command(os.environ)
    if isinstance(command, str):
        screen.say(command)
        return
    result: str | OSError = text
    try:
        # A frame that is painted now would be written over the editor; what changes is painted afterwards.
        with app.batch_update(), app.suspend():
            try:
                result = await asyncio.to_thread(edited, command, text)
            except OSError as error:
                # Not past `suspend`: it would not come back from an exception.
                result = error
    except SuspendNotSupported:
        screen.say("An editor cannot be started from here: this terminal cannot be left for it.")
        return
    app.refresh(layout=True)
    if isinstance(result, OSError):
        screen.say(f"The prompt is as it was: {result.strerror or result}.")
    elif result != text:
        prompt.replace_text(result)
    prompt.focus()
