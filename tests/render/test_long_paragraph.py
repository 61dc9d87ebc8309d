import random

import pytest

from tests.render.corpus import PARTS, pieces
from tests.support.thorough import some
from tui_chat.render import document, long_paragraph
from tui_chat.render.document import Document, render
from tui_chat.render.styles import dark

PALETTE = dark()
WORDS = "alpha,be,I,**bold,end**,*em*,`code`,1.,-,#,2024,[ref],漢字,x_y,|,~~s~~,$5,\\,=,---,a|b".split(",")


def prose(seed: int) -> str:
    """Paragraphs of many lines and of long ones, in which any mark may come to stand at the beginning of a line."""
    rand = random.Random(seed)
    text = ""
    for _ in range(rand.randint(1, 4)):
        for _ in range(rand.randint(1, 60)):
            text += rand.choice([*WORDS, "  two", "    in"]) + rand.choice([*[" "] * 8, "  ", "\n", "\n", "  \n"])
        text += rand.choice(["\n\n", "\n", "\n---\n", "\n===\n", ""])
        text += rand.choice([*[""] * 5, rand.choice(PARTS), rand.choice(PARTS)])
    return text


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is very long begins at thirty characters, for the test's speed."""
    monkeypatch.setattr(long_paragraph, "LONGEST", 30)
    monkeypatch.setattr(document, "LONGEST", 30)
    monkeypatch.setattr(document, "SLICE", 20)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("seed", range(4))
def test_it_is_broken_at_the_same_places_in_any_pieces(seed: int) -> None:
    for number in some(range(seed, 12, 4), 3):
        text = prose(number)
        whole = render(text, 40, PALETTE)
        growing = Document(40, PALETTE)
        prefix = ""
        closed = growing.lines[:0]
        for piece in pieces(text, number, 12):
            prefix += piece
            growing.feed(piece)
            growing.update()
            assert growing.lines[: len(closed)] == closed, ascii(prefix)
            closed = growing.lines[: growing.stable]
            if "]:" not in text:
                assert closed == render(prefix, 40, PALETTE)[: len(closed)], ascii(prefix)
        growing.finish()
        growing.update()
        assert growing.lines == whole, ascii(text)


@pytest.mark.usefixtures("short")
def test_no_word_is_lost_and_none_comes_twice() -> None:
    for rows in (1, 3, 60):
        words = [f"word{number}" for number in range(300)]
        text = "\n".join(" ".join(words[at : at + 300 // rows]) for at in range(0, 300, 300 // rows))
        lines = render(text, 50, PALETTE)
        assert " ".join(line.plain for line in lines).split() == words
        assert all(line.plain for line in lines)
        assert [line.joint for line in lines] == ["\n", *[" "] * (len(lines) - 1)]


@pytest.mark.parametrize("end", [" ", "\n"])
def test_what_is_drawn_again_does_not_grow_with_the_paragraph(end: str) -> None:
    growing = Document(80, PALETTE)
    for number in range(0, 1_600, 40):
        growing.feed("".join(f"some *word* number{index}{end}" for index in range(number, number + 40)))
        growing.update()
        assert len(growing.lines) - growing.stable < 3 * long_paragraph.LONGEST / 80
    assert growing.stable > 240


def test_a_paragraph_of_common_length_stays_in_one_piece() -> None:
    text = "**" + "word and word " * 500 + "word**"
    assert all(line.segments[0].style == PALETTE.text + PALETTE.strong for line in render(text, 80, PALETTE))
