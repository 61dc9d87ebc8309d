"""Tables: columns hold still while a row is typed, a line parts rows that wrap, a list stands in for narrow columns."""

import pytest

from tests.render.test_unfinished_line import pictures
from tui_chat.render.document import Document, render
from tui_chat.render.styles import dark

PALETTE = dark()
LONG = "| Name | Note |\n|---|---|\n" + "| short name | short note |\n" * 47


def drawn(source: str, width: int = 40) -> list[str]:
    return [line.plain.rstrip() for line in render(source, width, PALETTE)]


@pytest.mark.parametrize(
    "cell", ["first **bold** word", "`some code` here", "[page](http://example.com/long/address) ok", "alpha / beta"]
)
def test_a_cell_keeps_its_one_line_while_it_is_typed(cell: str) -> None:
    for shown in pictures(f"| A | B |\n|---|---|\n| {cell} | {cell} |\n"):
        assert len(shown) <= 3
        assert not set("*`~(") & set("".join(shown))


def test_what_is_typed_stays_where_the_finished_row_has_it() -> None:
    *_, typed = pictures("| A | B |\n|---|---|\n| one | 1 |\n| twenty-two | 22")
    assert typed == drawn("| A | B |\n|---|---|\n| one | 1 |\n| twenty-two | 22 |\n")


WRAPPED = "| Key | Meaning |\n|---|---|\n| a | one that is too long for the width |\n| b | two |\n"


def test_a_line_parts_the_rows_of_a_table_in_which_one_wraps() -> None:
    assert drawn(WRAPPED, 30) == [
        "Key │ Meaning",
        "────┼─────────────────────────",
        "a   │ one that is too long for",
        "    │ the width",
        "────┼─────────────────────────",
        "b   │ two",
    ]


def test_rows_of_one_line_need_no_line_between() -> None:
    assert [line for line in drawn(WRAPPED, 60) if "─" in line] == [drawn(WRAPPED, 60)[1]]


def test_the_line_between_rows_is_faint_and_no_copy_has_it() -> None:
    line = render(WRAPPED, 30, PALETTE)[4]
    assert {segment.style for segment in line.segments} == {PALETTE.table_line}
    assert line.text == ""


EIGHT = "| " + " | ".join(["JavaScript", "TypeScript", "Python", "Rust", "Go", "Kotlin", "Swift", "Elixir"]) + " |\n"
MANY = EIGHT + "|---" * 8 + "|\n" + "| dynamically typed" * 8 + " |\n"


def test_a_table_whose_words_would_be_cut_becomes_a_list_of_its_cells() -> None:
    assert drawn(MANY, 80)[:2] == ["JavaScript: dynamically typed", "TypeScript: dynamically typed"]
    assert "JavaScript" in drawn(MANY, 120)[0]


def test_many_columns_of_little_stay_a_table() -> None:
    shown = drawn("| a | b | c | d | e | f | g | h |\n" + "|---" * 8 + "|\n" + "| 1" * 8 + " |\n", 30)
    assert shown[0] == "a │ b │ c │ d │ e │ f │ g │ h"


def test_a_long_table_gives_its_spare_room_to_later_and_wider_cells() -> None:
    later = "| a longer name | one more longer note |\n"
    assert len(drawn(LONG + later, 60)) == len(drawn(LONG, 60)) + 1
    assert max(len(line) for line in drawn(LONG + later, 30)) <= 30


def test_columns_of_short_codes_get_no_spare_room() -> None:
    assert drawn("| Id | N |\n|---|---|\n" + "| x1 | 2 |\n" * 60, 60)[0] == "Id │ N"


def test_a_long_table_holds_still_once_its_widths_are_known() -> None:
    document = Document(30, PALETTE)
    document.feed(LONG)
    document.update()
    above = list(document.lines)
    document.feed("| a name that wraps and wraps | and its note |\n" * 3)
    document.update()
    assert document.lines[: len(above)] == above
