"""Several answers to one prompt at once, each an exchange of its own and a sibling of the others in the tree.

What is shown of the conversation stays until one is kept. The places of all answers are stored in one transaction,
with the settings, endpoint and model of each, before anything is sent: after a crash each has what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tui_chat.core.comparison import MOST, Variant
from tui_chat.core.conversation import Conversation
from tui_chat.engine.exchange import Exchange, Sending, store_turns
from tui_chat.engine.pending_writes import HeadWrite
from tui_chat.engine.session import Session


async def begin_comparison(
    session: Session,
    prompt_id: str,
    variants: Sequence[Variant],
    sending: Sending | None = None,
    *,
    beside: bool = False,
) -> list[Exchange]:
    """Make room for an answer of each variant to a prompt of the open conversation, and return the exchanges to run.

    `beside`: others of the same comparison may still be coming. Raises BusyError, LibraryError and GivenUpError, and
    then nothing has changed.
    """
    services, conversation = session.services, session.conversation
    made = [
        Exchange(services, conversation, prompt_id, each.settings, asked=(each.endpoint, each.model))
        for each in variants
    ]
    # A prompt without an answer shows the first of these; else the answer that is shown stays.
    shown = made[0].answer_id if conversation.head == prompt_id else conversation.head
    with session.claimed(conversation, sending, beside=beside):
        await store_turns(services, conversation, [each.place for each in made], sending, shown)
    session.running |= {each.answer_id: each for each in made}
    return made


def keep_answer(session: Session, answer_id: str) -> None:
    """Show this answer, with the newest end below it: the conversation continues from there."""
    conversation = session.conversation
    conversation.head = conversation.leaf(answer_id)
    if not session.services.library.read_only:
        session.services.unsaved.save(HeadWrite(conversation))


def answers_to(conversation: Conversation, prompt_id: str) -> list[str]:
    """The answers to a prompt, oldest first; of more than fit, the newest ones, and the one that is shown."""
    nodes = conversation.nodes
    found = [each for each in conversation.children(prompt_id) if nodes[each].turn.role == "assistant"]
    shown = next((node.id for node in conversation.upward() if node.parent == prompt_id), None)
    newest = found[-MOST:]
    if shown in found and shown not in newest:
        newest[0] = shown
    return newest
