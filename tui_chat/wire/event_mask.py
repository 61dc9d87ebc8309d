"""The events of an answer without the secrets of its request. Nothing that a server says goes by another way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tui_chat.core import event as ev
from tui_chat.wire.secret import Secrets
from tui_chat.wire.secret_forms import Stream

SAID = "[masked]"
"""In place of a secret in what a model says. That is Markdown, where three asterisks are emphasis."""

_Said = type[ev.TextDelta] | type[ev.ReasoningDelta] | type[ev.RefusalDelta]
_Channel = _Said | tuple[int, str]


class EventMask:
    """Takes the events of one answer as they come.

    Text that may be the beginning of a secret is held back until the next piece tells, or the answer ends.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._streams: dict[_Channel, Stream] = {}

    def feed(self, event: ev.Event) -> Iterator[ev.Event]:
        """The events that may be told now."""
        match event:
            case ev.TextDelta() | ev.ReasoningDelta() | ev.RefusalDelta():
                text = self._stream(type(event)).feed(event.text)
                if text:
                    yield event if text == event.text else replace(event, text=text)
            case ev.ToolCallDelta(index, name, arguments):
                name = self._stream((index, "name")).feed(name)
                yield ev.ToolCallDelta(index, name, self._stream((index, "arguments")).feed(arguments))
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

    def _flush(self) -> Iterator[ev.Event]:
        for channel, stream in self._streams.items():
            text = stream.flush()
            if not text:
                continue
            if isinstance(channel, tuple):
                index, part = channel
                yield ev.ToolCallDelta(index, **{part: text})
            else:
                yield channel(text)
