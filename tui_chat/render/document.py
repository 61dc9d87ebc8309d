"""A growing Markdown text as lines. Closed parts are committed: drawn once and never again.

A block is closed when a complete source line has begun the next one, in items and quotes too; each slice of a fence and
each row of a long table is closed by itself. Only the rest is parsed and drawn again with each piece. A complete text
is rendered in the same way, in slices, so both give the same lines.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence

from tui_chat.core.spans import common_start
from tui_chat.render.block import Frame
from tui_chat.render.commit_point import BELOW, Cut, blank, cut_of
from tui_chat.render.container_cut import cut_inside
from tui_chat.render.incremental_block import Growing, growing
from tui_chat.render.line import BLANK, Line
from tui_chat.render.link_references import LinkReferences
from tui_chat.render.long_paragraph import LONGEST, begins_with_word, broken, full
from tui_chat.render.nested_block import NestedBlock, growing_inside
from tui_chat.render.parser import References, ends_in_paragraph, parse_blocks, parse_defining, trial
from tui_chat.render.plain_text import GrowingText
from tui_chat.render.sanitize import join_surrogates, unify_newlines
from tui_chat.render.styles import Palette
from tui_chat.render.top_level_units import FIRST, Unit, render_unit, units_of
from tui_chat.render.unfinished_line import open_blocks

SLICE = 4_096
"""Characters parsed at once, between two looks at the clock."""

LARGE = 4_096
"""Characters of one open block above which it is drawn again only when it has grown by an eighth."""


NOTHING: tuple[int, list[Line]] = (0, [])
"""Nothing of the open block is drawn: its length when it was drawn, and its lines."""


class Document:
    """Markdown that arrives in pieces, as lines of at most `width` cells.

    `feed` stores, `update` draws, `finish` says that nothing more comes. `lines` holds what `update` drew last.
    """

    def __init__(self, width: int, palette: Palette, references: References | None = None) -> None:
        self.lines: list[Line] = []
        self.relinks = True
        """Links that are defined after their use change committed lines at the end. False where these are printed."""
        self._frame = Frame(max(width, 1), palette, palette.text, {} if references is None else references)
        self._inbox: deque[str] = deque()
        self._source: list[str] = []
        self._tail = ""
        self._lead = FIRST
        self._grow: Growing | None = None
        self._stable = 0
        self._finished = False
        self._final = False
        self._labels = LinkReferences(self._frame.references)
        self._again: Document | None = None
        self._retry_at = self._break_at = 0
        self._open = NOTHING
        self._rest = GrowingText(max(width, 1), palette.text)

    @property
    def done(self) -> bool:
        """Everything fed is in `lines`, and after `finish` nothing will change."""
        return not self._inbox and (self._final or not self._finished) and self._again is None

    @property
    def final(self) -> bool:
        """The text is finished and drawn: nothing can be added."""
        return self._final

    @property
    def stable(self) -> int:
        """How many of `lines` are committed: they never change, except for links that are defined later."""
        return self._stable

    def feed(self, piece: str) -> None:
        """Take more of the source. Cheap."""
        if piece:
            self._inbox.append(piece)

    def finish(self) -> None:
        self._finished = True

    def update(self, budget: float | None = None) -> int:
        """Update `lines`, for about `budget` seconds; the index of the first line that changed.

        Unless `done`, another call is needed.
        """
        before = self._stable
        until = None if budget is None else time.perf_counter() + budget
        for piece in self._take():
            if self._idle(piece):
                self._tail += piece
                self._open = (len(self._tail), self._open[1])
                continue
            start = self._tail.rfind("\n") + 1
            self._tail += piece
            if self._break(start) or "\n" in piece:
                self._advance()
            if until is not None and time.perf_counter() > until:
                break
        if self._finished and not self._inbox and not self._final:
            self._end()
            self._again = self._linked_again()
        if self._again is not None and self._link(budget):
            return 0
        return self._show(before)

    def _idle(self, piece: str) -> bool:
        """Whether a piece is only blank lines after a blank or complete line: they close nothing and draw nothing."""
        drawn = self._open[0] == len(self._tail) > 0
        return drawn and blank(piece.replace("\n", "")) and blank(self._tail[self._tail.rfind("\n") + 1 :])

    def _break(self, start: int) -> bool:
        """Break the source line from `start` on, if it is a very long one of a paragraph; True if it was broken.

        While it grows it is examined each time it is longer by an eighth.
        """
        end = self._tail.find("\n", start)
        row = self._tail[start : end if end >= 0 else None]
        under_way = end < 0 and not self._finished
        if self._grow is not None or len(row) <= (max(LONGEST, self._break_at) if under_way else LONGEST):
            return False
        self._break_at = len(row) * 9 // 8 if under_way else 0
        parts = broken(row)
        if parts == row or not ends_in_paragraph(self._tail[: start + len(row)], self._frame.references):
            return False
        self._tail = self._tail[:start] + parts + self._tail[start + len(row) :]
        self._break_at = self._retry_at = 0
        self._open = NOTHING
        return True

    def _take(self) -> Iterator[str]:
        """Slices of the fed text, with unified newlines; half of a surrogate pair or of a line end waits."""
        while self._inbox:
            piece = self._next_slice()
            if (not self._finished or self._inbox) and (piece.endswith("\r") or "\ud800" <= piece[-1:] <= "\udbff"):
                self._inbox.appendleft(piece[-1:])
                piece = piece[:-1]
            if not piece:
                return
            self._source.append(piece)
            yield join_surrogates(unify_newlines(piece)).replace("\0", "␀")

    def _next_slice(self) -> str:
        """The next characters of what was fed. A long piece is cut up at once: cutting off one slice at a time would
        copy the rest of it each time."""
        parts: list[str] = []
        size = 0
        while self._inbox and size < SLICE:
            part = self._inbox.popleft()
            if len(part) > SLICE:
                self._inbox.extendleft(part[at : at + SLICE] for at in reversed(range(SLICE, len(part), SLICE)))
                part = part[:SLICE]
            if size + len(part) > SLICE:
                self._inbox.appendleft(part[SLICE - size :])
                part = part[: SLICE - size]
            parts.append(part)
            size += len(part)
        return "".join(parts)

    def _advance(self) -> None:
        """Commit what complete lines have closed."""
        while True:
            complete, newline, partial = self._tail.rpartition("\n")
            if not newline:
                return
            rows = complete.split("\n")
            if self._grow is not None:
                if not self._feed_growing(rows, partial):
                    return
                continue
            if len(self._tail) < self._retry_at or not self._close(rows, partial):
                return

    def _feed_growing(self, rows: Sequence[str], partial: str) -> bool:
        """Hand rows to the growing block; True if it closed and rows are left."""
        assert self._grow is not None
        used = self._grow.take(rows)
        self._emit(self._grow.ready())
        if self._grow.refers:
            self._labels.remember("\n".join(rows[:used]))
        around = self._grow.path.rows() if isinstance(self._grow, NestedBlock) and self._grow.closed else []
        self._tail = "\n".join([*around, *rows[used:], partial])
        if not self._grow.closed:
            return False
        self._grow = None
        return True

    def _close(self, rows: Sequence[str], partial: str) -> bool:
        """Commit what is closed; True if the rest continues as a growing block."""
        tokens, definition = parse_defining("\n".join(rows) + "\n", self._frame.references)
        cut = cut_of(rows, list(units_of(tokens, self._lead)), definition, self._lead)
        for unit in cut.closed:
            self._emit(render_unit(unit, self._frame))
        if full(cut.lead.tokens, len(rows)) and begins_with_word(partial):
            self._emit(render_unit(cut.lead, self._frame))
            cut = Cut((), Unit((), False, flows=True), len(rows))
        self._labels.remember("\n".join(rows[: cut.start]))
        inner = None if definition else cut_inside(cut.lead, rows, self._frame.references)
        if inner is None:
            return self._continue(cut.lead, rows, cut.start, partial)
        self._emit(render_unit(inner.closed, self._frame))
        self._labels.remember("\n".join(rows[cut.start : inner.start]))
        return self._continue(inner.lead, inner.rows, 0, partial)

    def _continue(self, lead: Unit, rows: Sequence[str], start: int, partial: str) -> bool:
        """Continue with the rows from `start` on; True if they continue as a growing block."""
        self._lead = lead
        self._tail = "\n".join([*rows[start:], partial])
        self._open = self._open if start == 0 else NOTHING
        self._retry_at = len(self._tail) * 9 // 8 if len(self._tail) > LARGE else 0
        return bool(lead.tokens) and self._begin_growing(rows, start, partial)

    def _begin_growing(self, rows: Sequence[str], start: int, partial: str) -> bool:
        lead = self._lead
        nested = growing_inside(lead, rows, self._frame)
        self._grow = nested or (None if lead.item else growing(lead.tokens, rows[start:], self._frame))
        if self._grow is None:
            return False
        if lead.gap:
            self._emit([BLANK])
        self._lead = BELOW
        if nested is not None:
            self._lead = nested.lead
            self._tail = "\n".join([*rows[nested.start :], partial])
        return True

    def _emit(self, lines: list[Line]) -> None:
        """Commit lines below the others."""
        self._open = NOTHING
        del self.lines[self._stable :]
        self.lines.extend(lines)
        self._stable = len(self.lines)

    def _show(self, before: int) -> int:
        """Put the open part below the committed lines; the first line that differs from before."""
        fresh = [] if self._final else self._open_lines()
        same = common_start(self.lines[self._stable :], fresh) if before == self._stable else 0
        del self.lines[self._stable + same :]
        self.lines.extend(fresh[same:])
        return before + same

    def _open_lines(self) -> list[Line]:
        if self._grow is not None:
            return self._grow.open_lines(self._tail)
        length, lines = self._open
        if length and length == len(self._tail):
            return lines
        if length and len(self._tail) > LARGE and length <= len(self._tail) < length * 9 // 8:
            return lines + self._rest.feed(self._tail[length + self._rest.length :])
        frame = self._provisional()
        units = units_of(open_blocks(self._tail, frame.references), self._lead)
        lines = [line for unit in units for line in render_unit(unit, frame)]
        self._open = (len(self._tail), lines)
        self._rest = GrowingText(frame.width, frame.base)
        return lines

    def _provisional(self) -> Frame:
        """A frame that forgets the definitions in an unfinished line."""
        frame = self._frame
        return Frame(frame.width, frame.palette, frame.base, trial(frame.references))

    def _end(self) -> None:
        """Commit everything."""
        self._break(self._tail.rfind("\n") + 1)
        complete, newline, partial = self._tail.rpartition("\n")
        self._tail = complete + newline if blank(partial) else self._tail + "\n"
        self._retry_at = 0
        self._advance()
        if self._grow is not None:
            self._grow.finish()
            self._emit(self._grow.ready())
            self._grow = None
        else:
            for unit in units_of(parse_blocks(self._tail, self._frame.references), self._lead):
                self._emit(render_unit(unit, self._frame))
        self._tail = ""
        self._emit([])
        self._final = True

    def _linked_again(self) -> Document | None:
        """The whole text again, if a link was defined after its use."""
        if not self.relinks or not self._labels.defined_later():
            return None
        again = Document(self._frame.width, self._frame.palette, dict(self._frame.references))
        again.feed("".join(self._source))
        again.finish()
        return again

    def _link(self, budget: float | None) -> bool:
        """Continue the second rendering; True if it has replaced the first."""
        assert self._again is not None
        self._again.update(budget)
        if not self._again.done:
            return False
        self.lines[:] = self._again.lines
        self._stable = len(self.lines)
        self._again = None
        return True


def render(source: str, width: int, palette: Palette) -> list[Line]:
    """A whole Markdown text as lines of at most `width` cells."""
    document = Document(width, palette)
    document.feed(source)
    document.finish()
    document.update()
    return document.lines
