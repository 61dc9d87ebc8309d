"""What a selection with the mouse holds, wherever it begins and ends, and whatever is drawn there."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.transcript.harness import TranscriptApp, answer, path, screen, user
from tui_chat.core.conversation import Node
from tui_chat.ui.widgets.transcript import Transcript, mouse

HEARTS = "❤️ ❤️ ❤️ alpha beta"
FAMILY = "👨‍👩‍👧 and gamma delta"


async def drag(pilot: Pilot[None], begin: tuple[int, int], end: tuple[int, int]) -> str:
    await pilot.mouse_down(Transcript, offset=begin)
    await pilot.hover(Transcript, offset=end)
    await pilot.mouse_up(Transcript, offset=end)
    return pilot.app.screen.get_selected_text() or ""


def row_of(app: TranscriptApp, words: str) -> int:
    return next(y for y, row in enumerate(screen(app)) if words in row)


async def test_rows_below_the_last_line_are_behind_it() -> None:
    app = TranscriptApp(path(user("first words"), answer("one\n\ntwo\n\nthree")))
    async with app.run_test(size=(50, 30)) as pilot:
        start = row_of(app, "two")
        assert screen(app)[28].strip() == ""
        assert (await drag(pilot, (2, start), (20, 28))).startswith("two\n\nthree")
        assert (await drag(pilot, (20, 28), (2, start))).startswith("two\n\nthree")
        assert await drag(pilot, (4, 27), (20, 28)) == ""


async def test_the_row_of_new_lines_is_the_line_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mouse, "DRIFT", 60.0)  # on a busy machine a selection held at the edge goes on by itself
    app = TranscriptApp(path(user("first"), answer("\n\n".join(f"line {n} of many" for n in range(60)))))
    async with app.run_test(size=(50, 12)) as pilot:
        view = app.transcript
        view.action_scroll("start")
        view.append(Node("more", "n1", user("another\nprompt", 5)))
        await pilot.pause()
        assert "new line" in screen(app)[11]
        hidden = view.viewport.rows()[11]
        text = await drag(pilot, (2, row_of(app, "first")), (45, 11))
        assert text.startswith("first\n")
        assert "line 2 of many" in text
        assert "line 9 of many" not in text
        assert text.endswith(hidden[0].layout.line(hidden[1])[0].text or "many")


@pytest.mark.parametrize(
    ("text", "cell", "word"),
    [
        (HEARTS, 15, "beta"),
        (HEARTS, 18, "beta"),
        (HEARTS, 9, "alpha"),
        (HEARTS, 0, "❤️"),
        (HEARTS, 4, "❤️"),
        (FAMILY, 1, "👨‍👩‍👧"),
        (FAMILY, 3, "and"),
    ],
)
async def test_a_double_click_takes_what_is_drawn_under_it(text: str, cell: int, word: str) -> None:
    app = TranscriptApp(path(user(text), answer("ok")))
    async with app.run_test(size=(60, 12)) as pilot:
        y = row_of(app, text.split()[-1])
        await pilot.click(Transcript, offset=(2 + cell, y), times=2)
        assert app.screen.get_selected_text() == word


@pytest.mark.parametrize(
    ("text", "begin", "end", "selected"),
    [
        (HEARTS, 9, 13, "alpha"),
        (HEARTS, 15, 18, "beta"),
        (HEARTS, 3, 13, "❤️ ❤️ alpha"),
        (FAMILY, 0, 1, "👨‍👩‍👧"),
        (FAMILY, 1, 5, "👨‍👩‍👧 and"),
    ],
)
async def test_a_drag_takes_what_is_drawn_under_it(text: str, begin: int, end: int, selected: str) -> None:
    app = TranscriptApp(path(user(text), answer("ok")))
    async with app.run_test(size=(60, 12)) as pilot:
        y = row_of(app, text.split()[-1])
        assert await drag(pilot, (2 + begin, y), (2 + end, y)) == selected


def top(app: TranscriptApp) -> int:
    return int(next(word for word in screen(app)[0].split() if word.isdigit()))


async def test_a_page_and_a_step_of_the_wheel_move_by_exact_lines() -> None:
    text = "\\\n".join(f"row {n} ." for n in range(200))
    app = TranscriptApp(path(user("first"), answer(text)))
    async with app.run_test(size=(50, 12)) as pilot:
        app.transcript.focus()
        for _ in range(9):
            app.transcript.action_scroll("page", -1)
        before = top(app)
        app.transcript.post_message(wheel(app))
        await pilot.pause()
        assert top(app) == before + 3
        await pilot.press("pagedown")
        assert top(app) == before + 3 + 11
        await pilot.press("pageup")
        assert top(app) == before + 3


def wheel(app: TranscriptApp) -> events.MouseScrollDown:
    return events.MouseScrollDown(app.transcript, 5, 5, 0, 1, 0, False, False, False, 5, 5)


async def test_a_wrapped_paragraph_is_copied_as_one_line_and_breaks_that_were_written_stay() -> None:
    words = "many words that are wrapped in a pane which is as narrow as this one"
    prompt = f"{words}\nsecond line"
    markdown = f"{words}\n\n- {words}\n- two\n\nhard  \nbreak\n\n> {words}\n\n```\n{words}\n  code\n```"
    copied = f"{words}\n\n• {words}\n• two\n\nhard\nbreak\n\n{words}\n\n{words}\n  code"
    app = TranscriptApp(path(user(prompt), answer(markdown)))
    async with app.run_test(size=(36, 60)) as pilot:
        assert words not in "\n".join(screen(app))
        last = max(y for y, row in enumerate(screen(app)) if " code" in row)
        assert await drag(pilot, (2, row_of(app, "many words")), (30, last)) == f"{prompt}\n\n{copied}"
