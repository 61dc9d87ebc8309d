"""Draws the rooms of the package and who imports whom, from the imports themselves.

    python -m tests.support.house_picture

writes `tui_chat/house.svg`, the picture in `tui_chat/README.md`. A test compares the two, so that the picture is that
of the code. A room is a folder; its words are the first sentence of its docstring. An arrow that another way implies is
left out: `cli` → `ui` → `engine` says that `cli` may use `engine`. The lowest room is the ground, and arrows to it are
left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from tests.test_layers import imports_of, room_of

PACKAGE = Path(__file__).parents[2] / "tui_chat"
PICTURE = PACKAGE / "house.svg"

BOX, HIGH, GAP, STEP = 226, 70, 28, 122
"""Width and height of a room, between rooms, and from floor to floor, in pixels."""

COLOURS = ("#eef4ec", "#e6f0f5", "#e9ecf8", "#f2ebf7", "#f9ebef", "#fbf0e4", "#f8f4dd", "#eef4ec")
LINE_LETTERS = 34


def rooms(package: Path = PACKAGE) -> dict[str, str]:
    """Room → what it says of itself."""
    found = {}
    for path in sorted(package.glob("*/__init__.py")):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[path.parent.name] = " ".join(said.partition("\n\n")[0].split()).partition(". ")[0].rstrip(".")
    return found


def imports(package: Path = PACKAGE) -> dict[str, set[str]]:
    """Room → rooms that it imports."""
    known = rooms(package)
    found: dict[str, set[str]] = {name: set() for name in known}
    for name, targets in found.items():
        for path in (package / name).rglob("*.py"):
            targets |= known.keys() & {room_of(module) for module in imports_of(path)}
        targets.discard(name)
    return found


def direct(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The graph without the arrows that a longer way implies."""

    def below(room: str) -> set[str]:
        return graph[room].union(*(below(target) for target in graph[room]))

    return {room: targets - set().union(*(below(t) for t in targets)) for room, targets in graph.items()}


def floors(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Rooms by floor, from the top: each stands just below the lowest that imports it, and the ground last."""

    def depth(room: str) -> int:
        return 1 + max((depth(other) for other, targets in graph.items() if room in targets), default=-1)

    found: list[list[str]] = [[] for _ in range(1 + max(map(depth, graph)))]
    for room in sorted(graph):
        found[depth(room)].append(room)
    return found


def draw(package: Path = PACKAGE) -> str:
    """The picture as SVG. ValueError where no single room is the ground."""
    words, graph = rooms(package), imports(package)
    arrows, rows = direct(graph), floors(graph)
    (ground,) = rows[-1]
    wide = max(map(len, rows)) * (BOX + GAP) + GAP
    tall = len(rows) * STEP - (STEP - HIGH) + 2 * GAP
    place: dict[str, tuple[float, float, float]] = {}
    for floor, row in enumerate(rows):
        # In the order of those that import them, so that few arrows cross.
        above = {room: [place[other][0] for other in graph if room in arrows[other]] for room in row}
        row.sort(key=lambda room: (sum(above[room]) / max(len(above[room]), 1), room))
        left = (wide - len(row) * BOX - (len(row) - 1) * GAP) / 2
        for index, room in enumerate(row):
            place[room] = (left + index * (BOX + GAP), GAP + floor * STEP, BOX)
    place[ground] = (GAP, place[ground][1], wide - 2 * GAP)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" height="{tall}" '
            'font-family="ui-sans-serif, system-ui, sans-serif" role="img" aria-label="The rooms of tui_chat">',
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#7a8594"/></marker></defs>',
            f'<rect width="{wide}" height="{tall}" rx="14" fill="#ffffff"/>',
            *(
                _arrow(place[room], place[target])
                for room in sorted(arrows)
                for target in sorted(arrows[room] - {ground})
            ),
            *(
                line
                for floor, row in enumerate(rows)
                for room in row
                for line in _box(place[room], room, words[room], COLOURS[floor % len(COLOURS)])
            ),
            "</svg>",
            "",
        ]
    )


def _arrow(begin: tuple[float, float, float], end: tuple[float, float, float]) -> str:
    x1, y1, x2, y2 = begin[0] + begin[2] / 2, begin[1] + HIGH, end[0] + end[2] / 2, end[1] - 2
    bend = (y1 + y2) / 2
    curve = f"M{x1:g} {y1:g} C{x1:g} {bend:g} {x2:g} {bend:g} {x2:g} {y2:g}"
    return f'<path d="{curve}" fill="none" stroke="#7a8594" stroke-width="1.4" marker-end="url(#tip)"/>'


def _box(at: tuple[float, float, float], room: str, words: str, colour: str) -> Iterator[str]:
    x, y, wide = at
    yield f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{HIGH}" rx="9" fill="{colour}" stroke="#b9c2cc"/>'
    middle = x + wide / 2
    yield (
        f'<text x="{middle:g}" y="{y + 22:g}" text-anchor="middle" font-size="15" font-weight="600" '
        f'fill="#1d2733">{room}</text>'
    )
    for index, line in enumerate(_lines(words)):
        yield (
            f'<text x="{middle:g}" y="{y + 42 + index * 16:g}" text-anchor="middle" font-size="12" '
            f'fill="#4a5663">{escape(line)}</text>'
        )


def _lines(words: str) -> list[str]:
    """The first two lines of so many letters."""
    lines = [""]
    for word in words.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LINE_LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) <= 2 else [lines[0], f"{lines[1]} …"]


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
