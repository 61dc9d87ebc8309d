"""Requests one answer, including every repeat it takes: redirects, other keys, dropped fields, retries.

In this order: follow a redirect on the same host, fetch an expired key again, send the key the other way, use the
host's other route, leave out a rejected field, and retry what may work in a moment.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from tui_chat.client.endpoint_connection import EndpointConnection
from tui_chat.client.field_fallback import MAX_REPEATS, learn
from tui_chat.client.http_trace import HttpTrace
from tui_chat.client.retry import pause
from tui_chat.client.route_fallback import NOT_FOUND, is_named, neither, route_note
from tui_chat.client.single_request import SingleRequest, Trouble
from tui_chat.core import event as ev
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ErrorKind, Message, ServerError
from tui_chat.core.settings import Settings
from tui_chat.wire.address import advice, origin, other_route
from tui_chat.wire.errors.next_step_by_service import judges_key
from tui_chat.wire.errors.server_error import Explained
from tui_chat.wire.errors.server_message import error_message
from tui_chat.wire.event_masking import EventMask
from tui_chat.wire.foreign_address import foreign
from tui_chat.wire.masking import NONE, Secrets
from tui_chat.wire.request import Request, encode
from tui_chat.wire.resolve_endpoint import Endpoint

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 3
_SIGN_IN = lazy_pattern(r"log-?[io]n|sign-?in|portal|captive|\bsso\b|saml", re.IGNORECASE)
"""Words in the addresses of pages that want a sign-in."""
LONG = 200_000
"""Characters of all messages above which encoding them is noticeable: about three milliseconds."""

KEEPS_METHOD = frozenset({301, 302, 307, 308})
"""Redirects that are followed with the same POST. 303 asks for a GET, which cannot carry a conversation."""


class AnswerRequest:
    """Counts attempts, redirects and repeats while one answer is asked for."""

    def __init__(
        self, connection: EndpointConnection, messages: Sequence[Message], settings: Settings, *, stream: bool
    ) -> None:
        self._connection = connection
        self._messages = tuple(messages)
        self._settings = settings
        self._stream = stream
        self._sent = 0
        self._tries = 0
        self._first_at = 0.0
        self._redirects = 0
        self._repeats = 0
        self._refreshed = False
        self._switched = False
        self._unsigned: ServerError | None = None
        self._refused: Trouble | None = None
        """The refusal of the usual way of sending the key."""
        self._missed: tuple[Endpoint, Trouble] | None = None
        self._notes: set[str] = set()
        self._mask = EventMask(NONE)

    async def events(self) -> AsyncGenerator[ev.Event, None]:
        """All events of the answer; `Closed` is the last. None contains a secret of the request."""
        if self._connection.signs_in:
            yield ev.Waiting("signing in to Azure")
        async with aclosing(self._events()) as events:
            async for event in events:
                for masked in self._mask.feed(event):
                    yield masked

    async def _events(self) -> AsyncGenerator[ev.Event, None]:
        ready = await self._ready()
        if isinstance(ready, ServerError):
            for event in _given_up(Explained(ready)):
                yield event
            return
        endpoint, transport = ready
        while True:
            request = await self._request(endpoint)
            attempt = self._attempt(transport, request, endpoint)
            for note in self._new(request.notes):
                yield ev.Noted(note)
            yield ev.Sent(self._sent)
            async with aclosing(attempt.events()) as events:
                async for event in events:
                    learned = self._remember(event, endpoint)
                    yield event
                    for note in learned:
                        yield ev.Noted(note)
            if attempt.trouble is None:
                return
            step = await self._next(attempt.trouble, request, endpoint)
            if step is None:
                trouble = self._telling(attempt.trouble, endpoint)
                for event in _given_up(_final(trouble, endpoint, self._connection.secrets)):
                    yield event
                return
            endpoint, said = step
            if said is not None:
                yield said
            if isinstance(said, ev.Waiting):
                await asyncio.sleep(said.seconds or 0)

    async def _ready(self) -> tuple[Endpoint, httpx.AsyncBaseTransport] | ServerError:
        endpoint = await self._connection.endpoint()
        if isinstance(endpoint, ServerError):
            return endpoint
        transport = await self._connection.transport(endpoint)
        return transport if isinstance(transport, ServerError) else (endpoint, transport)

    async def _request(self, endpoint: Endpoint) -> Request:
        """Encode the request; a very long conversation off the event loop, because it takes a tenth of a second."""
        make = partial(
            encode, self._messages, self._settings, endpoint, stream=self._stream, learned=self._connection.learned
        )
        long = sum(len(message.text) for message in self._messages) > LONG
        return await asyncio.to_thread(make) if long else make()

    def _attempt(self, transport: httpx.AsyncBaseTransport, request: Request, endpoint: Endpoint) -> SingleRequest:
        self._sent += 1
        self._tries += 1
        if self._sent == 1:
            self._first_at = _now()
        self._mask = EventMask(self._connection.secrets)
        trace = HttpTrace(request, endpoint, self._connection.secrets)
        if self._connection.traces:
            self._connection.traces[-1].shorten()
        self._connection.traces.append(trace)
        own, proxy = self._connection.own, self._connection.proxy(request.url)
        return SingleRequest(transport, request, endpoint, trace, proxy, own)

    def _new(self, notes: Sequence[str]) -> list[str]:
        """Notes that were not reported for this answer yet."""
        new = [note for note in notes if note not in self._notes]
        self._notes.update(new)
        return new

    def _remember(self, event: ev.Event, endpoint: Endpoint) -> tuple[str, ...]:
        """Store what the answer teaches about the endpoint, and return notes for the user.

        Once the server answers, the way of sending the key and the route are known to be right.
        """
        if isinstance(event, ev.LimitsReported):
            self._connection.limits = event.limits
        return tuple(self._learned_ways(endpoint)) if isinstance(event, ev.Started) else ()

    def _learned_ways(self, endpoint: Endpoint) -> Iterator[str]:
        if self._switched and self._connection.auth != endpoint.auth:
            self._connection.auth = endpoint.auth
            yield f'the key was accepted as auth = "{endpoint.auth}", and is sent that way from now on'
        if self._missed is not None and self._connection.route != endpoint.url:
            self._connection.route = endpoint.url
            yield route_note(self._missed[0], endpoint)

    async def _next(
        self, trouble: Trouble, request: Request, endpoint: Endpoint
    ) -> tuple[Endpoint, ev.Event | None] | None:
        """The endpoint to ask next, and an event to report before it; None to give up."""
        if trouble.location is not None:
            return self._follow(trouble.location, trouble.explained.error.status, endpoint)
        if trouble.explained.error.kind is ErrorKind.AUTH:
            return await self._with_other_key(endpoint, trouble)
        if trouble.explained.error.status in NOT_FOUND and (other := await self._on_other_route(trouble, endpoint)):
            return other, None
        known = self._connection.learned
        taught = learn(known, trouble.explained, request, endpoint.body) if self._repeats < MAX_REPEATS else None
        if taught is not None:
            self._repeats += 1
            self._tries -= 1
            self._connection.learned, note = taught
            return endpoint, ev.Noted(note) if note else None
        return self._again(trouble, endpoint)

    def _follow(self, location: str, status: int | None, endpoint: Endpoint) -> tuple[Endpoint, None] | None:
        """Follow only if scheme, host and port stay: a redirect takes the key and the conversation along."""
        target = _target(location, endpoint)
        if status not in KEEPS_METHOD or target is None or self._redirects >= MAX_REDIRECTS or target == endpoint.url:
            return None
        if origin(target) != origin(endpoint.url):
            return None
        self._redirects += 1
        self._tries -= 1
        return replace(endpoint, url=target), None

    async def _with_other_key(self, endpoint: Endpoint, trouble: Trouble) -> tuple[Endpoint, None] | None:
        """Retry with a fresh key or token, or with the other way of sending it."""
        if self._connection.renews and not self._refreshed:
            self._refreshed = True
            fresh = await self._connection.renewed(trouble.explained)
            if isinstance(fresh, Endpoint) and fresh.key != endpoint.key:
                self._tries -= 1
                return replace(fresh, url=endpoint.url, dialect=endpoint.dialect), None
            if isinstance(fresh, ServerError) and fresh.kind is ErrorKind.AUTH:
                self._unsigned = fresh
        other = self._connection.sent_otherwise(endpoint, trouble.explained.error)
        if other is None:
            return None
        self._switched = True
        self._tries -= 1
        self._refused = self._refused or trouble
        return other, None

    async def _on_other_route(self, trouble: Trouble, endpoint: Endpoint) -> Endpoint | None:
        """The same endpoint under its host's other route, once, if it has one."""
        route = other_route(endpoint.url) if self._missed is None else None
        if route is None:
            return None
        found = await self._connection.endpoint(route=route)
        if isinstance(found, ServerError):
            return None
        self._missed = endpoint, trouble
        self._tries -= 1
        return replace(found, auth=endpoint.auth, other_auth=endpoint.other_auth)

    def _telling(self, trouble: Trouble, endpoint: Endpoint) -> Trouble:
        """The failure to report: the sign-in's if it led to a 401; of two refusals, the one that is about the key; of
        two missing routes, the one that names what is missing."""
        error = trouble.explained.error
        if error.kind is ErrorKind.AUTH:
            if self._unsigned is not None:
                return Trouble(Explained(self._unsigned))
            usual = self._refused
            return usual if usual and judges_key(usual.explained.error) and not judges_key(error) else trouble
        if self._missed is None or error.status not in NOT_FOUND:
            return trouble
        missed, first = self._missed
        if is_named(error) and not is_named(first.explained.error):
            return trouble
        told = neither(first.explained.error, missed, endpoint)
        return replace(first, explained=replace(first.explained, error=told))

    def _again(self, trouble: Trouble, endpoint: Endpoint) -> tuple[Endpoint, ev.Waiting] | None:
        elapsed = _now() - self._first_at
        wait = pause(
            trouble.explained,
            lost=trouble.lost,
            sent=self._tries,
            elapsed=elapsed,
            first=self._connection.first_pause,
            dice=random.random(),
        )
        if wait is None:
            return None
        error = trouble.explained.error
        return endpoint, ev.Waiting(_REASONS.get(error.kind, "asking again"), wait, error)


