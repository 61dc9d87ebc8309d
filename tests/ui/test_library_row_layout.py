"""A row of the library's list at the widths that it may have, and the headings that rows stand under."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from tui_chat.core.message import Outcome
from tui_chat.ui.library_row import LibraryRow, headings
from tui_chat.ui.widgets.library_row_layout import snippet_line, title_line

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
BLOCKED = LibraryRow(
    "id", "Why is the answer to this question so slow?", NOW - timedelta(days=3), Outcome.PROMPT_BLOCKED
)
TAGGED = replace(BLOCKED, tags=("work", "urgent"))


def test_a_title_is_one_harmless_line() -> None:
    row = LibraryRow("id", "T1\n\x1b[2J\u202e[b]T2[/]", NOW)
    assert title_line(row, 80, NOW).plain.startswith("  T1⏎␛[2J\ufffd[b]T2[/]  ")


@pytest.mark.parametrize("width", [19, 22, 30, 33, 40, 46, 80, 120])
@pytest.mark.parametrize("title", [BLOCKED.title, "漢字の題名" * 9, "onewordonly" * 9, ""])
@pytest.mark.parametrize("chosen", [False, True])
def test_every_row_fills_one_line(title: str, width: int, chosen: bool) -> None:
    shown = title_line(replace(TAGGED, title=title), width, NOW, chosen=chosen).plain
    assert cell_len(shown) == width
    assert shown.rstrip().endswith("Sat")


@pytest.mark.parametrize(
    ("row", "width", "end"),
    [
        (TAGGED, 100, "#work #urgent  ✖ blocked  Sat"),
        (TAGGED, 50, "✖ blocked  Sat"),
        (TAGGED, 30, "✖  Sat"),
        (replace(BLOCKED, title="Short"), 34, "✖ blocked  Sat"),
        (replace(BLOCKED, state=Outcome.LENGTH), 60, "… length limit  Sat"),
        (replace(BLOCKED, state=Outcome.LENGTH, title="long answer"), 33, "… limit  Sat"),
        (replace(BLOCKED, state=Outcome.LENGTH), 25, "…  Sat"),
        (replace(BLOCKED, running=True), 34, "answering"),
        (replace(BLOCKED, unread=True, state=None), 34, "new  Sat"),
        (replace(BLOCKED, state=None, more=1), 60, "+1 hit  Sat"),
        (replace(BLOCKED, state=None, archived=True, more=3), 60, "archived  +3 hits  Sat"),
        (replace(BLOCKED, state=None, updated=NOW - timedelta(minutes=5)), 60, "5 min"),
        (replace(BLOCKED, state=None, updated=NOW - timedelta(hours=3)), 60, "3 h"),
        (replace(BLOCKED, state=None, updated=NOW - timedelta(hours=15)), 60, "00:30"),
        (replace(BLOCKED, state=None, updated=NOW - timedelta(days=60)), 60, "25 Sep"),
    ],
)
def test_what_stands_at_the_right_is_what_there_is_room_for(row: LibraryRow, width: int, end: str) -> None:
    assert title_line(row, width, NOW).plain.rstrip().endswith(f"  {end}")


@pytest.mark.parametrize(
    ("row", "sign"),
    [
        (BLOCKED, "  "),
        (replace(BLOCKED, open=True), "● "),
        (replace(BLOCKED, unread=True), "✱ "),
        (replace(BLOCKED, running=True, open=True), "◐ "),
    ],
)
def test_the_edge_says_what_is_open_and_what_is_new(row: LibraryRow, sign: str) -> None:
    assert title_line(row, 60, NOW).plain.startswith(sign)
    assert title_line(row, 60, NOW, selected=True).plain.startswith("☑ ")


def test_the_first_found_word_is_in_view() -> None:
    text = "the river carries water from high ground to the sea, slowly"
    row = replace(BLOCKED, snippet=text, marks=((48, 51),))
    assert "sea" in snippet_line(row, 30).plain
    assert snippet_line(row, 30).plain.startswith("  …")
    assert snippet_line(row, 80).plain.rstrip() == f"  {text}"
    assert all(cell_len(snippet_line(row, width).plain) == width for width in (10, 30, 80))


def test_headings_are_pins_days_and_months() -> None:
    ages = {"e": 40, "a": 0, "b": 1, "c": 3, "d": 6, "f": 41, "g": 400}
    rows = [LibraryRow(name, name, NOW - timedelta(days=days), pinned=name == "e") for name, days in ages.items()]
    assert headings(rows, NOW) == {
        0: "Pinned", 1: "Today", 2: "Yesterday", 3: "This week", 5: "October", 6: "October 2025"
    }  # fmt: skip
    assert headings([], NOW) == {}


def test_the_longest_run_of_found_words_is_what_is_marked_later() -> None:
    row = replace(BLOCKED, snippet="the river, river carries water", marks=((4, 9), (11, 16), (17, 24)))
    assert row.found == "river carries"
    assert BLOCKED.found == ""
