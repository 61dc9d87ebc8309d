"""An answer while it comes: this file owns what is taken from it per frame and what its last line says meanwhile."""

from __future__ import annotations

from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.footer import ANSWER_BLOCKED, Note

SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class LiveAnswer:
    """A reply that is painted into an entry. It only reads the reply."""

    def __init__(self, entry: Entry, reply: Reply) -> None:
        self.entry = entry
        self.reply = reply
        self._text = self._thought = 0
        self._relabeled = reply.relabeled
        self._shown: tuple[object, ...] = ()
        entry.live = [("", "muted")]

    @property
    def begun(self) -> bool:
        """Something of the answer has been painted."""
        return bool(self._text or self._thought)

    def take(self, beat: int) -> bool:
        """Bring the entry up to date; `beat` turns the spinner. True when lines changed."""
        reply = self.reply
        if reply.relabeled != self._relabeled:
            # What stood there as the answer was thinking: both are taken again from their beginning.
            self._relabeled = reply.relabeled
            self._text = self._thought = 0
            self.entry.begin_again()
        text = "".join(reply.pieces[self._text :])
        thought = "".join(reply.reasoning_pieces[self._thought :])
        self._text, self._thought = len(reply.pieces), len(reply.reasoning_pieces)
        notes = self._notes(beat)
        if text or thought or self.entry.pending:
            self.entry.feed(text, thought)
        elif notes == self.entry.live:
            return False
        state = (bool(self._text), self._thought, tuple(notes))
        if state != self._shown:
            self.entry.live = notes
            self.entry.frame()
            self._shown = state
        return True

    def _notes(self, beat: int) -> list[Note]:
        reply = self.reply
        notes: list[Note] = [(reply.refusal, "text")] if reply.refusal else []
        notes += [(note, "muted") for note in reply.notes]
        if reply.blocked:
            notes.append((ANSWER_BLOCKED, "error"))
        return [*notes, (f"{SPINNER[beat % len(SPINNER)]} {self._doing()}", "muted")]

    def _doing(self) -> str:
        reply = self.reply
        if reply.waiting is not None:
            return f"{reply.waiting.reason}…"
        if reply.tool_calls and not reply.pieces:
            return "calling a tool…"
        if reply.pieces:
            return "answering…"
        return "thinking…" if reply.reasoning_pieces else "waiting for the answer…"
