from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, lines_of, text_of
from tests.waiting import until
from tui_chat.ui.column_width import CENTRED_FROM, MEASURE, measure


@pytest.mark.parametrize(
    ("width", "margin", "text"),
    [(1, 0, 1), (4, 0, 1), (60, 0, 56), (103, 0, 99), (104, 0, 100), (139, 0, 100), (140, 18, 100), (201, 48, 100)],
)
def test_one_measure_for_everything_in_a_pane(width: int, margin: int, text: int) -> None:
    assert measure(width) == (margin, text)


def test_the_measure_fits_and_stands_in_the_middle_of_a_wide_pane() -> None:
    for width in range(5, 300):
        found = measure(width)
        assert found.margin + found.box <= width
        assert found.text <= MEASURE
        if width >= CENTRED_FROM:
            assert abs(width - found.box - 2 * found.margin) <= 1


async def test_the_prompts_box_stands_on_the_measure_of_the_text(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("Hello.")]), size=(100, 20)) as (app, pilot):
        await pilot.press("a", "enter")
        await until(lambda: "Hello." in text_of(app) and not app.context.session.running)
        for width in (60, 120, 140, 200):
            await pilot.resize_terminal(width, 20)
            found = measure(width)
            edges = (found.margin, found.margin + found.box - 1, found.margin)
            await until(lambda: _edges(lines_of(app)) == edges)  # noqa: B023 - awaited here


def _edges(lines: list[str]) -> tuple[int, int, int]:
    """Where the box begins and ends, and where an answer's bar is."""
    box, said = (next(line for line in lines if words in line) for words in ("╭", "Hello."))
    return box.index("╭"), box.index("╮"), said.index("▎")
