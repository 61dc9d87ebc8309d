"""One message as lines: this file owns its parts (role line, thinking, body, footer, notices) and when they exist.

An entry costs nothing until it is looked at: its height is an estimate, its lines are made when it is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from rich.segment import Segment
from rich.style import Style

from tui_chat.core.endpoint import Price
from tui_chat.core.message import Outcome, Turn
from tui_chat.render.document import Document
from tui_chat.render.folding import Folding
from tui_chat.render.line import BLANK, Line
from tui_chat.render.palette import Palette
from tui_chat.render.plain import PlainText, plain_lines
from tui_chat.render.safe import safe_line
from tui_chat.ui.widgets.transcript.details import details
from tui_chat.ui.widgets.transcript.footer import Note, footer
from tui_chat.ui.widgets.transcript.seen import Seen

LABELS = {"user": "You", "assistant": "Assistant", "system": "System"}
TOGGLE = "toggle"
"""The key in a style's meta that marks the line which folds and unfolds the thinking."""

VEIL = "veil"
"""The same for the line which hides and shows what the content filter rejected."""

OVERHEAD = 4
"""Lines of a message beside its text, for estimates: distance, role, distance, footer."""

NO_LINES: list[Line] = []
NO_THOUGHT = (0, "")
"""Words and the last of the text of a live answer's thinking."""

BUDGET = 0.012
"""Seconds of drawing in one go; what is left is drawn in the next frames."""


def no_price(endpoint: str) -> Price | None:
    return None


@dataclass(frozen=True, slots=True)
class Look:
    """What lines depend on besides the message: width of the text in cells, colours, how thinking is shown, and what
    an endpoint (by name) costs."""

    width: int
    palette: Palette
    reasoning: str = "collapsed"
    price: Callable[[str], Price | None] = no_price


