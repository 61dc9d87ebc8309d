"""Finds the words that differ between answers shown side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

_WORD = lazy_pattern(r"\S+")
_AROUND = ".,;:!?\"'()[]*_`“”‘’«»…"
"""Signs at the ends of a word that do not make it another word."""

EXACT_BELOW = 1_500
"""Words below which no word counts as too frequent to be aligned: above, that takes seconds."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a line, from `start` to `end` in characters."""

    line: int
    start: int
    end: int
    text: str


def words_of(lines: Sequence[tuple[int, int, str]]) -> list[Word]:
    """The words of lines, each with its line number, the position of its first character, and its text."""
    return [
        Word(number, first + found.start(), first + found.end(), _bare(found[0]))
        for number, first, text in lines
        for found in _WORD.finditer(text)
    ]


def _bare(word: str) -> str:
    return word.strip(_AROUND) or word


def differences(answers: Sequence[Sequence[Word]], chosen: int) -> list[list[Word]]:
    """The words of each answer that the chosen one lacks in that place; of the chosen one, those that no other has.

    Takes a second for very long answers: not for the event loop.
    """
    here = [word.text for word in answers[chosen]]
    own = set(range(len(here)))
    marked: list[list[Word]] = [[] for _ in answers]
    for number, other in enumerate(answers):
        if number == chosen:
            continue
        there = [word.text for word in other]
        missing, new = _unmatched(here, there)
        own &= missing
        marked[number] = [other[at] for at in sorted(new)]
    marked[chosen] = [answers[chosen][at] for at in sorted(own)] if len(answers) > 1 else []
    return marked


def _unmatched(one: Sequence[str], other: Sequence[str]) -> tuple[set[int], set[int]]:
    matcher = SequenceMatcher(None, one, other, autojunk=max(len(one), len(other)) > EXACT_BELOW)
    left, right = set(range(len(one))), set(range(len(other)))
    for block in matcher.get_matching_blocks():
        left.difference_update(range(block.a, block.a + block.size))
        right.difference_update(range(block.b, block.b + block.size))
    return left, right


def spans(words: Sequence[Word]) -> dict[int, tuple[tuple[int, int], ...]]:
    """(start, end) to mark, by line. Adjacent words are marked with the space between them."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for line, start, end in _runs(words):
        found[line] = (*found.get(line, ()), (start, end))
    return found


def _runs(words: Sequence[Word]) -> Iterator[tuple[int, int, int]]:
    run: tuple[int, int, int] | None = None
    for word in words:
        if run is not None and run[0] == word.line and word.start - run[2] <= 1:
            run = word.line, run[1], word.end
            continue
        if run is not None:
            yield run
        run = word.line, word.start, word.end
    if run is not None:
        yield run
