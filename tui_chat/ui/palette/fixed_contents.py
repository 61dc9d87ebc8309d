"""A list that is fully known from the start: themes, manual pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.palette.entry import PaletteEntry, PaletteSection
from tui_chat.ui.palette.ranking import ranked


@dataclass
class FixedContents:
    entries: Sequence[PaletteEntry]
    title: str
    hint: str

    def sections(self, typed: str) -> Sequence[PaletteSection]:
        return ranked(self.entries, typed, most=None)

    async def load(self) -> AsyncIterator[None]:
        """All of them are known."""
        yield
