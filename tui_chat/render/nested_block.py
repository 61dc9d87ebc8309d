"""Code and tables that grow line by line inside items and quotes (see `containers`)."""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.block import Frame, after_mark, gap_in, item_frame, quote_frame, quoted
from tui_chat.render.commit_point import BELOW
from tui_chat.render.container_cut import steps, tabbed
from tui_chat.render.containers import STUB, ContainerLevel, ContainerPath
from tui_chat.render.incremental_block import Growing, growing
from tui_chat.render.line import BLANK, Line
from tui_chat.render.parser import parse_blocks, span, trial
from tui_chat.render.top_level_units import Unit, render_unit, units_of
from tui_chat.render.unfinished_line import open_blocks

_INDENT = lazy_pattern(r"[ >\t]*")


def growing_inside(unit: Unit, rows: Sequence[str], frame: Frame) -> NestedBlock | None:
    """The growing form of the only block inside the last unit of `rows`; None if it has none."""
    way = list(steps(unit, rows))
    stubs = [step.above for step in way if step.above is not None]
    if not way or any(stub[0].type != STUB for stub in stubs):
        return None
    leaf, levels = way[-1].child, way[-1].levels
    start = span(leaf)[0]
    if start >= len(rows) or tabbed(rows[start]):
        return None
    around = _Surroundings(levels, frame, begun=len(unit.path.levels) if unit.path else 0)
    around.gap = any(step.above is not None and gap_in(step.block, step.above, step.child) for step in way)
    opening = rows[start]
    for level in levels:
        opening = level.behind(opening)
    around.indent = len(opening) - len(opening.lstrip(" "))
    head = [opening, *(around.inside(row, leaf[0].type) or "" for row in rows[start + 1 :][:1])]
    inner = growing(leaf, head, around.frame) if _is(leaf[0].type, head) else None
    return (
        None
        if inner is None
        else NestedBlock(inner, unit, around, ContainerPath(levels, leaf[0].type), (start, opening))
    )


def _is(kind: str, head: Sequence[str]) -> bool:
    """Whether the lines alone begin such a block: a tab in them may have had another meaning inside the containers."""
    tokens = parse_blocks("\n".join(head) + "\n", {})
    return bool(tokens) and tokens[0].type == kind


class _Surroundings:
    """The containers around a growing block: which part of a source line is inside, and how lines look in them.

    The first `begun` of them were drawn above; the marks of the others go before the first line, and before those an
    empty line if there is a `gap`.
    """

    def __init__(self, levels: tuple[ContainerLevel, ...], frame: Frame, begun: int) -> None:
        self.gap = False
        self.indent = 0
        """Spaces before the block's own first line."""
        self._levels = levels
        self._frames = [frame]
        self._begun = begun
        for level in levels:
            outer = self._frames[-1]
            self._frames.append(item_frame(level.mark, outer) if level.mark else quote_frame(outer))

    @property
    def frame(self) -> Frame:
        """The frame that the block is drawn in."""
        return self._frames[-1]

    @property
    def outer(self) -> Frame:
        return self._frames[0]

    def inside(self, row: str, kind: str) -> str | None:
        """The part of a source line that is inside, for a block of that kind; None if the line is outside."""
        if tabbed(row) and kind == "fence" and set(row) - set(" \t>`~"):
            return self._parsed(row)
        found: str | None = _INDENT.sub(lambda indent: indent[0].expandtabs(4), row, 1) if tabbed(row) else row
        for level in self._levels:
            found = None if found is None else level.inside(found)
        return found

    def _parsed(self, row: str) -> str | None:
        """The same for code, where a tab stays a tab, or becomes spaces if part of it is indentation."""
        indent = " " * self.indent
        fence = "".join(level.indent for level in self._levels) + indent + ("~~~" if "```" in row else "```")
        tokens = parse_blocks("\n".join([*ContainerPath(self._levels, "fence").rows(), fence, row, ""]), {})
        _, content = [*(token.content for token in tokens if token.type == "fence"), "", ""][:2]
        return indent + content.removesuffix("\n") if content else None

    def around(self, lines: list[Line]) -> list[Line]:
        """The lines with the marks and indents of the containers."""
        if not lines:
            return []
        for depth in range(len(self._levels), 0, -1):
            if self.gap and depth == self._begun:
                lines = [BLANK, *lines]
            level, frame = self._levels[depth - 1], self._frames[depth - 1]
            lines = after_mark(level.mark, lines, frame, depth <= self._begun) if level.mark else quoted(lines, frame)
        return lines

    def drawn(self) -> None:
        """The first line is committed."""
        self._begun, self.gap = len(self._levels), False


class NestedBlock:
    """A growing block in containers. It takes source lines as they are, with the containers' marks."""

    def __init__(
        self, inner: Growing, unit: Unit, around: _Surroundings, path: ContainerPath, first: tuple[int, str]
    ) -> None:
        self.start, self._opening = first
        """The first source line that it takes."""
        self.closed = False
        self.refers = inner.refers
        self.path = path
        self._inner = inner
        self._around = around
        self._unit = unit
        self._begun = False

    @property
    def lead(self) -> Unit:
        """The containers that continue below it."""
        return Unit((), False, self._unit.item, self._unit.number, self.path)

    def take(self, rows: Sequence[str]) -> int:
        inside: list[str] = []
        for row in rows:
            found = self._around.inside(row, self.path.kind) if self._begun else self._opening
            self._begun = True
            if found is None:
                break
            inside.append(found)
        used = self._inner.take(inside)
        self.closed = self._inner.closed or len(inside) < len(rows)
        if self.closed and not self._inner.closed:
            self._inner.finish()
        return used

    def ready(self) -> list[Line]:
        lines = self._around.around(self._inner.ready())
        if lines:
            self._around.drawn()
        return lines

    def open_lines(self, partial: str) -> list[Line]:
        inside = self._around.inside(partial, self.path.kind) if self._begun else None
        lines = self._around.around(self._inner.open_lines(inside or ""))
        return lines if inside is not None or not partial.strip() else [*lines, *self._outside(partial)]

    def _outside(self, partial: str) -> list[Line]:
        """A line under way that seems to be below the containers."""
        frame = self._around.outer
        tokens = open_blocks(partial, trial(frame.references))
        return [line for unit in units_of(tokens, BELOW) for line in render_unit(unit, frame)]

    def finish(self) -> None:
        self._inner.finish()
