"""Masks the request's secrets in the events of its answer. Every event passes through here."""

from __future__ import annotations

from collections.abc import Iterator

from tui_chat.core import event as ev
from tui_chat.wire.masking import Secrets
from tui_chat.wire.secret_search import Stream

SAID = "[masked]"
"""Replaces a secret in what a model says, which is Markdown: three asterisks would be emphasis."""

_Said = type[ev.TextDelta] | type[ev.ReasoningDelta] | type[ev.RefusalDelta]
_Channel = _Said | tuple[int, str]


class EventMask:
    """Masks the events of one answer as they arrive.

    Text that may begin a secret is held back until the next piece decides it, or the answer ends.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._streams: dict[_Channel, Stream] = {}
        self._waiting: tuple[ev.Delta, ...] = ()
        """Text held back by earlier stages."""
        self._held: tuple[ev.Delta, ...] = ()

    def feed(self, event: ev.Event) -> Iterator[ev.Event]:
        """The events that can be reported now."""
        match event:
            case ev.TextDelta() | ev.ReasoningDelta() | ev.RefusalDelta() | ev.ToolCallDelta():
                self._waiting = ()
                yield from self._said(event)
                yield from self._holding()
            case ev.Held(deltas):
                self._waiting = deltas
                yield from self._holding()
            case ev.Failed(error):
                yield from self._flush()
                yield ev.Failed(self._secrets.mask_error(error))
            case ev.Waiting(reason, seconds, error) if error is not None:
                yield ev.Waiting(reason, seconds, self._secrets.mask_error(error))
            case ev.Finished() | ev.Closed() | ev.Relabeled():
                yield from self._flush()
                yield self._secrets.mask_values(event)
            case ev.Noted(text):
                yield ev.Noted(self._secrets.mask_shown(text))
            case _:
                yield self._secrets.mask_values(event)

    def _stream(self, channel: _Channel) -> Stream:
        if channel not in self._streams:
            self._streams[channel] = self._secrets.stream(SAID)
        return self._streams[channel]

    def _said(self, event: ev.Delta) -> Iterator[ev.Delta]:
        parts = _parts(event)
        shown = [(channel, self._stream(channel).feed(text)) for channel, text in parts]
        if shown == parts:
            yield event
        else:
            yield from _deltas(shown)

    def _flush(self) -> Iterator[ev.Event]:
        yield from _deltas([(channel, stream.flush()) for channel, stream in self._streams.items()])
        yield from self._holding()

    def _holding(self) -> Iterator[ev.Held]:
        """What the answer would end with if it ended here, if that has changed."""
        more: dict[_Channel, str] = {channel: "" for channel, stream in self._streams.items() if stream.holds}
        for delta in self._waiting:
            more |= {channel: more.get(channel, "") + text for channel, text in _parts(delta)}
        held = tuple(_deltas([(channel, self._stream(channel).held(text)) for channel, text in more.items()]))
        if held != self._held:
            self._held = held
            yield ev.Held(held)


def _parts(delta: ev.Delta) -> list[tuple[_Channel, str]]:
    if isinstance(delta, ev.ToolCallDelta):
        return [((delta.index, "name"), delta.name), ((delta.index, "arguments"), delta.arguments)]
    return [(type(delta), delta.text)]


def _deltas(parts: list[tuple[_Channel, str]]) -> Iterator[ev.Delta]:
    for channel, text in parts:
        if text and isinstance(channel, tuple):
            index, part = channel
            yield ev.ToolCallDelta(index, **{part: text})
        elif text:
            yield channel(text)  # type: ignore[operator]
