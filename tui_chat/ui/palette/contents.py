"""The lists that the palette and the pickers show, and how they filter.

Conversations and models come while the list is on the screen: `load` says after each part that there is more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.ui.palette.entry import Kind, PaletteEntry, PaletteSection
from tui_chat.ui.palette.ranking import ranked
from tui_chat.ui.palette.sources import (
    CONVERSATIONS,
    SETTINGS,
    conversation_entries,
    is_plain_value,
    matching,
    value_entry,
)

if TYPE_CHECKING:
    from tui_chat.store.library import Library

RECENT = 4
"""Recently used entries on top."""

NEWEST = 6
"""Conversations that are listed before anything is typed."""

PAGE = 500
"""Conversations that are read at once. Between two pages keys come in."""


class ListContents(Protocol):
    """What a list shows. `title` is shown in its border, `hint` in its empty input."""

    @property
    def title(self) -> str: ...

    @property
    def hint(self) -> str: ...

    def sections(self, typed: str) -> Sequence[PaletteSection]:
        """The matches, under headings. Called at each key, so it must be quick."""
        ...

    def load(self) -> AsyncIterator[None]:
        """Fetch what is not there yet. Yields whenever `sections` has more to say."""
        ...


class ListDialogs(Protocol):
    async def choose(
        self,
        contents: ListContents,
        try_out: Callable[[PaletteEntry], object] | None = None,
        point_at: str | None = None,
    ) -> PaletteEntry | None:
        """The choice from a list that narrows as the user types."""
        ...


@dataclass
class PaletteContents:
    """Everything. `fixed` are the entries that are known at once; those that fit the present state are `likely` ids."""

    settings: Settings
    fixed: Sequence[PaletteEntry]
    listed: frozenset[Kind]
    """The kinds that are listed before anything is typed."""
    recent: Sequence[str]
    likely: Sequence[str]
    library: Library
    now: Callable[[], datetime]
    open_id: str
    pages: Sequence[PaletteEntry] = ()
    """The manual by its whole text, for words that nothing else has."""
    conversations: list[PaletteEntry] = field(default_factory=list)
    title: str = "Palette"
    hint: str = "A command, setting, conversation, model or theme"

    def sections(self, typed: str) -> Sequence[PaletteSection]:
        if not typed.strip():
            return self._all()
        value = value_entry(self.settings, typed)
        pages = () if value is not None else self.pages
        found = ranked((*self.fixed, *self.conversations), typed, self.recent, otherwise=pages)
        if value is None:
            return found
        meant = PaletteSection(SETTINGS, (value,))
        if value.kind is Kind.NOTE or is_plain_value(value):
            return [meant, *_without(found, value.value.partition(" ")[0])]
        return [*found, meant]

    def _all(self) -> list[PaletteSection]:
        every = (*self.fixed, *self.conversations)
        values = [found for name in self.recent if (found := self._value(name)) is not None]
        recent = matching((*every, *values), self.recent)[:RECENT]
        used = {each.id for each in recent}
        likely = [each for each in matching(every, self.likely) if each.id not in used]
        groups = ranked((each for each in self.fixed if each.kind in self.listed), "")
        sections = [
            PaletteSection("Recent", tuple(recent)),
            PaletteSection("Suggested", tuple(likely)),
            *groups,
            PaletteSection(CONVERSATIONS, tuple(self.conversations[:NEWEST])),
        ]
        return [section for section in sections if section.entries]

    def _value(self, name: str) -> PaletteEntry | None:
        kind, _, typed = name.partition(":")
        return value_entry(self.settings, typed) if kind == Kind.VALUE else None

    async def load(self) -> AsyncIterator[None]:
        """The conversations, newest first."""
        from tui_chat.store.errors import LibraryError

        offset = 0
        while True:
            try:
                page = await self.library.list(PAGE, offset, counted=False)
            except LibraryError:
                return  # the list of conversations (ctrl+o) says what is wrong with the library
            # Off the loop: a thousand titles take as long as a dozen keys.
            self.conversations += await asyncio.to_thread(conversation_entries, page, self.now(), self.open_id)
            yield
            offset += PAGE
            if len(page) < PAGE:
                return


def _without(sections: Sequence[PaletteSection], setting: str) -> list[PaletteSection]:
    """The sections without the setting whose value is typed."""
    found = []
    for section in sections:
        left = tuple(e for e in section.entries if not (e.kind is Kind.SETTING and e.value == setting))
        if left:
            found.append(PaletteSection(section.heading, left))
    return found
