"""The messages that are shown: this file owns their order, the notices between them, and what goes out no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tui_chat.core.conversation import Node, sendable
from tui_chat.core.message import Turn
from tui_chat.ui.widgets.transcript.contents import NO_VERSIONS, Contents, add_notice
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.view_options import AS_EVER, ViewOptions
from tui_chat.ui.widgets.transcript.viewport import Viewport


class EntryList:
    """Entries by the ids of their turns, put into a window. Unknown ids raise KeyError."""

    def __init__(self, window: Viewport) -> None:
        self.window = window
        self._contents = Contents(entries=window.entries)
        self._mark: tuple[str, str] | None = None
        self._unsaved: set[str] = set()
        self._seen: dict[str, ViewOptions] = {}
        """How the user looks at messages: kept while the app runs, whatever is shown in between."""

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._contents.positions

    def position(self, node_id: str) -> int:
        return self._contents.positions[node_id]

    def entry(self, node_id: str) -> Entry:
        return self._contents.entries[self._contents.positions[node_id]]

    def prepared(self, nodes: Sequence[Node], versions: Mapping[str, tuple[int, int]] = NO_VERSIONS) -> Contents:
        """What `fill` takes. It may run in another thread."""
        return Contents.of(nodes, versions, self._contents.next_key, self.window.look.width)

    def fill(self, contents: Contents) -> None:
        """Only these, seen from their end."""
        # Meanwhile others may have been added to those that go: keys tell messages apart beyond that.
        behind = self._contents.next_key - contents.entries[0].key if contents.entries else 0
        if behind > 0:
            for entry in contents.entries:
                entry.key += behind
            contents.next_key += behind
        self._contents = contents
        self._mark = None
        for node_id in contents.positions.keys() & self._seen.keys():
            self.entry(node_id).seen = self._seen[node_id]
        for node_id in contents.positions.keys() & self._unsaved:
            self.entry(node_id).unsaved = True
        self.window.reset(contents.entries, contents.heights, contents.width)

    def add(self, node: Node) -> int:
        """One more below the others; its position."""
        entry = self._contents.add(node)
        entry.seen = self._seen.get(node.id, AS_EVER)
        entry.unsaved = node.id in self._unsaved
        self.window.heights.append(entry.estimate(self.window.look.width))
        position = len(self.window.entries) - 1
        for above in range(max(position - 2, 0), position):
            self.window.changed(above)
        return position

    def take_out(self, node_id: str) -> None:
        """One less; the view stays at what it showed."""
        self.window.taken_out(self._contents.take_out(node_id))

    def notice(self, text: str, after: str | None) -> None:
        """A line below a message (None: the last). The same line is there once."""
        if self.window.entries:
            position = len(self.window.entries) - 1 if after is None else self._contents.positions[after]
            add_notice(self.window.entries[position], text)
            self.window.changed(position)

    def mark(self, text: str, after: str | None) -> None:
        """The one line that moves: taken from where it stood and put below the message `after`; None: nowhere."""
        old, self._mark = self._mark, None if after is None else (text, after)
        if old == self._mark:
            return
        if old is not None and old[1] in self._contents.positions:
            entry = self.entry(old[1])
            entry.notices = tuple(notice for notice in entry.notices if notice != old[0])
            entry.frame()
            self.window.changed(self._contents.positions[old[1]])
        if after is not None and after in self._contents.positions:
            self.notice(text, after)

    def mark_exchange(self, position: int, live: set[str]) -> None:
        """Whether the prompt of this exchange is still sent, now that its answer is what it is.

        An answer that is coming (its id is in `live`) counts as one that will be sent.
        """
        entries = self.window.entries
        first = last = position
        while first > 0 and entries[first].turn.role == "assistant":
            first -= 1
        while last + 1 < len(entries) and entries[last + 1].turn.role == "assistant":
            last += 1
        prompt = entries[first]
        group = [Node(e.id, None, _hopeful(e.turn) if e.id in live else e.turn) for e in entries[first : last + 1]]
        unsent = prompt.turn.role == "user" and last > first and not sendable(group)
        if unsent != prompt.unsent:
            prompt.unsent = unsent
            prompt.frame()

    def mark_unsaved(self, ids: set[str]) -> bool:
        """Mark the messages that are not saved, and take the mark from all others. False: it is as it was."""
        changed = [node_id for node_id in self._unsaved ^ ids if node_id in self._contents.positions]
        self._unsaved = ids
        for node_id in changed:
            entry = self.entry(node_id)
            entry.unsaved = node_id in ids
            entry.frame()
            self.window.changed(self._contents.positions[node_id])
        return bool(changed)

    def mark_versions(self, versions: Mapping[str, tuple[int, int]]) -> bool:
        """Which messages have versions; False: it is as it was."""
        changed = [entry for entry in self.window.entries if entry.version != versions.get(entry.id)]
        for entry in changed:
            entry.version = versions.get(entry.id)
            entry.frame()
            self.window.changed(self._contents.positions[entry.id])
        return bool(changed)

    def see(self, node_id: str, **changes: Any) -> None:
        """Change view options of a message; the caller lays it out again."""
        entry = self.entry(node_id)
        entry.seen = self._seen[node_id] = replace(entry.seen, **changes)


def _hopeful(turn: Turn) -> Turn:
    return replace(turn, text="…", outcome=None)
