"""Shows the branches of the open conversation as a tree and switches between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from tui_chat.core.conversation import Conversation, Version
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.symbols import Sign
from tui_chat.engine.branches import Refusal, delete_branch, name_branch, restore_branch
from tui_chat.engine.session import BusyError, Session
from tui_chat.store.errors import LibraryError
from tui_chat.ui.controllers.library_actions import named_title
from tui_chat.ui.ports import Notifier, Post, ShowsPaths
from tui_chat.ui.widget_messages import LibraryChanged

REFUSED: Mapping[Refusal, str] = {
    "answering": "An answer is coming in this branch, or a prompt of it is being edited. End that first.",
    "unsaved": "Something of this branch is not saved yet. Save it first, then delete it.",
    "only": "This is shown and has no other version to show in its place. Go to another branch first.",
}
SAVED_NOWHERE = "The library can only be read: nothing can be deleted or named."


class TreeDialogs(Protocol):
    async def branches(self, actions: BranchesController) -> str | None:
        """The id of the turn to show; None for none."""
        ...

    async def ask_text(self, question: str, proposed: str = "", hint: str = "") -> str | None: ...


class TurnShower(Protocol):
    async def show_turn(self, node_id: str) -> None: ...


class VersionMarks(Protocol):
    def mark_versions(self, versions: Mapping[str, Version]) -> None: ...


class MarkedTranscript(Protocol):
    @property
    def entries(self) -> VersionMarks: ...


class EditedPrompt(Protocol):
    @property
    def edited(self) -> str | None:
        """The prompt being edited as another version."""
        ...


@dataclass(eq=False)
class BranchesController:
    _session: Session
    _shows: TurnShower
    _paths: ShowsPaths
    _transcript: MarkedTranscript
    _editing: EditedPrompt
    _dialogs: TreeDialogs
    _notifier: Notifier
    _post: Post
    _compare: Callable[[str], object]
    """Compares the branch of a turn with what is shown, in the background."""

    @property
    def conversation(self) -> Conversation:
        return self._session.conversation

    async def show(self) -> None:
        """Show all branches; the one that is chosen comes on the screen, with the turn in view."""
        conversation = self.conversation
        if not conversation.nodes:
            self._notifier.note("There is nothing in this conversation yet.")
            return
        chosen = await self._dialogs.branches(self)
        if chosen is not None and conversation is self.conversation:
            await self._shows.show_turn(chosen)

    @property
    def states(self) -> dict[str, str]:
        """Which turns are not on disk as they are, and which answers are coming."""
        failed = self._session.services.unsaved.failed
        ours = [write.key[2:] for write in failed if write.conversation is self.conversation]
        return dict.fromkeys((turn for key in ours for turn in key), "! not saved") | dict.fromkeys(
            self._answering, f"{Sign.BUSY} answering"
        )

    @property
    def _answering(self) -> set[str]:
        return {each.answer_id for each in self._session.exchanges(self.conversation.id)}

    def compare(self, node_id: str) -> None:
        """Compare the branch that a turn is on with the one that is shown."""
        self._compare(node_id)

    async def name(self, node_id: str) -> str:
        """Ask for the name of the branch that a turn is on. Returns a sentence about the result."""
        conversation, services = self.conversation, self._session.services
        if services.library.read_only:
            return SAVED_NOWHERE
        start = conversation.nodes[conversation.branch_start(node_id)]
        typed = await self._dialogs.ask_text("Name of this branch", start.name)
        if typed is None or start.id not in conversation.nodes:
            return ""
        kept = name_branch(services, conversation, start.id, typed)
        self._transcript.entries.mark_versions(conversation.versions())
        return f"This branch is called {named_title(kept)}." if kept else "This branch has no name."

    async def delete(self, node_id: str) -> str:
        """Delete a turn with all below it. Returns a sentence about the result."""
        conversation, services = self.conversation, self._session.services
        if services.library.read_only:
            return SAVED_NOWHERE
        busy = self._answering | {edited for edited in (self._editing.edited,) if edited is not None}
        try:
            with self._session.claimed(conversation, None, concurrent=True):
                done = await delete_branch(services, conversation, node_id, busy)
        except BusyError:
            return REFUSED["answering"]
        except LibraryError as error:
            return str(error)
        if isinstance(done, str):
            return REFUSED[done]
        await self._changed(conversation, moved=done.moved)
        more = f" and {done.turns - 1} below it" if done.turns > 1 else ""
        return f"Deleted {_named(done.words)}{more}. ctrl+z undoes."

    async def undo(self) -> tuple[str, str | None]:
        """Bring back the branch that was deleted last: a sentence, and its first turn."""
        conversation, services = self.conversation, self._session.services
        if services.library.read_only:
            return SAVED_NOWHERE, None
        try:
            with self._session.claimed(conversation, None, concurrent=True):
                before = conversation.head
                first = await restore_branch(services, conversation, show=not self._answering)
        except BusyError:
            return REFUSED["answering"], None
        except LibraryError as error:
            return str(error), None
        if first is None:
            return "No branch of this conversation was deleted in the last 30 days.", None
        await self._changed(conversation, moved=conversation.head != before)
        node = conversation.nodes[first]
        return f"{_named(node.name or node.turn.text)} is back.", first

    async def name_shown(self) -> None:
        await self._of_shown(self.name)

    async def delete_shown(self) -> None:
        """Delete the branch that is shown, and show another version of it."""
        await self._of_shown(self.delete)

    async def undo_shown(self) -> None:
        self._notifier.say((await self.undo())[0])

    async def _of_shown(self, act: Callable[[str], Awaitable[str]]) -> None:
        head = self.conversation.head
        nothing = "There is nothing in this conversation yet."
        if said := nothing if head is None else await act(self.conversation.branch_start(head)):
            self._notifier.say(said)

    async def _changed(self, conversation: Conversation, *, moved: bool) -> None:
        self._post(LibraryChanged())
        if conversation is not self.conversation:
            return
        if moved and conversation.head is not None:
            await self._paths.show_path(conversation.head)
        else:
            self._transcript.entries.mark_versions(conversation.versions())


def _named(words: str) -> str:
    return named_title(words) if words.strip() else "an answer without text"
