"""Markdown as tokens: this file owns the dialect (CommonMark, tables, strikethrough; HTML stays text)."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

References = dict[str, Any]
"""Link definitions that are known: normalised label → destination."""

MAX_NESTING = 40
"""Containers in containers; deeper ones are cut off by the parser before Python's own stack is in danger."""


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])


def parse_blocks(source: str, references: References) -> list[Token]:
    """The block tokens of a source with unified newlines and no NUL; their text stays unparsed.

    Link definitions are added to `references`.
    """
    markdown = _markdown()
    tokens: list[Token] = []
    environment: MutableMapping[str, Any] = {"references": references}
    markdown.block.parse(source, markdown, environment, tokens)
    return tokens


def parse_inline(content: str, references: References) -> list[Token]:
    """The tokens of one paragraph's text."""
    markdown = _markdown()
    tokens: list[Token] = []
    markdown.inline.parse(content, markdown, {"references": references}, tokens)
    return tokens


def siblings(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The blocks side by side in a flat list, each with all that it holds."""
    start = depth = 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : index + 1]
            start = index + 1


def span(block: Sequence[Token]) -> tuple[int, int]:
    """First line and the line after the last, counted from 0."""
    lines = block[0].map
    return (lines[0], lines[1]) if lines else (0, 0)
