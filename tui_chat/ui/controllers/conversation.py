"""Sends, stops, retries and continues answers, and updates the screen as turns begin and end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from tui_chat.client.backend import Backend
from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.reply import Reply
from tui_chat.core.slash_commands import escaped
from tui_chat.engine.conversation_files import FileError
from tui_chat.engine.exchange import Exchange, GivenUpError, Sending
from tui_chat.engine.session import BusyError, resumable
from tui_chat.store.errors import LibraryError
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.drafts import DraftsController, PendingDraft
from tui_chat.ui.controllers.edit_prompt import EditPromptController
from tui_chat.ui.controllers.other_instances import branch_hint
from tui_chat.ui.controllers.transcript_notices import TranscriptNoticesController
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.ports import Notifier, Post, PromptText, Recall
from tui_chat.ui.prepared_view import Prepared, Preparing, prepare, prepared
from tui_chat.ui.widget_messages import ConversationShown, LibraryChanged

if TYPE_CHECKING:
    from tui_chat.ui.widgets.transcript.prepared_messages import PreparedMessages

T = TypeVar("T")

STILL_COMING = "The answer is still coming. Esc stops it."
STILL_WAITING = "The prompt before this one still waits for the library. Esc cancels it."


class ConversationView(Protocol):
    """The transcript."""

    @property
    def entries(self) -> Preparing: ...

    @property
    def has_focus(self) -> bool: ...

    def show(self, contents: PreparedMessages) -> None: ...

    def append(self, node: Node) -> None: ...

    def put(self, node_id: str, turn: Turn) -> None: ...

    def stream(self, node_id: str, reply: Reply, speaker: str = "") -> None: ...

    def point_at(self, node_id: str) -> None: ...

    def action_scroll(self, target: Literal["end"]) -> None: ...


class SentBefore(Recall, Protocol):
    def sent(self, text: str) -> None: ...


class AnswersUnderWay(Protocol):
    """Fetches answers in the background."""

    @property
    def closed(self) -> bool:
        """The app ends: nothing new begins."""
        ...

    def start(self, exchange: Exchange, backend: Backend) -> None: ...

    def stop(self, exchange: Exchange) -> None: ...


class PromptFiles(Protocol):
    async def resolved(self, text: str) -> tuple[str, tuple[Attachment, ...]]:
        """A prompt's text and files. Raises FileError and LibraryError."""
        ...


class SendingPrompt(PromptText, Protocol):
    @property
    def past(self) -> SentBefore: ...

    def accepted(self, text: str) -> None: ...

    def dealt_with(self, text: str) -> None: ...


