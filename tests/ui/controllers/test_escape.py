"""Escape closes one thing at a time, from the innermost out."""

from __future__ import annotations

import pytest

from tui_chat.ui.controllers.escape import EscapeController

ORDER = ["list", "selection", "find", "letter", "reading", "editing", "file", "answer", "banner"]


class Part:
    """Something that may be open; closing it once is enough. Hits may be `marked` without a find bar."""

    def __init__(self, name: str, open_parts: list[str], closed: list[str], *, marked: bool = False) -> None:
        self.name, self.open, self.closed, self.marked = name, open_parts, closed, marked

    def leave(self) -> bool:
        if self.name not in self.open:
            return False
        self.open.remove(self.name)
        self.closed.append(self.name)
        return True

    cancel = stop = leave

    async def close(self) -> bool:
        return self.leave()

    def unmark(self) -> bool:
        marked, self.marked = self.marked, False
        return marked


def _escape(open_parts: list[str], *, marked: bool = False) -> tuple[EscapeController, list[str], Part]:
    """The controller, what it has closed, and the hits with their bar."""
    closed = list[str]()
    menu, selection, find, letter, reading, editing, file, answer, banner = (
        Part(name, open_parts, closed, marked=marked and name == "find") for name in ORDER
    )
    made = EscapeController(
        menu.leave, selection.leave, find, letter.leave, reading.leave, editing, file, answer, banner.leave
    )
    return made, closed, find


@pytest.mark.parametrize("start", range(len(ORDER)))
async def test_each_press_closes_the_innermost(start: int) -> None:
    escape, closed, _ = _escape(ORDER[start:])
    for number in range(len(ORDER) - start):
        await escape.close_innermost()
        assert len(closed) == number + 1, "one thing a press"
    assert closed == ORDER[start:]
    await escape.close_innermost()
    assert closed == ORDER[start:], "nothing is open"


async def test_one_press_leaves_reading_and_takes_the_marks_of_a_found_message_with_it() -> None:
    escape, closed, find = _escape(["reading", "answer"], marked=True)
    await escape.close_innermost()
    assert (closed, find.marked) == (["reading"], False)


async def test_marks_of_a_found_message_go_with_the_answer_that_is_stopped() -> None:
    """They may be out of view: an escape that only took them away seemed lost."""
    escape, closed, find = _escape(["editing", "answer"], marked=True)
    await escape.close_innermost()
    assert (closed, find.marked) == (["answer"], False)
    escape, closed, find = _escape(["editing"], marked=True)
    await escape.close_innermost()
    assert (closed, find.marked) == ([], False)
