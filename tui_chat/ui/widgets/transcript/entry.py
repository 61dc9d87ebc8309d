"""One message as lines: this file owns its parts (role line, thinking, body, footer, notices) and when they exist.

An entry costs nothing until it is looked at: its height is an estimate, its lines are made when it is settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from tui_chat.core.message import Outcome, Turn
from tui_chat.render.document import Document
from tui_chat.render.folding import Folding
from tui_chat.render.line import BLANK, Line
from tui_chat.render.plain import PlainText
from tui_chat.ui.widgets.transcript import message_parts
from tui_chat.ui.widgets.transcript.footer import NOT_SAVED, Note
from tui_chat.ui.widgets.transcript.reasoning import GrowingReasoning
from tui_chat.ui.widgets.transcript.render_options import RenderOptions
from tui_chat.ui.widgets.transcript.text_position import LineMark, TextPosition, index_of, place_of
from tui_chat.ui.widgets.transcript.view_options import AS_EVER

OVERHEAD = 4
"""Lines of a message beside its text, for estimates: distance, role, distance, footer."""

NO_LINES: list[Line] = []

BUDGET = 0.012
"""Seconds of drawing in one go; what is left is drawn in the next frames."""


class Entry:
    """One message. `key` orders entries and stays while they are shown."""

    __slots__ = (
        "_body", "_document", "_fed", "_folding", "_foot", "_head", "_look", "_thought", "_veiled",
        "before", "id", "key", "live", "notices", "seen", "turn", "unsaved", "unsent", "version",
    )  # fmt: skip

    def __init__(self, node_id: str, turn: Turn, key: int, before: datetime | None = None) -> None:
        """`before` is when the message above was made: another day is named in the role line.

        Ten thousand of these are made at once, so what is filled in later begins as something shared.
        """
        self.id = node_id
        self.key = key
        self.turn = turn
        self.before = before
        self.unsent = False
        self.unsaved = False
        """It is here and nowhere else: the library could not take it yet."""
        self.notices: tuple[str, ...] = ()
        self._veiled = False
        self.seen = AS_EVER
        self.version: tuple[int, int] | None = None
        """(which, of how many) where there are several at this place."""
        self.live: list[Note] | None = None
        """The footer while the answer comes; None when it does not."""
        self._look: RenderOptions | None = None
        self._head = self._body = self._foot = NO_LINES
        self._document: Document | PlainText | None = None
        self._folding: Folding | None = None
        self._fed: tuple[str, ...] | list[str] = ()
        self._thought: GrowingReasoning | None = None

    def estimate(self, width: int) -> int:
        """About how many lines it will have."""
        text = self.turn.text
        return OVERHEAD + text.count("\n") + len(text) // max(width, 1) + 2 * len(self.notices)

    @property
    def settled(self) -> bool:
        return self._look is not None and (self._document is None or self._document.done)

    @property
    def started(self) -> bool:
        return self._look is not None

    @property
    def height(self) -> int:
        """Lines there are now: exact once settled."""
        return len(self._head) + (0 if self._veiled else len(self._body)) + len(self._foot)

    @property
    def kept_lines(self) -> int:
        """Lines that are kept in memory, those behind a fold as well."""
        return len(self._head) + len(self.whole) + len(self._foot)

    def line(self, index: int) -> tuple[Line, bool]:
        """A line, and whether it belongs to what was said (and not to the notices around it)."""
        if index < len(self._head):
            return self._head[index], index > 0
        index -= len(self._head)
        if not self._veiled:
            if index < len(self._body):
                return self._body[index], True
            index -= len(self._body)
        return self._foot[index], index < len(self._foot) - len(self.notices) * 2

    @property
    def body(self) -> range:
        """The indexes of the lines of what was said."""
        return range(len(self._head), len(self._head) + (0 if self._veiled else len(self._body)))

    @property
    def whole(self) -> list[Line]:
        """All lines of what was said, with those that are folded away."""
        return self._document.lines if self._document is not None else NO_LINES

    @property
    def folding(self) -> Folding | None:
        """What is folded of the lines; None where nothing can be."""
        return self._folding

    @property
    def fed(self) -> tuple[str, ...] | list[str]:
        """What came of a live answer, in pieces."""
        return self._fed

    @property
    def source(self) -> str:
        """All of its text as far as it came."""
        return self.turn.text + "".join(self._fed)

    def lines_to_copy(self) -> Iterator[tuple[int, Line]]:
        """All lines with their indexes; those behind a fold have that of the line that stands for them."""
        behind = {self.body.start + fold.row: fold for fold in self._folding.folds} if self._folding else {}
        for index in range(self.height):
            if index in behind:
                yield from ((index, line) for line in self.whole[behind[index].start : behind[index].stop])
            else:
                yield index, self.line(index)[0]

    def place(self, index: int) -> TextPosition:
        """Where in the text a line is, in numbers that hardly depend on the width."""
        return place_of([self.line(row)[0] for row in range(self.height)], index)

    def find_place(self, place: TextPosition) -> int:
        """The index of the line at a place, or of the last."""
        return index_of([self.line(row)[0] for row in range(self.height)], place)

    def mark(self, index: int) -> LineMark:
        """Which line this is, whatever is folded, hidden or shown in another way: for `marked`."""
        row = index - len(self._head)
        if row not in range(len(self.body)):
            return LineMark(index if row < 0 else index - self.height, None, 0)
        return LineMark(index, self._folding.behind(row) if self._folding else row, len(self.whole))

    def marked(self, mark: LineMark) -> int:
        """The index that the line of a mark has now; roughly, where the text is drawn in another way."""
        if mark.whole is None or not self.body:
            return max(mark.row + (self.height if mark.row < 0 else 0), 0)
        line = mark.whole * len(self.whole) // mark.of if mark.of != len(self.whole) else mark.whole
        shown = self._folding.shown(line) if self._folding else line
        return self.body.start + min(shown if isinstance(shown, int) else shown.row, len(self.body) - 1)

    def forget(self) -> None:
        """Drop the lines (out of sight, or the look changed)."""
        self._look = None
        self._document = self._folding = None
        self._head = self._body = self._foot = NO_LINES

    def settle(self, look: RenderOptions, budget: float | None = None) -> None:
        """Make the lines for a look, as far as `budget` seconds go; `settled` tells whether all are there."""
        if self._look != look:
            self.forget()
            self._look = look
            self._body = self._begin(look)
            self._fold(0)
            self.frame()
        if self.pending:
            self._draw_on(budget)

    def _draw_on(self, budget: float | None) -> None:
        """More of the body; the parts around it may depend on whether it has lines."""
        if self._document is not None:
            self._fold(self._document.update(budget))
            self.frame()

    def _fold(self, changed: int) -> None:
        """Fold long code among the lines from `changed` on; never while they still come."""
        if self.live is not None or not isinstance(self._document, Document) or self._look is None:
            return
        if self._folding is None:
            look, seen = self._look, self.seen
            self._folding = Folding(self.id, look.width, look.palette, seen.folds, seen.fold)
        self._folding.update(self._document.lines, changed)
        # Without a fold the lines are the document's own, which it brings up to date by itself.
        self._body = self._folding.lines if self._folding.folds else self._document.lines

    def _begin(self, look: RenderOptions) -> list[Line]:
        if self.turn.role == "assistant" and not self.shows_source:
            self._document = Document(look.width, look.palette)
        else:
            self._document = PlainText(look.width, look.palette.text)
        for text in (self.turn.text, *self._fed):
            self._document.feed(text)
        if self.live is None:
            self._document.finish()
        return self._document.lines

    def restart(self) -> None:
        """Empty, ready for an answer that comes from its beginning."""
        self.forget()
        self._fed = ()
        self._thought = None
        self.turn = replace(self.turn, text="", reasoning="", refusal="", outcome=None)

    def begin_again(self) -> None:
        """Empty, with the look that it had."""
        look = self._look
        self.restart()
        if look is not None:
            self.settle(look)

    @property
    def shows_source(self) -> bool:
        """The source is shown as it is. While an answer comes it is shown as what it means."""
        return self.seen.raw and self.live is None

    def unfold(self, number: int) -> None:
        """Unfold one long code block, for now."""
        self.seen = replace(self.seen, folds={**self.seen.folds, number: False})
        self.fold_again()

    def fold_again(self) -> None:
        """What is to be folded has changed; what is drawn stays drawn."""
        self._folding = None
        self._fold(0)

    def look_anew(self, *, drawn: bool) -> None:
        """Something of `seen` has changed: of what is `drawn` of the text, or else of what stands around it."""
        look = self._look
        if look is not None and drawn:
            self.forget()
            self.settle(look, BUDGET)
        elif look is not None:
            self.fold_again()
            self.frame()

    def change(self, turn: Turn) -> None:
        """Another state of the same message; text that only grew keeps its lines."""
        old, self.turn = self.turn, turn
        shown = old.text + "".join(self._fed) if self._fed else old.text
        self._fed = ()
        look = self._look
        if look is None:
            return
        document = self._document
        grown = turn.text[len(shown) :] if turn.text.startswith(shown) and not self.shows_source else None
        if isinstance(document, Document) and grown is not None and not (grown and document.final):
            document.feed(grown)
            if self.live is None:
                document.finish()
            self._fold(document.update(BUDGET))
        elif turn.text != shown or turn.role != old.role or isinstance(self._document, Document) is self.shows_source:
            self.forget()
            self.settle(look, BUDGET)
        self.frame()

    def feed(self, text: str, thought: str) -> None:
        """More of a live answer. The turn itself is left as it is until `change` brings the whole."""
        if thought:
            if self._thought is None:
                self._thought = GrowingReasoning()
            self._thought.feed(thought)
        if text:
            self._fed = self._fed if isinstance(self._fed, list) else []
            self._fed.append(text)
        if self._document is not None:
            self._document.feed(text)
            self._document.update(BUDGET)

    @property
    def pending(self) -> bool:
        return self._document is not None and not self._document.done

    def frame(self) -> None:
        """Make the parts around the body again: they are short."""
        look = self._look
        if look is None:
            return
        self._veiled = hides = self.hides
        raw, said = self.shows_source, bool(self._body)
        role = message_parts.role_line(self.turn, look, self.before, version=self.version, raw=raw, unsent=self.unsent)
        thinking = message_parts.thinking_lines(self._thinking, self.id, look, said=said)
        self._head = [BLANK, role, *thinking, *message_parts.veil_lines(self.turn, self.id, look, hidden=hides)]
        notes = message_parts.notes_of(self.turn, look, detailed=self.seen.detailed) if self.live is None else self.live
        if self.unsaved:
            notes = [NOT_SAVED, *notes]
        sources = message_parts.source_lines(self.turn, look) if self.live is None else NO_LINES
        self._foot = [
            *sources,
            *message_parts.note_block(notes, look, said=said),
            *message_parts.notice_lines(self.notices, look),
        ]

    @property
    def hides(self) -> bool:
        """The text is not shown before somebody asks for it."""
        rejected = self.turn.outcome is Outcome.ANSWER_BLOCKED and bool(self.turn.text)
        return rejected and (self.turn.withdrawn if self.seen.hidden is None else self.seen.hidden)

    @property
    def _thinking(self) -> message_parts.Thinking:
        """What a live answer has thought so far, or a final one in all."""
        thought = self._thought if self.live is not None else None
        text = self.turn.reasoning if self.live is None else thought.tail if thought is not None else ""
        words = thought.words if thought is not None else len(text.split())
        goes_on = self.live is not None and not self._body
        return message_parts.Thinking(
            words, text, goes_on, self.seen.thought, thought.lines if thought is not None else None
        )

    @property
    def thinks(self) -> bool:
        """There is thinking of it to be shown."""
        return bool(self._thinking.text.strip())

    @property
    def shows_thinking(self) -> bool:
        """The thinking is in view, as far as there is any."""
        return self._look is not None and message_parts.unfolded(self._thinking, self._look)
