"""Tracks how far Azure's asynchronous filter has read, and which passage a finding is about.

`check_offset` is how much is fully checked, and `start_offset` to `end_offset` the passage of the finding next to them
(MicrosoftDocs content-streaming). They count from the beginning of the prompt and whatever the service puts around it,
of undocumented length. Inferred from the documents' examples and from recordings: the first offset of a stream is where
the answer begins, and offsets count characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_chat.core.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A passage of the answer and how much of the answer is `checked`, in characters of its text."""

    start: int
    end: int
    checked: int


class FilterOffsets:
    """Translates the offsets of one stream."""

    def __init__(self) -> None:
        self._answer: int | None = None
        """The offset at which the answer begins."""

    def window(self, choice: Mapping[str, Any]) -> Window | None:
        """The offsets of a choice; None if it has none that make sense."""
        offsets = choice.get("content_filter_offsets")
        if not isinstance(offsets, dict):
            return None
        check, start, end = (_number(offsets.get(f"{name}_offset")) for name in ("check", "start", "end"))
        known = [offset for offset in (check, start) if offset is not None]
        if not known or end is None:
            return None
        if self._answer is None:
            self._answer = min(known)
        first = start if start is not None else min(known)
        return Window(self._from_answer(first), self._from_answer(end), self._from_answer(check or 0))

    def _from_answer(self, offset: int) -> int:
        return max(offset - (self._answer or 0), 0)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
