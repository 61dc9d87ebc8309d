"""Finding in the conversation, asked through what is counted and what is marked on the screen."""

from __future__ import annotations

import re
import time

import pytest
from rich.style import Style

from tests.ui.transcript.harness import (
    TranscriptApp,
    answer,
    counted,
    finish,
    path,
    recounted,
    screen,
    shown,
    until,
    user,
)
from tests.ui.transcript.parts import Parts
from tui_chat.core.event import Closed, Finished, TextDelta
from tui_chat.core.message import Outcome
from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript import Transcript
from tui_chat.ui.widgets.transcript.query import Query
from tui_chat.ui.widgets.transcript.search import SearchProgress

TABLE = (
    "| kind | note |\n|---|---|\n| first **bold** row | see `x` |\n| a cell with *many* words that has to wrap | y |"
)
SIZE = (60, 40)


class FindApp(TranscriptApp):
    """Keeps what the transcript tells of a search without having been asked."""

    told: Transcript.FoundChanged | None = None

    def on_transcript_found_changed(self, message: Transcript.FoundChanged) -> None:
        self.told = message


def painted(app: TranscriptApp, look: Style) -> list[str]:
    """What is marked in this way, row by row."""
    view = app.transcript
    rows = [
        [s for s in view.render_line(y)._segments if s.style and s.style.bgcolor == look.bgcolor] for y in range(40)
    ]
    return ["".join(segment.text for segment in row) for row in rows if row]


def here(app: TranscriptApp) -> str:
    """The hit that was gone to."""
    return " ".join(part.strip() for part in painted(app, app.transcript.palette.found_here))


