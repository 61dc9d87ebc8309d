"""Decides which stars, underscores and tildes open and close emphasis.

CommonMark alone lets `**「重要」**です` open nothing, because it expects spaces between words. Here its amendment for
Chinese, Japanese and Korean holds (https://github.com/tats-u/markdown-cjk-friendly): punctuation of these scripts
counts as a letter, and a letter of theirs next to a mark counts as a space. Text without them is not concerned.

The parser's own answer is not used, for all texts alike: its releases differ in what they take for punctuation.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tui_chat.core.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CJK = lazy_pattern(
    "[\u1100-\u11ff\u20a9\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97f"
    "\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uffee\U00016fe0-\U00018dff\U0001aff0-\U0001b2ff"
    "\U0001d300-\U0001d356\U0001d360-\U0001d376\U0001f200\U0001f202\U0001f210-\U0001f219\U0001f21b-\U0001f22e"
    "\U0001f230\U0001f231\U0001f237\U0001f23b\U0001f240-\U0001f248\U0001f260-\U0001f265\U00020000-\U0003fffd]"
)
"""Characters that are wide or halfwidth forms and no emoji, and Hangul. Code points between them that Unicode has not
assigned are included, to keep the list short."""

_SELECTOR = lazy_pattern("[\ufe00-\ufe0e]")
"""Variation selectors, which belong to the character before them; the one that makes an emoji (FE0F) does not."""

_IDEOGRAPHIC_SELECTOR = lazy_pattern("[\U000e0100-\U000e01ef]")
_FULLWIDTH_QUOTE = lazy_pattern("[‘’“”]\ufe01")
"""Quotation marks, ambiguous by themselves, in the form that fills an ideograph's square."""

_SPACE = lazy_pattern("[ \t\n\f\r\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]|\\Z")
"""White space as CommonMark defines it; the text's ends count as white space."""


class Flanking(NamedTuple):
    """Whether a run of marks can open or close emphasis."""

    opens: bool
    closes: bool


def flanking(text: str, start: int, end: int, stop: int) -> Flanking:
    """What the run of marks from `start` to `end` can do in a text that ends at `stop`."""
    before = _Neighbour.before(text, start)
    after = _Neighbour.of(text[end] if end < stop else "")
    left = not after.space and (not after.foreign or before.space or before.foreign or before.cjk)
    right = not before.space and (not before.foreign or after.space or after.foreign or after.cjk)
    if text[start] != "_":
        return Flanking(left, right)
    return Flanking(left and (not right or before.punctuation), right and (not left or after.punctuation))


class _Neighbour(NamedTuple):
    """The character next to a run of marks."""

    space: bool = False
    punctuation: bool = False
    cjk: bool = False

    @property
    def foreign(self) -> bool:
        """Punctuation of other scripts, for which CommonMark's rule stays as it is."""
        return self.punctuation and not self.cjk

    @classmethod
    def of(cls, char: str) -> _Neighbour:
        return cls(
            space=_SPACE.match(char) is not None,
            punctuation=char != "" and unicodedata.category(char)[0] in "PS",
            cjk=_CJK.match(char) is not None,
        )

    @classmethod
    def before(cls, text: str, start: int) -> _Neighbour:
        """The character that ends at `start`, with the variation selector that belongs to it."""
        if start >= 2 and _FULLWIDTH_QUOTE.match(text, start - 2):
            return cls(punctuation=True, cjk=True)
        char = text[start - 1 : start]
        if _IDEOGRAPHIC_SELECTOR.match(char):
            return cls(cjk=True)
        return cls.of(text[start - 2 : start - 1] if start >= 2 and _SELECTOR.match(char) else char)


def use_flanking(markdown: MarkdownIt) -> None:
    """Let a parser decide by `flanking` what its marks of emphasis and strikethrough can do."""
    from markdown_it.rules_inline import emphasis, strikethrough

    markdown.inline.ruler.at("emphasis", _with_flanking(emphasis.tokenize))
    markdown.inline.ruler.at("strikethrough", _with_flanking(strikethrough.tokenize))


def _with_flanking(tokenize: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The parser's rule for marks, whose decision about what they can do is replaced."""

    def rule(state: StateInline, silent: bool) -> bool:
        start, known = state.pos, len(state.delimiters)
        if not tokenize(state, silent):
            return False
        can = flanking(state.src, start, state.pos, state.posMax)
        for delimiter in state.delimiters[known:]:
            delimiter.open, delimiter.close = can.opens, can.closes
        return True

    return rule
