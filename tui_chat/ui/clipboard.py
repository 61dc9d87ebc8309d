"""Copies text to the clipboard, and reports truthfully whether that worked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from time import monotonic

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.sanitize import clean, join_surrogates, unify_newlines
from tui_chat.ui.clipboard_tools import OLD_TMUX, TMUX, ClipboardTool, Which, no_terminal_clipboard, tools

TIMEOUT = 2.0
"""Seconds that all programs together may take: the user waits for the notice."""

SHARE = 0.5
"""Of the time that is left, what one program may take while others can still be tried."""

TERMINAL_BYTES = 74_000
"""What terminals take by OSC 52 at least (100,000 characters of base64); some cut longer texts off without a word."""

Run = Callable[[ClipboardTool, bytes, float], bool]


@dataclass(frozen=True, slots=True)
class Copied:
    """`said` is a phrase: "copied with wl-copy"."""

    said: str


@dataclass(frozen=True, slots=True)
class NotCopied:
    """`why` is a phrase; the text should be offered as a file."""

    why: str


def harmless(text: str) -> str:
    """The text without what drives a terminal when it is pasted there. Tabs and line ends belong to code and stay."""
    return clean(unify_newlines(join_surrogates(text)))


def run_tool(tool: ClipboardTool, data: bytes, seconds: float | None = None) -> bool:
    """Pass the text to a program. Blocks for at most so many seconds (`TIMEOUT`); False if the program did not
    take it."""
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            tool.command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        return False
    try:
        process.communicate(data, timeout=TIMEOUT if seconds is None else seconds)
    except (OSError, subprocess.TimeoutExpired):
        _end(process)
        return False
    return process.returncode == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program that hangs, with those that it started: a script's child would live on and hold what it got."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    process.wait()


def tmux_passes_on() -> bool:
    """Whether every terminal that tmux is shown in has a clipboard for it. tmux itself never says that it wrote none.

    Its list of the terminal's features knows only of those that were configured as features.
    """
    try:
        done = subprocess.run(
            ("tmux", "info"), stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.findall(rb" Ms: (\S+)", done.stdout)
    return bool(found) and all(kind == b"(string)" for kind in found)


class Clipboard:
    """`terminal` sends a text to the terminal's clipboard (OSC 52). Nothing here raises."""

    def __init__(
        self,
        terminal: Callable[[str], None],
        *,
        environ: Mapping[str, str] | None = None,
        platform: str = sys.platform,
        which: Which = shutil.which,
        run: Run = run_tool,
        passes: Callable[[], bool] | None = None,
    ) -> None:
        self._terminal = terminal
        self._environ = os.environ if environ is None else environ
        self._platform = platform
        self._which = which
        self._run = run
        self._passes = passes or tmux_passes_on

    async def put(self, text: str) -> Copied | NotCopied:
        """Copy a text that is harmless already: by the first program that takes it, else through the terminal."""
        known = tools(self._environ, self._platform, self._which)
        end = monotonic() + TIMEOUT
        for number, tool in enumerate(known, 1):
            data = text.encode(tool.encoding, "replace")
            left = max(end - monotonic(), 0.0) * (1.0 if number == len(known) else SHARE)
            if await asyncio.to_thread(self._run, tool, data, left):
                if tool is TMUX and not await asyncio.to_thread(self._passes):
                    return Copied(OLD_TMUX.said)
                return Copied(tool.said)
        why = no_terminal_clipboard(self._environ)
        if why is not None:
            return NotCopied(why)
        size = len(text.encode("utf-8", "replace"))
        if size > TERMINAL_BYTES:
            return NotCopied(f"{size // 1000:,} kB are more than terminals take")
        self._terminal(text)
        # OSC 52 has no reply: whether the terminal took it cannot be known.
        if self._environ.get("TMUX"):
            return Copied("sent to tmux, which passes it on to the terminal's clipboard if set-clipboard is on")
        return Copied("sent to the terminal's clipboard")
