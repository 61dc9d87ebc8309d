"""Shows the pages of the manual, chosen from a searchable list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.help_pages import HelpPage, help_pages, pages_about
from tui_chat.ui.palette.contents import ListDialogs
from tui_chat.ui.palette.entry import PaletteEntry
from tui_chat.ui.palette.fixed_contents import FixedContents
from tui_chat.ui.palette.sources import page_entries


class ManualDialogs(ListDialogs, Protocol):
    async def help_page(self, page: HelpPage) -> bool:
        """Show a page. True if the user asked for the list of pages."""
        ...


@dataclass(eq=False)
class ManualController:
    _dialogs: ManualDialogs

    @cached_property
    def _pages(self) -> Sequence[HelpPage]:
        return help_pages()

    def entries(self, *, whole: bool = False) -> list[PaletteEntry]:
        """The pages for the palette, found by what their headings say, or by all of their text (`whole`)."""
        return list(page_entries(self._pages, whole=whole))

    async def choose(self, at: str | None = None, pages: Sequence[HelpPage] = ()) -> None:
        """Let the user choose and read pages (these, or all) until the list is closed."""
        found = list(page_entries(pages or self._pages, whole=True))
        chosen = await self._dialogs.choose(
            FixedContents(found, "Manual", "What is it about? An error, a word …"), None, at
        )
        if chosen is not None:
            await self.open(chosen.value)

    async def open_about(self, words: str) -> str | None:
        """Show the page about this, or a choice of several. Returns a sentence if there is none."""
        match pages_about(words, self._pages):
            case []:
                return f"No page of the manual is about “{words}”. /help alone shows the keys and leads to all pages."
            case [page]:
                await self.open(page.topic)
            case pages:
                await self.choose(pages=pages)
        return None

    async def open(self, topic: str) -> None:
        """Read a page. The one that was there may be gone: the palette remembers names."""
        page = next((each for each in self._pages if each.topic == topic), None)
        if page is None or await self._dialogs.help_page(page):
            await self.choose(None if page is None else f"page:{topic}")
