"""Decodes an answer, streamed or whole, into events, and decides where it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from tui_chat.core import event as ev
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Citation, ErrorKind, ServerError, Usage
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.core.verdict import Source, Verdict
from tui_chat.wire import citations
from tui_chat.wire import filter as verdicts
from tui_chat.wire.body import NotJson, leading, loads, text_of
from tui_chat.wire.choice_decoder import ChoiceDecoder
from tui_chat.wire.errors.in_stream import choice_error, is_error
from tui_chat.wire.errors.server_error import explain
from tui_chat.wire.errors.server_message import error_message, is_page
from tui_chat.wire.repeated_chunks import ChunkTemplate
from tui_chat.wire.resolve_endpoint import Endpoint
from tui_chat.wire.sse import MIB, StreamFramer
from tui_chat.wire.usage import usage_of

_CONTENT = lazy_pattern(r'"content"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)')
ASK_BROWSER = "If it does, this network may want a sign-in first: open any web page in a browser."
CHECK_URL = "Check that the url leads to a chat-completions endpoint."
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in bytes received, except `text`, which is in characters of the answer."""

    event: int = 16 * MIB
    text: int = 64 * MIB
    silence: int = 100 * MIB
    """Bytes that may arrive without any text."""


class StreamDecoder:
    """Takes an answer's body in any split and returns its events.

    `content_type` is the header's value, which counts only if the first byte agrees. `done` is True once the server
    said that the answer is complete; `over` is True once nothing more is to be read, for whatever reason.
    """

    def __init__(
        self,
        content_type: str = "text/event-stream",
        *,
        endpoint: Endpoint | None = None,
        request_id: str | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.done = False
        self.over = False
        self._type = content_type.lower()
        self._endpoint = endpoint
        self._thresholds = verdicts.thresholds_in(endpoint.body) if endpoint is not None else {}
        self._request_id = request_id
        self._limits = limits or Limits()
        self._framer = StreamFramer(self._limits.event)
        self._decoder = ChoiceDecoder()
        self._template = ChunkTemplate()
        self._mode: str | None = None
        self._body: list[bytes] = []
        self._silent = 0
        self._model: str | None = None
        self._usage: Usage | None = None
        self._told: dict[tuple[str, str], Verdict] = {}
        self._not_run: set[str] = set()
        self._cited: set[Citation] = set()
        self._failed = False
        self._closing = False
        self._noise = ""

    def feed(self, data: bytes) -> list[ev.Event]:
        """The events that these bytes complete."""
        if self.over or not data:
            return []
        before = self._decoder.spoken
        self._silent += len(data)
        self._mode = self._mode or self._sniff(data)
        if self._mode == "stream":
            events = self._frames(self._framer.feed(data))
        else:
            self._body.append(data)
            events = []
        if self._decoder.spoken > before:
            self._silent = 0
        return events + self._over_limit()

    def held(self) -> tuple[ev.Delta, ...]:
        """Text waiting for what follows it."""
        return self._decoder.held()

    def close(self) -> list[ev.Event]:
        """End the body. The last event is `Closed`; call it once, also if reading stopped early."""
        events: list[ev.Event] = []
        self._closing = True
        if self._mode == "stream":
            events += self._frames(self._framer.close())
        elif not self.over:
            events += self._piece(b"".join(self._body))
        events += self._decoder.flush()
        if not self._failed and (noise := self._nothing()):
            events.append(noise)
        self.over = True
        return [*events, ev.Closed(self.done)]

    def _sniff(self, data: bytes) -> str | None:
        """ "stream" or "whole", by the first byte that is not whitespace; None before it."""
        begun = b"".join((*self._body, data))
        first = begun.removeprefix(_BOM).lstrip()[:1]
        if not first or _BOM.startswith(begun):
            return None
        streamed = "event-stream" in self._type or "json-seq" in self._type or "ndjson" in self._type
        if streamed or "jsonl" in self._type:
            mode = "stream"
        elif "json" in self._type:
            mode = "whole" if first in b'{["<tfn-0123456789' else "stream"
        else:
            mode = "whole" if first == b"<" else "stream"
        if mode == "stream":
            self._body.clear()
        return mode

    def _frames(self, frames: Iterable[Any]) -> list[ev.Event]:
        events: list[ev.Event] = []
        for frame in frames:
            if self.done:
                break
            events += self._frame(frame.event.strip(), frame.data.strip())
        return events

    def _frame(self, name: str, data: str) -> Iterator[ev.Event]:
        if data.strip('"').upper() == "[DONE]":
            self.done = self.over = True
            return
        if name != "error" and (text := self._template.text(data)) is not None:
            yield from self._decoder.text(text)
            return
        self._template.forget()
        value = loads(data)
        if isinstance(value, NotJson):
            yield from self._unreadable(name, data)
            return
        for chunk in value if isinstance(value, list) else [value]:
            if isinstance(chunk, dict):
                events = list(self._chunk(chunk, failed=name == "error"))
                yield from events
                if chunk is value:
                    self._template.learn(data, chunk, events)
            elif name == "error" and isinstance(chunk, str):
                yield from self._explained(chunk)

    def _unreadable(self, name: str, data: str) -> Iterator[ev.Event]:
        """Handle text that is not JSON: an error in words, a lost piece of the answer, or noise.

        A lost piece makes the answer incomplete. Calling it complete would be a lie; ending it would lose what still
        comes. The half event at the end of a cut stream is recognized by the missing end alone.
        """
        if name == "error":
            yield from self._explained(data)
        elif data[:1] in ("{", "["):
            if not self._closing:
                yield self._fail(ErrorKind.PROTOCOL, "A piece of the answer could not be read, so it may have a gap.")
        else:
            self._noise = self._noise or data[:2000]

    def _chunk(self, chunk: Mapping[str, Any], *, failed: bool = False) -> Iterator[ev.Event]:
        model, id_ = chunk.get("model"), chunk.get("id")
        if isinstance(model, str) and model and model != self._model:
            self._model = model
            yield ev.Started(
                self._request_id or (id_ if isinstance(id_, str) and id_ else None), repair_surrogates(model)
            )
        choices = chunk.get("choices")
        broken = False
        for event in self._decoder.feed(choices if isinstance(choices, list) else ()):
            match event:
                case ev.Judged():
                    yield from self._judged(event)
                case ev.Cited():
                    yield from self._newly_cited(event.citations)
                case _:
                    yield event
            broken = broken or (isinstance(event, ev.Finished) and event.reason.lower() == "error")
        yield from self._newly_cited(citations.of_chunk(chunk))
        for judged in verdicts.of_chunk(chunk, self._thresholds):
            yield from self._judged(judged)
        if (usage := usage_of(chunk)) is not None and usage != self._usage:
            self._usage = usage
            yield ev.UsageReported(usage)
        if failed or is_error(chunk):
            yield from self._explained(chunk)
        elif inner := choice_error(chunk):
            yield from self._explained(inner)
        elif broken and not self._failed:
            said = "The server broke the answer off with an error and gave no reason."
            yield self._fail(ErrorKind.SERVER, said, "Try again in a moment.")

    def _newly_cited(self, found: tuple[Citation, ...]) -> Iterator[ev.Cited]:
        """Only new sources: some services repeat all of them with every chunk."""
        new = tuple(citation for citation in found if citation not in self._cited)
        self._cited.update(new)
        if new:
            yield ev.Cited(new)

    def _judged(self, judged: ev.Judged) -> Iterator[ev.Judged]:
        """Only new verdicts: some services repeat all of them with every chunk."""
        new = tuple(v for v in judged.verdicts if self._told.get((v.source, v.category)) != v)
        self._told |= {(v.source, v.category): v for v in new}
        not_run = judged.not_run if judged.not_run not in self._not_run else None
        self._not_run |= {not_run} if not_run else set()
        if new or not_run:
            yield ev.Judged(new, not_run)

    def _piece(self, raw: bytes) -> list[ev.Event]:
        """Parse a body that is, or should be, one JSON value."""
        value = leading(text_of(raw))
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, dict)), None)
        if isinstance(value, dict):
            self.done = isinstance(value.get("choices"), list)
            events = list(self._chunk(value))
            return events if self.done or self._failed else [*events, self._no_answer(value)]
        return self._rescue(value) if isinstance(value, str) else [self._no_answer(value)]

    def _rescue(self, text: str) -> list[ev.Event]:
        """Keep what there is of the answer in a truncated body."""
        found = _CONTENT.search(text) if text[:1] == "{" else None
        content = loads(f'"{found[1]}"') if found else None
        if not isinstance(content, str) or not content:
            return [self._no_answer(text)] if text.strip() else []
        choice = {"index": 0, "message": {"content": content}}
        return [*self._decoder.feed([choice])]

    def _no_answer(self, value: object) -> ev.Failed:
        said = error_message(value)
        what = "a web page" if isinstance(value, str) and is_page(value) else "something that is not an answer"
        return self._fail(
            ErrorKind.PROTOCOL,
            f"The server sent {what}{f': {said[:300]}' if said else '.'}",
            CHECK_URL if what != "a web page" else f"{CHECK_URL} {ASK_BROWSER}",
        )

    def _nothing(self) -> ev.Failed | None:
        """Nothing usable arrived: explain it from what did."""
        if self._decoder.spoken or self._model or self.done or self._told:
            return None
        noise = self._noise or text_of(self._framer.stray).strip()
        if noise:
            return self._no_answer(noise)
        return None if self._silent else self._fail(ErrorKind.PROTOCOL, "The server sent an empty answer.", CHECK_URL)

    def _over_limit(self) -> list[ev.Event]:
        limits = self._limits
        if self._framer.overflow:
            problem = f"One piece of the answer was longer than {limits.event // MIB} MiB."
        elif self._decoder.spoken > limits.text:
            problem = f"The answer was longer than {limits.text // MIB} MiB."
        elif self._silent > limits.silence:
            problem = f"The server sent {limits.silence // MIB} MiB without any text."
        else:
            return []
        self.over = True
        return [self._fail(ErrorKind.TOO_LARGE, f"{problem} Reading was stopped there.")]

    def _explained(self, value: object) -> Iterator[ev.Event]:
        """An error inside an answer. The chunk's other content is separated from it already."""
        if isinstance(value, dict):
            value = {key: item for key, item in value.items() if key not in ("choices", *verdicts.PROMPT_RESULTS)}
        source: Source = "answer" if self._decoder.spoken else "prompt"
        explained = explain(None, (), value, endpoint=self._endpoint, source=source)
        yield from self._judged(explained.judged)
        self._failed = True
        yield ev.Failed(replace(explained.error, request_id=explained.error.request_id or self._request_id))

    def _fail(self, kind: ErrorKind, message: str, hint: str | None = None) -> ev.Failed:
        self._failed = True
        return ev.Failed(ServerError(kind, message, request_id=self._request_id, hint=hint))
