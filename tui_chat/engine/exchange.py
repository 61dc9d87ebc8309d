"""Runs one prompt and its answer, and writes both to the library at the right moments.

The prompt and the place for its answer are there before the first byte goes out, in one transaction; the answer's
pieces follow while it runs. Once the server has ended the answer it is written whole, and again when a late verdict
changes how it ended. Whatever ends the turn (finish, failure, stop, quit, a bug) hands it to `UnsavedWrites` in a
synchronous `finally`: an asynchronous clean-up would be cut short by the second cancellation that a quit brings.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING

from tui_chat.client.backend import Backend, Recording
from tui_chat.core import event as ev
from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import ErrorKind, ServerError, Timing, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings
from tui_chat.engine.clock import Clock
from tui_chat.engine.context_limits import ContextLimits
from tui_chat.engine.request_plan import RequestPlan, plan_request, stream_answer
from tui_chat.engine.unsaved_write_kinds import AnswerWrite
from tui_chat.engine.unsaved_writes import BUSY_S, RETRY_S, UnsavedWrites
from tui_chat.store.library_error import LibraryError

if TYPE_CHECKING:
    from tui_chat.store.library import Library

Watch = Callable[[ev.Event], None]

KEEP_AFTER = 0.15
"""Seconds from a piece's arrival until it is passed to the library; with the write itself well below 250 ms."""


@dataclass(frozen=True, slots=True)
class Services:
    """What an exchange works with. `new_id` returns a fresh id at each call; `limits` knows context lengths.

    `unsaved` holds failed writes, and retries them every `retry_s` seconds.
    """

    library: Library
    clock: Clock
    new_id: Callable[[], str]
    limits: ContextLimits = field(default_factory=ContextLimits)
    retry_s: float = RETRY_S
    unsaved: UnsavedWrites = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "unsaved", UnsavedWrites(self.library, self.retry_s))


class GivenUpError(Exception):
    """The user stopped waiting for the library: nothing was sent, and nothing is stored."""


