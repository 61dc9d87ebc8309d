"""Shows what the content filter rejected, one dialog at a time, and handles the dialog's keys.

A dialog that came up over another one, or over the next prompt being typed, would take keys that were meant for those.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.conversation_files import FileError, write_file
from tui_chat.engine.exchange import Exchange
from tui_chat.engine.excluded_messages import goes_out, may_go_out, send
from tui_chat.engine.session import Session
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.file_dialog import ask_and_write
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.ports import Copy, Dialogs, Jobs, Notifier, Opens, PromptText

if TYPE_CHECKING:
    from tui_chat.core.filter_table import FilterRow
    from tui_chat.ui.filter_rejection_text import FilterRejection

NOTHING = "The content filter has found nothing in this conversation."
TABLE_FORMATS = ((".csv", "for spreadsheets"), (".json", "for programs"), (".txt", "to be read"))
TEXT_WIDTH = 100

Choice = Literal["edit", "close"]


class HiddenTexts(Protocol):
    def hides(self, node_id: str) -> bool: ...

    def toggle_hidden_text(self, node_id: str) -> None: ...


class FilteredTurns(Protocol):
    @property
    def views(self) -> HiddenTexts: ...

    def put(self, node_id: str, turn: Turn) -> None: ...


class TypedPrompt(PromptText, Protocol):
    def insert(self, text: str) -> object: ...


class FilterBranches(Protocol):
    def begin(self, prompt_id: str) -> None:
        """Bring a prompt back, to be sent as a branch."""
        ...


class CaseActions(Protocol):
    """The actions of the dialog's keys on its turn. Each returns the updated case."""

    def send(self, wanted: bool) -> FilterRejection: ...

    def hide(self, hidden: bool) -> FilterRejection: ...

    def copy(self) -> None: ...


class OpenCase(Protocol):
    """The dialog while it is on the screen."""

    def take(self, case: FilterRejection) -> None: ...

    @property
    def closed(self) -> Awaitable[Choice | None]: ...


class FilterDialogs(Dialogs, Protocol):
    def rejection(self, case: FilterRejection, actions: CaseActions, typed: Callable[[str], object] | None) -> OpenCase:
        """Show one. `typed` takes the keys of a user who was typing when it came up; None: the user was not."""
        ...

    async def filter_table(
        self, conversation: Conversation, copy: Copy, save: Callable[[Sequence[FilterRow]], object]
    ) -> str | None:
        """Returns the answer to show details of; None for none."""
        ...


