"""What the user says about a whole conversation: pinned, archived, tagged."""

from __future__ import annotations

from datetime import datetime

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.surrogates import repair_surrogates

MAX_TAG = 40


@dataclass(frozen=True, slots=True)
class ConversationLabels:
    """`pinned` and `archived` say since when; None if not."""

    pinned: datetime | None = None
    archived: datetime | None = None
    tags: tuple[str, ...] = ()


def as_tag(text: str) -> str:
    """A tag as stored: one word in lower case, without a leading `#`; "" if nothing is left."""
    return "-".join(repair_surrogates(text).strip().lstrip("#").lower().split())[:MAX_TAG]
