"""What an importer is: the shape of the `IMPORTER` in each file of this folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tui_chat.core.conversation import Conversation

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Source:
    """A text to import. `data` is what it holds where it is JSON, else None."""

    text: str = field(repr=False)
    data: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Importer:
    """Reads one format.

    `expected` names the format in the sentence for a text that nobody reads. `matches` says whether a text is of this
    format, from its beginning or its outermost keys. `read` takes the text, the time (timezone-aware) of messages that
    have none, and a maker of ids; it raises PortableError or ShapeError. A conversation in which nobody said anything
    is left out. An answer needs an outcome: one without counts as cut off.
    """

    expected: str
    matches: Callable[[Source], bool]
    read: Callable[[Source, datetime, NewId], list[Conversation]]
