"""What a selection with the mouse or by key gives: text, without what was drawn around it."""

from __future__ import annotations

import pytest
from textual.selection import Selection

from tui_chat.render.document import render
from tui_chat.render.styles import dark
from tui_chat.ui.widgets.transcript.selection import extract

ALL = Selection(None, None)
TABLE = "| Name | What it is for |\n|---|--:|\n| 漢字 | a cell with many words that has to wrap |\n| b | `two` |\n"


@pytest.mark.parametrize("width", [30, 60, 120])
def test_a_table_comes_as_cells_with_tabs_between_them(width: int) -> None:
    found = extract(ALL, enumerate(render(f"Before\n\n{TABLE}\nAfter", width, dark())))
    assert found == ("Before\n\nName\tWhat it is for\n漢字\ta cell with many words that has to wrap\nb\ttwo\n\nAfter")


def test_a_table_in_a_list_too() -> None:
    source = "- item\n\n" + "".join(f"  {row}\n" for row in TABLE.splitlines())
    found = extract(ALL, enumerate(render(source, 40, dark())))
    assert "漢字\ta cell with many words that has to wrap\n" in found
    assert "│" not in found
    assert "─" not in found


def test_code_comes_without_its_label_and_wrapped_lines_whole() -> None:
    source = "Look:\n\n```python\n" + "value = compute(1, 'two')  # " + "long " * 12 + "\nother\n```\n"
    code = "value = compute(1, 'two')  # " + "long " * 12 + "\nother"
    assert extract(ALL, enumerate(render(source, 30, dark()))).replace(" \n", "\n") == f"Look:\n\n{code}".replace(
        " \n", "\n"
    )
