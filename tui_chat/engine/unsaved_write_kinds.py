"""The kinds of writes to the library. Each can be retried, and a newer one replaces an older one with the same key.

They read their values when they run: values taken earlier would, on a later retry, overwrite a newer state.

`store.writes` is imported by the first one that runs: an answer that is not kept needs no library.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass

if TYPE_CHECKING:
    from tui_chat.store.database import Database

Key = tuple[str, ...]
"""Identifies a write: kind, conversation, and turn if any."""


class Write(Protocol):
    """`words` name it for the user. `conversation` is the one it belongs to, if known."""

    @property
    def key(self) -> Key: ...

    @property
    def words(self) -> str: ...

    @property
    def conversation(self) -> Conversation | None: ...

    def store(self, db: Database, now: datetime) -> None:
        """Runs in the library's thread. Raises LibraryError, sqlite3.Error and OSError, and then nothing is written."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerWrite:
    """A whole answer. It replaces the pieces stored before."""

    conversation: Conversation
    turn_id: str

    @property
    def key(self) -> Key:
        return answer_key(self.conversation.id, self.turn_id)

    @property
    def words(self) -> str:
        return f"an answer in “{self.conversation.title}”"

    def store(self, db: Database, now: datetime) -> None:
        from tui_chat.store import library_writes

        library_writes.put_turn(db, self.conversation.id, self.turn_id, self.conversation.nodes[self.turn_id].turn, now)


@dataclass(frozen=True, slots=True)
class DraftWrite:
    """Unsent text; "" deletes it. The owner "" is a conversation that has not begun."""

    owner: str
    text: str
    conversation: Conversation | None = None

    @property
    def key(self) -> Key:
        return draft_key(self.owner)

    @property
    def words(self) -> str:
        return "what is typed in the prompt"

    def store(self, db: Database, now: datetime) -> None:
        from tui_chat.store import library_writes

        library_writes.set_draft(db, self.owner, self.text)


@dataclass(frozen=True, slots=True)
class TitleWrite:
    conversation_id: str
    title: str
    conversation: Conversation | None = None

    @property
    def key(self) -> Key:
        return title_key(self.conversation_id)

    @property
    def words(self) -> str:
        return f"the title “{self.title}”"

    def store(self, db: Database, now: datetime) -> None:
        from tui_chat.store import library_writes

        library_writes.set_title(db, self.conversation_id, self.title)


@dataclass(frozen=True, slots=True)
class StateWrite:
    """A part of a conversation's state, as it is when the write runs. `subject` is a phrase with {} for the title."""

    kind: str
    subject: str
    conversation: Conversation
    put: Callable[[Database, Conversation], None]
    turn_ids: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return self.kind, self.conversation.id, *self.turn_ids

    @property
    def words(self) -> str:
        return self.subject.format(f"“{self.conversation.title}”")

    def store(self, db: Database, now: datetime) -> None:
        self.put(db, self.conversation)


def settings_write(conversation: Conversation) -> StateWrite:
    def put(db: Database, now: Conversation) -> None:
        from tui_chat.store import library_writes

        library_writes.set_settings(db, now.id, now.settings)

    return StateWrite("settings", "the settings of {}", conversation, put)


def head_write(conversation: Conversation) -> StateWrite:
    """Which branch is shown."""

    def put(db: Database, now: Conversation) -> None:
        from tui_chat.store import library_writes

        library_writes.set_head(db, now.id, now.head)

    return StateWrite("head", "which version is shown in {}", conversation, put)


def branch_name_write(conversation: Conversation, turn_id: str) -> StateWrite:
    def put(db: Database, now: Conversation) -> None:
        from tui_chat.store import library_writes

        library_writes.name_branch(db, now.id, turn_id, now.nodes[turn_id].name)

    return StateWrite("branch", "the name of a branch in {}", conversation, put, (turn_id,))


def sent_write(conversation: Conversation, turn_ids: tuple[str, ...]) -> StateWrite:
    """The user's choice whether an answer and its prompt are sent: both in one transaction."""

    def put(db: Database, now: Conversation) -> None:
        from tui_chat.store import library_writes

        library_writes.set_sent(db, now.id, {turn_id: now.nodes[turn_id].turn.sent for turn_id in turn_ids})

    return StateWrite("sent", "what is left out of requests in {}", conversation, put, turn_ids)


def answer_key(conversation_id: str, turn_id: str) -> Key:
    return "answer", conversation_id, turn_id


def title_key(conversation_id: str) -> Key:
    return "title", conversation_id


def draft_key(owner: str) -> Key:
    return "draft", owner
