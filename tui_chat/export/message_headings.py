"""The headings of an exported file, and the lines under each answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from tui_chat.core.conversation import Conversation
from tui_chat.core.conversation_title import title_from
from tui_chat.core.filter_details import quotable
from tui_chat.core.filter_wording import in_full, unchecked_words
from tui_chat.core.message import Role, Turn
from tui_chat.core.outcome_wording import BLOCKED, USED_UP, ending
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.setting_syntax import written
from tui_chat.core.settings import NAMES, Settings
from tui_chat.core.short_number import counted

Kind = Literal["blocked", "error", "filter", "facts"]

SPEAKERS: dict[Role, str] = {"user": "You", "assistant": "Assistant", "system": "System"}
UNNAMED = "Conversation"

TITLE_CELLS = 80


@dataclass(frozen=True, slots=True)
class Note:
    """One line under a message. `text` may be anything: the writer makes it safe."""

    kind: Kind
    text: str


def page_title(conversation: Conversation) -> str:
    """The conversation's title, else the beginning of its first prompt."""
    prompts = conversation.prompts()
    return conversation.title.strip() or title_from(prompts[0].turn.text if prompts else "", TITLE_CELLS) or UNNAMED


def time_of(when: datetime) -> str:
    """A moment in local time."""
    try:
        return f"{when.astimezone():%Y-%m-%d %H:%M}"
    except (OverflowError, OSError):  # the first and the last day that there is
        return f"{when:%Y-%m-%d %H:%M}"


def notes(turn: Turn) -> list[Note]:
    """The lines under a message, most important first; prompts mostly have none."""
    found = [*_ending(turn), *_filter(turn)]
    facts = " · ".join(_facts(turn))
    return [*found, Note("facts", facts)] if facts else found


def _ending(turn: Turn) -> Iterator[Note]:
    title = BLOCKED.get(turn.outcome) if turn.outcome else None
    if title is not None:
        yield Note("blocked", title)
    if turn.withdrawn:
        yield Note("blocked", "The filter withdrew this answer after it had ended.")
    if turn.thinking_used_up:
        yield Note("blocked", USED_UP)
    if turn.refusal:
        yield Note("blocked", f"The model refused: {turn.refusal}")
    if turn.error is not None:
        yield Note("error", turn.error.message)
        if turn.error.hint:
            yield Note("error", turn.error.hint)


def _filter(turn: Turn) -> Iterator[Note]:
    noticed = sorted((v for v in turn.verdicts if v.noticed), key=lambda v: not v.blocked)
    for verdict in noticed:
        yield Note("filter", f"content filter: {in_full(verdict, quotable(turn))}")
    if unchecked := unchecked_words(turn.verdicts):
        yield Note("filter", unchecked)
    if turn.not_run is not None:
        yield Note("filter", f"{turn.not_run} not checked by the content filter")


def _facts(turn: Turn) -> Iterator[str]:
    if turn.role != "assistant":
        return
    if turn.model or turn.endpoint:
        yield turn.model or turn.endpoint or ""
    tokens = turn.usage.completion_tokens if turn.usage else None
    if tokens is not None:
        yield f"{counted(tokens, 'token')} out"
    if turn.timing is not None:
        yield f"{turn.timing.total_ms / 1000:.1f} s"
    if turn.settings is not None:
        yield from _settings(turn.settings)
    if (how := ending(turn)) is not None:
        yield how


def _settings(settings: Settings) -> Iterator[str]:
    for name in NAMES:
        if name in ("system", "stop"):
            continue
        value = getattr(settings, name)
        if value is not None:
            yield f"{name} {written(value)}"
