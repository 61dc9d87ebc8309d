"""The terminal's title, which Textual 8.2.8 leaves alone: saved, set, and given back."""

from __future__ import annotations

SAVE_TITLE = "\x1b[22;2t"
RESTORE_TITLE = "\x1b]2;\x07\x1b[23;2t"
"""Where the terminal keeps no stack of titles, the empty one makes it show its own."""


def title_sequence(title: str) -> str:
    """The sequence that sets a title; what is not printable is left out of it."""
    return f"\x1b]2;{''.join(filter(str.isprintable, title))}\x07"
