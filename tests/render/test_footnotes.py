"""Footnotes stay where they stand, with their marks as they were written."""

import pytest

from tui_chat.render.document import Document, render
from tui_chat.render.styles import dark

PALETTE = dark()


def drawn(source: str, width: int = 40) -> list[str]:
    return [line.plain for line in render(source, width, PALETTE)]


def test_a_note_of_one_word_is_no_link_that_vanishes() -> None:
    assert drawn("It is so.[^1]\n\n[^1]: Smith\n") == ["It is so.[^1]", "", "[^1]: Smith"]


def test_notes_under_one_another_stay_together_and_wrap_beside_their_mark() -> None:
    assert drawn("[^1]: Smith\n[^note]: A note that is longer than one line\n\n[^3]: apart\n") == [
        "[^1]: Smith",
        "[^note]: A note that is longer than one",
        "         line",
        "",
        "[^3]: apart",
    ]


def test_what_is_indented_belongs_to_the_note() -> None:
    source = "[^1]: First\n\n    second\n\n    - item\n\nafter\n"
    assert [line.rstrip() for line in drawn(source)] == [
        "[^1]: First", "", "      second", "", "      • item", "", "after",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "source",
    ["`[^1]` is code\n", "match [^a-z]+ here\n", "[^1] without a note\n", "[^]: is none\n", "    [^1]: code\n"],
)
def test_what_is_no_footnote_keeps_its_characters(source: str) -> None:
    assert "".join(drawn(source)).strip() == source.strip().replace("`", "")


def test_a_link_whose_text_begins_with_a_caret_stays_a_link() -> None:
    assert drawn("[^1](https://h.example)\n") == ["^1"]


def test_a_mark_in_the_text_looks_like_one() -> None:
    (line,) = render("so[^1]\n", 40, PALETTE)
    assert [segment.text for segment in line.segments if segment.style == PALETTE.text + PALETTE.marker] == ["[^1]"]


def test_a_note_that_comes_does_not_move_the_text_above() -> None:
    document = Document(40, PALETTE)
    document.feed("It is so.[^1]\n\n")
    document.update()
    above = list(document.lines)
    for character in "[^1]: Smith, *On notes*\n":
        document.feed(character)
        document.update()
        assert document.lines[: len(above)] == above
    assert document.lines[-1].plain == "[^1]: Smith, On notes"
