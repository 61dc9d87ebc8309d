"""Words that differ between answers side by side."""

from __future__ import annotations

import pytest

from tui_chat.core.word_differences import differences, spans, words_of

Marks = list[list[str]]


def marked(*answers: str, chosen: int = 0) -> Marks:
    words = [words_of([(0, 0, text)]) for text in answers]
    return [[word.text for word in its] for its in differences(words, chosen)]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (("The Po is long.", "The Po is short."), [["long"], ["short"]]),
        (("one two three", "one three"), [["two"], []]),
        (("the sea", "the sea,"), [[], []]),
        (("same words", "same words"), [[], []]),
        (("", "all new"), [[], ["all", "new"]]),
        (("a b c", "a x c", "a b y"), [[], ["x"], ["y"]]),
        (("a b c", "a x y", "a z c"), [["b"], ["x", "y"], ["z"]]),
        (("alone",), [[]]),
    ],
)
def test_words_that_the_first_answer_has_not_in_that_place(answers: tuple[str, ...], expected: Marks) -> None:
    assert marked(*answers) == expected


def test_what_differs_depends_on_the_chosen_answer() -> None:
    assert marked("a b c", "a x c", "a x c", chosen=2) == [["b"], [], []]


def test_words_beside_each_other_are_one_mark_on_their_line() -> None:
    words = words_of([(3, 2, "one two  three"), (5, 0, "four five")])
    assert spans(words) == {3: ((2, 9), (11, 16)), 5: ((0, 9),)}
    assert spans(words[1:2]) == {3: ((6, 9),)}
