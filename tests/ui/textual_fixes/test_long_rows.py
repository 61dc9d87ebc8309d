"""The rows of a long line look as Textual paints them."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tests.support.rows import row
from tests.support.thorough import some
from tui_chat.ui.textual_fixes.long_rows import LONG, long_row

LINE = "one (two)\tthree 字字 four\t\tfive " * (LONG // 30 + 1)
END = len(LINE)


class OneArea(App[None]):
    def compose(self) -> ComposeResult:
        yield TextArea(f"short\n{LINE}\nlast", highlight_cursor_line=False)


SELECTIONS = [
    ((1, 0), (1, 0)),
    ((1, END), (1, END)),
    ((1, 4), (1, 4)),  # at a bracket
    ((1, 8), (1, 8)),
    ((0, 0), (0, 0)),
    ((1, 30), (1, 400)),
    ((1, 400), (1, 30)),
    ((0, 2), (1, 100)),
    ((1, 100), (2, 1)),
    ((0, 0), (2, 2)),
]


async def test_each_row_is_the_same() -> None:
    app = OneArea()
    async with app.run_test(size=(47, 20)) as pilot:
        area = app.query_one(TextArea)
        area.cursor_blink = False
        for start, end in some(SELECTIONS, 3):
            with row((start, end)):
                area.selection = Selection(start, end)
                await pilot.pause()
                for top in (0, 50, area.max_scroll_y):
                    area.scroll_to(y=top, animate=False, immediate=True)
                    await pilot.pause()
                    are_the_same(area)


def are_the_same(area: TextArea) -> None:
    ours = [long_row(area, y) for y in range(area.size.height)]
    assert sum(mine is not None for mine in ours) > 10
    theirs = [area._render_line(y) for y in range(area.size.height)]
    for mine, its in zip(ours, theirs, strict=True):
        assert mine is None or painted(mine) == painted(its)


def painted(strip: Strip) -> list[tuple[str, object]]:
    """Each cell's character and style."""
    return [(char, segment.style) for segment in strip for char in segment.text]
