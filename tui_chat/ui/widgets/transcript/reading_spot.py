"""What the reading cursor is on, and where the blocks of a message begin."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.inline import HREF
from tui_chat.render.line import Line
from tui_chat.ui.reading_hints import Chosen
from tui_chat.ui.widgets.transcript.entry import Entry


@dataclass(frozen=True, slots=True)
class Spot:
    """What the cursor is on.

    `block` is (which from 0, of how many) in its message, None for a whole message; `text` is what is seen of it,
    without decoration; `code` is the number of the first code block in it among those of its message. `links` are
    (words, address). `has_code` and `foldable` are said of the message.
    """

    id: str
    block: tuple[int, int] | None
    text: str
    code: int | None
    links: tuple[tuple[str, str], ...]
    has_code: bool
    foldable: bool


def spot_of(entry: Entry, rows: range, *, whole: bool) -> Spot:
    """What is on these lines of a message: a block, or the `whole` message."""
    layout = entry.layout
    foldable = entry.has_reasoning or bool(layout.folding and layout.folding.blocks)
    links = links_in(layout.line(row)[0] for row in rows if row < layout.height)
    has_code = any(line.code for line in layout.whole)
    if whole:
        return Spot(entry.id, None, _text(entry, layout.body), None, links, has_code, foldable)
    begins = [row for row in layout.body if begins_block(entry, row)]
    block = max(bisect_right(begins, rows.start) - 1, 0), len(begins)
    code = next((number for row in rows if (number := layout.code_number(row)) is not None), None)
    return Spot(entry.id, block, _text(entry, rows), code, links, has_code, foldable)


def chosen_of(entry: Entry, rows: range, *, whole: bool, selecting: bool) -> Chosen:
    """The same for the key bar."""
    layout, which, count = entry.layout, *(entry.version or (1, 1))[:2]
    return Chosen(
        prompt=entry.turn.role != "assistant",
        whole=whole,
        code=not whole and any(layout.line(row)[0].code for row in rows if row < layout.height),
        has_code=any(line.code for line in layout.whole),
        links=any(links_in(layout.line(row)[0] for row in rows if row < layout.height)),
        files=bool(entry.turn.attachments),
        which=which,
        versions=count,
        outcome=entry.turn.outcome,
        last=entry.last,
        selecting=selecting,
    )


def _text(entry: Entry, rows: range) -> str:
    """The text of lines without decoration, with wrapped lines joined and folded ones unfolded."""
    parts: list[str] = []
    for index, line in entry.layout.lines_to_copy():
        if index in rows:
            parts += (line.joint if parts else "", line.text)
    return "".join(parts).strip("\n")


def links_in(lines: Iterable[Line]) -> tuple[tuple[str, str], ...]:
    """(words, address) of each link in lines; one that is wrapped counts once."""
    found: list[tuple[str, str]] = []
    for line in lines:
        joint = line.joint.replace("\n", " ")
        for text, style, _ in line.segments:
            address = style.meta.get(HREF) if style is not None else None
            if address is None:
                continue
            if found and found[-1][1] == address:
                found[-1] = (f"{found[-1][0]}{joint}{text}", str(address))
            else:
                found.append((text, str(address)))
            joint = ""
    return tuple(dict.fromkeys(found))


def begins_block(entry: Entry, row: int) -> bool:
    """A block of the body begins at this line."""
    body = entry.layout.body
    return row in body and not is_blank(entry, row) and (row == body.start or is_blank(entry, row - 1))


def block_start(entry: Entry, row: int) -> int:
    """The first line of the block that a line belongs to."""
    while row > entry.layout.body.start and (is_blank(entry, row) or not is_blank(entry, row - 1)):
        row -= 1
    while row < entry.layout.body.stop - 1 and is_blank(entry, row):
        row += 1
    return row


def is_blank(entry: Entry, row: int) -> bool:
    return not entry.layout.line(row)[0].segments
