"""Escape closes one thing at a time, from the innermost out."""

from __future__ import annotations

import pytest

from tui_chat.ui.controllers.escape import EscapeController

ORDER = ["list", "selection", "find", "reading", "editing", "file", "answer", "banner"]


class Part:
    """Something that may be open; closing it once is enough."""

    def __init__(self, name: str, open_parts: list[str], closed: list[str]) -> None:
        self.name, self.open, self.closed = name, open_parts, closed

    def leave(self) -> bool:
        if self.name not in self.open:
            return False
        self.open.remove(self.name)
        self.closed.append(self.name)
        return True

    cancel = stop = leave

    async def close(self) -> bool:
        return self.leave()


@pytest.mark.parametrize("start", range(len(ORDER)))
async def test_each_press_closes_the_innermost(start: int) -> None:
    open_parts, closed = ORDER[start:], list[str]()
    menu, selection, find, reading, editing, file, answer, banner = (Part(name, open_parts, closed) for name in ORDER)
    escape = EscapeController(menu.leave, selection.leave, find, reading.leave, editing, file, answer, banner.leave)
    for number in range(len(ORDER) - start):
        await escape.close_innermost()
        assert len(closed) == number + 1, "one thing a press"
    assert closed == ORDER[start:]
    await escape.close_innermost()
    assert closed == ORDER[start:], "nothing is open"
