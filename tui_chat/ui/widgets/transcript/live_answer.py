"""A streaming answer: the part taken from the reply per frame, and the status line below it."""

from __future__ import annotations

from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.footer import ANSWER_BLOCKED, Note
from tui_chat.ui.widgets.transcript.spinner import sign


class LiveAnswer:
    """Copies a reply into an entry, which starts empty. The reply is only read.

    `speaker` is who was asked: it names the answer until the server says which model it is.
    """

    def __init__(self, entry: Entry, reply: Reply, speaker: str = "") -> None:
        self.entry = entry
        self.reply = reply
        self._text = self._reasoning = 0
        self._length = 0
        """Characters of text."""
        self._relabeled = reply.relabeled
        self._shown: tuple[object, ...] = ()
        self._speaker = speaker
        entry.live = [("", "muted")]
        entry.restart()

    @property
    def begun(self) -> bool:
        """Whether any of the answer is painted."""
        return bool(self._text or self._reasoning)

    def take(self, beat: int) -> bool:
        """Update the entry; `beat` turns the spinner. True if lines changed."""
        reply = self.reply
        if reply.relabeled != self._relabeled:
            # Text turned out to be reasoning: take both from their beginning again.
            self._relabeled = reply.relabeled
            self._text = self._reasoning = self._length = 0
            self.entry.restart()
        text = "".join(reply.pieces[self._text :])
        reasoning = "".join(reply.reasoning_pieces[self._reasoning :])
        self._text, self._reasoning = len(reply.pieces), len(reply.reasoning_pieces)
        self._length += len(text)
        notes = self._notes(beat)
        if text or reasoning or self.entry.layout.pending:
            self.entry.feed(text, reasoning)
        elif notes == self.entry.live:
            return False
        state = (bool(self._text), self._reasoning, reply.model, tuple(notes))
        if state != self._shown:
            self.entry.live = notes
            self.entry.speaker = reply.model or self._speaker
            self.entry.frame()
            self._shown = state
        return True

    def end(self, beat: int) -> None:
        """Take the rest; from now on the entry shows its turn."""
        self.take(beat)
        self.entry.live = None

    def _notes(self, beat: int) -> list[Note]:
        reply = self.reply
        notes: list[Note] = [(reply.refusal, "text")] if reply.refusal else []
        notes += [(note, "muted") for note in reply.notes]
        if reply.blocked:
            notes.append((ANSWER_BLOCKED, "error"))
        return [*notes, (f"{sign(beat)} {self._activity()}{self._checked()}", "muted")]

    def _activity(self) -> str:
        reply = self.reply
        if reply.waiting is not None:
            return f"{reply.waiting.reason}…"
        if reply.tool_calls and not reply.pieces:
            return "calling a tool…"
        if reply.pieces:
            return "answering…"
        return "thinking…" if reply.reasoning_pieces else "waiting for the answer…"

    def _checked(self) -> str:
        """How much an asynchronous filter has read of what is shown; nothing where there is no such filter."""
        checked = self.reply.checked
        if checked is None or not self._length:
            return ""
        return f" · {min(checked, self._length):,} of {self._length:,} characters checked by the filter"
