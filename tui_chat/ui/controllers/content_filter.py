"""What the content filter rejected, told one at a time. This file owns when its modal comes up and what its keys do.

A modal that came up over another one, or over the next prompt being typed, would take keys that were meant for those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Turn
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.sent import goes_out, may_go_out, send
from tui_chat.render.safe import safe_line
from tui_chat.ui.commands import shown
from tui_chat.ui.context import AppContext

if TYPE_CHECKING:
    from tui_chat.ui.filter_report import Case
    from tui_chat.ui.screens.chat import ChatScreen
    from tui_chat.ui.screens.filtered import Choice, Filtered

NOTHING = "The content filter has found nothing in this conversation."


class ContentFilterController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen, desk: AppContext) -> None:
        self._screen = screen
        self._desk = desk
        self._told: set[str] = set()
        self._waiting: list[tuple[Conversation, str]] = []
        self._open: tuple[str, Filtered] | None = None

    def look_at(self, exchange: Exchange) -> None:
        """An answer has ended or was judged anew: tell of it once if it was rejected, keep an open modal true."""
        answer_id = exchange.answer_id
        if self._open is not None and self._open[0] == answer_id:
            self._open[1].take(self.case(exchange.conversation, answer_id))
        if _rejected(exchange.conversation.nodes[answer_id].turn) and answer_id not in self._told:
            self._told.add(answer_id)
            self._waiting.append((exchange.conversation, answer_id))
            self.tell_next()

    def tell_next(self) -> None:
        """Tell of what waits, as soon as nothing is in front of the conversation."""
        while self._waiting:
            conversation, answer_id = self._waiting[0]
            here = conversation.id == self._desk.session.conversation.id
            if here and not self._screen.is_active:
                return
            del self._waiting[0]
            if here:
                self.show(answer_id)
            else:
                self._screen.say(
                    f"The content filter rejected a turn in “{safe_line(conversation.title)}”. It is marked there."
                )

    def show(self, answer_id: str) -> None:
        """The modal for a turn of the open conversation."""
        from tui_chat.ui.screens.filtered import Filtered

        screen, conversation = self._screen, self._desk.session.conversation
        typed = screen.prompt.insert if screen.prompt.text else None
        modal = Filtered(self.case(conversation, answer_id), Hand(self, conversation, answer_id), typed)

        def closed(choice: Choice | None) -> None:
            self._open = None
            if choice == "edit":
                screen.later(self._edit(conversation, answer_id))
            screen.prompt.focus()

        self._open = answer_id, modal
        screen.app.push_screen(modal, closed)

    def show_last(self) -> None:
        """The modal for the last turn that the filter rejected, else for the last one that it found something in."""
        turns = [node for node in self._desk.session.conversation.path() if node.turn.role == "assistant"]
        for wanted in (_rejected, _noticed):
            for node in reversed(turns):
                if wanted(node.turn):
                    self.show(node.id)
                    return
        self._screen.say(NOTHING)

    def show_table(self) -> None:
        """All verdicts of the open conversation."""
        from tui_chat.ui.screens.filter_view import FilterView

        conversation = self._desk.session.conversation

        def chosen(answer_id: str | None) -> None:
            if answer_id is not None and answer_id in conversation.nodes:
                self.show(answer_id)

        self._screen.app.push_screen(FilterView(conversation, self._screen.copy), chosen)

    def turn_around_last(self) -> None:
        """Leave the last answer and its prompt out of what is sent, or take them back in."""
        conversation = self._desk.session.conversation
        answers = [node.id for node in conversation.path() if may_go_out(conversation, node.id)]
        if not answers or self._desk.session.current is not None:
            self._screen.say("There is no answer yet that could be left out.")
            return
        wanted = not goes_out(conversation, answers[-1])
        self.send(conversation, answers[-1], wanted)
        if goes_out(conversation, answers[-1]) is wanted:
            self._screen.say(
                "The last answer and its prompt go out with later requests."
                if wanted
                else "The last answer and its prompt are left out of later requests."
            )

    def case(self, conversation: Conversation, answer_id: str) -> Case:
        """What the modal is told of a turn."""
        from tui_chat.ui.filter_report import Case

        prompt = conversation.last_prompt(answer_id)
        return Case(
            conversation.nodes[answer_id].turn,
            prompt.turn.text if prompt is not None else "",
            goes_out(conversation, answer_id),
            may_go_out(conversation, answer_id),
            self._screen.transcript.views.hides(answer_id),
            next(map(shown, self._screen._keys["filter.report"]), ""),
        )

    def send(self, conversation: Conversation, answer_id: str, wanted: bool) -> None:
        """Have a turn go out or not, in the library and on the screen."""
        send(self._desk.session.services.unsaved, conversation, answer_id, wanted)
        prompt = conversation.last_prompt(answer_id)
        for turn_id in (prompt.id if prompt is not None else answer_id, answer_id):
            self._screen.transcript.put(turn_id, conversation.nodes[turn_id].turn)

    def hide(self, answer_id: str, hidden: bool) -> None:
        """Hide the text of a rejected answer in the conversation, or show it."""
        if self._screen.transcript.views.hides(answer_id) is not hidden:
            self._screen.transcript.views.toggle_hidden_text(answer_id)

    def copy(self, turn: Turn) -> None:
        from tui_chat.ui.filter_report import report

        self._screen.copy(report(turn), "report")

    async def _edit(self, conversation: Conversation, answer_id: str) -> None:
        """The prompt back into its widget; another one that was begun meanwhile is put aside.

        Another conversation may have come on the screen below the modal: then the one of this prompt comes back.
        """
        if conversation.id != self._desk.session.conversation.id:
            await self._screen.turns.open(conversation.id)
            if conversation.id != self._desk.session.conversation.id:
                return
        prompt, widget = conversation.last_prompt(answer_id), self._screen.prompt
        if prompt is None or widget.text == prompt.turn.text:
            return
        if widget.stash():
            self._screen.say("What you had begun is put aside: the up key brings it back.")
        widget.replace_text(prompt.turn.text)


@dataclass(frozen=True, slots=True)
class Hand:
    """What the modal's keys do to one turn (`screens/filtered.Acts`)."""

    rejections: ContentFilterController
    conversation: Conversation
    answer_id: str

    async def send(self, wanted: bool) -> Case:
        self.rejections.send(self.conversation, self.answer_id, wanted)
        return self._case()

    def hide(self, hidden: bool) -> Case:
        self.rejections.hide(self.answer_id, hidden)
        return self._case()

    def copy(self) -> None:
        self.rejections.copy(self.conversation.nodes[self.answer_id].turn)

    def _case(self) -> Case:
        return self.rejections.case(self.conversation, self.answer_id)


def _rejected(turn: Turn) -> bool:
    return turn.rejected


def _noticed(turn: Turn) -> bool:
    return turn.not_run is not None or any(verdict.noticed for verdict in turn.verdicts)
