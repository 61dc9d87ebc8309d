"""Themes to choose from: ours first, then the user's own, then those that Textual brings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from tui_chat.ui.palette.entry import PaletteEntry, PaletteSection
from tui_chat.ui.palette.ranking import ranked


@dataclass
class ThemeContents:
    entries: Sequence[PaletteEntry]
    title: str = "Themes"
    hint: str = "A name, light, dark …"

    def sections(self, typed: str) -> Sequence[PaletteSection]:
        return ranked(self.entries, typed, most=None)

    async def load(self) -> AsyncIterator[None]:
        """All of them are known."""
        yield
