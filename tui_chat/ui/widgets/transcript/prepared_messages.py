"""Prepares the messages of a path for display. Thread-safe: touches nothing that is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from tui_chat.core.conversation import Node
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.sent_messages import sendable
from tui_chat.core.settings import Settings
from tui_chat.ui.widgets.transcript.continued_answer import is_continued
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.heights import Heights
from tui_chat.ui.widgets.transcript.setting_changes import changes

NO_VERSIONS: Mapping[str, tuple[int, int]] = {}


@dataclass(slots=True)
class Contents:
    """Entries in order, and the position of each. `heights` are estimates for a text `width` cells wide."""

    next_key: int = 0
    entries: list[Entry] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    heights: Heights = field(default_factory=Heights)
    width: int = 0
    _settings: Settings | None = None

    @classmethod
    def of(cls, nodes: Sequence[Node], versions: Mapping[str, tuple[int, int]], first_key: int, width: int) -> Contents:
        """The contents of a path. Ten thousand messages take a tenth of a second."""
        made = cls(first_key, width=width)
        for node in nodes:
            made.add(node)
        sent = {name for name, _ in sendable(nodes)}
        for entry in made.entries:
            entry.version = versions.get(entry.id)
            entry.unsent = entry.turn.role == "user" and entry.id not in sent
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
        self._note_settings(entries)
        return entry

    def _note_settings(self, entries: list[Entry]) -> None:
        """Note settings that differ from those of the previous answer, above the prompt."""
        turn = entries[-1].turn
        if turn.role != "assistant" or turn.settings is None:
            return
        said = changes(self._settings, turn.settings)
        self._settings = turn.settings
        above = len(entries) - (3 if len(entries) > 2 and entries[-2].turn.role == "user" else 2)
        if said and above >= 0:
            add_notice(entries[above], said)


def add_notice(entry: Entry, text: str) -> None:
    """Add a line below a message, unless it is there."""
    if text not in entry.notices:
        entry.notices += (text,)
        entry.frame()
