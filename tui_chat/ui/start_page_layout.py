"""Lays out the start page: what answers, the first keys, recent conversations.

Pure: it makes lines of styled text for a size, and drops what matters least where they do not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.cells import cell_len, set_cell_size

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.symbols import Sign
from tui_chat.ui.cells import cut

NAME = "tui-chat"
WIDEST = 66
"""The widest page in cells: a title and its time belong together, but would not on a line of 200."""
MARGIN = 2
KEYS_SHOWN = {3: 9, 2: 8, 1: 6}
"""Keys, by how many stand side by side."""

MUTED, KEY, PLAIN, TITLE = "$text-muted", "bold $foreground", "$foreground", "bold $text-accent"

Segment = tuple[str, str]
"""Text and Textual's name of its style."""


@dataclass(frozen=True, slots=True)
class StartItem:
    """A line that can be chosen. `key` opens it while the list has the focus; `right` is shown at the line's end."""

    id: str
    key: str
    text: str
    right: str = ""
    attention: bool = False


@dataclass(frozen=True, slots=True)
class StartPageLayout:
    """Texts are safe. `answers` are phrases on what answers now; `keys` pairs of a key and what it does.

    `chosen` is the id of the line with the cursor, None while the focus is elsewhere.
    """

    answers: tuple[str, ...] = ()
    note: str = ""
    keys: tuple[Segment, ...] = ()
    recent: tuple[StartItem, ...] = ()
    offers: tuple[StartItem, ...] = ()
    offer_title: str = ""
    chosen: str | None = None

    @property
    def items(self) -> tuple[StartItem, ...]:
        return (*self.recent, *self.offers)


@dataclass(frozen=True, slots=True)
class StartLine:
    segments: tuple[Segment, ...] = ()
    item: str | None = None

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.segments)


@dataclass(frozen=True, slots=True)
class StartShape:
    """Which parts are shown. `recent` counts lines."""

    recent: int = 5
    name: bool = True
    note: bool = True
    keys: bool = True
    blanks: bool = True
    offers: bool = True
    headings: bool = True


REDUCTIONS: tuple[dict[str, object], ...] = (
    {"recent": 3},
    {"note": False},
    {"blanks": False},
    {"recent": 2},
    {"keys": False},
    {"name": False},
    {"recent": 1},
    {"headings": False},
    {"recent": 0},
    {"offers": False},
)
"""What is dropped, step by step, until the page fits. The endpoint's line stays to the end."""


