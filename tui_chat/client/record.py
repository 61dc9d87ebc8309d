"""The last exchanges with a server, for a bug report: as they were, with every secret masked."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_chat.wire.body import text_of
from tui_chat.wire.endpoint import Endpoint
from tui_chat.wire.request import Request
from tui_chat.wire.secret import mask, mask_header

KEPT_BYTES = 256 * 1024
"""How much of an answer's body is kept."""


@dataclass(slots=True)
class Exchange:
    """One request and what came back. `show` is the only way out, and it masks."""

    request: Request = field(repr=False)
    endpoint: Endpoint
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    failure: str | None = None
    _body: bytearray = field(default_factory=bytearray, repr=False)

    def arrived(self, data: bytes) -> None:
        """Remember the beginning of the body."""
        if len(self._body) < KEPT_BYTES:
            self._body += data[: KEPT_BYTES - len(self._body)]

    def show(self, *, with_messages: bool = False) -> str:
        """Text for a bug report. What was said is left out of the request unless it is asked for."""
        secrets = self._secrets()
        fields = self.request.fields
        shown = {n: v if with_messages or n != "messages" else '"(left out)"' for n, v in fields.items()}
        lines = [f"POST {mask(self.request.url, secrets)}", *_lines(self.request.headers, secrets), ""]
        lines += [mask("{" + ", ".join(f'"{n}": {v}' for n, v in shown.items()) + "}", secrets), ""]
        status = f"status {self.status}" if self.status is not None else "no answer"
        lines += [status, *_lines(self.headers, secrets), ""]
        lines += [mask(text_of(bytes(self._body)), secrets)] if self._body else []
        lines += [self.failure] if self.failure else []
        return "\n".join(lines).rstrip() + "\n"

    def _secrets(self) -> list[str]:
        own = [value for name, value in self.endpoint.headers.items() if mask_header(name, value) != value]
        return [*own, *([self.endpoint.key] if self.endpoint.key else [])]


def _lines(headers: tuple[tuple[str, str], ...], secrets: list[str]) -> list[str]:
    return [f"{name}: {mask_header(name, value, secrets)}" for name, value in headers]
