"""Scrolling without a screen: what is in view is always a stretch of all lines, and moves by exactly what was asked."""

from __future__ import annotations

import random

import pytest

from tests.ui.transcript.harness import MARKDOWN, answer, path, user
from tui_chat.core.conversation import Node
from tui_chat.render.styles import dark
from tui_chat.ui.widgets.transcript.entry_list import EntryList
from tui_chat.ui.widgets.transcript.heights import Heights
from tui_chat.ui.widgets.transcript.render_options import RenderOptions
from tui_chat.ui.widgets.transcript.scroll_bar import ScrollBar
from tui_chat.ui.widgets.transcript.viewport import Row, Viewport

PALETTE = dark()


def all_lines(window: Viewport) -> list[Row]:
    for position in range(len(window.entries)):
        window.draw(position)
    return [(entry, index) for entry in window.entries for index in range(entry.layout.height)]


def made(count: int, height: int = 20, width: int = 60) -> tuple[Viewport, EntryList]:
    rand = random.Random(count)
    window = Viewport(RenderOptions(width, PALETTE))
    window.height = height
    shelf = EntryList(window, lambda: None)
    texts = ["short", MARKDOWN, "word " * 90, "", "a\n" * 30, "```\ncode\n```"]
    nodes = path(*(t for n in range(count) for t in (user(f"q {n}"), answer(rand.choice(texts)))))
    shelf.fill(shelf.prepared(nodes))
    return window, shelf


def position(window: Viewport, lines: list[Row]) -> int:
    """Where the view is among all lines; fails where it is no stretch of them."""
    rows = window.rows()
    assert len(rows) == min(window.height, len(lines))
    at = lines.index(rows[0])
    assert rows == lines[at : at + len(rows)]
    assert window.following == (at + len(rows) == len(lines)) or not window.following
    return at


@pytest.mark.parametrize("seed", range(6))
def test_any_walk_moves_by_exactly_the_lines_asked(seed: int) -> None:
    rand = random.Random(seed)
    window, shelf = made(rand.choice([1, 3, 30]), rand.choice([1, 5, 20, 200]))
    lines = all_lines(window)
    at = position(window, lines)
    assert at == max(len(lines) - window.height, 0)
    for step in range(120):
        match rand.randrange(7):
            case 0:
                window.to_start()
                at = 0
            case 1:
                window.to_end()
                at = len(lines)
            case 2:
                shelf.add(Node(f"new{step}", None, answer(rand.choice(["x", "y\n\nz", MARKDOWN]))))
                before, lines = lines, all_lines(window)
                at = at if not window.following else len(lines)
                assert lines[: len(before)] == before
            case _:
                by = rand.randrange(-60, 60)
                window.scroll(by)
                at += by
        at = min(max(at, 0), max(len(lines) - window.height, 0))
        assert position(window, lines) == at


def test_what_is_out_of_view_may_be_forgotten() -> None:
    window, _ = made(40)
    lines = all_lines(window)
    window.evict(5, len(lines))
    assert sum(entry.drawn for entry in window.entries) == 5
    window.to_start()
    assert [(e.id, i) for e, i in window.rows()] == [(e.id, i) for e, i in lines[:20]]
    assert window.heights.total == len(lines)


def test_the_lines_that_are_kept_are_bounded_whatever_the_number_of_messages() -> None:
    window, _ = made(40)
    lines = all_lines(window)
    window.to_start()
    rows = window.rows()
    window.evict(1000, 200, rows)
    assert sum(entry.layout.kept_lines for entry in window.entries) <= 200
    window.evict(1000, 0, rows)
    assert {entry.id for entry in window.entries if entry.drawn} == {entry.id for entry, _ in rows}
    assert window.rows() == rows
    assert window.heights.total == len(lines)


def test_a_narrower_pane_keeps_the_line_on_top() -> None:
    window, _ = made(40)
    window.to_entry(21)
    window.scroll(4)
    entry, index = window.rows()[0]
    text = entry.layout.line(index)[0].plain
    for width in (30, 60, 100, 60):
        window.restyle(RenderOptions(width, PALETTE))
        now, line = window.rows()[0]
        assert now is entry
    assert entry.layout.line(line)[0].plain == text


def test_the_thumb_is_at_an_end_only_where_the_text_is() -> None:
    window, _ = made(300)
    bar = ScrollBar(window)
    window.rows()
    assert bar.thumb().stop == window.height
    window.scroll(-1)
    window.rows()
    assert bar.thumb().stop < window.height
    window.to_start()
    window.rows()
    assert bar.thumb().start == 0
    window.scroll(1)
    window.rows()
    assert bar.thumb().start == 1


@pytest.mark.parametrize("count", [40, 300])
def test_a_thumb_that_is_let_go_stays_where_it_was_dragged(count: int) -> None:
    """Under the pointer, and with the text it shows: not back where the drag began, nor where the next line puts it."""
    window, _ = made(count)
    bar = ScrollBar(window)
    window.rows()
    bar.grab(window.height - 1)
    for y in [*range(window.height - 2, 0, -3), 0, *range(2, window.height - 1, 3)]:
        bar.drag(y)
        window.rows()
        bar.release()
        window.rows()
        assert min(abs(row - y) for row in bar.thumb()) <= 1
        before = bar.thumb().start
        for by in (1, -1):
            window.scroll(by)
            window.rows()
            assert abs(bar.thumb().start - before) <= 1
        bar.grab(y)


@pytest.mark.parametrize("seed", range(5))
def test_heights_add_up(seed: int) -> None:
    rand = random.Random(seed)
    values = [rand.randrange(9) for _ in range(rand.randrange(40))]
    heights = Heights(values)
    for _ in range(200):
        if rand.random() < 0.3 or not values:
            values.append(rand.randrange(9))
            heights.append(values[-1])
        else:
            place = rand.randrange(len(values))
            values[place] = rand.randrange(9)
            heights.set(place, values[place])
        upto = rand.randrange(len(values) + 1)
        assert heights.above(upto) == sum(values[:upto])
        assert heights.total == sum(values)
        line = rand.randrange(heights.total + 1) if heights.total else 0
        where, inside = heights.find(line)
        if line < heights.total:
            assert heights.above(where) + inside == line
            assert inside < values[where]
