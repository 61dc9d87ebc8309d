"""Passages of a message's source are found where they are drawn."""

from __future__ import annotations

import pytest

from tests.render.examples import examples
from tests.support.thorough import some
from tui_chat.render.document import render
from tui_chat.render.passages import LONGEST, passages
from tui_chat.render.styles import dark


def marked(source: str, *parts: str, width: int = 40) -> list[str]:
    """What is marked of the drawn lines, one entry a mark."""
    spans = [(source.index(part), source.index(part) + len(part)) for part in parts]
    lines = render(source, width, dark())
    places = passages(lines, source, spans)
    return [lines[row].plain[start:end] for row in sorted(places) for start, end in places[row]]


@pytest.mark.parametrize(
    ("source", "part", "shown"),
    [
        ("The moon is near. It is made of cheese.", "It is made of cheese.", ["It is made of cheese"]),
        ("The moon is **made of** `cheese`.", "**made of** `cheese`.", ["made of cheese"]),
        ("See [the moon](https://example.org/moon) now.", "[the moon](https://example.org/moon) now", ["the moon now"]),
        ("- one\n- made of cheese\n- three", "made of cheese", ["made of cheese"]),
        ("> quoted cheese\n\nplain", "quoted cheese", ["quoted cheese"]),
        ("```python\nx = 1\ncheese = 2\n```", "cheese = 2", ["cheese = 2"]),
        ("| a | b |\n|---|---|\n| moon | cheese |", "cheese", ["cheese"]),
        ("Größe 月 über", "月", ["月"]),
        ("nothing here: !!!", "!!!", []),
    ],
)
def test_a_passage_in_all_kinds_of_text(source: str, part: str, shown: list[str]) -> None:
    assert marked(source, part) == shown


def test_a_wrapped_passage_is_marked_in_each_line() -> None:
    source = "one two three four five six seven eight"
    assert marked(source, "two three four five six", width=10) == ["two", "three four", "five six"]


def test_of_equal_texts_the_one_that_is_meant_is_marked() -> None:
    source = "cheese, then more cheese, then cheese."
    lines = render(source, 60, dark())
    second = source.index("cheese", 8)
    assert passages(lines, source, [(second, second + 6)]) == {0: [(second, second + 6)]}


def test_overlapping_passages_are_one_mark() -> None:
    assert marked("one two three four", "two three", "three four", "two") == ["two three four"]


def test_what_is_not_drawn_as_it_is_written_is_found_by_its_ends() -> None:
    source = "Begin of a long passage &amp; then the end of this long passage. More."
    assert marked(source, source.removesuffix(" More."), width=80) == [
        "Begin of a long passage & then the end of this long passage"
    ]
    assert marked("a &lt; b", "&lt;") == []


def test_nothing_is_looked_for_in_a_text_that_is_too_long() -> None:
    source = "word " * (LONGEST // 5 + 1)
    assert passages(render("word", 40, dark()), source, [(0, 4)]) == {}
    assert passages([], "", [(0, 4)]) == {}


def test_no_example_of_markdown_breaks_it() -> None:
    for example in some(examples(), 4):
        lines = render(example.markdown, 30, dark())
        size = len(example.markdown)
        for row, parts in passages(lines, example.markdown, [(0, size // 2), (size // 3, size)]).items():
            plain = lines[row].plain
            assert all(0 <= start < end <= len(plain) for start, end in parts)
            assert parts == sorted(parts)
