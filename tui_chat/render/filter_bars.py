"""Renders the content filter's findings about one turn as an aligned table of bars, for any width.

    violence    ■■□  medium       blocked
                weapons, injury or killing
    hate        □□□  safe
    sexual      □□□  safe               jailbreak attempt  not detected

Severity is a length and a word; colour only repeats them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Literal

from tui_chat.core.filter_rows import STEPS, CategoryRow, FilterSide, filter_sides
from tui_chat.core.message import Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.symbols import Sign
from tui_chat.render.line import cells_of
from tui_chat.render.sanitize import safe_line
from tui_chat.render.wrap import wrap

Tone = Literal["plain", "strong", "note", "quiet", "empty", "low", "medium", "high", "blocked"]
"""How prominent a piece is. `quiet` is what passed, `empty` the rest of a bar; `low`, `medium` and `high` are
severities, `blocked` what was done."""

Piece = tuple[str, Tone]
FilterLine = list[Piece]

FULL, REST = Sign.FULL, Sign.REST
SIGNS = {"blocked": Sign.BLOCKED, "noticed": Sign.ATTENTION, "unchecked": Sign.UNKNOWN, "passed": " "}
"""Shown instead of a bar if there is no scale: the action, as a shape."""

GAP = "  "
LONGEST_NAME = 24
"""Cells of a category's name in its column. A longer one has a line of its own."""

SHORT = 11
"""Cells of a reason in the column of what was done."""

NARROW = 12
"""Cells below which an explanation is not set in."""

APART = 4
"""Cells between two columns of passed categories."""

