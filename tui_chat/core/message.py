"""Turns, outcomes and errors: the values that all layers pass around."""

from __future__ import annotations

import unicodedata
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from tui_chat.core.attachment import Attachment, images, with_files
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import FilterWord, Source, Verdict, filter_word

Role = Literal["system", "user", "assistant"]


class Outcome(StrEnum):
    """How an answer ended. The spellings are public (`ask --json`, saved files)."""

    COMPLETE = "complete"
    LENGTH = "length"
    PROMPT_BLOCKED = "prompt_blocked"
    ANSWER_BLOCKED = "answer_blocked"
    REFUSED = "refused"
    EMPTY = "empty"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def rejected(self) -> bool:
        """The content filter blocked the prompt or the answer."""
        return self in (Outcome.PROMPT_BLOCKED, Outcome.ANSWER_BLOCKED)


class ErrorKind(StrEnum):
    """The kinds of errors, as spelled by `ask --json`."""

    CONFIGURATION = "configuration"
    AUTH = "auth"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    RATE_LIMIT = "rate_limit"
    QUOTA = "quota"
    CONTEXT_LENGTH = "context_length"
    BAD_REQUEST = "bad_request"
    FILTERED = "filtered"
    SERVER = "server"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    TLS = "tls"
    PROXY = "proxy"
    PROTOCOL = "protocol"
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"


TRANSPORT_KINDS = frozenset(
    {
        ErrorKind.TIMEOUT,
        ErrorKind.CONNECTION,
        ErrorKind.TLS,
        ErrorKind.PROXY,
        ErrorKind.PROTOCOL,
        ErrorKind.TOO_LARGE,
    }
)
"""Kinds that say nothing about the answer itself: if text preceded them, the answer is *incomplete*, not *failed*."""


PASSING_KINDS = frozenset({ErrorKind.RATE_LIMIT, ErrorKind.SERVER, ErrorKind.TIMEOUT, ErrorKind.CONNECTION})
"""Kinds that may pass without any change on this side."""

NOT_IMPLEMENTED = 501


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them. None means unknown, not 0."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    reasoning_tokens: int | None = None
    """The part of `completion_tokens` used for thinking."""
    cached_tokens: int | None = None
    """The part of `prompt_tokens` that the server had cached."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The duration of an answer, in milliseconds from the moment its first request was sent.

    `first_token_ms` is None if neither text nor reasoning arrived.
    """

    first_token_ms: float | None
    total_ms: float


@dataclass(frozen=True, slots=True)
class ServerError:
    """One failure of any source, ready to be shown: `message` is a plain sentence without secrets.

    `code` is the server's own, as text. `retry_after_s` is the delay that the server asked for, in seconds. `hint` is
    the next step, or None. `limit` is the model's context and `asked` the size of the request, both in tokens, if an
    error about the context names them; they are for this run only, and not stored.
    """

    kind: ErrorKind
    message: str
    status: int | None = None
    code: str | None = None
    request_id: str | None = None
    retry_after_s: float | None = None
    hint: str | None = None
    limit: int | None = field(default=None, compare=False)
    asked: int | None = field(default=None, compare=False)

    @property
    def lacks_key(self) -> bool:
        """Whether another key may help: there is none, or the server refused it."""
        return self.kind is ErrorKind.AUTH or (self.kind is ErrorKind.CONFIGURATION and "key" in self.message)

    @property
    def may_work_later(self) -> bool:
        """Whether repeating the same request may succeed: a rate limit, an overload, the network."""
        return self.kind in PASSING_KINDS and self.status != NOT_IMPLEMENTED


@dataclass(frozen=True, slots=True)
class Citation:
    """A source of an answer. `url` begins with http:// or https://. `title` is "" if the server gave none."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent of a turn: only role, text and pictures (strict servers reject any other field).

    The texts of attached files are part of the text. `thinking` preceded an answer of `endpoint`: it is sent back to
    that server if it wants it, and nowhere else.
    """

    role: Role
    text: str
    images: tuple[Attachment, ...] = ()
    thinking: str = field(default="", compare=False, repr=False)
    endpoint: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation with everything known about it.

    `created` is timezone-aware. A prompt has no outcome. An answer without one was still running when it was last
    written: readers show it as incomplete.

    `sent` is the user's choice whether later requests include the turn; None leaves it to `core/sent_messages.py`.
    `settings`, `model` and `endpoint` are those of the answer's request. `not_run` names the side that the server says
    its filter did not check. `refusal` is the model's own sentence when it declined; it is not part of the answer's
    text. `withdrawn`: the filter took a complete answer back, so it is shown only on request. `citations` are the
    answer's sources, each once, in the server's order; they are never sent back. `attachments` are a prompt's files.
    """

    role: Role
    text: str
    created: datetime
    reasoning: str = ""
    refusal: str = ""
    outcome: Outcome | None = None
    finish_reason: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    not_run: Source | None = None
    usage: Usage | None = None
    settings: Settings | None = None
    model: str | None = None
    endpoint: str | None = None
    request_id: str | None = None
    error: ServerError | None = None
    timing: Timing | None = None
    sent: bool | None = None
    withdrawn: bool = False
    citations: tuple[Citation, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def asked(self) -> Message:
        """A prompt as sent, with its files."""
        if not self.attachments:
            return Message("user", self.text)
        return Message("user", with_files(self.text, self.attachments), images(self.attachments))

    @property
    def blank(self) -> bool:
        """Whether the text is invisible. Mistral rejects every request that contains a blank answer."""
        return is_blank(self.text)

    @property
    def rejected(self) -> bool:
        """The filter blocked the prompt or the answer."""
        return self.outcome is not None and self.outcome.rejected

    @property
    def thinking_used_up(self) -> bool:
        """The token limit was reached before the answer began."""
        return self.outcome is Outcome.LENGTH and self.blank

    @property
    def filter(self) -> FilterWord:
        """The content filter's overall verdict on this turn, in one word."""
        return filter_word(self.verdicts, self.not_run, blocked=self.rejected)


_FIRST = 1_000
_LETTERS_WITHOUT_INK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""The fillers of Hangul, and Braille without a dot."""


def is_blank(text: str) -> bool:
    """Whether a text is empty to a reader: only white space, controls and shapeless characters."""
    # The first characters nearly always suffice; `strip` would copy an answer of megabytes, and this is asked often.
    is_word = text[:1].isalnum() and text[0] not in _LETTERS_WITHOUT_INK
    return not is_word and _is_unseen(text[:_FIRST]) and _is_unseen(text[_FIRST:].strip())


def _is_unseen(text: str) -> bool:
    return all(
        char.isspace() or unicodedata.category(char) in ("Cc", "Cf") or char in _LETTERS_WITHOUT_INK for char in text
    )
