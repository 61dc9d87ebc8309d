"""What the content filter rejected: marked at once, and hidden where it was withdrawn until somebody asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.transcript.harness import (
    TranscriptApp,
    answer,
    blocked,
    everything,
    finish,
    path,
    screen,
    show,
    shown,
    until,
    user,
)
from tui_chat.core.conversation import Node
from tui_chat.core.event import Finished, Judged, TextDelta
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.reply import Reply

SECRET = "It was a dark night, and more."


def withdrawn(text: str = SECRET) -> Turn:
    return answer(text, 0, Outcome.ANSWER_BLOCKED, verdicts=blocked("answer"), withdrawn=True)


def row_with(app: TranscriptApp, words: str) -> int:
    return next(y for y, line in enumerate(screen(app)) if words in line)


async def test_a_withdrawn_text_is_hidden_until_it_is_asked_for() -> None:
    nodes = path(user("A story"), withdrawn(), user("Next"), answer("Fine."))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(80, 24)) as pilot:
        assert SECRET not in shown(app)
        assert "Answer blocked by the content filter · withdrawn after it had ended" in shown(app)
        assert "violence (answer): medium, blocked" in shown(app)
        assert "Fine." in shown(app)
        await pilot.click("#transcript", offset=(4, row_with(app, "▸ show · 7 words withdrawn")))
        await until(pilot, lambda: SECRET in shown(app))
        show(app.transcript, nodes[:2])
        assert SECRET in shown(app), "what was asked for stays while the app runs"
        await pilot.click("#transcript", offset=(4, row_with(app, "▾ hide · 7 words withdrawn")))
        await until(pilot, lambda: SECRET not in shown(app))


async def test_an_answer_that_was_cut_keeps_what_came_until_it_is_hidden() -> None:
    cut = replace(withdrawn(), withdrawn=False)
    app = TranscriptApp(path(user("A story"), cut))
    async with app.run_test(size=(80, 24)):
        assert SECRET in shown(app)
        assert "▾" not in shown(app)
        app.transcript.views.toggle_hidden_text("n1")
        assert SECRET not in shown(app)
        assert "▸ show · 7 words hidden: the content filter blocked it" in shown(app)
        app.transcript.views.toggle_hidden_text("n1")
        assert SECRET in shown(app)


async def test_a_block_in_the_middle_is_marked_before_the_answer_ends() -> None:
    app = TranscriptApp(path(user("Go")))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.transcript
        view.append(Node("a", "n0", answer("", outcome=None)))
        reply = Reply()
        view.stream("a", reply)
        reply.feed(TextDelta(SECRET))
        await until(pilot, lambda: SECRET in shown(app))
        reply.feed(Judged(blocked("answer")))
        view.streams._frame()
        assert "Answer blocked by the content filter" in shown(app)
        assert SECRET in shown(app)


async def test_an_ended_answer_is_shown_as_ended_and_a_late_withdrawal_hides_it() -> None:
    app = TranscriptApp(path(user("Go")))
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.transcript
        view.append(Node("a", "n0", answer("", outcome=None)))
        reply = Reply()
        view.stream("a", reply)
        reply.feed(TextDelta(SECRET))
        reply.feed(Finished("stop"))
        finish(view, "a", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert "answering" not in shown(app)
        assert SECRET in shown(app)
        reply.feed(Judged(blocked("answer")))
        finish(view, "a", reply)
        assert SECRET not in shown(app)
        assert "▸ show · 7 words withdrawn" in shown(app)
        assert "left out of requests" in shown(app), "on the prompt that it belongs to"


@pytest.mark.parametrize("width", [12, 30, 60, 200])
async def test_hiding_and_showing_leaves_the_view_consistent(width: int) -> None:
    turns = [turn for n in range(12) for turn in (user(f"q {n}"), withdrawn(f"{SECRET}\n\n" * (n % 7 + 1)))]
    app = TranscriptApp(path(*turns))
    async with app.run_test(size=(width, 24)):
        view = app.transcript
        before = everything(app)
        for number in (1, 23, 13, 15, 1, 13, 23, 15):
            view.views.toggle_hidden_text(f"n{number}")
        assert everything(app) == before
        view.action_scroll("end")
        view.views.toggle_hidden_text("n23")
        assert view.viewport.following or "q 11" in shown(app)


async def test_copying_everything_leaves_hidden_texts_out() -> None:
    turns = [turn for n in range(300) for turn in (user(f"q {n}"), withdrawn())]
    app = TranscriptApp(path(*turns))
    async with app.run_test(size=(80, 24)):
        app.transcript.text_select_all()
        copied = app.screen.get_selected_text() or ""
        assert "q 3" in copied
        assert SECRET not in copied
