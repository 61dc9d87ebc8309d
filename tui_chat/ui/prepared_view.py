"""Prepares a conversation for display, in a thread if it is long, so that keys stay responsive."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.conversation import Conversation, Node, Version
from tui_chat.core.message import Message
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.sent_messages import sendable

if TYPE_CHECKING:
    from tui_chat.ui.widgets.transcript.prepared_messages import PreparedMessages

LONG = 2_000
"""Turns from which on a thread is worth it: 20,000 turns held up the keys for a quarter of a second."""

TRIES = 3
"""Attempts that a changing conversation may invalidate, before the view is built synchronously."""


class Preparing(Protocol):
    """Knows how turns are laid out."""

    def prepared(
        self, nodes: Sequence[Node], versions: Mapping[str, Version], sent: Sequence[tuple[str, Message]]
    ) -> PreparedMessages: ...


@dataclass(frozen=True, slots=True)
class Prepared:
    """`state` is that of the conversation; `sent` goes out of it with the next prompt; `elsewhere` counts prompts on
    branches that are not shown."""

    state: tuple[int, str | None]
    contents: PreparedMessages
    prompts: list[str]
    sent: list[tuple[str, Message]]
    elsewhere: int


def prepare(conversation: Conversation, entries: Preparing) -> Prepared:
    """Reads the conversation and nothing that is shown."""
    state, path = conversation.state, conversation.path()
    prompts = [node.turn.text for node in path if node.turn.role == "user"]
    sent = sendable(path)
    contents = entries.prepared(path, conversation.versions(), sent)
    return Prepared(state, contents, prompts, sent, conversation.prompts_elsewhere())


async def prepared(conversation: Conversation, entries: Preparing) -> Prepared:
    """A view that is current when it returns."""
    if len(conversation.nodes) > LONG:
        for _ in range(TRIES):
            found = await asyncio.to_thread(prepare, conversation, entries)
            if found.state == conversation.state:
                return found
    return prepare(conversation, entries)
