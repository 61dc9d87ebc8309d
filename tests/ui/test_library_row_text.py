"""A row of the library's list at the widths that it may have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from tui_chat.core.message import Outcome
from tui_chat.ui.library_row import Row
from tui_chat.ui.widgets.library_row_text import RowText

MOMENT = datetime(2026, 11, 24, 12, tzinfo=UTC)
BLOCKED = Row("id", "Why is the answer to this question so slow?", MOMENT, 12, Outcome.PROMPT_BLOCKED)


def lines(row: Row, width: int) -> list[str]:
    return RowText(row).at(width).plain.splitlines()


def test_a_title_is_one_harmless_line() -> None:
    row = Row("id", "T1\n\x1b[2J\u202e[b]T2[/]", MOMENT, 2)
    assert lines(row, 80)[0] == "  T1⏎␛[2J\ufffd[b]T2[/]"


@pytest.mark.parametrize("width", [19, 22, 30, 33, 40, 46, 80])
@pytest.mark.parametrize("title", [BLOCKED.title, "漢字の題名" * 9, "onewordonly" * 9])
def test_title_and_state_have_one_line_each(title: str, width: int) -> None:
    shown = lines(replace(BLOCKED, title=title), width)
    assert len(shown) == 2
    assert all(cell_len(line) <= width for line in shown)
    assert shown[0] == f"  {title}" or shown[0].endswith("…")
    assert shown[1].endswith("  ✖ blocked")
    assert shown[1].startswith("  24 Nov")


def test_turns_and_time_give_way_to_the_state() -> None:
    facts = [lines(BLOCKED, width)[1].partition("  ✖")[0] for width in (80, 34, 24)]
    assert "· 12 turns" in facts[0]
    assert ":" in facts[1]
    assert "turns" not in facts[1]
    assert facts[2] == "  24 Nov 2026"


def test_what_was_found_is_wrapped_below_the_title() -> None:
    text = "the river carries water from high ground to the sea, slowly"
    shown = lines(replace(BLOCKED, snippet=text, marks=((4, 9),)), 24)
    assert len(shown) > 4
    assert all(line.startswith("  ") and line[2] != " " for line in shown)
    assert " ".join(line.strip() for line in shown[2:]) == text
