"""Prompts and answers of the open conversation: sending, stopping, asking again. This file owns what the screen does
when a turn begins and ends."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from tui_chat.core.conversation import Conversation
from tui_chat.engine.exchange import Exchange, GivenUpError, Sending
from tui_chat.engine.session import BusyError, resumable
from tui_chat.store.errors import LibraryError
from tui_chat.ui.answer_runner import AnswerRunner
from tui_chat.ui.context import AppContext
from tui_chat.ui.controllers.drafts import PendingDraft
from tui_chat.ui.prepared_view import Prepared, prepare, prepared

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen

STILL_COMING = "The answer is still coming. Esc stops it."
STILL_WAITING = "The prompt before this one still waits for the library. Esc cancels it."


class ConversationController:
    """Works on one chat screen; holds no text and no conversation of its own.

    What waits for the library runs in the background (`ChatScreen.later`): the screen's own messages are never held
    up by the disk, and so neither are the keys.
    """

    def __init__(self, screen: ChatScreen, desk: AppContext, answering: AnswerRunner) -> None:
        self._screen = screen
        self._desk = desk
        self._answering = answering
        self._wanted = 0
        """Counts what the user wanted to see: a conversation that was read too late is not shown over a later one."""

    def new(self) -> None:
        """Show an empty conversation."""
        self._wanted += 1
        conversation = self._desk.session.new()
        self.show(conversation, self._screen.drafts.not_begun, prepare(conversation, self._screen.transcript))

    async def open(self, conversation_id: str) -> bool:
        """Show a conversation of the library, unless another one is wanted by the time that it is read.

        False where it could not be read.
        """
        self._wanted += 1
        wanted, session = self._wanted, self._desk.session
        try:
            conversation = await session.load(conversation_id)
            draft = await self._screen.drafts.of(conversation)
        except LibraryError as error:
            self._screen.report(error)
            return False
        # Since it was loaded, a prompt may have been sent in it, which made another object the one that counts.
        while wanted == self._wanted:
            conversation = session.held(conversation.id) or conversation
            found = await prepared(conversation, self._screen.transcript)
            if wanted == self._wanted and session.held(conversation.id) in (None, conversation):
                self.show(session.switch(conversation), draft, found)
                break
        return True

    async def show_open(self) -> None:
        """Put the session's conversation on the screen, with its draft."""
        conversation = self._desk.session.conversation
        draft = await self._screen.drafts.of(conversation)
        self.show(conversation, draft, await prepared(conversation, self._screen.transcript))

    def show(self, conversation: Conversation, draft: str, found: Prepared) -> None:
        """Put a conversation on the screen, with its answer under way if it has one, and its draft in the prompt."""
        self._screen.drafts.keep_now()
        self._screen.editing.forget()
        self._put(conversation, found)
        self._screen.drafts.enter(conversation, draft, found.prompts)
        if hidden := found.elsewhere:
            what = "prompts of this conversation are" if hidden > 1 else "prompt of this conversation is"
            keys = self._screen.other_windows.branch_keys()
            self._screen.say(f"{hidden} {what} on another branch that was gone on with at the same time. {keys}")
        if conversation.damage:
            first, more = conversation.damage[0], len(conversation.damage) - 1
            rest = f" and {more} more" if more else ""
            self._screen.say(f"Not all of this conversation can be read: {first}{rest}. `tui-chat export` names all.")

    async def show_path(self, pointed_at: str) -> None:
        """Put another path of the open conversation on the screen, and the reading cursor on a turn of it."""
        conversation = self._desk.session.conversation
        found = await prepared(conversation, self._screen.transcript)
        if conversation is self._desk.session.conversation:
            self._put(conversation, found)
            self._screen.transcript.point_at(pointed_at)

    def _put(self, conversation: Conversation, found: Prepared) -> None:
        """Put the path of the open conversation on the screen, with its answer under way if it has one."""
        self._screen.transcript.show(found.contents)
        current = self._desk.session.current
        if current is not None:
            self._follow(current)
        self._screen.refresh_state()
        self._screen.remarks.shown(conversation, found.sent)

    async def submit(self, text: str) -> None:
        """Send a prompt, or another version of one. It leaves the prompt's widget only once it is in the library."""
        screen, session = self._screen, self._desk.session
        beside = screen.editing.beside
        # Before the turn, so that it cannot be written after it: the same text would be there twice.
        draft = screen.drafts.submitted(text)
        sending = Sending((draft.owner,), self._waits)
        try:
            asking = session.ask(text, sending) if beside is None else session.edit(beside, text, sending)
            exchange = await self._begun(asking, sending)
            if exchange is None:
                screen.drafts.refused(draft)
            else:
                await self._sent(exchange, draft, beside)
                self._begin(exchange, sending)
        finally:
            screen.prompt.dealt_with(text)

    async def _begun(self, asking: Coroutine[Any, Any, Exchange | None], sending: Sending) -> Exchange | None:
        """The exchange, once it is in the library; None, and told, where it could not begin."""
        screen = self._screen
        try:
            exchange = await asking
            return None if screen.leaving else exchange
        except BusyError:
            screen.say(STILL_COMING if self._desk.session.current is not None else STILL_WAITING)
        except GivenUpError:
            screen.say("Not sent. The prompt is still here.")
        except LibraryError as error:
            screen.report(error)
        finally:
            screen.refresh_state()
        return None

    def _waits(self) -> None:
        self._screen.say("Another program holds the library. This goes on as soon as it is free; Esc cancels.")
        self._screen.refresh_state()

    async def _sent(self, exchange: Exchange, draft: PendingDraft, beside: str | None) -> None:
        """A prompt is in the library. By now another conversation may be shown."""
        screen, here = self._screen, self._is_open(exchange)
        if here:
            screen.prompt.accepted(draft.text)
        screen.drafts.sent(draft, here=here)
        if not here:
            return
        if beside is None:
            for node_id in (exchange.prompt_id, exchange.answer_id):
                screen.transcript.append(exchange.conversation.nodes[node_id])
        else:
            screen.editing.sent()
            await self._show_path_of(exchange)
        screen.transcript.action_scroll("end")

    async def retry(self, prompt_id: str | None = None) -> None:
        """Answer a prompt once more (None: the last one); the old answer stays beside the new one."""
        if not self._desk.session.conversation.nodes:
            self._screen.say("There is no prompt to answer yet.")
            return
        sending = Sending(on_wait=self._waits)
        exchange = await self._begun(self._desk.session.retry(prompt_id, sending), sending)
        if exchange is not None:
            await self._show_path_of(exchange)
            self._begin(exchange, sending)

    async def _show_path_of(self, exchange: Exchange) -> None:
        """The path that has this exchange at its end: another than was shown before."""
        conversation, transcript = exchange.conversation, self._screen.transcript
        found = await prepared(conversation, transcript)
        if not self._is_open(exchange):
            return
        transcript.show(found.contents)
        if transcript.has_focus:
            transcript.point_at(exchange.answer_id)
        self._screen.remarks.shown(conversation, found.sent)

    async def go_on(self) -> None:
        """Go on with the last answer, below it."""
        if resumable(self._desk.session.conversation) is None:
            self._screen.say("There is no answer that was cut, stopped or broke off: nothing to go on with.")
            return
        sending = Sending(on_wait=self._waits)
        exchange = await self._begun(self._desk.session.resume(sending), sending)
        if exchange is not None:
            await self._show_path_of(exchange)
            self._screen.transcript.action_scroll("end")
            self._begin(exchange, sending)

    def _is_open(self, exchange: Exchange) -> bool:
        return exchange.conversation is self._desk.session.conversation

    def stop(self) -> bool:
        """Stop the answer under way in the open conversation, or the waiting for the library. False for neither."""
        current, sending = self._desk.session.current, self._desk.session.sending
        if sending is not None:
            sending.given_up = True
            return True
        if current is not None:
            self._answering.stop(current)
        return current is not None

    def changed(self, exchange: Exchange) -> None:
        """An answer has ended or was judged anew, in this conversation or in another one."""
        turn = exchange.conversation.nodes[exchange.answer_id].turn
        shown = self._desk.session.conversation
        if exchange.conversation.id == shown.id:
            if shown is not exchange.conversation and exchange.answer_id in shown.nodes:
                shown.put(exchange.answer_id, turn)
            self._screen.transcript.put(exchange.answer_id, turn)
        self._screen.rejections.look_at(exchange)
        self._screen.refresh_state()

    def ended(self, exchange: Exchange) -> None:
        """An answer is over, in this conversation or in another one."""
        if self._desk.ring and not self._screen.app.app_focus:
            self._screen.app.bell()
        self.changed(exchange)
        self._screen.remarks.ended(exchange)

    def last_answer(self) -> str:
        """The text of the last answer, or of the one under way; "" when there is none."""
        session = self._desk.session
        if session.current is not None:
            return session.current.reply.text
        return next((n.turn.text for n in session.conversation.upward() if n.turn.role == "assistant"), "")

    def _begin(self, exchange: Exchange, sending: Sending) -> None:
        self._answering.start(exchange, self._desk.backend)
        if sending.given_up:
            # Too late to be not sent: it is in the library.
            self._answering.stop(exchange)
        if self._is_open(exchange):
            self._follow(exchange)
        self._screen.refresh_state()
        self._screen.refresh_library()

    def _follow(self, exchange: Exchange) -> None:
        self._screen.transcript.stream(exchange.answer_id, exchange.reply)