def like(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().lower()


# What is seen is found, and what is not seen is not


@pytest.mark.parametrize(
    ("markdown", "query", "hits"),
    [
        ("some **bold** words, *bo*ld words", "bold words", 2),
        (TABLE, "first bold row", 1),
        (TABLE, "cell with many words that has to wrap", 1),
        (TABLE, "**bold**", 0),
        ("see [the *long* guide](https://host.example/some/long/path)", "the long guide", 1),
        ("see [the *long* guide](https://host.example/some/long/path)", "some/long", 0),
        ("[a](https://x.example) https://y.example <https://z.example> [b](http://w.example)", "http", 2),
        ("a file [here](docs/guide.md)", "here (docs/guide.md)", 1),
        ("one phrase that the source\nbreaks in two", "source breaks", 1),
        ("> quoted words go on\n> in the next line of the quote, and further than the pane is wide", "go on in the", 1),
        (
            "> quoted words go on in one line of the quote, and further than the pane is wide",
            "than the pane is wide",
            1,
        ),
        ("- an *item*\n- another\n  item", "another item", 1),
        ("1. same\n1. same", "2. same", 1),
        ("```python\nfor  x in y:\n    pass\n```", "python", 0),
        ("```python\nfor  x in y:\n    pass\n```", "for x in", 1),
        ("![a *picture*](https://x.example/y.png)", "a picture", 1),
        ("fish &amp; chips &lt;3", "fish & chips <3", 1),
        ("formula $a_1 * b$ stays", "a_1 * b", 1),
        ("[late] words\n\n[late]: https://x.example", "x.example", 0),
        ("x**aa**a aaaa", "aa", 3),
        ("Needle NEEDLE nee\u00addle", "needle", 3),
    ],
)
async def test_what_is_counted_is_what_can_be_gone_to(markdown: str, query: str, hits: int) -> None:
    app = FindApp(path(user("hm"), answer(markdown), *(user(f"later {n}") for n in range(40))))
    async with app.run_test(size=SIZE) as pilot:
        view = app.transcript
        assert not view.viewport.entries[1].drawn
        assert await counted(pilot, view, query) == hits, "before the message is drawn"
        view.search.find("")
        view.action_scroll("start")
        assert await counted(pilot, view, query) == hits, "when it is"
        for number in range(hits):
            assert view.search.step(1).index == number + 1
            assert like(here(app)).replace("\u00ad", "") == like(query)
        marks = painted(app, view.palette.found) + painted(app, view.palette.found_here)
        assert bool(marks) is bool(hits)


async def test_a_prompt_is_found_as_it_was_written_and_a_source_as_it_is_shown() -> None:
    app = FindApp(path(user("is **this** bold?"), answer("so **this** is")))
    async with app.run_test(size=SIZE) as pilot:
        view = app.transcript
        assert await counted(pilot, view, "**this**") == 1
        view.views.toggle_source("n1")
        assert await recounted(pilot, view) == 2
        await until(pilot, lambda: app.told is not None and app.told.found.total == 2)
        view.views.toggle_source("n1")
        assert await recounted(pilot, view) == 1


async def test_thinking_is_found_while_it_is_in_view() -> None:
    thinking = "first a thought about needles\nand a second one, " + "which is long, " * 8 + "needle"
    app = FindApp(path(user("x"), answer("a needle", reasoning=thinking)))
    async with app.run_test(size=SIZE) as pilot:
        view = app.transcript
        assert await counted(pilot, view, "needle") == 1
        view.views.toggle_reasoning("n1")
        assert await recounted(pilot, view) == 3
        for index in (1, 2, 3):
            assert view.search.step(1).index == index
            assert here(app) == "needle"
        rows = [y for y, row in enumerate(screen(app)) if "needle" in row]
        assert len(rows) == len(painted(app, view.palette.found)) + 1 == 3
        view.views.toggle_reasoning("n1")
        assert await recounted(pilot, view) == 1
        view.reasoning = "open"
        assert await recounted(pilot, view) == 1, "the user folded this one"


async def test_thinking_is_found_where_all_of_it_is_shown() -> None:
    app = FindApp(path(user("x"), answer("a needle", reasoning="needle")))
    async with app.run_test(size=SIZE) as pilot:
        view = app.transcript
        view.search.find("needle")
        for reasoning, hits in (("open", 2), ("hidden", 1), ("collapsed", 1)):
            view.reasoning = reasoning
            assert await recounted(pilot, view) == hits


async def test_what_the_filter_hid_is_counted_as_soon_as_it_is_shown() -> None:
    app = FindApp(path(user("x"), answer("secret", outcome=Outcome.ANSWER_BLOCKED, withdrawn=True)))
    async with app.run_test(size=SIZE) as pilot:
        view = app.transcript
        assert await counted(pilot, view, "secret") == 0
        view.views.toggle_hidden_text("n1")
        assert await recounted(pilot, view) == 1


async def test_another_width_keeps_the_count_and_the_place() -> None:
    app = FindApp(path(user("x"), answer(TABLE + "\n\n" + "more words " * 30)))
    async with app.run_test(size=(100, 40)) as pilot:
        view = app.transcript
        total = await counted(pilot, view, "words")
        assert total == 31
        view.search.step(1)
        for width in (40, 24, 90):
            await pilot.resize_terminal(width, 40)
            await until(pilot, lambda: not view.search.counting)
            assert (view.search.progress.index, view.search.progress.total) == (1, total)
            assert here(app) == "words"


# The way begins in view


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("folded", [False, True])
async def test_the_first_step_is_from_the_first_line_in_view(by: int, folded: bool) -> None:
    code = "```\n" + "\n".join(f"needle code {n}" for n in range(100)) + "\n```\n\n" if folded else ""
    text = code + "\n\n".join(f"needle number {n}" for n in range(200))
    app = FindApp(path(user("needle before"), answer(text), user("needle after")))
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.transcript
        view.action_scroll("start")
        await until(pilot, lambda: view.viewport.entries[1].layout.complete)
        view.action_scroll("line", 201)
        number = next(int(row.split()[-1]) for row in screen(app) if "needle number" in row)
        view.search.find("needle")
        view.search.step(by)
        await until(pilot, lambda: not view.search.working)
        assert view.search.progress.index == number + 1 + (by > 0) + (100 if folded else 0)
        y = next(y for y, row in enumerate(screen(app)) if row.endswith(f"number {number - (by < 0)}"))
        here_now = view.palette.found_here.bgcolor
        assert any(s.style and s.style.bgcolor == here_now for s in view.render_line(y)._segments)


async def test_hits_below_the_view_can_be_gone_to_while_those_above_are_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nodes = path(*(turn for n in range(300) for turn in (user(f"needle {n}"), answer(f"*needle* {n}"))))
    app = FindApp(nodes)
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.transcript
        monkeypatch.setattr("tui_chat.ui.widgets.transcript.search.BUDGET", 0.0001)
        assert view.search.find("needle").counting
        while view.search.progress.total < 10:
            view.search.work()
        first = next(row for row in screen(app) if "needle" in row)
        view.search.step(1)
        assert here(app) == "needle"
        assert first in screen(app), "nothing moved: the hit was in view"
        monkeypatch.undo()
        await until(pilot, lambda: not view.search.counting)
        assert view.search.progress.total == 600
        assert view.search.progress.index > 580


# Answers that come


async def test_the_end_of_a_fast_answer_is_told() -> None:
    app = FindApp(path(user("x"), answer("", outcome=None)))
    async with app.run_test(size=SIZE) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        assert await counted(pilot, view, "word") == 0
        reply.feed(TextDelta("word " * 912))
        reply.feed(Finished("stop"))
        reply.feed(Closed(True))
        view.put("n1", answer("word " * 912))
        await until(pilot, lambda: app.told is not None and app.told.found.total == 912)


GROWING = {
    "paragraphs": "some **word** here and there\n\n" * 300,
    "one list item": "- " + "a word and more " * 800,
    "code": "```python\n" + "word = 1\n" * 800,
    "a table": "| a | b |\n|---|---|\n" + "| word | *other* |\n" * 300,
    "a list": "- a word\n" * 600,
}


@pytest.mark.parametrize("kind", GROWING)
async def test_counting_in_an_answer_that_comes_costs_what_is_new(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, looked_at = GROWING[kind], 0
    count = Query.count

    def counted(query: Query, part: str) -> int:
        nonlocal looked_at
        looked_at += len(part)
        return count(query, part)

    monkeypatch.setattr(Query, "count", counted)
    app = FindApp(path(user("x"), answer("", outcome=None)))
    async with app.run_test(size=SIZE) as pilot:
        view, reply = app.transcript, Reply()
        view.search.find("word")
        view.stream("n1", reply)
        for at in range(0, len(text), 80):
            reply.feed(TextDelta(text[at : at + 80]))
            view.streams._frame()
        assert looked_at < 30 * len(text)
        assert await recounted(pilot, view) == text.count("word")
        reply.feed(Finished("stop"))
        reply.feed(Closed(True))
        finish(view, "n1", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert await recounted(pilot, view) == text.count("word")


async def test_an_answer_that_comes_is_counted_as_it_is_drawn_also_after_another_width() -> None:
    app = FindApp(path(user("x"), answer("", outcome=None), *(user(f"later {n}") for n in range(40))))
    async with app.run_test(size=SIZE) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        assert await counted(pilot, view, "bold words") == 0
        reply.feed(TextDelta("some **bo"))
        view.streams._frame()
        reply.feed(TextDelta("ld** words"))
        view.streams._frame()
        assert await recounted(pilot, view) == 1
        await pilot.resize_terminal(40, 40)
        reply.feed(TextDelta(" and [bold](https://x.example/bold) words"))
        view.streams._frame()
        assert await recounted(pilot, view) == 2
        assert "later 39" in shown(app)


# Whatever is looked for, keys come in between


@pytest.mark.parametrize("text", ["aaaa " * 2_000, "a" * 20_000, "aaaa " * 2_000 + "\n\n" + "a" * 20_000])
async def test_a_letter_that_is_everywhere_costs_little(text: str) -> None:
    app = FindApp(path(user("go"), answer(text)))
    async with app.run_test(size=(80, 30)) as pilot:
        view = app.transcript
        await until(pilot, lambda: view.viewport.entries[1].layout.complete)
        for query in ("a", "aa", "aaa"):
            began = time.process_time()
            total = await counted(pilot, view, query)
            assert total == len(re.findall(query, text))
            for by in (1, -1, -1):
                view.search.step(by)
                await until(pilot, lambda: not view.search.working)
            assert here(app) == query
            assert time.process_time() - began < 4


async def test_a_step_in_a_message_of_megabytes_takes_slices() -> None:
    text = "needle and straw " * 60_000
    app = FindApp(path(user(text)))
    async with app.run_test(size=(80, 30)) as pilot:
        view = app.transcript
        view.search.find("needle")
        await until(pilot, lambda: view.search.progress.total == 60_000)
        view.search.step(1)
        began = time.thread_time()
        view.search.work()
        assert time.thread_time() - began < 1
        view.search.find("straw n")  # further letters take its place
        assert view.search.progress.index == 0
        await until(pilot, lambda: view.viewport.entries[0].layout.complete and not view.search.working)
        view.action_scroll("start")
        view.search.step(1)
        await until(pilot, lambda: view.search.progress.index == 1 and not view.search.working)
        assert here(app) == "straw n"
        view.search.step(-1)
        await until(pilot, lambda: view.search.progress.index == 59_999 and not view.search.working)
        assert here(app) == "straw n"


# Without an app: in slices, for as long as there is work


def worked(parts: Parts) -> SearchProgress:
    while parts.search.working:
        parts.search.work()
    return parts.search.progress


def test_steps_go_around_through_all_messages_drawn_or_not() -> None:
    parts = Parts(path(*(turn for n in range(40) for turn in (user(f"needle {n}"), answer("hay\n\n" * 9)))))
    parts.search.find("needle")
    assert worked(parts).total == 40
    seen = []
    for _ in range(41):
        parts.search.step(-1)
        seen.append(worked(parts).index)
        assert any("needle" in text for text in parts.texts())
    assert sorted(seen[:40]) == list(range(1, 41))
    assert seen[40] == seen[0]


def test_a_hit_in_folded_code_is_unfolded_and_its_place_known() -> None:
    code = "```\n" + "\n".join(f"row {n}" for n in range(60)) + "\n```"
    parts = Parts(path(user("x"), answer(code)))
    assert not any("row 55" in text for text in parts.texts())
    parts.search.find("ROW 55")
    parts.search.step(1)
    assert worked(parts) == SearchProgress(1, 1)
    assert any("row 55" in text for text in parts.texts())
    assert parts.search.place is not None
    key, place = parts.search.place
    entry = parts.viewport.entries[1]
    assert key == entry.key
    assert ["row 55" in entry.layout.line(row)[0].plain for row in place] == [True]


def test_progress_is_reported_once() -> None:
    parts = Parts(path(user("word"), answer("word")))
    parts.search.find("word")
    worked(parts)
    parts.search.unreported()
    assert parts.search.unreported() is None
    parts.entries.change("n1", answer("word and word"))
    parts.search.entry_changed(1)
    worked(parts)
    assert parts.search.unreported() == SearchProgress(0, 3)
    assert parts.search.unreported() is None
    parts.search.find("")
    assert (parts.search.progress, parts.search.working) == (SearchProgress(0, 0), False)


def test_steps_asked_for_before_the_hits_are_counted_are_all_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = Parts(path(*(turn for n in range(300) for turn in (user(f"needle {n}"), answer("hay")))))
    parts.viewport.to_start()
    parts.repaint()
    monkeypatch.setattr("tui_chat.ui.widgets.transcript.search.BUDGET", 0)
    assert parts.search.find("needle").counting
    for by in (1, 1, 1, -1):
        parts.search.step(by)
    monkeypatch.undo()
    assert worked(parts) == SearchProgress(2, 300)


def test_a_hit_that_comes_after_nothing_was_found_does_not_move_the_view() -> None:
    parts = Parts(path(user("word"), *(user(f"later {n}") for n in range(40))))
    before = parts.texts()
    parts.search.find("owl")
    parts.search.step(1)
    assert worked(parts) == SearchProgress(0, 0)
    parts.entries.change("n0", user("owl"))
    parts.search.entry_changed(0)
    assert worked(parts) == SearchProgress(0, 1)
    assert parts.texts() == before
    parts.search.step(1)
    assert worked(parts) == SearchProgress(1, 1)
