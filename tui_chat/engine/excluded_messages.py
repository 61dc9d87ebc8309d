"""Includes or excludes an exchange from later requests. Only decisions that differ from the rules are stored."""

from __future__ import annotations

from dataclasses import replace

from tui_chat.core.conversation import Conversation
from tui_chat.core.sent_messages import sendable
from tui_chat.engine.unsaved_write_kinds import sent_write
from tui_chat.engine.unsaved_writes import UnsavedWrites


def goes_out(conversation: Conversation, answer_id: str) -> bool:
    """Whether later requests include this answer, and so its prompt."""
    prompt = conversation.last_prompt(answer_id)
    path = conversation.path(answer_id)
    return prompt is not None and prompt.id in {name for name, _ in sendable(path)} and path[-1].id != prompt.id


def may_go_out(conversation: Conversation, answer_id: str) -> bool:
    """Whether the user can change that: an answer without text is never sent, and neither is its prompt."""
    node = conversation.nodes[answer_id]
    return node.turn.role == "assistant" and not node.turn.blank and conversation.last_prompt(answer_id) is not None


def send(unsaved: UnsavedWrites, conversation: Conversation, answer_id: str, wanted: bool) -> None:
    """Include an answer and its prompt in later requests, or exclude them.

    A choice that equals the rules is not stored, so that a file shows only real decisions.
    """
    prompt = conversation.last_prompt(answer_id)
    if wanted and prompt is not None and prompt.turn.sent is False:
        _say(conversation, prompt.id, None)
    _say(conversation, answer_id, None)
    if goes_out(conversation, answer_id) is not wanted:
        _say(conversation, answer_id, wanted)
    unsaved.save(sent_write(conversation, (answer_id,) if prompt is None else (prompt.id, answer_id)))


def _say(conversation: Conversation, turn_id: str, sent: bool | None) -> None:
    conversation.put(turn_id, replace(conversation.nodes[turn_id].turn, sent=sent))