NO_REASON = "The server did not say which category was the reason."
NOTHING = "The filter said nothing about it."


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cells of the names, the bars and the grades in their columns. `stacked`: too narrow for columns, the name has a
    line of its own."""

    name: int
    grade: int
    bar: int = STEPS
    stacked: bool = False

    @property
    def indent(self) -> int:
        """Cells before the bar, and before the lines below a row."""
        return 2 if self.stacked else self.name + len(GAP)

    @property
    def passed(self) -> int:
        """Cells of a row that passed."""
        return self.indent + (self.bar + len(GAP) if self.bar else 0) + self.grade


def filter_lines(turn: Turn, width: int, *, airy: bool = False) -> list[FilterLine]:
    """All that the filter said, in lines of at most `width` cells; `airy` sets apart what passed."""
    sides = filter_sides(turn)
    if not sides:
        return _said(NOTHING, "quiet", width)
    columns = _columns([row for side in sides for row in side.rows], width)
    # Where one side alone was judged and that one was stopped, the title says which.
    headed = len(sides) > 1 or not turn.rejected
    lines: list[FilterLine] = []
    grid = _grid(sides, columns, width)
    for side in sides:
        if lines:
            lines.append([])
        if headed:
            lines += _said(side.title, "note", width)
        lines += _side(side, columns, grid, width, airy=airy)
    return lines


def _side(side: FilterSide, columns: _Columns, grid: _Grid | None, width: int, *, airy: bool) -> Iterator[FilterLine]:
    if side.unnamed:
        yield from _said(NO_REASON, "strong", width)
    if side.unchecked:
        yield from _said(f"{side.title} was not checked by the filter.", "low", width)
    passed = _quiet_rows(side)
    found = side.rows[: len(side.rows) - len(passed)]
    for row in found:
        yield from _found(row, columns, width)
    if airy and found and passed:
        yield []
    yield from _passed(passed, columns, grid, width)


def _quiet_rows(side: FilterSide) -> Sequence[CategoryRow]:
    """What passed; it comes last."""
    return [row for row in side.rows if row.standing == "passed"]


def _columns(rows: Sequence[CategoryRow], width: int) -> _Columns:
    names = sorted(cells for row in rows if (cells := cells_of(_name(row))) <= LONGEST_NAME)
    grade = max((cells_of(_grade(row)) for row in rows), default=0)
    room = width - len(GAP) - STEPS - len(GAP) - grade - len(GAP) - len("not blocked")
    fitting = [cells for cells in names if cells <= room]
    if not fitting or len(fitting) < len(names):
        return _Columns(0, 0, stacked=True)
    return _Columns(fitting[-1], grade)


def _name(row: CategoryRow) -> str:
    return safe_line(row.category)


def _grade(row: CategoryRow) -> str:
    return safe_line(row.grade)


def _found(row: CategoryRow, columns: _Columns, width: int) -> Iterator[FilterLine]:
    """A category with a finding, or one that was not checked; its meaning is below."""
    name, grade, tone = _name(row), _grade(row), _tone(row)
    measured = [*_bar(row, tone, STEPS), (GAP, "plain"), (grade, tone)]
    action, notes = row.action, row.notes
    if row.standing == "unchecked" and cells_of(safe_line(row.extra)) <= SHORT:
        action, notes = safe_line(row.extra), ()
    if action:
        fill = " " * max(columns.grade - cells_of(grade), 0) + GAP if grade or columns.grade else ""
        measured += [(fill, "plain"), (action, "blocked" if row.standing == "blocked" else "note")]
    if columns.stacked or cells_of(name) > columns.name:
        yield from _said(name, "strong", width)
        yield from _broken([(" " * columns.indent, "plain"), *measured], width)
    else:
        yield _whole([(name, "strong"), (" " * (columns.indent - cells_of(name)), "plain"), *measured])
    for text in notes:
        yield from _indented(text, columns.indent, width)


def _whole(pieces: Iterable[Piece]) -> FilterLine:
    return [piece for piece in pieces if piece[0]]


def _broken(pieces: Iterable[Piece], width: int) -> Iterator[FilterLine]:
    """A row on one line if there is room for it; else broken between its words."""
    line: FilterLine = []
    for text, tone in _whole(pieces):
        blank, bar = not text.strip(), text.startswith(FULL)
        fits = _cells(line) + (STEPS if bar else cells_of(text)) <= width
        is_rest_of_bar = text.startswith(REST) and bool(line) and line[-1][0].startswith(FULL)
        if line and not blank and not fits and not is_rest_of_bar:
            yield _stripped(line)
            line = []
        if not blank and cells_of(text) > width:
            yield from _said(text, tone, width)
        elif line or not blank or width > NARROW:
            line.append((text, tone))
    if line:
        yield _stripped(line)


def _stripped(line: FilterLine) -> FilterLine:
    while line and not line[-1][0].strip():
        line = line[:-1]
    return [*line[:-1], (line[-1][0].rstrip(), line[-1][1])] if line else line


_Grid = tuple[_Columns, _Columns]
"""Of the categories that passed, where they stand two in a line: those of the left ones, and of the right ones."""


def _halves(rows: Sequence[CategoryRow]) -> tuple[Sequence[CategoryRow], Sequence[CategoryRow]]:
    half = -(-len(rows) // 2)
    return rows[:half], rows[half:]


def _paired(rows: Sequence[CategoryRow], columns: _Columns) -> bool:
    """Whether they stand two in a line where there is room."""
    plain = not columns.stacked and not any(row.notes or cells_of(_name(row)) > columns.name for row in rows)
    return plain and len(rows) > 2


def _grid(sides: Sequence[FilterSide], columns: _Columns, width: int) -> _Grid | None:
    """One for all sides, so that they stand below each other; None where there is no room for it."""
    halves = [_halves(rows) for side in sides if _paired(rows := _quiet_rows(side), columns)]
    left, right = ([row for half in each for row in half] for each in zip(*halves, strict=True)) if halves else ([], [])
    if not right:
        return None
    first = replace(columns, grade=max(cells_of(_grade(row)) for row in left))
    second = _Columns(
        max(cells_of(_name(row)) for row in right),
        max(cells_of(_grade(row)) for row in right),
        STEPS if any(row.steps is not None for row in right) else 0,
    )
    return (first, second) if first.passed + APART + second.passed <= width else None


def _passed(rows: Sequence[CategoryRow], columns: _Columns, grid: _Grid | None, width: int) -> Iterator[FilterLine]:
    """The categories that passed, quietly, two in a line if there is room."""
    if grid is not None and _paired(rows, columns):
        first, second = grid
        for row, other in zip_longest(*_halves(rows)):
            line = _quiet(row, first)
            if other is not None:
                line += [(" " * (first.passed + APART - _cells(line)), "plain"), *_quiet(other, second)]
            yield _whole(line)
        return
    for row in rows:
        if columns.stacked or cells_of(_name(row)) > columns.name:
            yield from _broken([(_name(row), "quiet"), (GAP, "plain"), *_graded(row, STEPS)], width)
        else:
            yield _whole(_quiet(row, columns))
        for text in row.notes:
            yield from _indented(text, columns.indent, width)


def _quiet(row: CategoryRow, columns: _Columns) -> FilterLine:
    fill = " " * (columns.indent - cells_of(_name(row)))
    return [(_name(row), "quiet"), (fill, "plain"), *_graded(row, columns.bar)]


def _graded(row: CategoryRow, bar: int) -> FilterLine:
    return [*_bar(row, "quiet", bar), (GAP if bar else "", "plain"), (_grade(row), "quiet")]


def _bar(row: CategoryRow, tone: Tone, cells: int) -> FilterLine:
    if row.steps is None:
        return [(SIGNS[row.standing][:cells].ljust(cells), tone)]
    return [(FULL * row.steps, tone), (REST * (STEPS - row.steps), "empty")]


def _tone(row: CategoryRow) -> Tone:
    match row.standing:
        case "blocked":
            return "high" if row.steps in (None, STEPS) else "medium"
        case "noticed":
            return _NOTICED[row.steps or 0]
        case "unchecked":
            return "low"
        case "passed":
            return "quiet"


_NOTICED: tuple[Tone, ...] = ("low", "low", "medium", "high")


def _said(text: str, tone: Tone, width: int) -> list[FilterLine]:
    line = safe_line(text)
    return [[(line[start:end], tone)] for start, end, _ in wrap(line, max(width, 1))]


def _indented(text: str, indent: int, width: int) -> Iterator[FilterLine]:
    room = width - indent
    if room < NARROW:
        indent, room = 0, width
    for line in _said(text, "note", room):
        yield _whole([(" " * indent, "plain"), *line])


def _cells(line: Iterable[Piece]) -> int:
    return sum(cells_of(text) for text, _ in line)
