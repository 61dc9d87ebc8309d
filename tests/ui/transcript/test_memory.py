"""What stays in memory of messages that were drawn: what is in view and a little more, whatever was read before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from rich.segment import Segment
from textual.pilot import Pilot
from textual.strip import Strip

from tests.ui.transcript.harness import MARKDOWN, TranscriptApp, answer, path, show, user
from tui_chat.ui.widgets.transcript.widget import KEPT_LINES


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
    app.transcript.action_scroll("start")
    while not app.transcript.viewport.following:
        app.transcript.action_scroll("page", 1)
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
        for entry in reversed(view.viewport.entries):
            view.viewport.to_entry(view.entries.position(entry.id))
            view.repaint()
            while not entry.layout.complete:
                await pilot.pause()
        view.repaint()
        kept = [entry.layout.kept_lines for entry in view.viewport.entries]
        assert max(kept[:2]) > 0
        assert sum(kept) <= KEPT_LINES + kept[1]
        show(view, path(user("another conversation")))
        await pilot.pause()
        assert alive(Segment) - before < KEPT_LINES
