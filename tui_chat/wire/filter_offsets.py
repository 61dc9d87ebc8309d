"""Tracks how far Azure's asynchronous filter has read, and which passage a finding is about.

`check_offset` is how much is fully checked, and `start_offset` to `end_offset` what the finding next to them is about
(MicrosoftDocs content-streaming). They count from the beginning of the prompt, with what the service puts around it,
and nobody says how long that is: that the first offset of a stream is where the answer begins is inferred, from the
documents' examples and from recordings, in which it does not move. So is that they are characters.
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
        """What a choice says of its offsets; None where it says nothing that can be understood."""
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
