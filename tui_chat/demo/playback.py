"""Plays back an answer as a server would: waits, sends bytes, drops the connection."""

from __future__ import annotations

from collections.abc import Iterator

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.demo import bodies, filter_results, sse_frames
from tui_chat.demo.answers import Answer
from tui_chat.demo.bodies import quoted
from tui_chat.demo.pace import FIRST_TOKEN_S, TOKENS_PER_S
from tui_chat.demo.request import ReceivedRequest

LATE_S = 2.0
"""How long after its end an asynchronous filter takes an answer back."""

_TOKEN = lazy_pattern(r" ?\S{1,5}|\s+")


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds at speed 1."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Send:
    data: bytes


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection breaks here."""


Step = Wait | Send | Drop


@dataclass(frozen=True, slots=True)
class Stamp:
    """The part that every chunk of an answer repeats: its id and creation time (seconds since 1970)."""

    id: bytes
    created: int


class Playback:
    """One answer to one request, already cut to the request's `stop` and `max_tokens`."""

    def __init__(self, answer: Answer, received: ReceivedRequest, stamp: Stamp) -> None:
        limit = received.max_tokens
        text = _before(answer.text, received.stop)
        thinking, said = tokens(answer.reasoning), tokens(text)
        self.thinking = thinking[:limit]
        self.said = said if limit is None else said[: max(limit - len(thinking), 0)]
        whole = len(self.thinking) + len(self.said) == len(thinking) + len(said)
        self.answer = answer
        self.finish = answer.finish if whole else "length"
        used = len(self.thinking) + len(self.said) + len(tokens(answer.refusal))
        self._fields: dict[bytes, bytes | int] = {
            b"id": stamp.id,
            b"created": stamp.created,
            b"finish": self.finish.encode(),
            b"prompt_tokens": received.prompt_tokens,
            b"completion_tokens": used,
            b"total_tokens": received.prompt_tokens + used,
            b"prompt_results": filter_results.PROMPT_NOTICED if answer.annotated else filter_results.prompt(),
            b"results": filter_results.ANSWER_SAFE,
        }

    def steps(self) -> Iterator[Step]:
        """The stream, from its first byte to its last."""
        yield Wait(FIRST_TOKEN_S / 2 + self.answer.wait_for_text)
        match self.answer.shape:
            case "mistral":
                yield from self._mistral()
            case "azure":
                yield from self._azure()
            case "azure-late":
                yield from self._late()
            case "azure-unchecked":
                yield self._frame(sse_frames.UNCHECKED_ROLE)
                yield from self._texts(sse_frames.UNCHECKED_TEXT, self.said)
                yield self._frame(sse_frames.UNCHECKED_END)
        yield Send(sse_frames.DONE)

    def whole(self) -> bytes:
        """The same answer as one JSON body."""
        text = "".join(self.said)
        blocked = self.answer.blocked
        content = quoted(None) if blocked or self.answer.refusal else quoted(text)
        fields = self._fields | {b"content": content, b"refusal": quoted(self.answer.refusal or None)}
        match self.answer.shape:
            case "mistral":
                if self.thinking:
                    parts = {b"reasoning": quoted("".join(self.thinking)), b"text": quoted(text)}
                    fields[b"content"] = bodies.THINKING_CONTENT % parts
                return bodies.MISTRAL_WHOLE % fields
            case "azure-unchecked":
                return bodies.UNCHECKED_WHOLE % fields
            case _:
                noticed = filter_results.ANSWER_NOTICED
                fields[b"results"] = noticed if self.answer.annotated else filter_results.answer(blocked)
                return bodies.AZURE_WHOLE % (fields | ({b"finish": b"content_filter"} if blocked else {}))

    def _mistral(self) -> Iterator[Step]:
        yield self._frame(sse_frames.MISTRAL_ROLE)
        yield from self._texts(sse_frames.MISTRAL_THINKING, self.thinking)
        said = self.said
        if self.thinking and said:
            yield self._frame(sse_frames.MISTRAL_THOUGHT, text=quoted(said[0]))
            said = said[1:]
        if self.answer.dropped:
            yield from self._texts(sse_frames.MISTRAL_TEXT, said[: len(said) // 2])
            yield Drop()
        yield from self._texts(sse_frames.MISTRAL_TEXT, said)
        yield self._frame(sse_frames.MISTRAL_END)

    def _azure(self) -> Iterator[Step]:
        yield self._frame(sse_frames.AZURE_PROMPT)
        yield self._frame(sse_frames.AZURE_ROLE)
        yield from self._texts(sse_frames.AZURE_REFUSAL, tokens(self.answer.refusal))
        if self.answer.blocked:
            yield from self._texts(sse_frames.AZURE_TEXT, self.said[: len(self.said) * 3 // 4])
            yield self._frame(sse_frames.AZURE_BLOCKED, results=filter_results.answer(self.answer.blocked))
            return
        if self.answer.annotated and self.said:
            yield self._frame(sse_frames.AZURE_TEXT, text=quoted(self.said[0]), results=filter_results.ANSWER_NOTICED)
        yield from self._texts(sse_frames.AZURE_TEXT, self.said[self.answer.annotated :])
        yield self._frame(sse_frames.AZURE_END)
        yield self._frame(sse_frames.AZURE_USAGE)

    def _late(self) -> Iterator[Step]:
        length = sum(map(len, self.said))
        yield self._frame(sse_frames.AZURE_PROMPT)
        yield self._frame(sse_frames.LATE_ROLE)
        half = len(self.said) // 2
        read = sum(map(len, self.said[:half]))
        yield self._judge(0, 0, 0, filter_results.TEXT_PASSED)
        yield from self._texts(sse_frames.LATE_TEXT, self.said[:half])
        yield self._judge(read // 2, 0, read, filter_results.TEXT_PASSED)
        yield from self._texts(sse_frames.LATE_TEXT, self.said[half:])
        yield self._frame(sse_frames.LATE_END)
        yield self._judge(read, 0, length, filter_results.ANSWER_SAFE)
        yield Wait(LATE_S)
        yield self._judge(read, read, length, filter_results.TEXT_BLOCKED)
        yield self._frame(sse_frames.AZURE_USAGE)

    def _texts(self, template: bytes, pieces: list[str]) -> Iterator[Step]:
        for piece in pieces:
            yield Wait(1 / TOKENS_PER_S)
            yield self._frame(template, text=quoted(piece))

    def _judge(self, check: int, start: int, end: int, results: bytes) -> Step:
        return self._frame(sse_frames.LATE_RESULTS, check=check, start=start, end=end, results=results)

    def _frame(self, template: bytes, **more: bytes | int) -> Step:
        return Send(template % (self._fields | {name.encode(): value for name, value in more.items()}))


def tokens(text: str) -> list[str]:
    """Pieces of at most five letters each, which joined are the text."""
    return _TOKEN.findall(text)


def _before(text: str, stops: tuple[str, ...]) -> str:
    ends = [at for stop in stops if stop and (at := text.find(stop)) >= 0]
    return text[: min(ends)] if ends else text