@dataclass(eq=False)
class ContentFilterController:
    """`is_free` says that no dialog is in front of the conversation."""

    _session: Session
    _conversations: Opens
    _transcript: FilteredTurns
    _prompt: TypedPrompt
    _branches: FilterBranches
    _keys: Keymap
    _copy: Copy
    _is_free: Callable[[], bool]
    _dialogs: FilterDialogs
    _notifier: Notifier
    _jobs: Jobs
    _reported: set[str] = field(default_factory=set, init=False)
    _waiting: list[tuple[Conversation, str]] = field(default_factory=list, init=False)
    _open: tuple[str, OpenCase] | None = field(default=None, init=False)

    def answer_changed(self, exchange: Exchange) -> None:
        """An answer has ended or was judged again: show it once if it was rejected, keep an open dialog true."""
        answer_id = exchange.answer_id
        if self._open is not None and self._open[0] == answer_id:
            self._open[1].take(self._case(exchange.conversation, answer_id))
        if _rejected(exchange.conversation.nodes[answer_id].turn) and answer_id not in self._reported:
            self._reported.add(answer_id)
            self._waiting.append((exchange.conversation, answer_id))
            self.show_next()

    def show_next(self) -> None:
        """Show what waits, as soon as nothing is in front of the conversation."""
        while self._waiting:
            conversation, answer_id = self._waiting[0]
            here = conversation.id == self._session.conversation.id
            if here and not self._is_free():
                return
            del self._waiting[0]
            if here:
                self.show(answer_id)
            else:
                title = safe_line(conversation.title)
                self._notifier.say(f"The content filter rejected a turn in “{title}”. It is marked there.")

    def show(self, answer_id: str) -> None:
        """The dialog for a turn of the open conversation."""
        conversation = self._session.conversation
        typed = self._prompt.insert if self._prompt.text else None
        actions = _Actions(self, conversation, answer_id)
        dialog = self._dialogs.rejection(self._case(conversation, answer_id), actions, typed)
        self._open = answer_id, dialog
        self._jobs.run(self._until_closed(conversation, answer_id, dialog))

    async def _until_closed(self, conversation: Conversation, answer_id: str, dialog: OpenCase) -> None:
        choice = await dialog.closed
        if self._open is not None and self._open[1] is dialog:
            self._open = None
        if choice == "edit":
            await self._edit(conversation, answer_id)
        self._prompt.focus()

    def show_last(self) -> None:
        """The dialog for the last turn that the filter rejected, else for the last one that it found something in."""
        turns = [node for node in self._session.conversation.path() if node.turn.role == "assistant"]
        for wanted in (_rejected, _noticed):
            for node in reversed(turns):
                if wanted(node.turn):
                    self.show(node.id)
                    return
        self._notifier.say(NOTHING)

    async def show_table(self) -> None:
        """All verdicts of the open conversation."""
        conversation = self._session.conversation

        def save(rows: Sequence[FilterRow]) -> None:
            self._jobs.run(self.save_table(rows, conversation.title))

        answer_id = await self._dialogs.filter_table(conversation, self._copy, save)
        if answer_id is not None and answer_id in conversation.nodes:
            self.show(answer_id)

    async def save_table(self, rows: Sequence[FilterRow], title: str) -> None:
        """Ask for a file name and save the rows there."""
        proposed = "-".join([*re.findall(r"\w+", title, re.UNICODE)[:8], "filter"])[:60] + ".csv"

        async def write(path: Path) -> None:
            made = _table_formats().get(path.suffix.lower())
            if made is None:
                raise FileError(
                    f"{path} cannot be saved: its name does not say in which format.", "It ends in .csv, .json or .txt."
                )
            await asyncio.to_thread(lambda: write_file(path, made(rows)))

        await ask_and_write(
            self._dialogs, self._notifier, "Save the table as", proposed, "", write, formats=TABLE_FORMATS
        )

    def toggle_last_exclusion(self) -> None:
        """Leave the last answer and its prompt out of what is sent, or take them back in."""
        conversation = self._session.conversation
        answers = [node.id for node in conversation.path() if may_go_out(conversation, node.id)]
        if not answers or self._session.current is not None:
            self._notifier.note("There is no answer yet that could be left out.")
        else:
            self.toggle_exclusion(answers[-1], "The last answer")

    def toggle_exclusion(self, answer_id: str, name: str) -> None:
        """Leave an answer and its prompt out of what is sent, or take them back in, and say so."""
        conversation = self._session.conversation
        wanted = not goes_out(conversation, answer_id)
        self._send(conversation, answer_id, wanted)
        if goes_out(conversation, answer_id) is wanted:
            word = "go out with later requests" if wanted else "are left out of later requests"
            self._notifier.note(f"{name} and its prompt {word}.")

    def _case(self, conversation: Conversation, answer_id: str) -> FilterRejection:
        """The dialog's view of a turn."""
        from tui_chat.ui.filter_rejection_text import FilterRejection

        prompt = conversation.last_prompt(answer_id)
        return FilterRejection(
            conversation.nodes[answer_id].turn,
            prompt.turn.text if prompt is not None else "",
            goes_out(conversation, answer_id),
            may_go_out(conversation, answer_id),
            self._transcript.views.hides(answer_id),
            self._keys.first("filter.report"),
        )

    def _send(self, conversation: Conversation, answer_id: str, wanted: bool) -> None:
        """Have a turn go out or not, in the library and on the screen."""
        send(self._session.services.unsaved, conversation, answer_id, wanted)
        prompt = conversation.last_prompt(answer_id)
        for turn_id in (prompt.id if prompt is not None else answer_id, answer_id):
            self._transcript.put(turn_id, conversation.nodes[turn_id].turn)

    def _hide(self, answer_id: str, hidden: bool) -> None:
        """Hide the text of a rejected answer in the conversation, or show it."""
        if self._transcript.views.hides(answer_id) is not hidden:
            self._transcript.views.toggle_hidden_text(answer_id)

    def _copy_report(self, turn: Turn) -> None:
        from tui_chat.ui.filter_rejection_text import report

        self._copy(report(turn), "report")

    async def _edit(self, conversation: Conversation, answer_id: str) -> None:
        """The prompt back into its widget, to be sent as a branch: what F4 does with the last one.

        Another conversation may be shown below the dialog by now: then the one of this prompt comes back.
        """
        if conversation.id != self._session.conversation.id:
            await self._conversations.open(conversation.id)
        shown = self._session.conversation
        node = shown.last_prompt(answer_id) if shown.id == conversation.id and answer_id in shown.nodes else None
        if node is not None:
            self._branches.begin(node.id)


@dataclass(frozen=True, slots=True)
class _Actions:
    """`CaseActions` for one turn."""

    controller: ContentFilterController
    conversation: Conversation
    answer_id: str

    def send(self, wanted: bool) -> FilterRejection:
        self.controller._send(self.conversation, self.answer_id, wanted)
        return self._case()

    def hide(self, hidden: bool) -> FilterRejection:
        self.controller._hide(self.answer_id, hidden)
        return self._case()

    def copy(self) -> None:
        self.controller._copy_report(self.conversation.nodes[self.answer_id].turn)

    def _case(self) -> FilterRejection:
        return self.controller._case(self.conversation, self.answer_id)


def _table_formats() -> Mapping[str, Callable[[Sequence[FilterRow]], str]]:
    from tui_chat.export.filter_table_formats import as_csv, as_json, as_text

    return {".csv": as_csv, ".json": as_json, ".txt": lambda rows: as_text(rows, TEXT_WIDTH) + "\n"}


def _rejected(turn: Turn) -> bool:
    return turn.rejected


def _noticed(turn: Turn) -> bool:
    return turn.not_run is not None or any(verdict.noticed for verdict in turn.verdicts)
