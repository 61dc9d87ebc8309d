"""Markdown as tokens: this file owns the dialect (CommonMark, tables, strikethrough; HTML stays text)."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

References = dict[str, Any]
"""Link definitions that are known: normalised label → destination."""

DEEPEST = 20
"""Levels of containers in containers; what lies deeper is kept as plain text.

The parser itself would drop it without a word, and a thousand levels would end in Python's recursion limit.
"""

DEEP = "deep"
"""The type of the token that holds what lies too deep."""

MATH = "math"
"""The type of the token that holds a formula as it was written, marks included."""

LONGEST_FORMULA = 2_000
"""Characters: a lone dollar must not make the parser look through all of a long text, again and again."""

_FORMULA = re.compile(
    r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$|\$(?![\s$])(?:[^$\\\n]|\\.)*?(?<![\s\\])\$(?!\d)", re.DOTALL
)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"maxNesting": 2 * DEEPEST}).enable(["table", "strikethrough"])
    markdown.block.ruler.before("table", DEEP, _keep_deep)
    markdown.inline.ruler.before("escape", MATH, _keep_math)
    return markdown


def _keep_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule for blocks: all lines of a container that is nested too deeply, as they are."""
    if silent or state.level < DEEPEST:
        return False
    line = start
    while line < end and (state.isEmpty(line) or state.sCount[line] >= state.blkIndent):
        line += 1
    token = state.push(DEEP, "", 0)
    token.content = state.getLines(start, line, state.blkIndent, False)
    token.map = [start, line]
    state.line = line
    return True


def _keep_math(state: StateInline, silent: bool) -> bool:
    """A rule for text: a formula stays as it is. Its stars and underscores are no emphasis, its backslashes stay."""
    if state.src[state.pos] not in "\\$":
        return False
    found = _FORMULA.match(state.src, state.pos, min(state.posMax, state.pos + LONGEST_FORMULA))
    if found is None:
        return False
    if not silent:
        state.push(MATH, "", 0).content = found[0]
    state.pos = found.end()
    return True


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
