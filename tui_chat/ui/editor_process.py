"""Finds and runs the user's own editor, and reads back what it wrote."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tui_chat.core.surrogates import repair_surrogates
from tui_chat.render.sanitize import unify_newlines

HANG_UP_S = 0.4
"""Seconds that an editor has to end by itself, twice."""

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
    return [found] if found else "No editor was found. Set $EDITOR to the name of one."


async def edited(command: Sequence[str], text: str) -> str:
    """Edit a text in an editor. Raises OSError if nothing came back."""
    path, before = _file_with(text)
    code = await _run([*command, str(path)])
    back = _taken_back(path)
    if code and back == before:
        raise OSError(f"{command[0]} ended with the code {code} and changed nothing")
    text_back, _ = back
    # Editors end a file with a newline of their own.
    return text_back if text_back == text else text_back.removesuffix("\n")


_Content = tuple[str, int]
"""The text of a file and when it was written, in nanoseconds."""


def _file_with(text: str) -> tuple[Path, _Content]:
    """A file that is readable by its owner alone."""
    handle, name = tempfile.mkstemp(prefix="tui-chat-prompt-", suffix=".md")
    with os.fdopen(handle, "wb") as file:
        file.write(repair_surrogates(text).encode())
    path = Path(name)
    return path, _content(path)


def _taken_back(path: Path) -> _Content:
    """The file is gone afterwards, unless it could not be read."""
    found = _content(path)
    path.unlink(missing_ok=True)
    return found


def _content(path: Path) -> _Content:
    return unify_newlines(path.read_bytes().decode("utf-8", "replace")), path.stat().st_mtime_ns


async def _run(command: Sequence[str]) -> int:
    """The editor's exit code."""
    process = await asyncio.create_subprocess_exec(*command)
    try:
        return await process.wait()
    except asyncio.CancelledError:
        return await _hung_up(process)


async def _hung_up(process: Process) -> int:
    """End the editor as a closed terminal does. The kernel signals only the first process of a terminal by itself, and
    that may be us."""
    for end in (getattr(signal, "SIGHUP", signal.SIGTERM), signal.SIGTERM):
        with suppress(ProcessLookupError):
            process.send_signal(end)
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP_S):
                return await process.wait()
    with suppress(ProcessLookupError):
        process.kill()
    return await process.wait()
