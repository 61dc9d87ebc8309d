from itertools import pairwise

from tests.render.corpus import mixture
from tests.support.thorough import THOROUGH, some
from tui_chat.render.copied_parts import code_blocks, source_blocks
from tui_chat.render.document import render
from tui_chat.render.sanitize import unify_newlines
from tui_chat.render.styles import dark


def test_code_is_copied_as_it_was_written() -> None:
    source = "a\n\n```python title\nx = 1\n\n\ty\n```\n\n- list\n  ~~~\n  z\n  ~~~\n\n> ```sh\n> ls\n\n    indented\n"
    assert code_blocks(source) == [("python", "x = 1\n\n\ty"), ("", "z"), ("sh", "ls"), ("", "indented")]


def test_an_answer_without_code_has_none() -> None:
    assert code_blocks("just `words`\r\nand more") == []


def stands_apart(source: str) -> int:
    """How many parts of the drawn text stand apart."""
    blank = [not line.segments for line in render(source, 80, dark())]
    return sum(not now and before for before, now in pairwise([True, *blank]))


ODD = ("<!--", "<div>", "#\n", "- \n", "-\n", "-    \n")
"""What draws an empty line of its own, or none at all: there what is seen is copied instead of the source."""


def test_the_parts_of_a_source_are_the_parts_on_the_screen_and_nothing_is_lost() -> None:
    compared = 0
    for seed in some(range(300), 3):
        source = mixture(seed)
        parts = source_blocks(source)
        rows = [row for row in unify_newlines(source).replace("\0", "\ufffd").split("\n") if row.strip()]
        if parts:
            assert [row for part in parts for row in part.split("\n") if row.strip()] == rows
        if not any(odd in source for odd in ODD):
            assert len(parts) == stands_apart(source), source
            compared += 1
    assert compared > (100 if THOROUGH else 30)


def test_a_part_is_copied_as_it_was_written() -> None:
    source = "# A *b*\n\ntext:\n- one\n- two\n\n1. loose\n\n2. items\n\n```c\nx;\n\ny;\n```\n> q\n"
    assert source_blocks(source) == [
        "# A *b*", "text:", "- one\n- two", "1. loose", "2. items", "```c\nx;\n\ny;\n```", "> q"
    ]  # fmt: skip
    assert source_blocks("") == []
