"""Continues an answer: the prompt that asks for the rest, and a filter that drops what the model repeats."""

from __future__ import annotations

from tui_chat.core import event as ev

CONTINUE_PROMPT = "Continue exactly where you stopped. Do not repeat anything, and do not comment on it."
"""Sent as a message of the user where a server would answer an answer instead of continuing it. It is part of the
request only: it is reported in a note, and neither shown nor kept as something that the user wrote."""

ASKED_IN_WORDS = f"to continue, the model was asked: “{CONTINUE_PROMPT}”"
"""The note. Where the answer is seen as one, it would be said in the middle of it."""

SHORTEST = 20
"""Characters of an answer whose repetition is more than a coincidence."""


class OverlapFilter:
    """Takes the events of a continuation and leaves out the earlier text, where the server begins with all of it.

    Mistral's does: the answer to a message with `prefix` begins with that prefix. Text is held back only as long as it
    could be such a repetition, and comes out unchanged where it turns out to be none.
    """

    def __init__(self, before: str) -> None:
        self._before = before if len(before) >= SHORTEST else ""
        self._held = ""
        self._sure = not self._before

    def feed(self, event: ev.Event) -> list[ev.Event]:
        """The events to use in place of this one."""
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
