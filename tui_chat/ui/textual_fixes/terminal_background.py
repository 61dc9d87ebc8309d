"""Asks the terminal for the colour of its ground (OSC 11), which Textual 8.2.8 does not.

The question goes out with the application mode, and nothing waits for the answer: it comes like a key, or never.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from textual.message import Message

from tui_chat.core.lazy_pattern import lazy_pattern

QUESTION = "\x1b]11;?\x1b\\"

_COLOUR = lazy_pattern(
    r"\x1b\]11;(?:rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})"
    r"|\#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2}))(?![0-9a-f])",
    re.IGNORECASE,
)

_PLAIN = ("linux", "dumb", "cons", "vt1", "vt2", "sun", "eterm")
"""Terminals that would print the question, by the beginning of their name."""

LIGHT = 0.5
"""The brightness from which on a ground is light."""


class TerminalBackground(Message):
    """The terminal's background colour, as reported."""

    def __init__(self, *, dark: bool) -> None:
        super().__init__()
        self.dark = dark


def understands(env: Mapping[str, str]) -> bool:
    """Whether the terminal can be asked without showing the question."""
    return not env.get("TERM", "").startswith(_PLAIN)


def answer_of(sequence: str) -> TerminalBackground | None:
    """The event for a string sent by the terminal; None if it does not answer the question."""
    found = _COLOUR.match(sequence)
    if found is None:
        return None
    parts = [part for part in found.groups() if part is not None]
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in parts)
    return TerminalBackground(dark=0.299 * red + 0.587 * green + 0.114 * blue < LIGHT)
