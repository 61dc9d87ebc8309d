"""Prompts and answers of the open conversation: sending, stopping, asking again. This file owns what the screen does
when a turn begins and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.core.conversation import Conversation
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.session import BusyError
from tui_chat.store.errors import LibraryError
from tui_chat.ui.answering import Answering
from tui_chat.ui.desk import Desk

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen

STILL_COMING = "The answer is still coming. Esc stops it."


def versions(conversation: Conversation) -> dict[str, tuple[int, int]]:
    """(which from 1, of how many) of the turns on the shown path that have siblings."""
    found: dict[str, tuple[int, int]] = {}
    path = conversation.path()
    if len(path) == len(conversation.nodes):  # most have no branch, and asking ten thousand turns for theirs takes time
        return found
    for node in path:
        siblings = conversation.siblings(node.id)
        if len(siblings) > 1:
            found[node.id] = siblings.index(node.id) + 1, len(siblings)
    return found


class Turns:
    """Works on one chat screen; holds no text and no conversation of its own."""

    def __init__(self, screen: ChatScreen, desk: Desk, answering: Answering) -> None:
        self._screen = screen
        self._desk = desk
        self._answering = answering

    async def show(self, conversation: Conversation) -> None:
        """Put a conversation on the screen, with its answer under way if it has one, and its draft in the prompt."""
        await self._screen.drafts.leave()
        self._screen.prompt.remember([node.turn.text for node in conversation.path() if node.turn.role == "user"])
        self._screen.editing.forget()
        self.show_path()
        await self._screen.drafts.enter(conversation)
        if conversation.damage:
            first, more = conversation.damage[0], len(conversation.damage) - 1
            rest = f" and {more} more" if more else ""
            self._screen.say(f"Not all of this conversation can be read: {first}{rest}. `tui-chat export` names all.")

    def show_path(self) -> None:
        """Put the open conversation's path on the screen, with its answer under way if it has one."""
        conversation = self._desk.session.conversation
        self._screen.transcript.show(conversation.path(), versions(conversation))
        current = self._desk.session.current
        if current is not None:
            self._follow(current)
        self._screen.refresh_state()
        self._screen.remarks.shown(conversation)

    async def submit(self, text: str) -> None:
        """Send a prompt, or another version of one. It leaves the prompt's widget only once it is in the library."""
        screen, session = self._screen, self._desk.session
        beside = screen.editing.beside
        try:
            exchange = await (session.ask(text) if beside is None else session.edit(beside, text))
        except BusyError:
            screen.say(STILL_COMING)
        except LibraryError as error:
            screen.report(error)
        else:
            screen.prompt.accepted(text)
            await screen.drafts.sent(exchange.conversation)
            if beside is None:
                for node in exchange.conversation.path()[-2:]:
                    screen.transcript.append(node)
            else:
                screen.editing.sent()
                self._show_path_of(exchange)
            screen.transcript.action_scroll_end()
            self._begin(exchange)
        finally:
            screen.prompt.dealt_with(text)

    async def retry(self, prompt_id: str | None = None) -> None:
        """Answer a prompt once more (None: the last one); the old answer stays beside the new one."""
        screen = self._screen
        try:
            exchange = await self._desk.session.retry(prompt_id)
        except BusyError:
            screen.say(STILL_COMING)
        except LibraryError as error:
            screen.report(error)
        else:
            if exchange is None:
                screen.say("There is no prompt to answer yet.")
                return
            self._show_path_of(exchange)
            self._begin(exchange)

    def _show_path_of(self, exchange: Exchange) -> None:
        """The path that has this exchange at its end: another than was shown before."""
        conversation = exchange.conversation
        transcript = self._screen.transcript
        transcript.show(conversation.path(), versions(conversation))
        if transcript.has_focus:
            transcript.point_at(exchange.answer_id)
        self._screen.remarks.shown(conversation)

    async def go_on(self) -> None:
        """Go on with the last answer, below it."""
        screen = self._screen
        try:
            exchange = await self._desk.session.resume()
        except BusyError:
            screen.say(STILL_COMING)
        except LibraryError as error:
            screen.report(error)
        else:
            if exchange is None:
                screen.say("There is no answer that was cut, stopped or broke off: nothing to go on with.")
                return
            self._show_path_of(exchange)
            screen.transcript.action_scroll_end()
            self._begin(exchange)

    def stop(self) -> bool:
        """Stop the answer under way in the open conversation. False when there is none."""
        current = self._desk.session.current
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
        if exchange.problem is not None:
            self._screen.report(exchange.problem)
        self.changed(exchange)
        self._screen.remarks.ended(exchange)

    def last_answer(self) -> str:
        """The text of the last answer, or of the one under way; "" when there is none."""
        session = self._desk.session
        if session.current is not None:
            return session.current.reply.text
        answers = [n.turn.text for n in session.conversation.path() if n.turn.role == "assistant"]
        return answers[-1] if answers else ""

    def _begin(self, exchange: Exchange) -> None:
        self._answering.start(exchange, self._desk.backend)
        self._follow(exchange)
        self._screen.refresh_state()

    def _follow(self, exchange: Exchange) -> None:
        self._screen.transcript.stream(exchange.answer_id, exchange.reply)
