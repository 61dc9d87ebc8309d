"""Preloads the modules and lexers that the first answer needs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui_chat.render.document import Document, render
from tui_chat.render.lexing import find_lexer
from tui_chat.render.sanitize import clean
from tui_chat.render.styles import dark

LANGUAGES = ("python", "bash", "json", "javascript", "html", "sql")

SAMPLE = "# a\n\nb *c* `d` [e](f) é\n\n- g\n\n|h|\n|-|\n|i|\n"

GROWING = (
    *("# a\n\nb `c", "` *d [e", "](f", ") *g*\n\n"),
    *("1", ". h\n2", ". i\n\t- j\n\n", "| k ", "|\n|-|\n"),
    *("> l\n", "> m\n\n```\nn"),
)
"""An answer in pieces: the preview of an unfinished line has rules that a whole text does not need."""


def warm(languages: Sequence[str] = LANGUAGES) -> None:
    """Load the Markdown parser, the highlighter and the common languages: 0.2 s that belong into a thread at start."""
    clean("\x1b é")
    cell_len("…")  # loads a table
    render(SAMPLE, 40, dark())
    growing = Document(40, dark())
    for piece in GROWING:
        growing.feed(piece)
        growing.update()
    for language in languages:
        render(f"```{language}\nx\n```\n", 40, dark())
        find_lexer(language)
