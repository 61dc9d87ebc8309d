"""What a terminal was told is told to the one that takes its place."""

from __future__ import annotations

import pytest

from tui_chat.web.terminal_modes import TerminalModes

OUTPUT = (
    b"\x1b[?1049h\x1b[?1000hHello \x1b[31mred\x1b[0m\x1b[?25l\x1b[?1000;1006hmore\x1b[?2026hframe\x1b[?2026l\x1b[?1006l"
)
REPLAYED = b"\x1b[?1049h\x1b[?25l\x1b[?1000h\x1b[?1006l"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_modes_are_found_however_the_output_is_cut(size: int) -> None:
    modes = TerminalModes()
    for start in range(0, len(OUTPUT), size):
        modes.feed(OUTPUT[start : start + size])
    assert modes.replay() == REPLAYED


def test_nothing_is_replayed_where_nothing_was_told() -> None:
    modes = TerminalModes()
    modes.feed(b"plain \x1b[2J\x1b]0;title\x07 text")
    assert modes.replay() == b""