@dataclass(eq=False)
class ConversationController:
    """Holds no text and no conversation of its own. What waits for the library is a coroutine, to be run as a job."""

    _context: AppContext
    _answers: AnswersUnderWay
    _transcript: ConversationView
    _prompt: SendingPrompt
    _drafts: DraftsController
    _editing: EditPromptController
    _files: PromptFiles
    _notices: TranscriptNoticesController
    _keys: Keymap
    _notifier: Notifier
    _post: Post
    may_send: Callable[[], Awaitable[bool]] | None = field(default=None, init=False)
    """Asks whether to send one more request; None: always send."""
    _wanted: int = field(default=0, init=False)
    """Counts what the user wanted to see: a conversation that was read too late is not shown over a later one."""
    _reading: tuple[Conversation, Sending] | None = field(default=None, init=False)
    """A prompt whose files are being read, and its conversation."""

    def __post_init__(self) -> None:
        self._session = self._context.session

    # Showing

    def new(self) -> None:
        """Show an empty conversation."""
        self._wanted += 1
        conversation = self._session.new()
        self._show(conversation, self._drafts.not_begun(), prepare(conversation, self._transcript.entries))

    def begin_new(self) -> None:
        """Show an empty conversation, to be written in."""
        self.new()
        self._prompt.focus()

    async def open(self, conversation_id: str) -> bool:
        """Show a conversation of the library, unless another one is requested while it loads."""
        self._wanted += 1
        wanted, session = self._wanted, self._session
        try:
            conversation = await session.load(conversation_id)
            draft = await self._drafts.of(conversation)
        except LibraryError as error:
            self._notifier.report(error)
            return False
        # Since it was loaded, a prompt may have been sent in it, which made another object the one that counts.
        while wanted == self._wanted:
            conversation = session.held(conversation.id) or conversation
            found = await prepared(conversation, self._transcript.entries)
            if wanted == self._wanted and session.held(conversation.id) in (None, conversation):
                self._show(session.switch(conversation), draft, found)
                break
        return True

    async def open_first(self) -> None:
        """Show the conversation to begin with: the one that was asked for, the latest, or an empty one."""
        context, session = self._context, self._session
        try:
            if context.open_id is not None:
                await session.open(context.open_id)
            elif context.continue_last:
                await session.open_latest()
        except LibraryError as error:
            self._notifier.report(error)
        if session.conversation.nodes:
            await asyncio.to_thread(_load_drawing)
        await self._drafts.load()
        conversation = session.conversation
        draft = await self._drafts.of(conversation)
        self._show(conversation, draft, await prepared(conversation, self._transcript.entries))

    def _show(self, conversation: Conversation, draft: str, found: Prepared) -> None:
        """Put a conversation on the screen, with its answer under way if it has one, and its draft in the prompt."""
        self._drafts.keep_now()
        self._editing.forget()
        self._put(conversation, found)
        self._drafts.enter(conversation, draft, found.prompts)
        if hidden := found.elsewhere:
            what = "prompts of this conversation are" if hidden > 1 else "prompt of this conversation is"
            hint = branch_hint(self._keys)
            self._notifier.say(f"{hidden} {what} on another branch that was continued at the same time. {hint}")
        if conversation.damage:
            first, more = conversation.damage[0], len(conversation.damage) - 1
            rest = f" and {more} more" if more else ""
            self._notifier.say(f"Not all of this conversation can be read: {first}{rest}. `tui-chat export` names all.")
        self._post(LibraryChanged())
        self._post(ConversationShown(conversation))

    async def show_path(self, pointed_at: str) -> None:
        """Put another path of the open conversation on the screen, with a turn of it in view.

        A version of the last answer is shown from its end, where the marks of versions are, unless it is read.
        """
        conversation = self._session.conversation
        found = await prepared(conversation, self._transcript.entries)
        if conversation is self._session.conversation:
            self._put(conversation, found)
            if self._transcript.has_focus or pointed_at != conversation.head:
                self._transcript.point_at(pointed_at)
            else:
                self._transcript.action_scroll("end")

    async def _show_path_of(self, exchange: Exchange) -> None:
        """The path that has this exchange at its end: another than was shown before."""
        found = await prepared(exchange.conversation, self._transcript.entries)
        if not self._is_open(exchange):
            return
        self._transcript.show(found.contents)
        if self._transcript.has_focus:
            self._transcript.point_at(exchange.answer_id)
        self._notices.shown(exchange.conversation, found.sent)

    def _put(self, conversation: Conversation, found: Prepared) -> None:
        """Put the path of the open conversation on the screen, with its answer under way if it has one."""
        self._transcript.show(found.contents)
        if (current := self._session.current) is not None:
            self._stream(current)
        self._notices.shown(conversation, found.sent)

    # Asking

    async def submit(self, text: str, typed: str = "") -> None:
        """Send a prompt, or another version of one. It leaves the prompt's widget only once it is in the library.

        `typed` is what stands in the widget for it, where that is not the text itself.
        """
        typed, edited = typed or text, self._editing.edited
        # Before the turn, so that it cannot be written after it: the same text would be there twice.
        draft = self._drafts.submitted(typed)
        sending = Sending((draft.owner,), self._report_waiting)
        try:
            exchange = await self.begun(self._asking(text, edited, sending))
            if exchange is None:
                self._drafts.refused(draft)
            else:
                await self._sent(exchange, draft, edited)
                self._start(exchange, sending)
        finally:
            self._prompt.dealt_with(typed)

    async def send_queued(self, text: str, owner: str, conversation: Conversation) -> bool:
        """Send a prompt of a conversation's queue, whose draft is `owner`. False: it is not sent."""
        sending = Sending((owner,), self._report_waiting)
        exchange = await self.begun(self._asking(text, None, sending, conversation))
        if exchange is None:
            return False
        if self._is_open(exchange):
            self._prompt.past.sent(escaped(text))
            self._append(exchange)
        self._start(exchange, sending)
        return True

    async def _asking(
        self, text: str, edited: str | None, sending: Sending, within: Conversation | None = None
    ) -> Exchange:
        """Keep a prompt with its files, or another version of one. Raises as `Session.ask`, and FileError."""
        here = within or self._session.conversation  # another one may be shown by the time the files are read
        self._reading = here, sending
        try:
            said, attachments = await self._files.resolved(text)
        finally:
            self._reading = None
        if sending.given_up or (edited is not None and here is not self._session.conversation):
            raise GivenUpError
        if edited is None:
            return await self._session.ask(said, sending, attachments, here)
        return await self._session.edit(edited, said, sending, attachments)

    async def retry(self, prompt_id: str | None = None) -> None:
        """Answer a prompt once more (None: the last one); the old answer stays as a version."""
        if not self._session.conversation.nodes:
            self._notifier.note("There is no prompt to answer yet.")
            return
        sending = self.sending()
        exchange = await self.begun(self._session.retry(prompt_id, sending))
        if exchange is not None:
            await self._show_path_of(exchange)
            self._start(exchange, sending)

    async def continue_answer(self) -> None:
        """Continue the last answer, below it."""
        if resumable(self._session.conversation) is None:
            self._notifier.note("Nothing to continue: the last answer is complete.")
            return
        sending = self.sending()
        exchange = await self.begun(self._session.resume(sending))
        if exchange is not None:
            await self._show_path_of(exchange)
            self._transcript.action_scroll("end")
            self._start(exchange, sending)

    def sending(self) -> Sending:
        """Turns on their way into the library; a notice appears if they have to wait."""
        return Sending(on_wait=self._report_waiting)

    async def begun(
        self, asking: Coroutine[Any, Any, T], may_send: Callable[[], Awaitable[bool]] | None = None
    ) -> T | None:
        """The exchange, once it is in the library; None, after reporting it, if it could not begin.

        A single answer names the selected endpoint before it comes, and so does the line above it; those of a
        comparison know theirs.
        """
        may_send = may_send or self.may_send
        if may_send is not None and not await may_send():
            asking.close()
            return None
        try:
            exchange = await asking
            if self._answers.closed:
                return None
            if isinstance(exchange, Exchange):
                exchange.address(self._context.backend.name)
            return exchange
        except BusyError:
            self._notifier.note(STILL_COMING if self._session.current is not None else STILL_WAITING)
        except GivenUpError:
            self._notifier.note("Not sent. The prompt is still here.")
        except (LibraryError, FileError) as error:
            self._notifier.report(error)
        return None

    def _report_waiting(self) -> None:
        self._notifier.say("Another program holds the library. Continuing as soon as it is free; Esc cancels.")

    async def _sent(self, exchange: Exchange, draft: PendingDraft, edited: str | None) -> None:
        """A prompt is in the library. By now another conversation may be shown."""
        here = self._is_open(exchange)
        if here:
            self._prompt.accepted(draft.text)
        self._drafts.sent(draft, here=here)
        if not here:
            return
        if edited is None:
            self._append(exchange)
        else:
            self._editing.sent()
            await self._show_path_of(exchange)
        self._transcript.action_scroll("end")

    def _append(self, exchange: Exchange) -> None:
        for node_id in (exchange.prompt_id, exchange.answer_id):
            self._transcript.append(exchange.conversation.nodes[node_id])

    def _start(self, exchange: Exchange, sending: Sending) -> None:
        self._answers.start(exchange, self._context.backend)
        if sending.given_up:
            # Too late to be not sent: it is in the library.
            self._answers.stop(exchange)
        if self._is_open(exchange):
            self._stream(exchange)
        self._post(LibraryChanged())

    def _stream(self, exchange: Exchange) -> None:
        context, endpoint = self._context, exchange.endpoint
        model = context.backend.model if endpoint in ("", context.endpoint) else None
        self._transcript.stream(exchange.answer_id, exchange.reply, model or endpoint or context.endpoint)

    def _is_open(self, exchange: Exchange) -> bool:
        return exchange.conversation is self._session.conversation

    # Answers under way

    def stop(self) -> bool:
        """Stop the answer under way in the open conversation, or the waiting for the library. False for neither."""
        current, sending = self._session.current, self._session.sending
        if self._reading is not None and self._reading[0] is self._session.conversation:
            sending = sending or self._reading[1]
        if sending is not None:
            sending.given_up = True
            return True
        if current is not None:
            self._answers.stop(current)
        return current is not None

    def answer_changed(self, exchange: Exchange) -> None:
        """An answer has ended or was judged again, in this conversation or in another one."""
        turn = exchange.conversation.nodes[exchange.answer_id].turn
        shown = self._session.conversation
        if exchange.conversation.id == shown.id:
            if shown is not exchange.conversation and exchange.answer_id in shown.nodes:
                shown.put(exchange.answer_id, turn)
            self._transcript.put(exchange.answer_id, turn)

    def last_answer(self) -> str:
        """The text of the last answer, or of the one under way; "" when there is none."""
        if self._session.current is not None:
            return self._session.current.reply.text
        return next((n.turn.text for n in self._session.conversation.upward() if n.turn.role == "assistant"), "")


def _load_drawing() -> None:
    from tui_chat.render.preload import LANGUAGES, warm

    warm(LANGUAGES[:1])
