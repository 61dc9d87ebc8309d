"""The messages shown, by turn id, with their notices and marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import Message, Turn
from tui_chat.core.sent_messages import sendable
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.prepared_messages import NO_VERSIONS, PreparedMessages, add_notice
from tui_chat.ui.widgets.transcript.view_options import DEFAULT, ViewOptions
from tui_chat.ui.widgets.transcript.viewport import Viewport


class EntryList:
    """Entries in a viewport. Looking up an unknown id raises KeyError; `changed` is called when the picture changed."""

    def __init__(self, viewport: Viewport, changed: Callable[[], None]) -> None:
        self.viewport = viewport
        self._changed = changed
        self._contents = PreparedMessages(entries=viewport.entries)
        self._mark: tuple[str, str] | None = None
        self._turned: Entry | None = None
        """The message whose versions are turned by keys from the prompt."""
        self._unsaved: set[str] = set()
        self._views: dict[str, ViewOptions] = {}
        """View options that the user chose: kept while the app runs, whatever is shown in between."""

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._contents.positions

    def __getitem__(self, node_id: str) -> Entry:
        return self._contents.entries[self._contents.positions[node_id]]

    def position(self, node_id: str) -> int:
        return self._contents.positions[node_id]

    def prepared(
        self,
        nodes: Sequence[Node],
        versions: Mapping[str, Version] = NO_VERSIONS,
        sent: Sequence[tuple[str, Message]] | None = None,
    ) -> PreparedMessages:
        """What `fill` takes. It is slow for a long path and may run in another thread.

        `versions` are those of the turns with siblings, by id; `sent` is what `sendable` gives, where that is known.
        """
        return PreparedMessages.of(nodes, versions, self._contents.next_key, self.viewport.options.width, sent)

    def fill(self, contents: PreparedMessages) -> None:
        """Show only these, from their end."""
        # Entries may have been added since `prepared`; keys must differ from theirs too.
        behind = self._contents.next_key - contents.entries[0].key if contents.entries else 0
        if behind > 0:
            for entry in contents.entries:
                entry.key += behind
            contents.next_key += behind
        self._contents = contents
        self._mark = self._turned = None
        self._mark_turned(contents.entries)
        for node_id in contents.positions.keys() & self._views.keys():
            self[node_id].view = self._views[node_id]
        for node_id in contents.positions.keys() & self._unsaved:
            self[node_id].unsaved = True
        self.viewport.reset(contents.entries, contents.heights, contents.width)

    def add(self, node: Node) -> int:
        """Add a message below the others; its position."""
        entry = self._contents.add(node)
        for each in self.viewport.entries[-2:-1]:
            each.frame()
        entry.view = self._views.get(node.id, DEFAULT)
        entry.unsaved = node.id in self._unsaved
        self.viewport.heights.append(entry.estimate(self.viewport.options.width))
        self._reframe(*self._mark_turned(self.viewport.entries))
        position = len(self.viewport.entries) - 1
        for above in range(max(position - 2, 0), position):
            self.viewport.changed(above)
        return position

    def change(self, node_id: str, turn: Turn) -> None:
        """Show another state of a message."""
        position = self.position(node_id)
        entry = self.viewport.entries[position]
        entry.change(turn)
        if entry.drawn and not entry.layout.complete:
            self.viewport.busy(entry)
        self.mark_exchange(position)
        self.viewport.changed(position)
        if (noted := self._contents.note_changes(position)) is not None:
            self.viewport.changed(noted)

    def see(self, node_id: str, **changes: Any) -> None:
        """Change view options of a message; they are kept for the next time it is shown."""
        entry = self[node_id]
        entry.see(**changes)
        self._views[node_id] = entry.view

    def notice(self, text: str, after: str | None = None) -> None:
        """A line between messages, below the message `after` or below the last. The same line is there only once.

        Settings that differ between two answers are noted automatically.
        """
        if after is None or after in self:
            self._note(text, after)
            self._changed()

    def _note(self, text: str, after: str | None) -> None:
        if self.viewport.entries:
            position = len(self.viewport.entries) - 1 if after is None else self.position(after)
            add_notice(self.viewport.entries[position], text)
            self.viewport.changed(position)

    def mark(self, text: str, after: str | None) -> None:
        """The one notice that moves when it is set again. `after` None removes it."""
        old, self._mark = self._mark, None if after is None else (text, after)
        if old == self._mark:
            return
        if old is not None and old[1] in self:
            entry = self[old[1]]
            entry.notices = tuple(notice for notice in entry.notices if notice != old[0])
            self._reframe(entry)
        if after is not None and after in self:
            self._note(text, after)
        self._changed()

    def mark_exchange(self, position: int, *, expected: bool = False) -> None:
        """Mark the prompt of this exchange as sent or not sent any more, which depends on its answer.

        An answer that streams, or is `expected` to, counts as one that will be sent.
        """
        entries = self.viewport.entries
        first = last = position
        while first > 0 and entries[first].turn.role == "assistant":
            first -= 1
        while last + 1 < len(entries) and entries[last + 1].turn.role == "assistant":
            last += 1
        prompt = entries[first]
        awaited = entries[position] if expected else None
        group = [Node(e.id, None, _as_sent(e, awaited)) for e in entries[first : last + 1]]
        unsent = prompt.turn.role == "user" and last > first and not sendable(group)
        if unsent != prompt.unsent:
            prompt.unsent = unsent
            prompt.frame()

    def mark_unsaved(self, ids: set[str]) -> None:
        """Mark exactly these messages as not saved, now and when they are shown again."""
        changed = [self[node_id] for node_id in self._unsaved ^ ids if node_id in self]
        self._unsaved = ids
        for entry in changed:
            entry.unsaved = entry.id in ids
        self._reframe(*changed)
        if changed:
            self._changed()

    def mark_versions(self, versions: Mapping[str, Version]) -> None:
        """Exactly these messages have versions, by id."""
        changed = [entry for entry in self.viewport.entries if entry.version != versions.get(entry.id)]
        for entry in changed:
            entry.version = versions.get(entry.id)
        changed += self._mark_turned(self.viewport.entries)
        self._reframe(*changed)
        if changed:
            self._changed()

    def _mark_turned(self, entries: Sequence[Entry]) -> list[Entry]:
        """Mark the message whose versions the keys turn, as `VersionsController.turn` has it; those that changed."""
        exchange = next((at for at in reversed(range(len(entries))) if entries[at].turn.role == "user"), 0)
        known = (entry for entry in reversed(entries[exchange:]) if entry.version is not None)
        old, self._turned = self._turned, next(known, None)
        changed = [entry for entry in (old, self._turned) if entry is not None and old is not self._turned]
        for entry in changed:
            entry.turns_by_key = entry is self._turned
        return [entry for entry in changed if entry.id in self]

    def _reframe(self, *entries: Entry) -> None:
        for entry in entries:
            entry.frame()
            self.viewport.changed(self.position(entry.id))


def _as_sent(entry: Entry, awaited: Entry | None) -> Turn:
    streaming = entry.live is not None or entry is awaited
    return replace(entry.turn, text="…", outcome=None) if streaming else entry.turn
