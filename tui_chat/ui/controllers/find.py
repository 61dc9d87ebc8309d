"""Connects the find bar with the transcript's search."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.quick_dataclass import dataclass

if TYPE_CHECKING:
    from tui_chat.ui.widgets.transcript.search import SearchProgress


class Searchable(Protocol):
    def find(self, query: str) -> SearchProgress: ...

    def step(self, by: int) -> SearchProgress: ...


class FindLine(Protocol):
    async def open_find(self, query: str) -> None:
        """Focus the find bar; if it is closed, open it with this query."""
        ...

    async def close_find(self) -> str | None:
        """Close the find bar and return its query; None if it was not open."""
        ...

    def show_found(self, found: SearchProgress) -> None: ...


@dataclass(eq=False)
class FindController:
    _search: Searchable
    _line: FindLine
    _last: str = field(default="", init=False)
    _query: str = field(default="", init=False)
    """The current query."""
    _marked_in: str = field(default="", init=False)
    """The conversation in which a text is marked without the line."""
    _offered: str = field(default="", init=False)
    """The query the bar was opened with. It is marked, but the view stays: the user may type another."""

    async def open(self) -> None:
        """Go to the line, with what was searched last in it."""
        self._offered, self._marked_in = self._last, ""
        await self._line.open_find(self._last)

    async def find(self, query: str) -> None:
        """Go to the line with this query, and to its first hit."""
        await self.close()
        self._last = query
        await self.open()
        self.step(1, query)

    def mark(self, query: str, conversation_id: str) -> None:
        """Mark a text without the find bar, and go to the first hit in view; the prompt keeps the focus. Escape takes
        the marks away, the line opens with the text in it."""
        self._marked_in, self._last, self._query = conversation_id, query, query
        self._search.find(query)
        self._search.step(1)

    def shown(self, conversation_id: str) -> None:
        """A conversation is on the screen: what was marked in another one is not looked for in it."""
        if self._marked_in not in ("", conversation_id):
            self.unmark()

    def unmark(self) -> bool:
        """Remove the marks of a hit that was opened from the library. False if there are none."""
        marked, self._marked_in = self._marked_in, ""
        if marked:
            self._query = ""
            self._search.find("")
        return bool(marked)

    async def close(self) -> bool:
        """Close the find bar and remove its marks; the text stays in place. False if it was not open."""
        query = await self._line.close_find()
        if query is None:
            return False
        self._last, self._query = query, ""
        self._search.find("")
        return True

    def search(self, query: str) -> None:
        """Mark the hits; for a typed query, go to the first one at or below the view."""
        if query != self._query:
            offered, self._offered = self._offered, ""
            self._query = query
            found = self._search.find(query)
            self._line.show_found(found if query == offered else self._search.step(1))

    def step(self, by: int, query: str) -> None:
        """Go to the next hit of the bar's query. If enter overtakes the message that the query changed, it starts at
        the new query's first hit."""
        self.search(query)
        self._line.show_found(self._search.step(by))
