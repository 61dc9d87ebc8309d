"""The open conversation and all running answers, driven by a front end. Draws nothing.

Several conversations can answer at once: an exchange belongs to its conversation and not to what is on the screen.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Conversation
from tui_chat.core.conversation_title import title_from
from tui_chat.core.message import Outcome
from tui_chat.core.sent_messages import sendable
from tui_chat.core.settings import Settings
from tui_chat.engine.branches import show_branch
from tui_chat.engine.exchange import Exchange, Sending, Services
from tui_chat.engine.settings_by_hand import SettingsByHand
from tui_chat.engine.unsaved_write_kinds import TitleWrite, settings_write, title_key

UNFINISHED = (Outcome.LENGTH, Outcome.INCOMPLETE, Outcome.STOPPED)
"""Outcomes of answers that can be continued."""


class BusyError(Exception):
    """The open conversation is still being answered."""


class Session:
    """Holds one open conversation; `settings` are those of the next request.

    `defaults` are the settings of a new conversation; an opened one has its own, including what is not sent. `run` are
    settings from the command line, for this run alone: they override both.
    """

    def __init__(self, services: Services, defaults: Settings, run: Settings | None = None) -> None:
        self.services = services
        self.defaults = defaults
        self._run = run or Settings()
        self.by_hand = SettingsByHand()
        self.settings = self._run.over(defaults)
        self.conversation = self._blank()
        self.running: dict[str, Exchange] = {}
        """Running exchanges by the ids of their answers."""
        self.notes: dict[str, tuple[str, ...]] = {}
        """Notes of answers by turn id, kept until the program ends."""
        self.unread: set[str] = set()
        """Conversations whose answer ended while another one was open, until they are opened."""
        self._sending: dict[str, tuple[Conversation, Sending | None]] = {}
        """Prompts being stored, by conversation id."""
        self._titles: dict[str, str] = {}
        """Titles given by the user in this run, by conversation id."""

    def _blank(self) -> Conversation:
        return Conversation(
            id=self.services.new_id(), created=self.services.clock.now(), settings=self._run.over(self.defaults)
        )

    def new(self) -> Conversation:
        """Open an empty conversation with the default settings, and those that were changed by hand. The library stores
        it with its first prompt."""
        self.conversation = self._blank()
        self.settings = self.conversation.settings = self.by_hand.over(self.conversation.settings)
        return self.conversation

    async def open(self, conversation_id: str) -> Conversation:
        """Open a conversation of the library. Raises LibraryError."""
        return self.switch(await self.load(conversation_id))

    async def load(self, conversation_id: str) -> Conversation:
        """A conversation of the library, without opening it. Raises LibraryError.

        While an answer runs in it, or part of it is unsaved, this returns the object in use.
        """
        if (held := self.held(conversation_id)) is not None:
            return held
        title = self._titles.get(conversation_id)
        conversation = await self.services.library.load(conversation_id)
        given, pending = self._titles.get(conversation_id), self.services.unsaved.pending(title_key(conversation_id))
        # What was read may be older than a title that was given since, or that is not on disk yet.
        if given is not None and (given != title or pending is not None):
            conversation.title = given
        return conversation

    def switch(self, conversation: Conversation) -> Conversation:
        """Open a loaded conversation."""
        # Since it was loaded, a prompt may have been sent in it.
        self.conversation = self.held(conversation.id) or conversation
        self.unread.discard(conversation.id)
        self.settings = self._run.over(self.conversation.settings)
        return self.conversation

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title, in every object of it that is in use."""
        self._titles[conversation_id] = title
        shown = self.conversation if self.conversation.id == conversation_id else None
        held = self.held(conversation_id)
        for conversation in (shown, held):
            if conversation is not None:
                conversation.title = title
        self.services.unsaved.save(TitleWrite(conversation_id, title, shown or held))

    def take_settings(self, settings: Settings) -> None:
        """Take the open conversation's settings as another program has stored them."""
        self.conversation.settings = settings
        self.settings = self._run.over(settings)

    def held(self, conversation_id: str) -> Conversation | None:
        """The object in use for a conversation that differs from what is on disk; None if there is none."""
        sending, running = self._sending.get(conversation_id), self.exchanges(conversation_id)
        if sending is not None:
            return sending[0]
        return running[0].conversation if running else self.services.unsaved.conversation(conversation_id)

    async def open_latest(self) -> Conversation:
        """Open the conversation that was changed last, or an empty one. Raises LibraryError."""
        latest = await self.services.library.latest()
        return self.new() if latest is None else await self.open(latest)

    @property
    def current(self) -> Exchange | None:
        """The open conversation's exchange; one that only waits for late verdicts no longer counts."""
        return self.answering(self.conversation.id)

    def answering(self, conversation_id: str) -> Exchange | None:
        """The exchange whose answer is still arriving in this conversation; the first of several that are compared."""
        coming = (each for each in self.exchanges(conversation_id) if not each.reply.state.has_ended)
        return next(coming, None)

    def exchanges(self, conversation_id: str) -> list[Exchange]:
        """The running exchanges of a conversation, oldest first."""
        return [each for each in self.running.values() if each.conversation.id == conversation_id]

    @property
    def sending(self) -> Sending | None:
        """The open conversation's prompt that is being stored and may have to wait."""
        return self._sending.get(self.conversation.id, (None, None))[1]

    @property
    def all_sending(self) -> list[Sending]:
        """The prompts being stored, in all conversations."""
        return [sending for _, sending in self._sending.values() if sending is not None]

    def is_busy(self, conversation_id: str) -> bool:
        """Whether an answer is arriving in it, or a prompt is being stored."""
        return bool(self.exchanges(conversation_id)) or conversation_id in self._sending

    async def ask(
        self,
        text: str,
        sending: Sending | None = None,
        attachments: tuple[Attachment, ...] = (),
        within: Conversation | None = None,
    ) -> Exchange:
        """Store a prompt in the open conversation, or in `within`; with `sending`, wait while another process holds the
        library.

        Raises BusyError, LibraryError and GivenUpError, and then nothing has changed.
        """
        conversation, settings = self.conversation, self.settings
        if within is not None and within.id != conversation.id:
            conversation = self.held(within.id) or within
            settings = self._run.over(conversation.settings)
        making = Exchange.ask(self.services, conversation, text, settings, None, sending, attachments)
        exchange = await self._begin(conversation, making, sending)
        conversation.title = conversation.title or title_from(text)
        return exchange

    async def edit(
        self, prompt_id: str, text: str, sending: Sending | None = None, attachments: tuple[Attachment, ...] = ()
    ) -> Exchange:
        """Store an edited prompt as another version, below the same turns. Raises as `ask`."""
        conversation = self.conversation
        making = Exchange.ask(self.services, conversation, text, self.settings, prompt_id, sending, attachments)
        return await self._begin(conversation, making, sending)

    async def retry(self, prompt_id: str | None = None, sending: Sending | None = None) -> Exchange | None:
        """Answer a prompt (None: the last one shown) again, as a sibling of its old answers. None without a prompt.

        Raises as `ask`.
        """
        conversation = self.conversation
        if prompt_id is None:
            prompt = conversation.last_prompt()
            if prompt is None:
                return None
            prompt_id = prompt.id
        making = Exchange.again(self.services, conversation, prompt_id, self.settings, sending)
        return await self._begin(conversation, making, sending)

    def show_version(self, node_id: str, by: int) -> str | None:
        """Show the previous (-1) or next (1) sibling of a turn, with the newest end below it; None if there is none.

        The shown path is remembered; the turns themselves stay.
        """
        conversation = self.conversation
        versions = conversation.siblings(node_id)
        wanted = versions.index(node_id) + by
        if not 0 <= wanted < len(versions):
            return None
        show_branch(self.services, conversation, versions[wanted])
        return versions[wanted]

    async def resume(self, sending: Sending | None = None) -> Exchange | None:
        """Continue the last answer, below it, if it was cut, stopped or interrupted. None if it was not.

        Raises as `ask`.
        """
        conversation = self.conversation
        if self.answering(conversation.id) is not None or conversation.id in self._sending:
            raise BusyError
        place = resumable(conversation)
        if place is None:
            return None
        making = Exchange.resume(self.services, conversation, *place, self.settings, sending)
        return await self._begin(conversation, making, sending)

    async def _begin(
        self, conversation: Conversation, making: Coroutine[Any, Any, Exchange], sending: Sending | None
    ) -> Exchange:
        """Begin an exchange; a conversation has one at a time."""
        try:
            with self.claimed(conversation, sending):
                exchange = await making
        finally:
            making.close()
        self.running[exchange.answer_id] = exchange
        return exchange

    @contextmanager
    def claimed(
        self, conversation: Conversation, sending: Sending | None, *, concurrent: bool = False
    ) -> Iterator[None]:
        """Reserve a conversation while its turns are being stored. Raises BusyError if it is reserved, or if an answer
        is streaming, unless the new ones are `concurrent`.

        Enter it before the first await: enter may be pressed twice meanwhile.
        """
        if conversation.id in self._sending or (not concurrent and self.answering(conversation.id) is not None):
            raise BusyError
        self._sending[conversation.id] = conversation, sending
        try:
            yield
        finally:
            del self._sending[conversation.id]
            if sending is not None:
                sending.over.set()

    def change(self, settings: Settings) -> None:
        """Set the settings of the next request; the running one keeps its own."""
        self.by_hand.changed(self.settings, settings)
        self.settings = settings
        self.conversation.settings = settings
        if self.conversation.nodes:
            self.services.unsaved.save(settings_write(self.conversation))

    def ended(self, exchange: Exchange) -> None:
        """Forget a finished exchange, except for its notes."""
        if exchange.reply.notes:
            self.notes[exchange.answer_id] = tuple(exchange.reply.notes)
        self.running.pop(exchange.answer_id, None)
        if exchange.conversation.id != self.conversation.id:
            self.unread.add(exchange.conversation.id)


def resumable(conversation: Conversation) -> tuple[str, str] | None:
    """(prompt, answer) if the last answer can be continued: it has text, is sent, and is not complete.

    A continuation that brought nothing is ignored: the next one begins where that one did.
    """
    path = conversation.path()
    while len(path) > 1 and path[-2].turn.role == "assistant" and path[-1].turn.blank:
        path.pop()
    if not path or path[-1].turn.outcome not in UNFINISHED or path[-1].turn.blank:
        return None
    prompt = conversation.last_prompt(path[-1].id)
    sent = sendable(path)[-2:]
    if prompt is None or [name for name, _ in sent[:1]] != [prompt.id] or len(sent) < 2:
        return None
    return prompt.id, path[-1].id
