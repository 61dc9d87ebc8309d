"""Derives a title from the first prompt of an untitled conversation."""

from __future__ import annotations

import unicodedata

from tui_chat.core.conversation import Conversation
from tui_chat.core.lazy_pattern import lazy_pattern

TITLE_CELLS = 60


def title_from(prompt: str, cells: int = TITLE_CELLS) -> str:
    """The first line with words in it, cut between words to about `cells` terminal cells; "" if there is none."""
    line = next((line for line in map(_plain, prompt[:4000].splitlines()) if line), "")
    if _width(line) <= cells:
        return line
    cut = _take(line, cells - 1)
    at_word = cut if line[len(cut)] == " " else cut.rpartition(" ")[0]
    # A text without spaces (Chinese, a long address) is cut where it is full.
    return (at_word if len(at_word) * 2 > len(cut) else cut).rstrip() + "…"


def title_of(conversation: Conversation) -> str:
    """The conversation's title: its own, else its first prompt."""
    prompts = (node.turn.text for node in conversation.nodes.values() if node.turn.role == "user")
    return conversation.title or title_from(next(prompts, ""))


_MARKED = lazy_pattern(r"(?<![\w*])\*\*(?=\S)([^*]+)(?<=\S)\*\*(?![\w*])|(?<!`)`([^`]+)`(?!`)")
"""Emphasis and code in Markdown, and no powers of numbers."""


def _plain(line: str) -> str:
    line = _MARKED.sub(lambda found: found[1] or found[2], line.removeprefix("# ").removeprefix("## "))
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in line)
    return " ".join(kept.split())


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def _width(text: str) -> int:
    return sum(map(_cells, text))


def _take(text: str, cells: int) -> str:
    for end, char in enumerate(text):
        cells -= _cells(char)
        if cells < 0:
            return text[:end]
    return text
