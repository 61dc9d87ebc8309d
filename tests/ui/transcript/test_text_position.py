"""What the reader has before their eyes stays there, whatever becomes of the lines around it."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.support.thorough import some
from tests.ui.transcript.harness import MARKDOWN, TranscriptApp, answer, finish, path, screen, until, user
from tui_chat.core.event import Finished, ReasoningDelta, Stopped, TextDelta
from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript import Transcript

LONG_CODE = "```python\n" + "\n".join(f"value_{n} = {n}" for n in range(60)) + "\n```"
WORDS = " ".join(f"w{n}" for n in range(900))
TABLE = "| part | text |\n|---|---|\n" + "\n".join(
    f"| r{n} | {'some words that wrap in a narrow pane ' * 3} |" for n in range(30)
)
BLOCKS = "\n\n".join(["Intro", LONG_CODE, "One", "- a\n- b\n- c", TABLE, WORDS[:2000], "> quote\n>\n> - in it", "End"])


def top_word(app: TranscriptApp) -> str:
    return screen(app)[0].removeprefix("▎").split()[0]


@pytest.mark.parametrize("sizes", [[(80, 20), (120, 20)], [(47, 30), (60, 12), (120, 20)]])
async def test_a_long_paragraph_stays_where_it_is_read(sizes: list[tuple[int, int]]) -> None:
    app = TranscriptApp(path(user("x"), answer(WORDS)))
    async with app.run_test(size=(120, 20)) as pilot:
        app.transcript.action_scroll("line", -15)
        first = top_word(app)
        for width, height in sizes:
            await pilot.resize_terminal(width, height)
            # Its line is on top, or the one that holds it.
            await until(pilot, lambda: 0 <= int(first[1:]) - int(top_word(app)[1:]) < 40)
        await until(pilot, lambda: top_word(app) == first)


async def test_what_is_below_a_wrapped_table_stays() -> None:
    app = TranscriptApp(path(user("x"), answer(TABLE + "\n\n" + "\n\n".join(f"Part {n}" for n in range(40)))))
    async with app.run_test(size=(160, 20)) as pilot:
        app.transcript.action_scroll("line", -41)
        first = screen(app)[0]
        assert "Part" in first
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert screen(app)[0].split()[1:3] == first.split()[1:3]


async def test_the_cursor_stays_on_its_block_when_code_above_is_folded() -> None:
    app = TranscriptApp(path(user("x"), answer(BLOCKS)))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.transcript
        view.focus()
        await pilot.pause()
        layout = view.entries["n1"].layout
        view.cursor.put(1, next(row for row in layout.body if layout.line(row)[0].text == "One"))
        for act in (lambda: view.views.toggle_folds("n1", None), lambda: view.views.fold_code("n1", 0, folded=False)):
            act()
            assert view.cursor.spot is not None
            assert view.cursor.spot.text == "One"
        view.views.toggle_source("n1")
        assert view.cursor.spot is not None
        view.views.toggle_source("n1")
        assert view.cursor.spot is not None


def acts(view: Transcript, rand: random.Random) -> list[Callable[[], object]]:
    """All that a reader can do, at random."""
    node = f"n{rand.choice([1, 3, 5])}"
    spot = view.cursor.spot
    return [
        lambda: view.action_move("block", rand.choice([-1, 1])),
        lambda: view.action_move("block", rand.choice([-1, 1])),
        lambda: view.action_move("message", rand.choice([-1, 1])),
        lambda: view.action_scroll("line", rand.randint(-30, 30)),
        lambda: view.views.toggle_source(node),
        lambda: view.views.toggle_details(node),
        lambda: view.views.toggle_folds(node, spot.code if spot is not None and spot.id == node else None),
        lambda: view.views.toggle_reasoning(node),
        lambda: view.views.fold_code(node, rand.randint(0, 2), folded=rand.random() < 0.5),
        lambda: view.search.find(rand.choice(["a", "value_5", "words", ""])),
        lambda: view.search.step(1),
        lambda: view.search.step(-1),
        lambda: view.action_scroll("prompt", -1),
        lambda: view.action_scroll("prompt", 1),
    ]


@pytest.mark.parametrize("seed", some(range(4), 3))
async def test_whatever_a_reader_does_the_cursor_is_on_something(seed: int) -> None:
    rand = random.Random(seed)
    nodes = path(
        user("a"), answer(BLOCKS), user("b"), answer(MARKDOWN, reasoning="deep"), user("c"), answer("", outcome=None)
    )
    app = TranscriptApp(nodes)
    async with app.run_test(size=(80, 24)) as pilot:
        view, reply = app.transcript, Reply()
        view.focus()
        await pilot.pause()
        view.stream("n5", reply)
        reply.feed(ReasoningDelta("so " * 100))
        parts = iter([BLOCKS[at : at + 40] for at in range(0, len(BLOCKS), 40)])
        for step in range(150):
            if step % 2 and (piece := next(parts, None)) is not None:
                reply.feed(TextDelta(piece))
                view.streams.touch()
            if step % 40 == 39:
                await pilot.resize_terminal(rand.choice([30, 60, 80, 120]), rand.choice([8, 24, 50]))
                await pilot.pause()
            rand.choice(acts(view, rand))()
            spot = view.cursor.spot
            assert spot is not None
            assert spot.block is None or 0 <= spot.block[0] < spot.block[1]
            assert len(view.viewport.rows()) <= view.size.height
        reply.feed(Finished("stop"))
        reply.feed(Stopped())
        finish(view, "n5", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert view.cursor.spot is not None
