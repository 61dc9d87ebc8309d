"""What stands on the terminal after a bug. Textual 8.2.8's own report prints local variables, and with them the keys
that a request carries; this one prints where it happened and nothing that was in hand."""

from __future__ import annotations

import traceback

from textual.worker import WorkerFailed

from tui_chat import __version__
from tui_chat.render.safe import safe_line, safe_text

_QUIET = ("httpx", "httpcore", "h11", "ssl", "anyio")
"""Packages whose error texts may quote a header or a URL with a key in it."""


def crash_report(error: BaseException) -> str:
    """Plain text: what failed and where, without the values of variables. Made safe for a terminal."""
    lines = [
        f"tui-chat {__version__} has met a bug and had to close.",
        "Your conversations are saved: start tui-chat again to go on where you were.",
        "",
    ]
    for each in _chain(error):
        lines.append(f"{type(each).__module__}.{type(each).__name__}{_said(each)}")
        lines += [
            f"  {safe_line(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(each.__traceback__)
        ]
    lines += ["", "Please report these lines; they hold no message and no key."]
    return safe_text("\n".join(lines))


def _said(error: BaseException) -> str:
    """The text of errors that name types and attributes; any other may quote a message or a key."""
    module = type(error).__module__.split(".")[0]
    if module in _QUIET or not isinstance(error, (AttributeError, TypeError)):
        return ""
    return f": {safe_line(str(error))[:200]}"


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    # A worker's failure is told in an envelope that knows no place.
    current: BaseException | None = error.error if isinstance(error, WorkerFailed) else error
    while current is not None and current not in chain and len(chain) < 5:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    chain.reverse()
    return chain
