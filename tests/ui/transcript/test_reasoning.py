"""Thinking that comes is all there for a reader who unfolds it, and does not slide under their eyes."""

from __future__ import annotations

import random

import pytest
from rich.style import Style

from tests.render.corpus import mixture, pieces
from tests.ui.transcript.harness import TranscriptApp, answer, finish, path, screen, shown, until, user
from tui_chat.core.event import Finished, ReasoningDelta, Stopped, TextDelta
from tui_chat.core.reply import Reply
from tui_chat.render.plain_text import plain_lines
from tui_chat.ui.widgets.transcript.reasoning import GrowingReasoning, flat

STYLE = Style(italic=True)


@pytest.mark.parametrize("seed", range(60))
def test_in_pieces_it_is_what_it_is_as_a_whole(seed: int) -> None:
    rand = random.Random(seed)
    text = rand.choice(["", "\n\n  "]) + mixture(seed, 20).replace("\r", "").replace("\ud83d\ude00", "") + "\n \n"
    text = text.encode("utf-8", "replace").decode() + "\n."
    width, thought = rand.choice([5, 20, 60]), GrowingReasoning()
    for piece in pieces(text, seed, 30):
        thought.feed(piece)
        if rand.random() < 0.5:
            thought.lines(width, STYLE)
    assert thought.words == len(text.split())
    assert [line.plain for line in thought.lines(width, STYLE)] == [
        line.plain for line in plain_lines(flat(text.strip()), STYLE, width)
    ]


async def test_unfolded_thinking_stands_still_while_more_comes() -> None:
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        for number in range(400):
            reply.feed(ReasoningDelta(f"thought number {number} and on it goes. "))
        await until(pilot, lambda: "number 399" in shown(app))
        assert "number 100" not in shown(app), "the last few lines while nobody asked"
        view.views.toggle_reasoning("n1")
        view.views.toggle_reasoning("n1")
        view.action_scroll("start")
        assert "thought number 0 and" in shown(app)
        before = screen(app)[6:18]
        for number in range(400, 800):
            reply.feed(ReasoningDelta(f"thought number {number} and on it goes. "))
        view.streams.touch()
        await until(pilot, lambda: f"{800 * 7:,} words" in shown(app))
        assert screen(app)[6:18] == before
        for event in (TextDelta("Yes."), Finished("stop"), Stopped()):
            reply.feed(event)
        finish(view, "n1", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert screen(app)[6:18] == before
