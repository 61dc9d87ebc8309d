"""One message of the transcript: its identity, its turn, its view options, and its layout while drawn.

A message costs nothing until it is looked at: until then its height is an estimate and its layout has no lines.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from tui_chat.core.conversation import Version
from tui_chat.core.message import Outcome, Turn
from tui_chat.render.code import with_key
from tui_chat.render.code_folding import Folding
from tui_chat.render.document import Document
from tui_chat.render.line import BLANK
from tui_chat.render.plain_text import PlainText
from tui_chat.ui.widgets.transcript import message_parts as parts
from tui_chat.ui.widgets.transcript.continued_answer import mark_line
from tui_chat.ui.widgets.transcript.file_lines import file_lines
from tui_chat.ui.widgets.transcript.footer import NOT_SAVED, Note
from tui_chat.ui.widgets.transcript.last_line_hints import STOP, hints
from tui_chat.ui.widgets.transcript.layout import NO_LINES, UNDRAWN, Body, MessageLayout
from tui_chat.ui.widgets.transcript.reasoning import GrowingReasoning
from tui_chat.ui.widgets.transcript.render_options import RenderOptions
from tui_chat.ui.widgets.transcript.view_options import DEFAULT

OVERHEAD = 4
"""Lines of a message besides its text, for estimates: gap, role, gap, footer."""

TALL = 12
"""Lines of an answer from which on its versions are marked above it, too: its last line may be out of view."""

BUDGET = 0.012
"""Seconds of drawing in one go; the rest is drawn in later frames."""


class Entry:
    """One message. `key` orders the messages and does not change while they are shown."""

    __slots__ = (
        "_fed", "_reasoning",
        "above", "before", "continued", "id", "key", "last", "layout", "live", "notices", "speaker", "turn",
        "turns_by_key", "unsaved", "unsent", "version", "view",
    )  # fmt: skip

    def __init__(self, node_id: str, turn: Turn, key: int, before: datetime | None = None) -> None:
        """`before` is when the message above was made: a new day is named in the role line.

        Ten thousand of these are made at once, so all fields that are filled in later start out shared.
        """
        self.id = node_id
        self.key = key
        self.turn = turn
        self.before = before
        self.unsent = False
        self.last = False
        """Whether it is the last message, whose last line shows the next steps."""
        self.turns_by_key = False
        """Whether the keys for versions turn those of this message, from the prompt."""
        self.above: Entry | None = None
        """The earlier part of a continued answer."""
        self.continued = False
        """The rest of it is below."""
        self.speaker: str | None = None
        """The model, while the answer streams."""
        self.unsaved = False
        """The library has not stored it yet."""
        self.notices: tuple[str, ...] = ()
        self.version: Version | None = None
        """Where there are several."""
        self.view = DEFAULT
        self.live: list[Note] | None = None
        """The footer while the answer streams, else None."""
        self.layout = UNDRAWN
        self._fed: tuple[str, ...] | list[str] = ()
        """The text of a streaming answer, in pieces. The turn has no part of it until `change`."""
        self._reasoning: GrowingReasoning | None = None

    def estimate(self, width: int) -> int:
        """About how many lines it will have."""
        text, around = self.turn.text, len(self.turn.attachments) + 2 * len(self.notices)
        return OVERHEAD + text.count("\n") + len(text) // max(width, 1) + around

    def height(self, width: int) -> int:
        """Lines drawn so far, or an estimate for a text of this width while none are."""
        return self.layout.height if self.drawn else self.estimate(width)

    @property
    def drawn(self) -> bool:
        """Lines exist, though perhaps not all (`layout.complete`)."""
        return self.layout is not UNDRAWN

    @property
    def source(self) -> str:
        """All of its text that arrived."""
        return self.turn.text + "".join(self._fed)

    # Drawing

    def forget(self) -> None:
        """Drop the lines: out of view, or to be drawn in another way."""
        self.layout = UNDRAWN

    def draw(self, options: RenderOptions, budget: float | None = None) -> None:
        """Draw the lines for these options, within `budget` seconds."""
        if self.layout.options != options:
            self.layout = MessageLayout(options, self._new_body(options))
            self._fold(0)
            self.frame()
        if self.layout.pending:
            self._fold(self.layout.draw(budget))
            self.frame()  # reasoning and footer depend on whether there is a body

    def _new_body(self, options: RenderOptions) -> Body:
        markdown = self.turn.role == "assistant" and not self.shows_source
        width, palette = options.width, options.palette
        body = Document(width, palette) if markdown else PlainText(width, palette.text)
        for text in (self.turn.text, *self._fed):
            body.feed(text)
        if self.live is None:
            body.finish()
        return body

    def _fold(self, changed: int) -> None:
        """Fold long code among the lines from `changed` on; never while the answer streams."""
        layout = self.layout
        if self.live is not None or layout.options is None or not isinstance(layout.document, Document):
            return
        options, view = layout.options, self.view
        folding = layout.folding or Folding(self.id, options.width, options.palette, view.folds, view.fold)
        layout.fold(folding, changed)

    def frame(self) -> None:
        """Make head and foot again; they are short."""
        layout, options = self.layout, self.layout.options
        if options is None:
            return
        hidden, raw, said = self.hides_text, self.shows_source, layout.has_body
        role = parts.role_line(
            self.turn,
            self.id,
            options,
            self.before,
            version=self.version if self.turn.role != "assistant" or len(layout.body) > TALL else None,
            raw=raw,
            unsent=self.unsent,
            turns_by_key=self.turns_by_key and self.turn.role == "user",
            speaker=self.speaker,
        )
        reasoning = parts.reasoning_lines(self._shown_reasoning, self.id, options, said=said)
        speaker = [] if options.bare else [role]
        files = file_lines(self.turn, self.id, options) if self.turn.attachments else NO_LINES
        hidden_text = parts.hidden_text_lines(self.turn, self.id, options, hidden=hidden)
        began = [BLANK, *speaker] if self.above is None else [mark_line(self.above.turn, self.turn, options)]
        head = [*began, *files, *reasoning, *hidden_text]
        notes = parts.notes_of(self._parts, options, detailed=self.view.detailed) if self.live is None else self.live
        if self.continued and not self.view.detailed:
            notes = [*notes[:-1], ("", "muted")]  # the facts are below the rest
        if options.bare and self.live is not None:
            notes = [*self.live[:-1], ("", "muted")]  # how far it is, is said below all of it
        if self.unsaved:
            notes = [NOT_SAVED, *notes]
        sources = parts.source_lines(self.turn, options) if self.live is None else NO_LINES
        notices = parts.notice_lines(self.notices, options)
        foot = [*sources, *parts.note_block(notes, self._foot(options), options, said=said), *notices]
        layout.frame(head, foot, hidden=hidden, notices=len(notices))
        if self.live is None:
            key = options.keys.first("chat.copy_code") if self.last and not raw and not options.bare else ""
            layout.relabel(partial(with_key, key=key, palette=options.palette) if key else None)

    def _foot(self, options: RenderOptions) -> parts.Foot:
        """What its last line offers."""
        if options.bare:
            return parts.Foot(self.id, table=self.turn if self.turn.rejected and self.live is None else None)
        if self.turn.role != "assistant":
            return parts.Foot(self.id)
        steps = hints(self.turn) if self.last and self.live is None else (STOP,) if self.live is not None else ()
        table = self.turn if self.view.detailed and self.live is None else None
        return parts.Foot(self.id, steps, self.version, table, self.turns_by_key and self.live is None)

    @property
    def _parts(self) -> list[Turn]:
        """The parts of an answer that was continued, down to this one; else the one turn."""
        return [*(self.above._parts if self.above is not None else ()), self.turn]

    # Changes

    def restart(self) -> None:
        """Become empty, ready for an answer that streams from its beginning; drawn in the same way as before."""
        options = self.layout.options
        self.forget()
        self._fed = ()
        self._reasoning = None
        self.turn = replace(self.turn, text="", reasoning="", refusal="", outcome=None)
        if options is not None:
            self.draw(options)

    def feed(self, text: str, reasoning: str) -> None:
        """Add to a streaming answer. The turn itself stays as it is until `change` brings the whole."""
        if reasoning:
            if self._reasoning is None:
                self._reasoning = GrowingReasoning()
            self._reasoning.feed(reasoning)
        if text:
            self._fed = self._fed if isinstance(self._fed, list) else []
            self._fed.append(text)
        if self.layout.document is not None:
            self.layout.document.feed(text)
            self.layout.document.update(BUDGET)

    def change(self, turn: Turn) -> None:
        """Take another state of the same message; text that only grew keeps its lines."""
        old, self.turn = self.turn, turn
        shown = old.text + "".join(self._fed) if self._fed else old.text
        self._fed = ()
        layout, raw = self.layout, self.shows_source
        if layout.options is None:
            return
        body = layout.document
        grown = turn.text[len(shown) :] if turn.text.startswith(shown) and not raw else None
        if isinstance(body, Document) and grown is not None and not (grown and body.final):
            body.feed(grown)
            if self.live is None:
                body.finish()
            self._fold(body.update(BUDGET))
        elif turn.text != shown or turn.role != old.role or isinstance(body, Document) is raw:
            self.forget()
            self.draw(layout.options, BUDGET)
        self.frame()

    def see(self, **changes: Any) -> None:
        """Change view options, and what they change of the lines."""
        self.view = replace(self.view, **changes)
        layout = self.layout
        if layout.options is None:
            return
        if "raw" in changes:
            self.forget()
            self.draw(layout.options, BUDGET)
        else:
            layout.folding = None
            self._fold(0)
            self.frame()

    def unfold(self, number: int) -> None:
        """Unfold one long code block until the next change of view options."""
        self.see(folds={**self.view.folds, number: False})

    # What is shown of it

    @property
    def shows_source(self) -> bool:
        """The Markdown source is shown. A streaming answer is always shown as Markdown."""
        return self.view.raw and self.live is None

    @property
    def hides_text(self) -> bool:
        """The text is hidden because the content filter rejected it."""
        rejected = self.turn.outcome is Outcome.ANSWER_BLOCKED and bool(self.turn.text)
        return rejected and (self.turn.withdrawn if self.view.hidden is None else self.view.hidden)

    @property
    def _shown_reasoning(self) -> parts.Reasoning:
        """The reasoning: of a streaming answer what arrived so far, else all of it."""
        if self.live is None:
            text = self.turn.reasoning
            return parts.Reasoning(len(text.split()), text, False, self.view.reasoning)
        growing, streaming = self._reasoning, not self.layout.has_body
        if growing is None:
            return parts.Reasoning(0, "", streaming, self.view.reasoning)
        return parts.Reasoning(growing.words, growing.tail, streaming, self.view.reasoning, growing.lines)

    @property
    def has_reasoning(self) -> bool:
        return bool(self._shown_reasoning.text.strip())

    @property
    def shows_reasoning(self) -> bool:
        """The reasoning is in view, if there is any."""
        return self.layout.options is not None and parts.unfolded(self._shown_reasoning, self.layout.options)
