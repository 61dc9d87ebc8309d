"""The reading cursor, finding while an answer comes, folding, sources, versions and details: the transcript alone."""

from __future__ import annotations

import itertools

import pytest

from tests.ui.transcript.harness import (
    MARKDOWN,
    TranscriptApp,
    answer,
    counted,
    finish,
    path,
    recounted,
    screen,
    show,
    shown,
    until,
    user,
)
from tui_chat.core.conversation import Version
from tui_chat.core.endpoint import Price
from tui_chat.core.event import Closed, Finished, Stopped, TextDelta
from tui_chat.core.message import Outcome
from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript import Transcript
from tui_chat.ui.widgets.transcript.layout import MessageLayout

CODE = "\n".join(f"line_{n} = {n}" for n in range(100))
FENCED = f"Before.\n\n```python\n{CODE}\n```\n\nAfter."


def marked(app: TranscriptApp) -> list[str]:
    """What the cursor is on, without its sign."""
    return [row[1:].strip() for row in screen(app) if row.startswith("█")]


# Finding


async def test_an_answer_that_comes_is_searched_and_nothing_is_counted_twice() -> None:
    app = TranscriptApp(path(user("needle"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        assert await counted(pilot, view, "needle") == 1
        for piece in ("a need", "le and nee", "dle, n", "e", "e", "dle nee"):
            reply.feed(TextDelta(piece))
            await until(pilot, lambda: "".join(reply.pieces)[-8:] in shown(app))
        await until(pilot, lambda: view.search.progress.total == 4)
        assert view.search.step(-1).index == 4
        reply.feed(TextDelta("dle."))
        reply.feed(Finished("stop"))
        reply.feed(Closed(True))
        finish(view, "n1", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert await recounted(pilot, view) == 5
        assert await counted(pilot, view, "needle") == 5


@pytest.mark.parametrize("query", ["a", "aa", "aaa", "ab", "needle", "dle nee"])
async def test_counting_on_gives_what_counting_at_once_gives(query: str) -> None:
    text = "aaaabaaab needle nee dle needleneedle aab aaa" * 3
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view, reply = app.transcript, Reply()
        view.search.find(query)
        view.stream("n1", reply)
        for at, char in enumerate(text):
            reply.feed(TextDelta(char))
            view.streams._frame()
            assert await recounted(pilot, view) == text[: at + 1].count(query)


async def test_a_hit_is_found_and_marked_where_a_line_was_wrapped() -> None:
    words = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu"
    app = TranscriptApp(path(user(words), answer(f"{words}\n\n- {words}")))
    async with app.run_test(size=(24, 40)) as pilot:
        view = app.transcript
        rows = [row[2:].strip() for row in screen(app)]
        ends = [(a, b) for a, b in itertools.pairwise(rows) if a and b and a.split()[-1] + " " + b.split()[0] in words]
        assert ends, "something is wrapped"
        for above, below in ends[:3]:
            query = f"{above.split()[-1]} {below.split()[0]}".upper()
            assert await counted(pilot, view, query) == 3
            for _ in range(3):
                view.search.step(1)
                here = view.palette.found_here
                parts = [
                    segment.text
                    for y in range(40)
                    for segment in view.render_line(y)._segments
                    if segment.style is not None and segment.style.bgcolor == here.bgcolor
                ]
                assert " ".join(parts).upper() == query


async def test_a_hit_in_folded_code_unfolds_it() -> None:
    app = TranscriptApp(path(user("x"), answer(FENCED)))
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.transcript
        await until(pilot, lambda: view.viewport.entries[1].layout.complete)
        assert "line_77" not in shown(app)
        assert await counted(pilot, view, "LINE_77 ") == 1
        view.search.step(1)
        await until(pilot, lambda: "line_77" in shown(app))


async def test_many_messages_are_counted_in_slices_and_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_chat.ui.widgets.transcript.search.BUDGET", 0.004)
    nodes = path(*(t for n in range(500) for t in (user(f"question {n}"), answer("need needle " * 9))))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.transcript
        found = view.search.find("needle")
        assert found.counting
        assert found.total < 4_500
        await until(pilot, lambda: not view.search.counting)
        assert view.search.progress.total == 4_500
        assert sum(entry.drawn for entry in view.viewport.entries) < 300


async def test_what_the_filter_hides_is_not_found() -> None:
    app = TranscriptApp(path(user("x"), answer("secret", outcome=Outcome.ANSWER_BLOCKED, withdrawn=True)))
    async with app.run_test(size=(60, 20)) as pilot:
        assert await counted(pilot, app.transcript, "secret") == 0
        app.transcript.views.toggle_hidden_text("n1")
        assert await counted(pilot, app.transcript, "secret") == 1


async def test_a_found_place_stays_marked_when_the_width_changes() -> None:
    app = TranscriptApp(path(user("x"), answer("word " * 50 + "needle " + "word " * 50)))
    async with app.run_test(size=(80, 30)) as pilot:
        view = app.transcript
        view.search.find("needle")
        view.search.step(1)
        await pilot.resize_terminal(40, 30)
        assert view.search.place is not None
        marks = [s for y in range(30) for s in view.render_line(y)._segments if s.text == "needle"]
        assert [s.style.bgcolor for s in marks if s.style] == [view.palette.found_here.bgcolor]


# Folding, sources, details, versions


async def test_long_code_is_folded_by_default_and_unfolds_by_click_and_key() -> None:
    app = TranscriptApp(path(user("x"), answer(FENCED)))
    async with app.run_test(size=(60, 40)) as pilot:
        view = app.transcript
        await until(pilot, lambda: "After." in shown(app))
        assert "line_18" in shown(app)
        assert "line_30" not in shown(app)
        y = next(i for i, row in enumerate(screen(app)) if "… 81 more lines" in row)
        await pilot.click(Transcript, offset=(5, y))
        await until(pilot, lambda: view.viewport.entries[1].layout.height > 100)
        assert "more lines" not in shown(app)
        assert view.views.toggle_folds("n1", 0)
        assert "… 81 more lines" in shown(app)
        assert view.views.toggle_folds("n1", None)
        assert "more lines" not in shown(app)


def in_fence(lines: int, indent: str = "", first: str = "") -> str:
    rows = ["```c", *(f"x{n}" for n in range(lines)), "```"]
    return first + "\n".join(indent + row for row in rows)


@pytest.mark.parametrize(("indent", "first"), [("", ""), ("   ", "1. one\n\n"), ("> ", "")])
@pytest.mark.parametrize(("lines", "folded"), [(39, False), (40, True), (200, True)])
async def test_only_long_code_is_folded_also_in_lists_and_quotes(
    lines: int, folded: bool, indent: str, first: str
) -> None:
    app = TranscriptApp(path(user("x"), answer(in_fence(lines, indent, first))))
    async with app.run_test(size=(60, 40)) as pilot:
        entry = app.transcript.viewport.entries[1]
        await until(pilot, lambda: entry.layout.complete)
        text = "\n".join(entry.layout.line(row)[0].plain for row in entry.layout.body)
        assert ("more lines" in text) is folded


async def test_code_is_never_folded_while_it_comes_nor_when_it_has_come() -> None:
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        for at in range(0, len(FENCED), 40):
            reply.feed(TextDelta(FENCED[at : at + 40]))
            view.streams._frame()
            assert "more lines" not in shown(app)
        reply.feed(Finished("stop"))
        reply.feed(Closed(True))
        finish(view, "n1", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert "line_99" in shown(app)
        assert not view.viewport.entries[1].layout.folding.folds  # type: ignore[union-attr]
        view.views.toggle_folds("n1", None)
        assert "more lines" in shown(app)


async def test_a_copy_across_a_fold_is_whole() -> None:
    app = TranscriptApp(path(user("first"), answer(FENCED)))
    async with app.run_test(size=(60, 40)) as pilot:
        await until(pilot, lambda: "After." in shown(app))
        rows = screen(app)
        start, end = (next(i for i, row in enumerate(rows) if word in row) for word in ("Before.", "After."))
        await pilot.mouse_down(Transcript, offset=(2, start))
        await pilot.hover(Transcript, offset=(30, end))
        await pilot.mouse_up(Transcript, offset=(30, end))
        text = app.screen.get_selected_text()
        assert text is not None
        assert CODE in text
        assert "more lines" not in text


async def test_the_source_of_a_message_is_shown_as_it_was_written() -> None:
    app = TranscriptApp(path(user("x"), answer(MARKDOWN + "\x1b[31m")))
    async with app.run_test(size=(90, 60)) as pilot:
        view = app.transcript
        view.views.toggle_source("n1")
        assert "Yes — a *generator* keeps" in shown(app)
        await until(pilot, lambda: "| list | all items | going over it twice |" in shown(app))
        assert "␛[31m" in shown(app)
        assert "Markdown source" in shown(app)
        view.views.toggle_source("n1")
        assert "*generator*" not in shown(app)
        assert "Markdown source" not in shown(app)


async def test_how_a_message_is_looked_at_is_kept_when_another_conversation_was_shown() -> None:
    long = "```\n" + "\n".join(f"row {n}" for n in range(60)) + "\n```"
    nodes = path(user("x"), answer(long, 0, reasoning="deep thoughts"), user("y"), answer("some **bold** words"))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 110)):
        view = app.transcript
        assert "row 59" not in shown(app)
        view.views.toggle_folds("n1", None)
        view.views.toggle_reasoning("n1")
        view.views.toggle_source("n3")
        view.views.toggle_details("n3")
        show(view, path(user("other")))
        show(view, nodes)
        for words in ("row 59", "deep thoughts", "some **bold** words", "made with: "):
            assert words in shown(app)


async def test_the_source_is_shown_once_an_answer_is_all_there() -> None:
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        view.views.toggle_source("n1")
        reply.feed(TextDelta("some **bold** words"))
        await until(pilot, lambda: "some bold words" in shown(app))
        reply.feed(Stopped())
        finish(view, "n1", reply)
        assert "some **bold** words" in shown(app)


async def test_a_footer_says_what_it_cost_and_details_what_it_was_made_with() -> None:
    app = TranscriptApp(path(user("x"), answer("yes", endpoint="azure", request_id="r-7", finish_reason="stop")))
    async with app.run_test(size=(100, 20)):
        view = app.transcript
        assert "$" not in shown(app)
        view.price = lambda name: Price(4.0, 12.0) if name == "azure" else None
        assert "34 tokens out · 1.1 s · 38 tok/s · $0.00049" in shown(app)
        view.views.toggle_details("n1")
        assert "made with: temperature 0.7" in shown(app)
        assert "ended: complete · the server says stop · endpoint azure · request r-7" in shown(app)
        assert "tokens: 20 of the prompt · 54 in all" in shown(app)
        view.views.toggle_details("n1")
        assert "made with" not in shown(app)


async def test_versions_are_at_the_right_of_an_answers_last_line_and_of_a_prompts_first() -> None:
    app = TranscriptApp()
    async with app.run_test(size=(60, 20)):
        show(app.transcript, path(user("x"), answer("yes")), {"n0": Version(1, 2), "n1": Version(2, 3)})
        rows = screen(app)
        assert [row[-7:] for row in rows if "‹" in row] == ["‹ 1/2 ›", "‹ 2/3 ›"]
        assert len({len(row) for row in rows if "‹" in row}) == 1
        marked = [row.split()[1] for row in rows if "‹" in row]
        assert marked == ["You", "34"]
        show(app.transcript, path(user("x"), answer("yes\n\n" * 9)), {"n1": Version(2, 3)})
        view = app.transcript
        view.action_scroll("start")
        assert "‹ 2/3 ›" in next(row for row in screen(app) if "mistral" in row), "its last line may be out of view"


# The cursor


async def test_the_cursor_goes_by_block_and_by_message() -> None:
    app = TranscriptApp(path(user("one\n\ntwo"), answer(MARKDOWN), user("last"), answer("", outcome=Outcome.EMPTY)))
    async with app.run_test(size=(100, 60)) as pilot:
        view = app.transcript
        assert not marked(app)
        view.focus()
        await pilot.pause()
        assert marked(app) == ["last"]
        seen = []
        for _ in range(8):
            await pilot.press("up")
            seen.append(marked(app)[0])
        assert [s[:12] for s in seen] == [
            "See the docu", "▎ Generators", "Kind      │ ", "python  copy", "1. Call the ", "Yes — a gene",
            "two", "one",
        ]  # fmt: skip
        await pilot.press("up")
        assert marked(app) == ["one"]
        await pilot.press("shift+down")
        assert marked(app)[0].startswith("mistral-large")
        assert "See the documentation." in marked(app)
        await pilot.press("shift+down", "shift+down")
        assert marked(app)[0].startswith("mistral-large")
        await pilot.press("down")
        assert marked(app)[0].startswith("mistral-large"), "there is nothing below"
        await pilot.press("shift+up")
        assert marked(app)[0].startswith("You")
        await pilot.press("down")
        assert marked(app) == ["last"]


async def test_a_block_that_does_not_fit_is_scrolled_through() -> None:
    text = "First.\n\n" + "word " * 1000 + "\n\nLast."
    app = TranscriptApp(path(user("x"), answer(text)))
    async with app.run_test(size=(60, 12)) as pilot:
        view = app.transcript
        view.action_scroll("start")
        view.focus()
        await pilot.pause()
        steps = 0
        while marked(app) != ["Last."] and steps < 30:
            await pilot.press("down")
            steps += 1
            assert marked(app)
        assert 8 <= steps < 14
        while marked(app) != ["First."] and steps < 60:
            await pilot.press("up")
            steps += 1
        assert marked(app) == ["First."]


async def test_the_cursor_stays_with_its_text_through_growth_and_another_width() -> None:
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 12)) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        reply.feed(TextDelta("first paragraph of " + "many " * 30 + "\n\nsecond here\n\nthird"))
        await until(pilot, lambda: "third" in shown(app))
        view.cursor.take_view(last=True)
        view.focus()
        await pilot.pause()
        await pilot.press("up")
        assert marked(app) == ["second here"]
        reply.feed(TextDelta(" and more\n\n- a\n- b\n\nend"))
        await until(pilot, lambda: "third and more" in shown(app))
        assert marked(app) == ["second here"]
        await pilot.resize_terminal(30, 12)
        assert marked(app) == ["second here"]
        reply.feed(Stopped())
        finish(view, "n1", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert marked(app) == ["second here"]


async def test_the_spot_tells_what_it_is_on() -> None:
    app = TranscriptApp(path(user("x"), answer(f"{MARKDOWN}\n\n{FENCED}")))
    async with app.run_test(size=(60, 60)) as pilot:
        view = app.transcript
        await until(pilot, lambda: view.viewport.entries[1].layout.complete)
        view.cursor.take_view(last=True)
        view.focus()
        await pilot.pause()
        spots = [view.cursor.spot]
        for key in ("up", "shift+up", "shift+up"):
            await pilot.press(key)
            spots.append(view.cursor.spot)
        last, block, whole, prompt = (spot for spot in spots if spot is not None)
        assert (last.id, last.text, last.code, last.block) == ("n1", "After.", None, (8, 9))
        assert (block.text, block.code, block.block) == (CODE, 1, (7, 9))
        assert whole.block is None
        assert whole.text.startswith("Yes — a generator")
        assert [words for words, _ in whole.links] == ["the documentation"]
        assert (whole.has_code, prompt.has_code, prompt.foldable, prompt.links) == (True, False, False, ())


async def test_the_mouse_leaves_the_focus_where_it_is() -> None:
    app = TranscriptApp(path(user("x"), answer("one\n\ntwo")))
    async with app.run_test(size=(60, 20)) as pilot:
        app.transcript.blur()
        await pilot.click(Transcript, offset=(4, 4))
        assert not app.transcript.has_focus
        app.transcript.focus()
        await pilot.pause()
        y = next(i for i, row in enumerate(screen(app)) if "one" in row)
        await pilot.click(Transcript, offset=(4, y))
        assert marked(app) == ["one"]


async def test_a_cursor_costs_the_same_on_a_block_of_any_length() -> None:
    """The growing block that it is on is measured on, not anew."""
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        reply.feed(TextDelta("```\n" + "x\n" * 3000))
        await until(pilot, lambda: view.viewport.entries[1].layout.height > 3000)
        view.focus()
        await pilot.pause()
        asked = 0
        line = MessageLayout.line

        def counted(self: object, index: int) -> object:
            nonlocal asked
            asked += 1
            return line(self, index)  # type: ignore[arg-type]

        try:
            MessageLayout.line = counted  # type: ignore[method-assign, assignment]
            for _ in range(20):
                reply.feed(TextDelta("y\n"))
                view.streams._frame()
        finally:
            MessageLayout.line = line  # type: ignore[method-assign]
        assert asked < 20 * 150


async def test_what_is_read_stays_in_view_while_the_answer_grows() -> None:
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view, reply = app.transcript, Reply()
        view.stream("n1", reply)
        reply.feed(TextDelta("Read this.\n\n"))
        await until(pilot, lambda: "Read this." in shown(app))
        view.focus()
        await until(pilot, lambda: marked(app) == ["Read this."])
        reply.feed(TextDelta("More.\n\n" * 60))
        await until(pilot, lambda: "new lines" in shown(app))
        assert marked(app) == ["Read this."]
        await pilot.press("end")
        reply.feed(TextDelta("The end."))
        await until(pilot, lambda: "The end." in shown(app))
