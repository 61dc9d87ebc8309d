"""The rows of a list: those that a search found, or all conversations of a library that may have ten thousand."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import overload

from tui_chat.store.errors import LibraryError
from tui_chat.store.summaries import OutlineItem, Summary
from tui_chat.store.value_repair import EPOCH, as_text, as_updated
from tui_chat.ui.library_row import LibraryRow


class FoundRows(Sequence[LibraryRow]):
    """Rows that are known altogether."""

    def __init__(self, rows: Sequence[LibraryRow]) -> None:
        self._rows = rows
        self.ids = [row.id for row in rows]
        self.open_id = next((row.id for row in rows if row.open), None)
        """The conversation that is open, where it is among them."""

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> LibraryRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[LibraryRow]: ...
    def __getitem__(self, index: int | slice) -> LibraryRow | list[LibraryRow]:
        if isinstance(index, slice):
            return [self._row(number) for number in range(*index.indices(len(self)))]
        return self._row(index)

    def _row(self, number: int) -> LibraryRow:
        return self._rows[number]


class LazyLibraryRows(FoundRows):
    """All conversations. Each is known by title and time from the beginning, by its state and tags once it was read.

    Reading all of ten thousand, and making their rows, takes longer than a key may take.
    """

    def __init__(
        self,
        outline: Sequence[OutlineItem],
        read: Callable[[Collection[str]], Awaitable[Sequence[Summary]]],
        row_of: Callable[[Summary], LibraryRow],
        open_id: str,
    ) -> None:
        self._outline, self._summaries_of, self._row_of = outline, read, row_of
        self.ids = [as_text(item[0]) for item in outline]
        self.open_id = open_id if open_id in self.ids else None
        self._read: dict[str, Summary] = {}

    def _row(self, number: int) -> LibraryRow:
        known = self.ids[number]
        if (summary := self._read.get(known)) is None:
            _, title, updated, pinned = self._outline[number]
            summary = Summary(known, as_text(title), EPOCH, as_updated(updated) or EPOCH, 0, None, pinned=bool(pinned))
        return self._row_of(summary)

    def lack(self, numbers: range) -> bool:
        """Whether there is more to be said of some of these rows than was read."""
        return any(self.ids[number] not in self._read for number in numbers[: len(self)])

    async def read(self, numbers: range, then: Callable[[], object] = lambda: None) -> None:
        """Read what these rows lack; `then` is called where there was something."""
        lacking = [known for number in numbers if number < len(self) and (known := self.ids[number]) not in self._read]
        if lacking:
            with contextlib.suppress(LibraryError):  # title and time are known; the next reading of all reports it
                self._read |= {summary.id: summary for summary in await self._summaries_of(lacking)}
                then()
