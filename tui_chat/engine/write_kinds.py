"""The kinds of writes to the library. Each can be retried, and a newer one replaces an older one with the same key.

They read their values when they run: values taken earlier would, on a later retry, overwrite a newer state.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from tui_chat.core.conversation import Conversation
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store import writes
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
        writes.put_turn(db, self.conversation.id, self.turn_id, self.conversation.nodes[self.turn_id].turn, now)


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
        writes.set_draft(db, self.owner, self.text)


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
        writes.set_title(db, self.conversation_id, self.title)


@dataclass(frozen=True, slots=True)
class SettingsWrite:
    conversation: Conversation

    @property
    def key(self) -> Key:
        return "settings", self.conversation.id

    @property
    def words(self) -> str:
        return f"the settings of “{self.conversation.title}”"

    def store(self, db: Database, now: datetime) -> None:
        writes.set_settings(db, self.conversation.id, self.conversation.settings)


@dataclass(frozen=True, slots=True)
class HeadWrite:
    """Which branch is shown."""

    conversation: Conversation

    @property
    def key(self) -> Key:
        return "head", self.conversation.id

    @property
    def words(self) -> str:
        return f"which version is shown in “{self.conversation.title}”"

    def store(self, db: Database, now: datetime) -> None:
        writes.set_head(db, self.conversation.id, self.conversation.head)


@dataclass(frozen=True, slots=True)
class BranchNameWrite:
    conversation: Conversation
    turn_id: str

    @property
    def key(self) -> Key:
        return "branch", self.conversation.id, self.turn_id

    @property
    def words(self) -> str:
        return f"the name of a branch in “{self.conversation.title}”"

    def store(self, db: Database, now: datetime) -> None:
        writes.name_branch(db, self.conversation.id, self.turn_id, self.conversation.nodes[self.turn_id].name)


@dataclass(frozen=True, slots=True)
class SentWrite:
    """The user's choice whether an answer and its prompt are sent: both in one transaction."""

    conversation: Conversation
    turn_ids: tuple[str, ...]

    @property
    def key(self) -> Key:
        return "sent", self.conversation.id, *self.turn_ids

    @property
    def words(self) -> str:
        return f"what is left out of requests in “{self.conversation.title}”"

    def store(self, db: Database, now: datetime) -> None:
        nodes = self.conversation.nodes
        writes.set_sent(db, self.conversation.id, {turn_id: nodes[turn_id].turn.sent for turn_id in self.turn_ids})


def answer_key(conversation_id: str, turn_id: str) -> Key:
    return "answer", conversation_id, turn_id


def title_key(conversation_id: str) -> Key:
    return "title", conversation_id


def draft_key(owner: str) -> Key:
    return "draft", owner
