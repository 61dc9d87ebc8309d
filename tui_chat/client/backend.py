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
    """One endpoint that is ready to be asked, any number of times and by several conversations at once."""

    @property
    def name(self) -> str:
        """The endpoint's name in the configuration."""
        ...

    @property
    def model(self) -> str | None:
        """The model that is asked for; None where the endpoint serves one model and needs no name."""
        ...

    @property
    def context(self) -> int | None:
        """The length of the model's context in tokens; None while unknown."""
        ...

    def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[Event, None]:
        """Ask once. The last event is always `Closed`; nothing that can be expected to go wrong is raised.

        Ending it early means cancelling the task that iterates, or `aclose()`: wrap it in
        `contextlib.aclosing`, because a generator that is only dropped keeps its connection until it is collected.
        Nothing is sent before the first iteration and nothing after the end.
        """
        ...

    async def aclose(self) -> None:
        """Close connections and processes. Safe to call twice."""
        ...


@runtime_checkable
class Continuing(Protocol):
    """A backend that says whether an answer at the end of the messages is continued instead of being answered."""

    @property
    def continues(self) -> bool: ...


@runtime_checkable
class Replaying(Protocol):
    """A backend that says whether the model's thinking is sent back with its answers."""

    @property
    def replays_thinking(self) -> bool: ...


@runtime_checkable
class Recording(Protocol):
    """A backend that keeps a trace of its last requests, newest last."""

    @property
    def traces(self) -> Sequence[HttpTrace]: ...


@runtime_checkable
class Limited(Protocol):
    """A backend whose server says how much may still be asked of it; `limits` is None until it has said so."""

    @property
    def limits(self) -> RateLimits | None: ...


@runtime_checkable
class Secretive(Protocol):
    """A backend whose requests hold secrets: `secrets` are those of all requests so far."""

    @property
    def secrets(self) -> Secrets: ...


@runtime_checkable
class Listing(Protocol):
    """A backend that can be asked for its models; `context` may be known afterwards."""

    async def models(self) -> tuple[Model, ...] | ServerError: ...
