"""Continues an answer: the prompt that asks for the rest, and a filter that drops what the model repeats."""

from __future__ import annotations

from tui_chat.core import event as ev

CONTINUE_PROMPT = "Continue exactly where you stopped. Do not repeat anything, and do not comment on it."
"""Sent as a user message if the server would reply to an answer instead of continuing it. It is part of the request
only: a note reports it, and it is neither shown nor stored as the user's."""

ASKED_IN_WORDS = f"to continue, the model was asked: “{CONTINUE_PROMPT}”"
"""The note. It is left out where the parts of the answer are shown as one."""

SHORTEST = 20
"""Characters of an answer whose repetition is more than a coincidence."""


class OverlapFilter:
    """Drops the earlier text from the events of a continuation, if the server repeats all of it.

    Mistral does: the answer to a message with `prefix` begins with that prefix. Text is held back only as long as it
    may be such a repetition, and is passed on unchanged otherwise.
    """

    def __init__(self, before: str) -> None:
        self._before = before if len(before) >= SHORTEST else ""
        self._held = ""
        self._sure = not self._before

    def feed(self, event: ev.Event) -> list[ev.Event]:
        """The events to use instead of this one."""
        match event:
            case ev.TextDelta(text) if not self._sure:
                return [*self._told(text), *self._holding()]
            case ev.Held(deltas) if not self._sure:
                return self._holding(deltas)
            case ev.Relabeled() | ev.Finished() | ev.Failed() | ev.Stopped() | ev.Closed() | ev.ToolCallDelta():
                return [*self._let_go(), event]
            case _:
                return [event]

    def _told(self, text: str) -> list[ev.Event]:
        held = self._held = self._held + text
        if held.startswith(self._before):
            self._sure, self._held = True, ""
            rest = held[len(self._before) :]
            return [ev.TextDelta(rest)] if rest else []
        return [] if self._before.startswith(held) else self._let_go()

    def _holding(self, more: tuple[ev.Delta, ...] = ()) -> list[ev.Event]:
        held = (ev.TextDelta(self._held),) if self._held else ()
        return [ev.Held((*held, *more))]

    def _let_go(self) -> list[ev.Event]:
        self._sure, held, self._held = True, self._held, ""
        return [ev.TextDelta(held)] if held else []
