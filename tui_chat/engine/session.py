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
from tui_chat.engine.write_kinds import SettingsWrite, TitleWrite, title_key

UNFINISHED = (Outcome.LENGTH, Outcome.INCOMPLETE, Outcome.STOPPED)
"""Outcomes of answers that can be continued."""


class BusyError(Exception):
    """The open conversation is still being answered."""


class Session:
    """Holds one open conversation; `settings` are those of the next request.

    `defaults` are what a new conversation begins with; one that is opened has its own, down to what is not sent.
    `run` are settings for this run alone, from the command line: they override both.
    """

    def __init__(self, services: Services, defaults: Settings, run: Settings | None = None) -> None:
        self.services = services
        self.defaults = defaults
        self._run = run or Settings()
        self.settings = self._run.over(defaults)
        self.conversation = self._blank()
        self.running: dict[str, Exchange] = {}
        """Exchanges by the ids of their answers."""
        self.notes: dict[str, tuple[str, ...]] = {}
        """Notes of running and past answers, by turn id, for as long as the program runs."""
        self.unread: set[str] = set()
        """Conversations whose answer has ended while another one was open, until they are opened."""
        self._sending: dict[str, tuple[Conversation, Sending | None]] = {}
        """Prompts being stored, by conversation id."""
        self._titles: dict[str, str] = {}
        """The titles that the user gave in this run, by conversation id."""

    def _blank(self) -> Conversation:
        return Conversation(
            id=self.services.new_id(), created=self.services.clock.now(), settings=self._run.over(self.defaults)
        )

    def new(self) -> Conversation:
        """Open an empty conversation with the default settings. It is in the library from its first prompt on."""
        self.conversation = self._blank()
        self.settings = self.conversation.settings
        return self.conversation

    async def open(self, conversation_id: str) -> Conversation:
        """Open a conversation of the library. Raises LibraryError."""
        return self.switch(await self.load(conversation_id))

    async def load(self, conversation_id: str) -> Conversation:
        """A conversation of the library, without opening it. Raises LibraryError.

        Where an answer is on its way in it, or something of it is not on disk yet, it is the same object.
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
        """Open a conversation that was loaded."""
        # Since it was loaded, a prompt may have been sent in it.
        self.conversation = self.held(conversation.id) or conversation
        self.unread.discard(conversation.id)
        self.settings = self._run.over(self.conversation.settings)
        return self.conversation

    def rename(self, conversation_id: str, title: str) -> None:
        """Give a conversation a title. Every object of it in use has that title from now on."""
        self._titles[conversation_id] = title
        shown = self.conversation if self.conversation.id == conversation_id else None
        held = self.held(conversation_id)
        for conversation in (shown, held):
            if conversation is not None:
                conversation.title = title
        self.services.unsaved.save(TitleWrite(conversation_id, title, shown or held))

    def take_settings(self, settings: Settings) -> None:
        """The settings of the open conversation are these now: another program has stored them."""
        self.conversation.settings = settings
        self.settings = self._run.over(settings)

    def held(self, conversation_id: str) -> Conversation | None:
        """The one object that counts, where a conversation is not on disk as it is; None where it is."""
        sending, running = self._sending.get(conversation_id), self.exchanges(conversation_id)
        if sending is not None:
            return sending[0]
        return running[0].conversation if running else self.services.unsaved.conversation(conversation_id)

    async def open_latest(self) -> Conversation:
        """Open the conversation that was changed last; an empty one where there is none. Raises LibraryError."""
        latest = await self.services.library.latest()
        return self.new() if latest is None else await self.open(latest)

    @property
    def current(self) -> Exchange | None:
        """The exchange under way in the open conversation; one that only waits for late verdicts no longer counts."""
        return self.answering(self.conversation.id)

    def answering(self, conversation_id: str) -> Exchange | None:
        """The exchange whose answer is still coming in this conversation; of several that are compared, the first."""
        coming = (each for each in self.exchanges(conversation_id) if not each.reply.state.has_ended)
        return next(coming, None)

    def exchanges(self, conversation_id: str) -> list[Exchange]:
        """Those under way in a conversation, oldest first."""
        return [each for each in self.running.values() if each.conversation.id == conversation_id]

    @property
    def sending(self) -> Sending | None:
        """The prompt of the open conversation that is on its way into the library and may have to wait."""
        return self._sending.get(self.conversation.id, (None, None))[1]

    @property
    def all_sending(self) -> list[Sending]:
        """Those of all conversations."""
        return [sending for _, sending in self._sending.values() if sending is not None]

    def is_busy(self, conversation_id: str) -> bool:
        """An answer comes in it, or a prompt is on its way into the library."""
        return bool(self.exchanges(conversation_id)) or conversation_id in self._sending

    async def ask(
        self,
        text: str,
        sending: Sending | None = None,
        attachments: tuple[Attachment, ...] = (),
        within: Conversation | None = None,
    ) -> Exchange:
        """Keep a prompt in the open conversation, or `within` another one; with `sending`, wait as long as another
        process holds the library.

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
        """Keep a prompt as another version of the one that is there, with the turns above that one. Raises as `ask`."""
        conversation = self.conversation
        making = Exchange.ask(self.services, conversation, text, self.settings, prompt_id, sending, attachments)
        return await self._begin(conversation, making, sending)

    async def retry(self, prompt_id: str | None = None, sending: Sending | None = None) -> Exchange | None:
        """Answer a prompt again, as a sibling of its old answers; None is the last one shown. None without a prompt.

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
        """Show an older (-1) or newer (1) sibling of a turn, with the newest end below it; None where there is none.

        What is shown is remembered; the turns themselves stay.
        """
        conversation = self.conversation
        versions = conversation.siblings(node_id)
        wanted = versions.index(node_id) + by
        if not 0 <= wanted < len(versions):
            return None
        show_branch(self.services, conversation, versions[wanted])
        return versions[wanted]

    async def resume(self, sending: Sending | None = None) -> Exchange | None:
        """Continue the last answer, below it, where it was cut, stopped or broke off. None where there is none.

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
        """One exchange a conversation."""
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
        """Turns of a conversation are on their way into the library. Raises BusyError where others are, or where an
        answer is streaming, unless the new ones are `concurrent`.

        To be entered before the first await: enter may be struck twice meanwhile.
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
        """Settings for the next request; the one under way keeps its own."""
        self.settings = settings
        self.conversation.settings = settings
        if self.conversation.nodes:
            self.services.unsaved.save(SettingsWrite(self.conversation))

    def ended(self, exchange: Exchange) -> None:
        """Forget a finished exchange, except for its notes."""
        if exchange.reply.notes:
            self.notes[exchange.answer_id] = tuple(exchange.reply.notes)
        self.running.pop(exchange.answer_id, None)
        if exchange.conversation.id != self.conversation.id:
            self.unread.add(exchange.conversation.id)


def resumable(conversation: Conversation) -> tuple[str, str] | None:
    """(prompt, answer) where the last answer can be continued: it has text, is sent, and was not complete.

    An attempt to continue that brought nothing does not count: the next one begins where that one did.
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
