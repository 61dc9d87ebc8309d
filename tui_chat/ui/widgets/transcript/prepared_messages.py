"""Prepares the messages of a path for display. Thread-safe: touches nothing that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import Message
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.sent_messages import sendable
from tui_chat.ui.widgets.transcript.continued_answer import is_continued
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.heights import Heights
from tui_chat.ui.widgets.transcript.setting_changes import changes, origin_change

LOOKED_AT = 12
"""Messages above an answer among which the one before it is looked for."""

NO_VERSIONS: Mapping[str, Version] = {}


@dataclass(slots=True)
class PreparedMessages:
    """Entries in order, and the position of each. `heights` are estimates for a text `width` cells wide."""

    next_key: int = 0
    entries: list[Entry] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    heights: Heights = field(default_factory=Heights)
    width: int = 0

    @classmethod
    def of(
        cls,
        nodes: Sequence[Node],
        versions: Mapping[str, Version],
        first_key: int,
        width: int,
        sent: Sequence[tuple[str, Message]] | None = None,
    ) -> PreparedMessages:
        """The contents of a path. Ten thousand messages take a twentieth of a second.

        `sent` is what `sendable` gives for it, where that is known.
        """
        made = cls(first_key, width=width)
        for node in nodes:
            made.add(node)
        in_requests = {name for name, _ in (sendable(nodes) if sent is None else sent)}
        for entry in made.entries:
            entry.version = versions.get(entry.id)
            entry.unsent = entry.turn.role == "user" and entry.id not in in_requests
        made.heights = Heights([entry.estimate(width) for entry in made.entries])
        return made

    def add(self, node: Node) -> Entry:
        """Add a message at the end; its height is not added."""
        entries = self.entries
        entry = Entry(node.id, node.turn, self.next_key, entries[-1].turn.created if entries else None)
        if entries:
            above = entries[-1]
            above.last = False
            if is_continued(above.turn, node.turn, goes_on=above.above is not None):
                entry.above, above.continued = above, True
        entry.last = True
        self.next_key += 1
        self.positions[node.id] = len(entries)
        entries.append(entry)
        self.note_changes(len(entries) - 1)
        return entry

    def note_changes(self, position: int) -> int | None:
        """Note above the prompt how an answer was made in another way than the one before; where that was noted.

        A model is known once the answer is there: then it comes to the settings, which were noted before.
        """
        entries, turn = self.entries, self.entries[position].turn
        above = position - (2 if position > 1 and entries[position - 1].turn.role == "user" else 1)
        if turn.role != "assistant" or above < 0:
            return None
        answers = (entry.turn for entry in reversed(entries[max(position - LOOKED_AT, 0) : position]))
        before = next((each for each in answers if each.settings is not None and each.role == "assistant"), None)
        if before is None:
            return None
        settings = changes(before.settings, turn.settings)
        # Another model that continues an answer is named between its parts.
        origin = origin_change(before, turn) if entries[position].above is None else ""
        if not (said := " · ".join(filter(None, (origin, settings)))):
            return None
        entry = entries[above]
        entry.notices = tuple(notice for notice in entry.notices if notice != settings)
        add_notice(entry, said)
        return above


def add_notice(entry: Entry, text: str) -> None:
    """Add a line below a message, unless it is there."""
    if text not in entry.notices:
        entry.notices += (text,)
        entry.frame()
