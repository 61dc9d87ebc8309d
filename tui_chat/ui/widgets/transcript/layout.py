"""The lines of one message, and their positions in its text.

head    empty line, role line, reasoning, the line that shows or hides a rejected text
body    what was said, as Markdown or as plain text; long code in it may be folded
foot    sources, footer, and the notices below the message
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from tui_chat.render.code_folding import Folding
from tui_chat.render.document import Document
from tui_chat.render.line import Line
from tui_chat.render.plain_text import PlainText
from tui_chat.ui.widgets.transcript.render_options import RenderOptions
from tui_chat.ui.widgets.transcript.text_position import LineMark, TextPosition, index_of, position_of

Body: TypeAlias = Document | PlainText

NO_LINES: list[Line] = []


class MessageLayout:
    """Lines by their index, from the top of the message."""

    __slots__ = ("_foot", "_head", "_hidden", "_label", "_notices", "_shown", "document", "folding", "options")

    def __init__(self, options: RenderOptions | None, document: Body | None) -> None:
        self.options = options
        self.document = document
        self.folding: Folding | None = None
        """What is folded of the body; None where nothing can be."""
        self._head = self._foot = NO_LINES
        self._shown = document.lines if document is not None else NO_LINES
        self._hidden = False
        self._notices = 0
        self._label: tuple[int, Line] | None = None
        """A line of what is shown of the body, and what is drawn in its place."""

    def frame(self, head: list[Line], foot: list[Line], *, hidden: bool, notices: int) -> None:
        """Put these lines around the body; the last `notices` lines of the foot are notices."""
        self._head, self._foot, self._hidden, self._notices = head, foot, hidden, notices

    def draw(self, budget: float | None) -> int:
        """Draw more of the body, for so many seconds; the first line that changed."""
        return self.document.update(budget) if self.document is not None else 0

    def fold(self, folding: Folding, changed: int) -> None:
        """Fold long code among the lines from `changed` on."""
        self.folding = folding
        folding.update(self.whole, changed)
        # Without a fold the lines are the document's own, which it updates in place.
        self._shown = folding.lines if folding.folds else self.whole

    @property
    def complete(self) -> bool:
        """All lines are drawn."""
        return self.options is not None and not self.pending

    @property
    def pending(self) -> bool:
        """The body is not drawn to its end."""
        return self.document is not None and not self.document.done

    @property
    def height(self) -> int:
        """Lines drawn so far: exact once complete."""
        return len(self._head) + (0 if self._hidden else len(self._shown)) + len(self._foot)

    @property
    def body(self) -> range:
        """The indexes of the body's lines."""
        return range(len(self._head), len(self._head) + (0 if self._hidden else len(self._shown)))

    @property
    def has_body(self) -> bool:
        """Some of the body is drawn, though it may be hidden."""
        return bool(self._shown)

    @property
    def whole(self) -> list[Line]:
        """All lines of the body, folded or not."""
        return self.document.lines if self.document is not None else NO_LINES

    @property
    def kept_lines(self) -> int:
        """Lines held in memory, folded ones as well."""
        body = self.document
        return len(self._head) + len(self._foot) + (len(body.lines) if body is not None else 0)

    def line(self, index: int) -> tuple[Line, bool]:
        """A line, and whether it belongs to what was said (rather than to the notices around it)."""
        if index < len(self._head):
            return self._head[index], index > 0
        index -= len(self._head)
        if not self._hidden:
            if index < len(self._shown):
                if self._label is not None and self._label[0] == index:
                    return self._label[1], True
                return self._shown[index], True
            index -= len(self._shown)
        return self._foot[index], index < len(self._foot) - self._notices

    def relabel(self, label: Callable[[Line], Line] | None) -> None:
        """Draw the label of the last code block in another way; None: as it is."""
        self._label = None
        if label is None:
            return
        row = len(self._shown) - 1
        while row >= 0 and not self._shown[row].code:
            row -= 1
        while row > 0 and self._shown[row - 1].code:
            row -= 1
        if row >= 0 and self._shown[row].segments:
            self._label = row, label(self._shown[row])

    @property
    def code_starts(self) -> list[int]:
        """The indexes of the lines with which code blocks begin."""
        shown, first = self._shown, self.body.start
        return [first + at for at in range(len(self.body)) if shown[at].code and not (at and shown[at - 1].code)]

    def code_number(self, index: int) -> int | None:
        """The number of the code block that a line belongs to, among those of the message; None for other lines."""
        return bisect_right(self.code_starts, index) - 1 if index in self.body and self.line(index)[0].code else None

    @property
    def said(self) -> range:
        """The indexes from the role line to the last line of the footer; at least one."""
        return range(1, max(self.height - self._notices, 2))

    def lines_to_copy(self) -> Iterator[tuple[int, Line]]:
        """All lines with their indexes; folded ones have the index of the line that replaces them."""
        folds = {self.body.start + fold.row: fold for fold in self.folding.folds} if self.folding else {}
        for index in range(self.height):
            if index in folds:
                yield from ((index, line) for line in self.whole[folds[index].start : folds[index].stop])
            else:
                yield index, self.line(index)[0]

    # Lines across changes of the layout

    def position(self, index: int) -> TextPosition:
        """Where in the text a line is, in numbers that hardly depend on the width."""
        return position_of(self._lines, index)

    def find(self, position: TextPosition) -> int:
        """The index of the line at a position, or of the last line."""
        return index_of(self._lines, position)

    @property
    def _lines(self) -> Sequence[Line]:
        return [self.line(index)[0] for index in range(self.height)]

    def mark(self, index: int) -> LineMark:
        """Identify a line so that `marked` finds it after something was folded, hidden or shown in another way."""
        row = index - len(self._head)
        if row not in range(len(self.body)):
            return LineMark(index if row < 0 else index - self.height, None, 0)
        return LineMark(index, self.folding.behind(row) if self.folding else row, len(self.whole))

    def marked(self, mark: LineMark) -> int:
        """The index that a marked line has now; approximate where the text is drawn in another way."""
        if mark.whole is None or not self.body:
            return max(mark.row + (self.height if mark.row < 0 else 0), 0)
        line = mark.whole * len(self.whole) // mark.of if mark.of != len(self.whole) else mark.whole
        shown = self.folding.shown(line) if self.folding else line
        return self.body.start + min(shown if isinstance(shown, int) else shown.row, len(self.body) - 1)


UNDRAWN = MessageLayout(None, None)
"""The layout of every message that is not drawn; it is never changed."""