class Entry:
    """One message. `key` orders entries and stays while they are shown."""

    __slots__ = (
        "_body", "_document", "_fed", "_folding", "_foot", "_head", "_look", "_thought", "_veiled",
        "before", "id", "key", "live", "notices", "seen", "strips", "turn", "unfolded", "unsent", "veil", "version",
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
        self.notices: tuple[str, ...] = ()
        self.unfolded: bool | None = None
        self.veil: bool | None = None
        """The user's word on hiding a rejected text; None: what was withdrawn is hidden, what was cut is not."""
        self._veiled = False
        self.seen: Seen | None = None
        """How it is looked at; None: as everything is."""
        self.version: tuple[int, int] | None = None
        """(which, of how many) where there are several at this place."""
        self.live: list[Note] | None = None
        """The footer while the answer comes; None when it does not."""
        self.strips: dict[int, tuple[Line, object]] | None = None
        """What a painter made of the lines, by index; it compares the line itself before it believes an index."""
        self._look: Look | None = None
        self._head = self._body = self._foot = NO_LINES
        self._document: Document | PlainText | None = None
        self._folding: Folding | None = None
        self._fed: tuple[str, ...] | list[str] = ()
        self._thought = NO_THOUGHT

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

    def own_lines(self, index: int) -> int:
        """How many lines up to `index` begin in the source and not where a longer one was wrapped.

        That number hardly depends on the width, so it tells where a reader is.
        """
        return sum(self.line(i)[0].joint == "\n" for i in range(min(index + 1, self.height)))

    def find_own(self, count: int) -> int:
        """The index of the line that `own_lines` gave this number for, or of the last."""
        for index in range(self.height):
            count -= self.line(index)[0].joint == "\n"
            if not count:
                return index
        return max(self.height - 1, 0)

    def forget(self) -> None:
        """Drop the lines (out of sight, or the look changed)."""
        self._look = None
        self._document = self._folding = None
        self._head = self._body = self._foot = NO_LINES
        self.strips = None

    def settle(self, look: Look, budget: float | None = None) -> None:
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
            seen = self.seen or Seen()
            look = self._look
            self._folding = Folding(self.id, look.width, look.palette, seen.folds, seen.fold)
        self._folding.update(self._document.lines, changed)
        # Without a fold the lines are the document's own, which it brings up to date by itself.
        self._body = self._folding.lines if self._folding.folds else self._document.lines

    def _begin(self, look: Look) -> list[Line]:
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
        self._thought = NO_THOUGHT
        self.turn = replace(self.turn, text="", reasoning="", refusal="", outcome=None)

    @property
    def shows_source(self) -> bool:
        """The source is shown as it is. While an answer comes it is shown as what it means."""
        return self.seen is not None and self.seen.raw and self.live is None

    def fold_code(self, number: int, *, folded: bool) -> None:
        """Fold or unfold one long code block, by its number."""
        self.seen = self.seen or Seen()
        self.seen.folds[number] = folded
        self.fold_again()

    def fold_again(self) -> None:
        """What is to be folded has changed; what is drawn stays drawn."""
        self._folding = None
        self._fold(0)

    def look_anew(self) -> None:
        """Something of `seen` has changed: make the lines again."""
        if (look := self._look) is not None:
            self.forget()
            self.settle(look, BUDGET)

    def change(self, turn: Turn) -> None:
        """Another state of the same message; text that only grew keeps its lines."""
        old, self.turn = self.turn, turn
        shown = old.text + "".join(self._fed) if self._fed else old.text
        self._fed = ()
        look = self._look
        if look is None:
            return
        if isinstance(self._document, Document) and turn.text.startswith(shown) and not self.shows_source:
            self._document.feed(turn.text[len(shown) :])
            if self.live is None:
                self._document.finish()
            self._fold(self._document.update(BUDGET))
        elif turn.text != shown or turn.role != old.role or isinstance(self._document, Document) is self.shows_source:
            self.forget()
            self.settle(look, BUDGET)
        self.frame()

    def feed(self, text: str, thought: str) -> None:
        """More of a live answer. The turn itself is left as it is until `change` brings the whole."""
        if thought:
            self._thought = (self._thought[0] + len(thought.split()), (self._thought[1] + thought)[-4000:])
        if text:
            self._fed = self._fed if isinstance(self._fed, list) else []
            self._fed.append(text)
        if self._document is not None:
            self._document.feed(text)
            self._document.update(BUDGET)

    def toggle(self) -> None:
        """Fold or unfold the thinking."""
        lines = self._thinking(self._look) if self._look is not None else []
        self.unfolded = not (lines and lines[0].plain.startswith("▾"))
        self.frame()

    @property
    def pending(self) -> bool:
        return self._document is not None and not self._document.done

    def frame(self) -> None:
        """Make the parts around the body again: they are short."""
        if self._look is not None:
            self._veiled = self.hides
            self._head = [BLANK, self._role(self._look), *self._thinking(self._look), *self._veil_line(self._look)]
            self._foot = [*self._notes(self._look), *self._noted(self._look)]

    @property
    def hides(self) -> bool:
        """The text is not shown before somebody asks for it."""
        rejected = self.turn.outcome is Outcome.ANSWER_BLOCKED and bool(self.turn.text)
        return rejected and (self.turn.withdrawn if self.veil is None else self.veil)

    def _veil_line(self, look: Look) -> list[Line]:
        if not self.hides and not (self.turn.withdrawn and self.turn.outcome is Outcome.ANSWER_BLOCKED):
            return []
        words = len(self.turn.text.split())
        what = "withdrawn by the content filter" if self.turn.withdrawn else "hidden: the content filter blocked it"
        sign, act = ("▸", "show") if self._veiled else ("▾", "hide")
        label = f"{sign} {act} · {words} word{'' if words == 1 else 's'} {what}"
        lines = plain_lines(label, look.palette.warning + Style(meta={VEIL: self.id}), look.width)
        return lines if self._veiled else [*lines, BLANK]

    def _role(self, look: Look) -> Line:
        palette, turn = look.palette, self.turn
        style = {"user": palette.user, "assistant": palette.assistant}.get(turn.role, palette.system)
        local = turn.created.astimezone()
        dated = self.before is None or self.before.astimezone().date() != local.date()
        when = f"{local:%a %d %b %Y} · {local:%H:%M}" if dated else f"{local:%H:%M}"
        which = f" · {self.version[0]}/{self.version[1]}" if self.version else ""
        source = " · Markdown source" if self.shows_source else ""
        rest = f"{which} · {when}{source}" + (" · not sent any more" if self.unsent else "")
        (line, *_) = plain_lines(rest, palette.muted, max(look.width - len(LABELS[turn.role]), 1))
        segments = [Segment(LABELS[turn.role], style), *line.segments]
        return Line(segments, sum(len(s.text) for s in segments))

    def _thinking(self, look: Look) -> list[Line]:
        words, text = self._thought if self.live is not None else (0, self.turn.reasoning)
        if not text.strip() or look.reasoning == "hidden":
            return []
        words = words or len(text.split())
        style = look.palette.reasoning
        thinking = self.live is not None and not self._body
        unfolded = self.unfolded if self.unfolded is not None else thinking or look.reasoning == "open"
        sign = "▾" if unfolded else "▸"
        label = f"{sign} {'Thinking' if thinking else 'Thought'} · {words} word{'' if words == 1 else 's'}"
        head = Line([Segment(label[: look.width], style + Style(meta={TOGGLE: self.id}))], len(label[: look.width]))
        if not unfolded:
            return [head, BLANK] if self._body else [head]
        lines = plain_lines(text.strip(), style, look.width)
        return [head, *(lines[-5:] if thinking and self.unfolded is None else lines), BLANK]

    def _notes(self, look: Look) -> list[Line]:
        """The footer; an empty line keeps it off the body."""
        notes = self.live if self.live is not None else footer(self.turn, look.price)
        if self.live is None and self.seen is not None and self.seen.detailed:
            notes = [*notes, *details(self.turn)]
        lines = [line for note in notes for line in note_lines(note, look)]
        return [BLANK, *lines] if lines and self._body else lines

    def _noted(self, look: Look) -> list[Line]:
        lines: list[Line] = []
        for text in self.notices:
            lines += [BLANK, notice_line(text, look)]
        return lines


def note_lines(note: Note, look: Look) -> list[Line]:
    text, kind = note
    style = {"muted": look.palette.muted, "warning": look.palette.warning, "error": look.palette.error}
    return plain_lines(safe_line(text), style.get(kind, look.palette.text), look.width)


def notice_line(text: str, look: Look) -> Line:
    """One line in the middle of a rule, between messages."""
    (line, *rest) = plain_lines(safe_line(text), look.palette.notice, max(look.width - 6, 1))
    dots = [Segment("…", look.palette.notice)] if rest else []
    segments = [Segment("── ", look.palette.rule), *line.segments, *dots, Segment(" ──", look.palette.rule)]
    fill = max(min(look.width, 60) - Line(segments).cells, 0)
    if look.width < 8:
        return line
    return Line([*segments, Segment("─" * fill, look.palette.rule)], 3, fill + 3)
