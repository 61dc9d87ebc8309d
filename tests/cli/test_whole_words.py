"""A streamed text on a terminal: whole words, and the same text whatever the cuts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_chat.cli.whole_words import ENDLESS, LONG, WordBuffer
from tui_chat.render.sanitize import safe_text

HOSTILE = (
    "a\r\nb\rc\x1b[2Jd\te\u202egpj.exe 👩‍👩‍👧‍👦 क्‍ष e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 x "
    "\ufe0f\u200d\u2028\x85 end\t"
)

PIECES = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(["\r", "\n", "\t", " ", "\u200d", "👩", "👧", "\u0301", "e", "क", "्", "\x1b[31m", "ab" * 30]),
    ),
    max_size=30,
)


def spoken(pieces: list[str], *, sentences: bool = False) -> list[str]:
    words = WordBuffer(sentences=sentences)
    return [*map(words.feed, pieces), words.rest()]


@given(PIECES)
@example(["\t", "a", "\t\n\tb"])
def test_any_cut_shows_the_same_text(pieces: list[str]) -> None:
    assert "".join(spoken(pieces)) == safe_text("".join(pieces))
    assert "".join(spoken(pieces, sentences=True)) == safe_text("".join(pieces))


@pytest.mark.parametrize("cut", range(len(HOSTILE)))
def test_every_cut_of_a_hostile_text(cut: int) -> None:
    assert "".join(spoken([HOSTILE[:cut], HOSTILE[cut:]])) == safe_text(HOSTILE)


def test_a_word_is_never_said_in_halves() -> None:
    assert spoken(["Hel", "lo wor", "ld, you"]) == ["", "Hello ", "world, ", "you"]


def test_a_sentence_is_said_when_it_is_whole() -> None:
    pieces = ["It is 3.", "5 km", ' long. "Re', 'ally?" he', " asked:\n", "- one\n- t", "wo", "。三。四"]
    shown = spoken(pieces, sentences=True)
    assert shown == ["", "", "It is 3.5 km long. ", '"Really?" ', "he asked:\n", "- one\n", "", "- two。三。", "四"]


def test_a_sentence_whose_end_does_not_come_is_said_as_far_as_it_came() -> None:
    words = WordBuffer(sentences=True)
    shown = [words.feed("It began and th"), words.pause(), words.pause(), words.feed("en ended. "), words.rest()]
    assert shown == ["", "It began and ", "", "then ended. ", ""]


def test_a_very_long_sentence_is_said_in_parts() -> None:
    shown = spoken(["word " * 10] * 10, sentences=True)
    assert [bool(piece) for piece in shown[:5]] == [False] * 5
    assert any(shown[5:10])
    assert "".join(shown) == "word " * 100


def test_a_text_without_spaces_does_not_wait_for_its_end() -> None:
    shown = spoken(["語" * (LONG // 2)] * 4)
    assert [bool(piece) for piece in shown[:4]] == [False, False, True, False]
    assert "".join(shown) == "語" * (LONG // 2) * 4


def test_nothing_holds_a_text_back_for_ever() -> None:
    words = WordBuffer()
    assert words.feed("\u0301" * (ENDLESS + 1)) != ""
