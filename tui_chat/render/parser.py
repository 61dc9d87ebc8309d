"""Parses Markdown: CommonMark with tables, strikethrough, formulas and footnotes. HTML stays text."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.emphasis import use_flanking
from tui_chat.render.table_rule import TABLE, table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

References = MutableMapping[str, Any]
"""Link definitions that are known: normalised label → destination."""

Rows = tuple[int, int]
"""First line and the line after the last, counted from 0."""

DEEPEST = 20
"""Levels of nested containers; what is deeper is kept as plain text.

The parser itself would drop it without a word, and a thousand levels would end in Python's recursion limit.
"""

DEEP = "deep"
"""The type of the token for text that is nested too deeply."""

MATH = "math"
"""The type of the token that holds a formula as it was written, marks included."""

FOOTNOTE = "footnote"
"""The type of the tokens of a footnote: `footnote_open` (its label in `info`) and `footnote_close` around its blocks,
and `footnote` for a mark in the text that points to one."""

LONGEST_FORMULA = 2_000
"""Characters: a lone dollar must not make the parser scan a long text again and again."""

_FORMULA_MARKS = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}
_ONE_DOLLAR = lazy_pattern(
    r"""
    (?<![0-9A-Za-z_\u00c0-\u024f\u0370-\u052f])  # 5$, US$5, A$1 and /end$/ open nothing; a letter of Chinese may
    \$(?![\s$])
    (?!\d[\d.,]*[A-Za-z]{0,2}\ +\(?[A-Za-z]{2,}\b[^$\\]*\$)  # the price in "$5 or 6$"
    (?:[^$\\\n]|\\.)*?
    (?<![\s\\=])\$
    (?!\d|\.\w|[({])  # "$5/$6", "$a.$.b", "$A:$(b)" and "$A/${B}" continue with another one
    (?!(?!(?:th|st|nd|rd|s|D|NN)\b)[A-Za-z_])  # so does "$HOME:$PATH", while "$n$th" is the n-th
    """,
    re.DOTALL | re.VERBOSE,
)
"""A formula between single dollars, as in pandoc, except for shell code, prices and spreadsheet cells."""

_FOOTNOTE = lazy_pattern(r"\[\^([^\]\[\s^]{1,100})\]:[ \t]*")
_FOOTNOTE_MARK = lazy_pattern(r"\[\^[^\]\[\s^]{1,100}\](?!\()")


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"maxNesting": 2 * DEEPEST}).enable("strikethrough")
    markdown.block.ruler.before("code", DEEP, _keep_deep)
    markdown.block.ruler.before("lheading", TABLE, table, {"alt": ["paragraph", "reference"]})
    ends = ["paragraph", "reference", "blockquote", "list"]
    markdown.block.ruler.before("reference", FOOTNOTE, _footnote, {"alt": ends})
    use_flanking(markdown)
    markdown.inline.ruler.before("link", FOOTNOTE, _footnote_mark)
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


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A rule for blocks: `[^1]: text`, with what is indented under it.

    It stays in its place. GitHub puts all notes under the text, which would move what a reader already sees; and
    without the rule a note of one word is a link's definition and vanishes.
    """
    if state.is_code_block(start):
        return False
    at = state.bMarks[start] + state.tShift[start]
    found = _FOOTNOTE.match(state.src, at, state.eMarks[start])
    if found is None:
        return False
    if silent:
        return True
    opening = state.push(f"{FOOTNOTE}_open", "", 1)
    opening.info = found[1]
    state.line = _inside(state, start, end, found.end() - at)
    opening.map = [start, state.line]
    state.push(f"{FOOTNOTE}_close", "", -1)
    return True


def _inside(state: StateBlock, start: int, end: int, mark: int) -> int:
    """Parse the inside of a footnote, after its mark of so many characters; the line after it."""
    kept = state.blkIndent, state.tShift[start], state.sCount[start], state.bMarks[start], state.parentType
    state.bMarks[start] += state.tShift[start] + mark
    state.tShift[start] = 0
    state.sCount[start] = state.blkIndent = kept[0] + 4
    state.parentType = FOOTNOTE
    state.md.block.tokenize(state, start, end)
    state.blkIndent, state.tShift[start], state.sCount[start], state.bMarks[start], state.parentType = kept
    return state.line


def _footnote_mark(state: StateInline, silent: bool) -> bool:
    """A rule for text: `[^1]`. It is drawn as it is written, so nothing is lost if its note never arrives."""
    found = _FOOTNOTE_MARK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push(FOOTNOTE, "", 0).content = found[0]
    state.pos = found.end()
    return True


def _keep_math(state: StateInline, silent: bool) -> bool:
    """A rule for text: a formula stays as it is. Its stars are no emphasis, its backslashes no escapes."""
    end = formula_end(state.src, state.pos, state.posMax, state.env)
    if end is None:
        return False
    if not silent:
        state.push(MATH, "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def formula_end(
    text: str, start: int, stop: int | None = None, memory: MutableMapping[str, Any] | None = None
) -> int | None:
    """Where the formula ends that begins at `start`; None if there is none. `stop`: where the text ends.

    `memory` keeps what was found out about the text for the next question.
    """
    if text[start] not in "\\$":
        return None
    limit = min(len(text) if stop is None else stop, start + LONGEST_FORMULA)
    closing = _FORMULA_MARKS.get(text[start : start + 2])
    if closing is None:
        found = _ONE_DOLLAR.match(text, start, limit)
        end = start if found is None else found.end()
    else:
        end = _next(closing, text, start + 3, {} if memory is None else memory) + len(closing)
    named = end <= limit and any(map(str.isalnum, text[start:end]))
    return end if named else None  # without a name or a number it is escaped punctuation


def _next(mark: str, text: str, start: int, memory: MutableMapping[str, Any]) -> int:
    """The next place of a mark; the end of the text if there is none.

    Cached, or each of a thousand opening marks would search the whole rest for it.
    """
    known, since, at = memory.get(f"{MATH} {mark}", ("", 0, 0))
    if known is not text or start < since or at < start:
        found = text.find(mark, start)
        at = len(text) if found < 0 else found
        memory[f"{MATH} {mark}"] = (text, start, at)
    return int(at)


def parse_blocks(source: str, references: References) -> list[Token]:
    """The block tokens of a source with unified newlines and no NUL; their text stays unparsed.

    Link definitions are added to `references`.
    """
    return parse_defining(source, references)[0]


def parse_defining(source: str, references: References) -> tuple[list[Token], Rows | None]:
    """The block tokens of a source, and the rows of its last link definition, if there is one."""
    markdown = _markdown()
    tokens: list[Token] = []
    found: dict[str, Any] = {}
    environment: MutableMapping[str, Any] = {"references": ChainMap(found, references)}
    markdown.block.parse(source, markdown, environment, tokens)
    references.update(found)
    last = [*islice(reversed(found.values()), 1), *environment.get("duplicate_refs", [])[-1:]]
    return tokens, max(((one["map"][0], one["map"][1]) for one in last), default=None)


def ends_in_paragraph(source: str, references: References) -> bool:
    """The last block at the top level is a paragraph."""
    blocks = list(siblings(parse_blocks(source, trial(references))))
    return bool(blocks) and blocks[-1][0].type == "paragraph_open"


def trial(references: References) -> References:
    """Known definitions, to which a parse may add some that are forgotten again.

    Copying thousands of them each time cost more than the parse.
    """
    return ChainMap({}, references)


def parse_inline(content: str, references: References) -> list[Token]:
    """The tokens of one paragraph's text."""
    markdown = _markdown()
    tokens: list[Token] = []
    markdown.inline.parse(content, markdown, {"references": references}, tokens)
    return tokens


def siblings(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The blocks in a flat list of tokens, each with everything inside it."""
    start = depth = 0
    for index, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : index + 1]
            start = index + 1


def span(block: Sequence[Token]) -> Rows:
    lines = block[0].map
    return (lines[0], lines[1]) if lines else (0, 0)
