"""Queues prompts submitted while an answer is running, and sends them one after another, to their own conversation,
also while another one is shown.

Each is a draft of its own in the library, which goes in the transaction that makes it a turn. A prompt leaves the queue
on the screen before it is sent, so that it cannot be edited meanwhile, and comes back where it could not be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Protocol

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import escaped, unescaped
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.session import Session
from tui_chat.engine.unsaved_write_kinds import DraftWrite, draft_key
from tui_chat.store.errors import LibraryError
from tui_chat.store.library_reads import queue_prefix
from tui_chat.ui.ports import Jobs, Notifier, PromptText
from tui_chat.ui.prompt_queue import NOT_SENT, RESTORED, PromptQueue, QueuedPrompt
from tui_chat.ui.queue_offer import QueueOffer

EMPTY = "No prompt is queued. What you submit while an answer comes is sent after it."
SENT_ELSEWHERE = "A queued prompt was sent or removed by another window."


class QueueView(Protocol):
    """The list above the prompt."""

    def show_queue(self, texts: Sequence[str], held: str) -> None: ...


class QueueingPrompt(PromptText, Protocol):
    @property
    def queued(self) -> QueueOffer: ...

    def take(self, text: str) -> None: ...

    def dealt_with(self, text: str) -> None: ...


class Sender(Protocol):
    async def submit(self, text: str, typed: str = "") -> None: ...

    async def send_queued(self, text: str, owner: str, conversation: Conversation) -> bool: ...


class Keeper(Protocol):
    def keep_now(self) -> None: ...


class Branching(Protocol):
    @property
    def edited(self) -> str | None: ...


@dataclass(eq=False)
class QueueController:
    """`conversation` sends, `drafts` keeps the prompt's text, `editing` says whether that is a branch."""

    _session: Session
    _conversation: Sender
    _drafts: Keeper
    _editing: Branching
    _prompt: QueueingPrompt
    _view: QueueView
    _notifier: Notifier
    _jobs: Jobs
    asks_first: Callable[[], bool] | None = field(default=None, init=False)
    """Whether the user may have to be asked before a request goes out; None: never."""
    _queues: dict[str, PromptQueue] = field(default_factory=dict, init=False)
    """By conversation, for those that were shown in this run."""
    _sending: set[str] = field(default_factory=set, init=False)
    """Conversations whose next prompt is on its way into the library."""
    _last_number: int = field(default=0, init=False)

    # Submitting

    async def submit(self, text: str, typed: str = "") -> None:
        """Send a prompt, or queue it while an answer comes in the open conversation.

        `typed` is what is in the prompt for it, where that is another text.
        """
        taken, self._prompt.queued.taken = self._prompt.queued.taken, None
        if not self._waits():
            conversation = self._session.conversation
            head = conversation.head
            await self._conversation.submit(text, typed)
            if conversation.head == head:
                # It was refused: what was typed behind it waits for the user.
                self._change(conversation.id, lambda queue: queue.hold(NOT_SENT))
            return
        typed = typed or text
        left = self._prompt.text
        if left and not left.startswith(typed) and text == typed and text.endswith(left):
            # Enter was struck while the prompt before it was still there, on its way into the library.
            self._prompt.dealt_with(text)
            text = typed = left
        prompt = QueuedPrompt(self._new_id() if taken is None else taken.id, text)
        self._keep(prompt)
        self._change(self._here, lambda queue: queue.added(prompt))
        self._prompt.take(typed)
        self._prompt.dealt_with(typed)
        self._drafts.keep_now()

    def _waits(self) -> bool:
        """Whether what is submitted now is sent later. A branch is not: it belongs to the moment."""
        session = self._session
        if not session.conversation.nodes or self._editing.edited is not None:
            return False
        busy = session.current is not None or session.sending is not None or self._here in self._sending
        return busy or self._of(self._here).goes_on

    def _new_id(self) -> str:
        """Ids are in the order in which they are made, also over several runs, and no other window makes the same."""
        services = self._session.services
        self._last_number = max(self._last_number + 1, round(services.clock.now().timestamp() * 1_000_000))
        return f"{queue_prefix(self._here)}{self._last_number:017d}-{services.new_id()}"

    # What holds it and moves it on

    def answer_changed(self, exchange: Exchange) -> None:
        """The server has ended an answer, or it was stopped or judged: what was asked next may have to wait."""
        outcome = exchange.conversation.nodes[exchange.answer_id].turn.outcome
        self._change(exchange.conversation.id, lambda queue: queue.after(outcome))

    def answer_ended(self, exchange: Exchange) -> None:
        """An answer is over: the next prompt goes out, or waits for the user."""
        self.answer_changed(exchange)
        self._go_on(exchange.conversation)

    async def shown(self, conversation: Conversation) -> None:
        """Another conversation is shown, with its own queue."""
        name = conversation.id
        if conversation.nodes and name not in self._queues:
            self._queues[name] = PromptQueue()
            for prompt in await self._read(name):
                self._queues[name] = self._of(name).put_back(prompt).hold(RESTORED)
        self._show()
        self._go_on(self._session.conversation)

    async def _read(self, conversation_id: str) -> list[QueuedPrompt]:
        """The stored queue of a conversation, without prompts that this run added meanwhile."""
        try:
            rows = await self._session.services.library.drafts.below(queue_prefix(conversation_id))
        except LibraryError as error:
            self._notifier.report(error)
            return []
        known = {each.id for each in self._of(conversation_id).prompts}
        return [QueuedPrompt(*row) for row in rows if row[0] not in known]

    def send_next(self) -> None:
        """Resume a held queue."""
        if not self._of(self._here):
            self._notifier.note(EMPTY)
            return
        self._change(self._here, PromptQueue.released)
        self._go_on(self._session.conversation)

    def resume(self) -> None:
        """Enter in an empty prompt: resume a held queue."""
        if self._of(self._here).held:
            self.send_next()

    def _go_on(self, conversation: Conversation) -> None:
        """Send the next prompt of a conversation, on the screen or not."""
        name = conversation.id
        if not self._of(name).goes_on or name in self._sending or self._session.is_busy(name):
            return
        if name != self._here and self.asks_first is not None and self.asks_first():
            return  # the question belongs to what is on the screen: it is asked once this one is shown again
        prompt = self._of(name).prompts[0]
        self._sending.add(name)
        self._change(name, lambda queue: queue.without(prompt))
        self._jobs.run(self._send(conversation, prompt), "queue")

    async def _send(self, conversation: Conversation, prompt: QueuedPrompt) -> None:
        name, sent, there = conversation.id, False, True
        try:
            there = await self._is_still_there(prompt)
            if there:
                sent = await self._conversation.send_queued(prompt.text, prompt.id, conversation)
                why = "" if sent or self._session.is_busy(name) else NOT_SENT
                self._change(name, lambda queue: queue if sent else queue.put_back(prompt).hold(why))
        finally:
            self._sending.discard(name)
        if sent:
            # A write of it that failed before must not bring it back.
            self._keep(QueuedPrompt(prompt.id, ""))
        elif not there:
            self._notifier.say(SENT_ELSEWHERE)
            self._go_on(conversation)

    async def _is_still_there(self, prompt: QueuedPrompt) -> bool:
        """Whether no other window has sent it. A library that cannot say so now is asked again when it is sent."""
        services = self._session.services
        if services.unsaved.pending(draft_key(prompt.id)) is not None:
            return True
        try:
            return bool(await services.library.drafts.get(prompt.id))
        except LibraryError:
            return True

    # Editing

    def take(self, step: int = -1) -> None:
        """Move the last queued prompt into the box; if one is there already, the one before (-1) or after it."""
        taken = self._prompt.queued.taken
        found = self._of(self._here).neighbour(None if taken is None else taken.id, step)
        if found is not None or (taken is not None and step > 0):
            self._bring(found)
        elif taken is None:
            self._notifier.note(EMPTY)

    def take_at(self, index: int) -> None:
        """The prompt in this place of the list back into the box."""
        prompts = self._of(self._here).prompts
        if index < len(prompts):
            self._bring(prompts[index])

    def _bring(self, found: QueuedPrompt | None) -> None:
        """Put a prompt of the queue into the box, and back into its place what was taken before. At every moment each
        text is in the library once at least."""
        prompt, offer = self._prompt, self._prompt.queued
        if offer.taken is not None:
            back = QueuedPrompt(offer.taken.id, unescaped(prompt.text))
            self._keep(back)
            self._change(self._here, lambda queue: queue.put_back(back))
        else:
            prompt.past.recall_later(prompt.text)
        offer.taken = None
        prompt.replace_text("" if found is None else escaped(found.text))
        self._drafts.keep_now()
        if found is not None:
            offer.taken = found
            self._keep(QueuedPrompt(found.id, ""))
            self._change(self._here, lambda queue: queue.without(found))
        prompt.focus()

    def remove_at(self, index: int) -> None:
        """Do not send the prompt in this place of the list; the up key brings it back."""
        for prompt in self._of(self._here).prompts[index : index + 1]:
            self._prompt.past.recall_later(prompt.text)
            self._keep(QueuedPrompt(prompt.id, ""))
            self._change(self._here, lambda queue: queue.without(prompt))  # noqa: B023 - called at once

    def remove_all(self) -> None:
        """Send none of them; the up key brings each back."""
        if not self._of(self._here):
            self._notifier.note(EMPTY)
        while self._of(self._here):
            self.remove_at(0)

    # State

    @property
    def _here(self) -> str:
        return self._session.conversation.id

    def _of(self, conversation_id: str) -> PromptQueue:
        return self._queues.get(conversation_id, PromptQueue())

    def _change(self, conversation_id: str, change: Callable[[PromptQueue], PromptQueue]) -> None:
        self._queues[conversation_id] = change(self._of(conversation_id))
        self._show()

    def _keep(self, prompt: QueuedPrompt) -> None:
        """Have it written; without a text it is removed."""
        self._session.services.unsaved.save(DraftWrite(prompt.id, prompt.text))

    def _show(self) -> None:
        queue = self._of(self._here)
        self._prompt.queued.waiting = len(queue.prompts)
        self._view.show_queue([each.text for each in queue.prompts], queue.held)
