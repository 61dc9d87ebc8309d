"""Keeps the latest requests and responses for bug reports, with every secret masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import field, replace
from datetime import UTC, datetime

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.rate_limits import RateLimits, limit_words
from tui_chat.wire.body import text_of
from tui_chat.wire.masking import Secrets
from tui_chat.wire.request import Request
from tui_chat.wire.resolve_endpoint import Endpoint
from tui_chat.wire.secret_search import Stream

KEPT_BYTES = 256 * 1024
"""Bytes kept of an answer's body."""

KEPT_MESSAGES = 16 * 1024
"""Characters of messages kept of a request once there is a later one."""

LEFT_OUT = '"(too long to be kept: see the last request)"'

_TEXT = lazy_pattern(r'("(\w+)"\s*:\s*")((?:[^"\\]|\\.)*+)')
"""A JSON text field: its beginning, its name, and its value."""

_ID = lazy_pattern(r'"id"\s*:\s*"([\w.:-]{4,80})"')
"""Ids of answers look as random as keys. Providers ask for them, so they stay."""


@dataclass(slots=True)
class HttpTrace:
    """One request and its response. `show` is the only way out, and it masks.

    `conversation` is the id of the one it was sent for; None for the check of an endpoint.
    """

    request: Request = field(repr=False)
    endpoint: Endpoint
    secrets: Secrets
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    failure: str | None = None
    limits: RateLimits | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    conversation: str | None = None
    _body: bytearray = field(default_factory=bytearray, repr=False)

    def arrived(self, data: bytes) -> None:
        """Remember the beginning of the body."""
        if len(self._body) < KEPT_BYTES:
            self._body += data[: KEPT_BYTES - len(self._body)]

    def shorten(self) -> None:
        """Drop long messages: the next request of the conversation repeats them.

        They are dropped whole. Half of a secret at the cut would not be recognized, and so not masked.
        """
        fields = dict(self.request.fields)
        if len(fields.get("messages", "")) > KEPT_MESSAGES:
            fields["messages"] = LEFT_OUT
        self.request = replace(self.request, body=b"", fields=fields)

    def show(self, *, with_messages: bool = False) -> str:
        """The text for a bug report. Messages are left out unless asked for."""
        return "\n".join((*self._sent(with_messages), "", self.received()))

    def received(self) -> str:
        """Only the response: status, headers and body."""
        return "\n".join(self._received()).rstrip() + "\n"

    def _sent(self, with_messages: bool) -> Iterator[str]:
        yield f"POST {self.secrets.mask_shown(self.request.url)}"
        yield from self._lines(self.request.headers, sent=True)
        yield ""
        fields = dict(self.request.fields)
        if not with_messages and "messages" in fields:
            fields["messages"] = '"(left out)"'
        yield self.secrets.mask_body(fields, ", ", ": ")

    def _received(self) -> Iterator[str]:
        yield f"status {self.status}" if self.status is not None else "no answer"
        yield from (f"({limit_words(each)})" for each in (self.limits.allowances if self.limits else ()))
        yield from self._lines(self.headers, sent=False)
        yield ""
        body = text_of(bytes(self._body))
        yield self.secrets.mask_shown(self._joined(body), set(_ID.findall(body)))
        yield self.secrets.mask_shown(self.failure or "")

    def _joined(self, body: str) -> str:
        """The body with secrets masked, including those split over several events. Fields of one name are joined."""
        streams: dict[str, Stream] = defaultdict(self.secrets.stream)
        shown = _TEXT.sub(lambda found: f"{found[1]}{streams[found[2]].feed(found[3])}", body)
        return shown + "".join(stream.flush() for stream in streams.values())

    def _lines(self, headers: tuple[tuple[str, str], ...], *, sent: bool) -> Iterator[str]:
        for name, value in headers:
            yield f"{self.secrets.mask_shown(name)}: {self.secrets.mask_header(name, value, sent=sent)}"
