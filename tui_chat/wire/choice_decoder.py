"""Decodes one choice of a chunk, or of a whole answer, into events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tui_chat.core import event as ev
from tui_chat.core.surrogates import SurrogateJoiner, repair_surrogates
from tui_chat.wire import filter as verdicts
from tui_chat.wire.citations import of_delta
from tui_chat.wire.delta import Channel, pieces
from tui_chat.wire.filter_offsets import FilterOffsets
from tui_chat.wire.harmony import Part
from tui_chat.wire.think_tags import ThinkTagSplitter
from tui_chat.wire.tool_calls import ToolCalls

WRITTEN_CALLS = 10_000
"""Tool calls that are written into the text get indexes above this, clear of the server's own."""


class ChoiceDecoder:
    """Turns the choices of one answer into events: the text of the first choice, and all verdicts on it."""

    def __init__(self) -> None:
        self.spoken = 0
        """Characters of text, reasoning, refusal and tool calls so far."""
        self._joiners: dict[Channel, SurrogateJoiner] = {
            "text": SurrogateJoiner(),
            "reasoning": SurrogateJoiner(),
            "refusal": SurrogateJoiner(),
        }
        self._splitter = ThinkTagSplitter()
        self._calls = ToolCalls()
        self._offsets = FilterOffsets()
        self._checked = -1
        self._written_calls = WRITTEN_CALLS
        self._primary: int | None = None
        self._others = False

    def feed(self, choices: Sequence[object]) -> Iterator[ev.Event]:
        """The events of one chunk's choices."""
        numbered = [(_index(c, at), c) for at, c in enumerate(c for c in choices if isinstance(c, dict))]
        if self._primary is None and numbered:
            self._primary = min(index for index, _ in numbered)
        for index, choice in numbered:
            if index == self._primary:
                yield from self._choice(choice)
            elif not self._others:
                self._others = True
                yield ev.Noted("the server sent more than one answer: the first is shown")

    def text(self, piece: str) -> Iterator[ev.Event]:
        """The events of a chunk that holds only this piece of the shown choice's text."""
        return self._piece("text", piece)

    def flush(self) -> Iterator[ev.Event]:
        """Release what was held back for its other half, at the end of the answer."""
        yield from self._parts(self._splitter.flush())
        for channel, joiner in self._joiners.items():
            if rest := joiner.flush():
                yield self._event(channel, rest)
        yield from self._calls.flush()

    def held(self) -> tuple[ev.Delta, ...]:
        """Text that is held back until its other half arrives."""
        return tuple(map(self._held_part, self._splitter.held()))

    def _held_part(self, part: Part) -> ev.Delta:
        kind, text = part
        if kind == "arguments":
            return ev.ToolCallDelta(self._written_calls, arguments=repair_surrogates(text))
        return (ev.ReasoningDelta if kind == "reasoning" else ev.TextDelta)(repair_surrogates(text))

    def _choice(self, choice: Mapping[str, Any]) -> Iterator[ev.Event]:
        delta = self._delta(choice)
        for channel, piece in pieces(delta):
            yield from self._piece(channel, piece)
        if cited := of_delta(delta):
            yield ev.Cited(cited)
        for call in self._calls.feed(delta):
            self.spoken += len(call.arguments) + len(call.name)
            yield call
        yield from self._judged(choice)
        for key in ("finish_reason", "finishReason"):
            reason = choice.get(key)
            if isinstance(reason, str) and reason not in ("", "null"):
                if self._splitter.held():
                    yield from self._parts(self._splitter.flush())
                yield ev.Finished(repair_surrogates(reason))
                break

    def _judged(self, choice: Mapping[str, Any]) -> Iterator[ev.Event]:
        """The filter's verdicts; an asynchronous filter also reports how far it has read, and where it found
        something."""
        window = self._offsets.window(choice)
        if window is not None and window.checked > self._checked:
            self._checked = window.checked
            yield ev.Checked(window.checked)
        found = (window.start, window.end) if window is not None and window.start < window.end else None
        yield from verdicts.of_choice(choice, found)

    def _delta(self, choice: Mapping[str, Any]) -> Mapping[str, Any]:
        """The new part. Some servers repeat the whole message under `message` next to each delta."""
        delta = choice.get("delta")
        if isinstance(delta, dict):
            return delta
        message = choice.get("message")
        if isinstance(message, dict) and not self.spoken:
            return message
        return {"content": choice["text"]} if isinstance(choice.get("text"), str) else {}

    def _piece(self, channel: Channel, piece: str) -> Iterator[ev.Event]:
        match channel:
            case "text":
                yield from self._parts(self._splitter.feed(piece))
            case "reasoning":
                yield from self._parts(self._splitter.reasoning_field())
                yield from self._say("reasoning", piece)
            case "refusal":
                yield from self._say("refusal", piece)

    def _parts(self, parts: list[Part]) -> Iterator[ev.Event]:
        for kind, text in parts:
            match kind:
                case "text" | "reasoning":
                    yield from self._say(kind, text)
                case "relabel":
                    if rest := self._joiners["text"].flush():
                        yield self._event("text", rest)
                    yield ev.Relabeled(text)
                case "call":
                    self._written_calls += 1
                    yield ev.ToolCallDelta(self._written_calls, name=text)
                case "arguments":
                    self.spoken += len(text)
                    yield ev.ToolCallDelta(self._written_calls, arguments=repair_surrogates(text))

    def _say(self, channel: Channel, piece: str) -> Iterator[ev.Event]:
        text = self._joiners[channel].feed(piece)
        if text:
            self.spoken += len(text)
            yield self._event(channel, text)

    def _event(self, channel: Channel, text: str) -> ev.Event:
        match channel:
            case "text":
                return ev.TextDelta(text)
            case "reasoning":
                return ev.ReasoningDelta(text)
            case "refusal":
                return ev.RefusalDelta(text)


def _index(choice: Mapping[str, Any], at: int) -> int:
    index = choice.get("index")
    return index if isinstance(index, int) else at
