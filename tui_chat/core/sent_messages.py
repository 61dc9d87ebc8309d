"""Which messages of a conversation are sent with the next request, and which are left out."""

from __future__ import annotations

from collections.abc import Iterable

from tui_chat.core.conversation import Node
from tui_chat.core.message import Message, Outcome, Turn

UNSENDABLE = frozenset({Outcome.PROMPT_BLOCKED, Outcome.ANSWER_BLOCKED, Outcome.FAILED, Outcome.EMPTY, Outcome.REFUSED})
"""Outcomes of answers that are left out with their prompt, unless the user decides otherwise and there is text
to send."""


def sendable(path: Iterable[Node]) -> list[tuple[str, Message]]:
    """(turn id, message) for each message that is sent of a path.

    Roles alternate, beginning with a prompt; an open prompt at the end is always sent. A prompt is left out with its
    answer if that was blocked, failed, empty or missing: a filter that rejected it once would reject every later
    request, and Mistral rejects two user messages in a row. Consecutive answers (a continued one) are joined. System
    turns are not sent; the system prompt is a setting.
    """
    out: list[tuple[str, Message]] = []
    prompt: Node | None = None
    answers: list[Node] = []
    for node in path:
        if node.turn.role == "user":
            out.extend(_exchange(prompt, answers))
            prompt, answers = node, []
        elif node.turn.role == "assistant":
            answers.append(node)
    if prompt is not None and not answers:
        out.append((prompt.id, prompt.turn.asked))
    else:
        out.extend(_exchange(prompt, answers))
    return out


def _exchange(prompt: Node | None, answers: list[Node]) -> list[tuple[str, Message]]:
    used = [node for node in answers if sends(node.turn)]
    if prompt is None or prompt.turn.sent is False or not used or any(a.turn.sent is False for a in answers):
        return []
    first = used[0].turn
    text, thinking = first.text, first.reasoning
    if len(used) > 1:
        text = "".join(node.turn.text for node in used)
        thinking = "".join(node.turn.reasoning for node in used)
    answer = Message("assistant", text, thinking=thinking, endpoint=first.endpoint or "")
    return [(prompt.id, prompt.turn.asked), (used[0].id, answer)]


def sends(turn: Turn) -> bool:
    """Whether an answer is sent with its prompt."""
    if turn.blank:
        return False
    return turn.sent is True or turn.outcome not in UNSENDABLE
