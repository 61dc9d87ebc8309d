"""Checks whether the app can draw on this terminal, and explains why not."""

from __future__ import annotations

import sys
from collections.abc import Mapping

DUMB = frozenset({"dumb", "unknown", "emacs"})


def refusal(environ: Mapping[str, str]) -> str | None:
    """Why the app cannot run here, with the next step; None if it can."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        return (
            "The app needs a terminal, and standard input or output is not one. "
            'Use tui-chat ask "…" for one question in scripts and pipes, or tui-chat chat for a conversation in them.'
        )
    term = environ.get("TERM", "")
    if sys.platform == "win32":  # where the app draws on standard output
        return None
    if term in DUMB or not term or not _can_address_cursor(term):
        known = f"TERM={term}" if term else "TERM is not set"
        return (
            f"The app needs a terminal that can place the cursor, and as far as it knows ({known}) this one cannot. "
            "Use tui-chat chat, which needs none of it, or set TERM to what your terminal is, such as xterm-256color."
        )
    if not is_terminal(sys.stderr):
        return (
            "The app draws on standard error, which goes elsewhere. Start it without 2> and without 2>&1 into a pipe."
        )
    return None


def is_terminal(stream: object) -> bool:
    """Whether a stream is a terminal; False if it is closed or missing."""
    isatty = getattr(stream, "isatty", None)
    try:
        return bool(isatty and isatty())
    except ValueError:  # closed
        return False


def _can_address_cursor(term: str) -> bool:
    """Ask the terminal's description. Without one on this machine, assume it can."""
    try:
        import curses
    except ImportError:
        return True
    try:
        curses.setupterm(term)
    except curses.error:
        return True
    return curses.tigetstr("cup") is not None