def lines(page: StartPageLayout, width: int, height: int) -> list[StartLine]:
    """The page, in the middle of so many cells and rows."""
    inner = min(width - 2 * MARGIN, WIDEST)
    if inner < 8 or height < 1:
        return []
    shape = StartShape()
    made = list(_made(page, inner, shape))
    for reduction in REDUCTIONS:
        if len(made) <= height:
            break
        shape = replace(shape, **reduction)  # type: ignore[arg-type]
        made = list(_made(page, inner, shape))
    left = " " * ((width - inner) // 2)
    above = (height - len(made) + 2) // 3
    return [StartLine()] * above + [
        StartLine(((left, ""), *line.segments), line.item) if line.segments else line for line in made[:height]
    ]


def _made(page: StartPageLayout, width: int, shape: StartShape) -> Iterator[StartLine]:
    blocks = [list(block) for block in _blocks(page, width, shape)]
    blocks = [block for block in blocks if block]
    for index, block in enumerate(blocks):
        if index and shape.blanks:
            yield StartLine()
        yield from block


def _blocks(page: StartPageLayout, width: int, shape: StartShape) -> Iterator[Iterator[StartLine]]:
    yield _head(page, width, shape)
    if shape.keys and page.keys:
        yield _keys(page.keys, width)
    sections = [("Continue", page.recent[: shape.recent]), (page.offer_title, page.offers if shape.offers else ())]
    first = True
    for title, items in sections:
        if items:
            yield _section(title if shape.headings else "", items, page.chosen, width, hinted=first)
            first = False


def _head(page: StartPageLayout, width: int, shape: StartShape) -> Iterator[StartLine]:
    if shape.name:
        yield _centred(NAME, TITLE, width)
    answers = " · ".join(page.answers)
    if cell_len(answers) > width and len(page.answers) > 1:
        for part in page.answers:
            yield _centred(part, PLAIN, width)
    elif answers:
        yield _centred(answers, PLAIN, width)
    if shape.note:
        for part in _wrapped(page.note, width):
            yield _centred(part, MUTED, width)


def _centred(text: str, style: str, width: int) -> StartLine:
    text = cut(text, width)
    return StartLine(((" " * ((width - cell_len(text)) // 2), ""), (text, style)))


def _keys(keys: Sequence[Segment], width: int) -> Iterator[StartLine]:
    """Pairs in as many columns as there is room for; of many, the last and as many of the first as make few rows."""
    across = next((n for n in (3, 2, 1) if width // n >= _widest(keys) + 2 or n == 1), 1)
    column, most = width // across, KEYS_SHOWN[across]
    keys = keys if len(keys) <= most else (*keys[: most - 1], keys[-1])
    widths = [_key_width(keys[at::across]) for at in range(min(across, len(keys)))]
    for start in range(0, len(keys), across):
        row: list[Segment] = []
        for (key, word), wide in zip(keys[start : start + across], widths, strict=False):
            room = max(column - wide - 1, 1)
            row += [(set_cell_size(key, wide), KEY), (" ", ""), (set_cell_size(cut(word, room), room), MUTED)]
        yield StartLine(tuple(row))


def _key_width(keys: Sequence[Segment]) -> int:
    return max(cell_len(key) for key, _ in keys) + 1


def _widest(keys: Sequence[Segment]) -> int:
    return _key_width(keys) + 1 + max(cell_len(word) for _, word in keys)


def _section(
    title: str, items: Sequence[StartItem], chosen: str | None, width: int, *, hinted: bool
) -> Iterator[StartLine]:
    if title:
        yield StartLine(tuple(_heading(title, chosen is not None, width)) if hinted else ((cut(title, width), MUTED),))
    for item in items:
        yield StartLine(tuple(_item(item, chosen, width)), item.id)


def _item(item: StartItem, chosen: str | None, width: int) -> Iterator[Segment]:
    """The keys are shown only while they act: in the prompt the same letters are typed."""
    here = item.id == chosen
    ground = " on $primary-muted" if here else ""
    mark = Sign.POINTED if here else " "
    key = item.key if chosen is not None else "·"
    room = width - 5 - (cell_len(item.right) + 2 if item.right else 0)
    if room < 12 and item.right:
        item, room = replace(item, right=""), width - 5
    text = cut(item.text, room)
    yield f"{mark} ", f"bold $text-accent{ground}"
    yield f"{key}  ", f"{KEY if chosen is not None else MUTED}{ground}"
    yield text, f"{'bold ' if here else ''}$foreground{ground}"
    gap = width - 5 - cell_len(text) - cell_len(item.right)
    yield " " * max(gap, 0), ground.strip()
    if item.right:
        yield item.right, f"{'$text-warning' if item.attention else '$foreground' if here else MUTED}{ground}"


def _heading(title: str, focused: bool, width: int) -> Iterator[Segment]:
    """The title, and at the line's end how one gets to the lines below it, or on from there."""
    hints = (("enter", "opens"), ("esc", "back")) if focused else (("↓", "to choose"),)
    long = sum(cell_len(key) + cell_len(word) + 1 for key, word in hints) + 2 * (len(hints) - 1)
    title = cut(title, width)
    yield title, MUTED
    if cell_len(title) + 2 + long <= width:
        yield " " * (width - cell_len(title) - long), ""
        for index, (key, word) in enumerate(hints):
            yield f"{'  ' if index else ''}{key} ", KEY
            yield word, MUTED


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and cell_len(line) + 1 + cell_len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line
