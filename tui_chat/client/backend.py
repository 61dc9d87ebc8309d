"""The interface of everything that answers: configured endpoints, the built-in model, the demo."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tui_chat.core.event import Event
from tui_chat.core.message import Message, ServerError
from tui_chat.core.rate_limits import RateLimits
from tui_chat.core.settings import Settings
from tui_chat.wire.masking import Secrets
from tui_chat.wire.model_list import Model

if TYPE_CHECKING:
    from tui_chat.client.http_trace import HttpTrace


@runtime_checkable
class Backend(Protocol):
    """One endpoint, ready for any number of requests from several conversations at once."""

    @property
    def name(self) -> str:
        """The endpoint's name in the configuration."""
        ...

    @property
    def model(self) -> str | None:
        """The requested model; None if the endpoint serves one model and needs no name."""
        ...

    @property
    def context(self) -> int | None:
        """The model's context length in tokens; None if unknown."""
        ...

    def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[Event, None]:
        """Ask once. The last event is always `Closed`; expected failures are events, not exceptions.

        To end it early, cancel the task that iterates, or call `aclose()`: wrap it in `contextlib.aclosing`, because a
        generator that is only dropped keeps its connection until it is collected. Nothing is sent before the first
        iteration and nothing after the end.
        """
        ...

    async def aclose(self) -> None:
        """Close connections and processes. Safe to call twice."""
        ...


@runtime_checkable
class Continuing(Protocol):
    """A backend that knows whether an answer at the end of the messages is continued rather than replied to."""

    @property
    def continues(self) -> bool: ...


@runtime_checkable
class Replaying(Protocol):
    """A backend that knows whether the model's thinking is sent back with its answers."""

    @property
    def replays_thinking(self) -> bool: ...


@runtime_checkable
class Recording(Protocol):
    """A backend that keeps traces of its latest requests, newest last."""

    @property
    def traces(self) -> Sequence[HttpTrace]: ...


@runtime_checkable
class Limited(Protocol):
    """A backend whose server reports rate limits; `limits` is None until it has."""

    @property
    def limits(self) -> RateLimits | None: ...


@runtime_checkable
class Secretive(Protocol):
    """A backend whose requests hold secrets: `secrets` are those of all requests so far."""

    @property
    def secrets(self) -> Secrets: ...


@runtime_checkable
class Listing(Protocol):
    """A backend that can list its models; `context` may be known afterwards."""

    async def models(self) -> tuple[Model, ...] | ServerError: ...
