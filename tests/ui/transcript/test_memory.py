"""What stays in memory of messages that were drawn: what is in view and a little more, whatever was read before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from rich.segment import Segment
from textual.pilot import Pilot
from textual.strip import Strip

from tests.ui.transcript.harness import MARKDOWN, TranscriptApp, answer, path, user
from tui_chat.ui.widgets.transcript.pane import KEPT_LINES


@pytest.fixture
def uncollected() -> Iterator[None]:
    """The app's own collector seldom comes by: what only it can free counts as kept."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive(kind: type[object]) -> int:
    return sum(isinstance(each, kind) for each in gc.get_objects())


async def page_through(app: TranscriptApp, pilot: Pilot[None]) -> None:
    app.transcript.action_scroll_home()
    while not app.transcript.at_end:
        app.transcript.action_page_down()
        await pilot.pause()


@pytest.mark.usefixtures("uncollected")
async def test_reading_a_long_conversation_leaves_few_rows_in_memory() -> None:
    turns = [turn for n in range(30) for turn in (user(f"question {n}"), answer(f"{n}\n\n{MARKDOWN}\n\n" * 2))]
    before = alive(Strip)
    app = TranscriptApp(path(*turns))
    async with app.run_test(size=(80, 24)) as pilot:
        await page_through(app, pilot)
        once = alive(Strip)
        await page_through(app, pilot)
        assert alive(Strip) - once < 100  # reading it again adds nothing
        assert once - before < 1_500  # three thousand lines were painted


@pytest.mark.usefixtures("uncollected")
async def test_lines_are_kept_of_what_was_read_last() -> None:
    turns = [turn for n in range(3) for turn in (user(f"question {n}"), answer(f"line {n}\n\n" * (KEPT_LINES // 2)))]
    before = alive(Segment)
    app = TranscriptApp(path(*turns))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.transcript
        for entry in reversed(view.window.entries):
            view.to_message(entry.id)
            while not entry.settled:
                await pilot.pause()
        view.repaint()
        kept = [entry.kept_lines for entry in view.window.entries]
        assert max(kept[:2]) > 0
        assert sum(kept) <= KEPT_LINES + kept[1]
        view.show(path(user("another conversation")))
        await pilot.pause()
        assert alive(Segment) - before < KEPT_LINES
