"""Preloads the modules and lexers that the first answer needs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui_chat.render.document import render
from tui_chat.render.lexing import find_lexer
from tui_chat.render.sanitize import clean
from tui_chat.render.styles import dark

LANGUAGES = ("python", "bash", "json", "javascript", "html", "sql")

SAMPLE = "# a\n\nb *c* `d` [e](f) é\n\n- g\n\n|h|\n|-|\n|i|\n"


def warm(languages: Sequence[str] = LANGUAGES) -> None:
    """Load the Markdown parser, the highlighter and the common languages: 0.2 s that belong into a thread at start."""
    clean("\x1b é")
    cell_len("…")  # loads a table
    render(SAMPLE, 40, dark())
    for language in languages:
        render(f"```{language}\nx\n```\n", 40, dark())
        find_lexer(language)
