"""Cuts a text to a number of characters."""

from __future__ import annotations


def shortened(text: str, most: int) -> str:
    """The text in at most this many characters, with an ellipsis if some of it is left out."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def on_one_line(text: str, most: int) -> str:
    """The same of a text of several lines."""
    return shortened(" ".join(text.split()), most)