@dataclass(slots=True)
class Sending:
    """A prompt being stored, for callers that wait while another process holds the library.

    `drafts` are the owners of its drafts, which are removed with it. `on_wait` is called when the waiting begins.
    """

    drafts: tuple[str, ...] = ()
    on_wait: Callable[[], None] | None = None
    waiting: bool = False
    given_up: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once it is stored, or never will be."""

    def wait(self) -> None:
        """Wait while another process holds the library. Raises GivenUpError."""
        if self.given_up:
            raise GivenUpError
        if not self.waiting:
            self.waiting = True
            if self.on_wait is not None:
                self.on_wait()


class Exchange:
    """One prompt and its answer. Create it with `ask`, `again` or `resume`, which store the prompt; then `run` it.

    `head` is the turn below which the answer is added: the prompt, or the answer that is continued. `asked` is
    (endpoint, model) if known in advance: they are stored with the answer's place.
    """

    def __init__(
        self,
        services: Services,
        conversation: Conversation,
        prompt_id: str,
        settings: Settings,
        head: str | None = None,
        asked: tuple[str, str | None] = ("", None),
    ) -> None:
        self.reply = Reply()
        self.conversation = conversation
        self.prompt_id = prompt_id
        self.head = head or prompt_id
        self.plan: RequestPlan | None = None
        """The request that is sent, once planned."""
        self.answer_id = services.new_id()
        self.settings = settings
        self._piece_problem: LibraryError | None = None
        self._services = services
        self._created = services.clock.now()
        self.endpoint, self._model = asked
        """The endpoint that answers; "" until known."""
        self._sent_at: float | None = None
        self._first_at: float | None = None
        self._waiting_since = 0.0
        self.started = False
        """True once `run` has started: only then does cancelling it reach its clean-up."""
        self._ended_at: float | None = None
        self._whole: Turn | None = None
        self._due = False
        """The whole answer has changed since it was last stored."""
        self._kept = (0, 0)
        self._relabeled = 0
        self._news = asyncio.Event()

    @classmethod
    async def ask(
        cls,
        services: Services,
        conversation: Conversation,
        text: str,
        settings: Settings,
        sibling: str | None = None,
        sending: Sending | None = None,
        attachments: tuple[Attachment, ...] = (),
    ) -> Exchange:
        """Store a prompt below the head, or as a version of the turn `sibling`, with room for its answer.

        Raises LibraryError and GivenUpError, and then nothing has changed.
        """
        turn = Turn(role="user", text=text, created=services.clock.now(), attachments=attachments)
        parent = conversation.head if sibling is None else conversation.nodes[sibling].parent
        prompt = Node(services.new_id(), parent, turn)
        return await cls(services, conversation, prompt.id, settings)._placed((prompt,), sending)

    @classmethod
    async def again(
        cls,
        services: Services,
        conversation: Conversation,
        prompt_id: str,
        settings: Settings,
        sending: Sending | None = None,
    ) -> Exchange:
        """Make room for another answer to a stored prompt. Raises as `ask`."""
        return await cls(services, conversation, prompt_id, settings)._placed((), sending)

    @classmethod
    async def resume(
        cls,
        services: Services,
        conversation: Conversation,
        prompt_id: str,
        answer_id: str,
        settings: Settings,
        sending: Sending | None = None,
    ) -> Exchange:
        """Make room for the continuation of an answer, below it. Raises as `ask`."""
        return await cls(services, conversation, prompt_id, settings, answer_id)._placed((), sending)

    async def _placed(self, prompt: tuple[Node, ...], sending: Sending | None) -> Exchange:
        await store_turns(self._services, self.conversation, (*prompt, self.place), sending)
        return self

    @property
    def place(self) -> Node:
        """The answer's node while it is still empty."""
        return Node(self.answer_id, self.head, self._turn(self.endpoint))

    def address(self, endpoint: str) -> None:
        """Name the endpoint that will be asked in the answer's place, before `run`."""
        self.endpoint = endpoint
        self.conversation.put(self.answer_id, self.place.turn)

    @property
    def problem(self) -> LibraryError | None:
        """Why part of the answer is not in the library (its text is still in `reply`); None if all of it is."""
        key = AnswerWrite(self.conversation, self.answer_id).key
        return self._services.unsaved.problem(key) or self._piece_problem

    async def run(self, backend: Backend, *, stream: bool = True, watch: Watch | None = None) -> None:
        """Fetch the answer and store it. Returns when it is over; cancelling keeps the partial answer and is passed on.

        `watch` gets each event after it was applied; it must neither wait nor raise.
        """
        self.started = True
        self.endpoint = backend.name
        keeper = asyncio.create_task(self._keep())
        try:
            if not self.reply.state.is_final:
                await self._fetch(backend, stream, watch)
            self.reply.feed(ev.Closed(done=False))
        except Exception as error:
            # A bug of ours: say so in the turn, where nothing is lost, and not on a crash screen.
            self._take(ev.Failed(_unexpected(error)))
        finally:
            keeper.cancel()
            self.reply.feed(ev.Closed(done=False))
            self._settle()
            self._write_whole()
        # Only where there is time for it. The answer is on the screen already, and the next prompt may go out.
        await self._services.unsaved.settled(AnswerWrite(self.conversation, self.answer_id).key)

    async def _fetch(self, backend: Backend, stream: bool, watch: Watch | None) -> None:
        limits = self._services.limits
        self.plan = await plan_request(self.conversation, self.head, self.settings, backend, limits)
        asked = stream_answer(self.plan, self.settings, backend, limits, stream=stream)
        async with contextlib.aclosing(asked) as events:
            async for event in events:
                if isinstance(event, ev.Sent) and isinstance(backend, Recording) and backend.traces:
                    # Between the start of a trace and this event nothing waits: the last one is ours.
                    backend.traces[-1].conversation = self.conversation.id
                self._take(event)
                if watch is not None:
                    watch(event)

    def stop(self) -> None:
        """End the answer at once, at the user's request, before its worker is cancelled."""
        self.reply.feed(ev.Stopped())
        self._settle()

    @property
    def timing(self) -> Timing | None:
        """Milliseconds from the first request to the answer's end, or to now; None before a request was sent."""
        if self._sent_at is None:
            return None
        now = self._services.clock.monotonic() if self._ended_at is None else self._ended_at
        first = None if self._first_at is None else round((self._first_at - self._sent_at) * 1000, 1)
        return Timing(first, round((now - self._sent_at) * 1000, 1))

    @property
    def wait_left(self) -> float | None:
        """Seconds until the next retry, if one is scheduled."""
        waiting = self.reply.waiting
        if waiting is None or waiting.seconds is None or self.reply.state.is_final:
            return None
        return max(0.0, self._waiting_since + waiting.seconds - self._services.clock.monotonic())

    def _take(self, event: ev.Event) -> None:
        self.reply.feed(event)
        match event:
            case ev.Sent() if self._sent_at is None:
                self._sent_at = self._services.clock.monotonic()
            case ev.Waiting():
                self._waiting_since = self._services.clock.monotonic()
            case ev.TextDelta() | ev.ReasoningDelta() | ev.Relabeled():
                if self._first_at is None:
                    self._first_at = self._services.clock.monotonic()
                self._news.set()
            case _:
                pass
        if self.reply.state.has_ended and (self._whole is None or self._whole.outcome is not self.reply.outcome):
            self._settle()
            self._news.set()

    async def _keep(self) -> None:
        while True:
            await self._news.wait()
            if self._whole is None:
                await asyncio.sleep(KEEP_AFTER)
            self._news.clear()
            if self._whole is not None:
                self._write_whole()
            elif not await self._write_pieces():
                self._news.set()
                await asyncio.sleep(self._services.retry_s)

    async def _write_pieces(self) -> bool:
        """Append what arrived since the last call. What fails is appended again next time, with what arrives until
        then."""
        if self.reply.relabeled != self._relabeled:
            return await self._rewrite()
        text_from, reasoning_from = self._kept
        upto = (len(self.reply.pieces), len(self.reply.reasoning_pieces))
        text = "".join(self.reply.pieces[text_from:])
        reasoning = "".join(self.reply.reasoning_pieces[reasoning_from:])
        try:
            await self._services.library.append(self.conversation.id, self.answer_id, text=text, reasoning=reasoning)
        except LibraryError as problem:
            self._piece_problem = problem
            return False
        self._piece_problem = None
        self._kept = upto
        return True

    async def _rewrite(self) -> bool:
        """Replace what was stored as the answer's text and turned out to be thinking."""
        relabeled = self.reply.relabeled
        upto = (len(self.reply.pieces), len(self.reply.reasoning_pieces))
        running = replace(self._turn(self.endpoint), outcome=None)
        try:
            await self._services.library.finish(self.conversation.id, self.answer_id, running)
        except LibraryError as problem:
            self._piece_problem = problem
            return False
        self._piece_problem = None
        self._kept, self._relabeled = upto, relabeled
        return True

    def _settle(self) -> None:
        """Put the answer as known now into the conversation, and mark what is not stored yet as due."""
        if self._ended_at is None:
            self._ended_at = self._services.clock.monotonic()
        turn = replace(self._turn(self.endpoint), sent=self.conversation.nodes[self.answer_id].turn.sent)
        if turn != self._whole:
            self._whole = turn
            self._due = True
            self.conversation.put(self.answer_id, turn)

    def _write_whole(self) -> None:
        """Have the whole answer written. Pending writes of its pieces come first in the library's queue, or are
        dropped."""
        if self._whole is not None and self._due:
            self._due = False
            self._piece_problem = None
            self._services.unsaved.save(AnswerWrite(self.conversation, self.answer_id))

    def _turn(self, endpoint: str) -> Turn:
        turn = self.reply.turn(self._created, self.settings, endpoint, self.timing)
        return turn if turn.model is not None else replace(turn, model=self._model)


async def store_turns(
    services: Services,
    conversation: Conversation,
    nodes: Sequence[Node],
    sending: Sending | None = None,
    shown: str | None = None,
) -> None:
    """Store turns of an exchange, and add them to the conversation; `shown` is its new head (None: the last turn).

    All in one transaction: a prompt refused on the screen must not be stored after all. Raises LibraryError and
    GivenUpError, and then nothing has changed.
    """
    services.unsaved.retry()
    begin = services.library.begin
    while True:
        try:
            if sending is None:
                await begin(conversation, nodes, shown=shown)
            else:
                await begin(conversation, nodes, sending.drafts, BUSY_S, shown)
            break
        except LibraryError as error:
            if sending is None or not error.locked:
                raise
            sending.wait()
    for node in nodes:
        conversation.add(node)
    if shown is not None:
        conversation.head = shown


def _unexpected(error: Exception) -> ServerError:
    # The exception's text stays out: it may quote a header, and so a key.
    return ServerError(
        kind=ErrorKind.PROTOCOL,
        message=f"tui-chat itself failed while reading the answer ({type(error).__name__}).",
        hint="The partial answer is kept. Please report this with the steps that led here.",
    )