_REASONS = {
    ErrorKind.RATE_LIMIT: "the server asked to wait",
    ErrorKind.SERVER: "the server has a problem",
    ErrorKind.CONNECTION: "connecting again",
    ErrorKind.TIMEOUT: "connecting again",
}


def _given_up(explained: Explained) -> list[ev.Event]:
    judged = [explained.judged] if explained.judged != ev.Judged() else []
    return [*judged, ev.Failed(explained.error), ev.Closed(done=False)]


def _final(trouble: Trouble, endpoint: Endpoint, secrets: Secrets) -> Explained:
    """The failure as reported: for a redirect that was not followed, where it leads."""
    if trouble.location is None:
        return trouble.explained
    target = _target(trouble.location, endpoint)
    where = target.partition("?")[0] if target else "an invalid address"
    shown = error_message(secrets.mask_shown(where))
    page = foreign(urlsplit(where).hostname or "", urlsplit(where).path) if target else None
    step = f"If that address is right, make it the url of the endpoint {endpoint.name}."
    if _SIGN_IN.search(where):
        step = "That looks like a sign-in page, of this network or of a gateway: open it in a browser, then try again."
    if page is not None:
        step = (
            f"That {advice(page)[0]}: the address of the endpoint {endpoint.name} is a page for a browser, or a gateway"
            " wants a sign-in of its own."
        )
    error = ServerError(
        ErrorKind.REDIRECT,
        f"The server redirects to {shown}. The key and the conversation were not sent there.",
        status=trouble.explained.error.status,
        request_id=trouble.explained.error.request_id,
        hint=step,
    )
    return Explained(error)


def _target(location: str, endpoint: Endpoint) -> str | None:
    try:
        target = urljoin(endpoint.url, location)
        origin(target)
    except ValueError:
        return None
    return target


def _now() -> float:
    return asyncio.get_running_loop().time()
