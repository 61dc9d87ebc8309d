"""Formats a bug report for the user: where the bug happened, with none of the data being handled.

Python's own traceback shows the place, but its last line quotes values: a message, a header with a key in it.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from tui_chat import __version__
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.recognize_api_keys import mask_keys
from tui_chat.render.sanitize import safe_line, safe_text

FILE_NAME = "last-crash.txt"

_QUOTED = lazy_pattern(r"""(['"])(.*?)\1""")
_MAX_NAME = 23
"""Keys that could pass for a name are longer."""


def crash_report(error: BaseException, mask: Callable[[str], str] = mask_keys) -> str:
    """Plain text: what failed and where, without the values of variables. Made safe for a terminal.

    `mask` removes the secrets of this run from error messages.
    """
    lines: list[str] = []
    for each in _chain(error):
        lines.append(f"{type(each).__module__}.{type(each).__name__}{_said(each, mask)}")
        lines += [
            f"  {safe_line(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(each.__traceback__)
        ]
    return safe_text("\n".join(lines))


def tell_crash(error: BaseException, folder: Path | None, mask: Callable[[str], str] = mask_keys) -> str:
    """The text for the user; the report is also saved in `folder` (None: not saved)."""
    trace = crash_report(error, mask)
    report = f"tui-chat {__version__}\n{trace}\n"
    file = None if folder is None else _keep(report, folder)
    where = f"The lines above are also in {safe_line(str(file))}." if file else ""
    return "\n".join(
        filter(
            None,
            (
                f"tui-chat {__version__} has met a bug and had to close.",
                "The conversation so far is saved: start tui-chat again to continue.",
                "",
                trace,
                "",
                where,
                "Please report them; they hold no message and no key." if where else "Please report these lines.",
            ),
        )
    )


def _keep(report: str, folder: Path) -> Path | None:
    """Save the report in place of the previous one, or as a temporary file if the folder cannot be written."""
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(prefix=".last-crash-", dir=folder)
        return _written(handle, name, report).replace(folder / FILE_NAME)
    with contextlib.suppress(OSError):
        handle, name = tempfile.mkstemp(prefix="tui-chat-crash-", suffix=".txt")
        return _written(handle, name, report)
    return None


def _written(handle: int, name: str, report: str) -> Path:
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(report)
    return Path(name)


def _said(error: BaseException, mask: Callable[[str], str]) -> str:
    """The error's own words, unless they may contain conversation text or a key."""
    if isinstance(error, OSError) and error.errno is not None:
        return f": {os.strerror(error.errno)}"
    name = getattr(error, "sqlite_errorname", None)
    if isinstance(name, str):
        return f": {safe_line(name)}"
    if type(error) in (AttributeError, TypeError, ImportError, ModuleNotFoundError):
        return f": {safe_line(_QUOTED.sub(_short, mask(str(error))))[:200]}"
    return ""


def _short(quoted: re.Match[str]) -> str:
    text = quoted[2]
    is_name = text.replace(".", "").isidentifier() and len(text) <= _MAX_NAME
    return quoted[0] if is_name else f"{quoted[1]}…{quoted[1]}"


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain and len(chain) < 5:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    chain.reverse()
    return chain
