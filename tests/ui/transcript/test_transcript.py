"""The transcript in an app of its own, asked through what stands on the screen."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from tests.ui.transcript.harness import (
    COOL,
    MARKDOWN,
    WARM,
    TranscriptApp,
    answer,
    counted,
    every_state,
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
from tui_chat.core.event import Closed, Finished, ReasoningDelta, Relabeled, Stopped, TextDelta, Waiting
from tui_chat.core.message import Citation, Outcome
from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript import Transcript


async def test_every_state_says_what_happened() -> None:
    app = TranscriptApp(every_state())
    async with app.run_test(size=(90, 30)):
        text = everything(app)
    for words in (
        "Prompt blocked by the content filter",
        "Answer blocked by the content filter",
        "violence (prompt): medium, blocked",
        "violence (answer): medium, blocked",
        "cut at max_tokens",
        "stopped",
        "incomplete",
        "refused",
        "I cannot help with that.",
        "empty",
        "answer not checked by the filter",
        "filter noticed violence (low) in the answer",
        "azure sent nothing for 60 seconds.",
        "Try again with ctrl+r.",
        "temperature 0.7 → 0.2 · max_tokens not sent → 256",
        "▎ mistral-large-2407 · 12:01",
        "▎ 34 tokens out · 1.1 s · 38 tok/s",
        "left out of requests",
    ):
        assert words in text


async def test_an_answer_that_was_cut_off_by_a_crash_is_incomplete() -> None:
    app = TranscriptApp(path(user("Hi"), answer("Once upon", outcome=None)))
    async with app.run_test(size=(60, 20)):
        assert "incomplete" in shown(app)
        assert "Once upon" in shown(app)


async def test_it_opens_at_the_end_and_moves_by_exact_lines() -> None:
    nodes = path(*(turn for n in range(60) for turn in (user(f"question {n}"), answer(f"answer {n}\n\n{MARKDOWN}"))))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(70, 24)):
        view = app.transcript
        assert view.viewport.following
        end = screen(app)
        lines = everything(app).split("\n")
        assert lines[-24:] == end
        view.action_scroll("end")
        at = len(lines) - 24
        for step in (-1, -7, -23, -400, 3, 50, -1000, 999, -12, -5000, 24, 5000):
            view.action_scroll("line", step)
            at = min(max(at + step, 0), len(lines) - 24)
            assert screen(app) == lines[at : at + 24], step
        assert view.viewport.following


async def test_streaming_shows_the_same_as_the_saved_answer() -> None:
    app = TranscriptApp(path(user("Go")))
    async with app.run_test(size=(80, 50)) as pilot:
        view = app.transcript
        live = answer("", outcome=None, usage=None, timing=None)
        view.append(Node("a", "n0", live))
        reply = Reply()
        view.stream("a", reply)
        reply.feed(Waiting("loading the model"))
        await until(pilot, lambda: "loading the model…" in shown(app))
        reply.feed(ReasoningDelta("Let me think"))
        await until(pilot, lambda: "Let me think" in shown(app))
        for at in range(0, len(MARKDOWN), 7):
            reply.feed(TextDelta(MARKDOWN[at : at + 7]))
            if at % 5 == 0:
                await pilot.pause()
        await until(pilot, lambda: "the documentation" in shown(app))
        reply.feed(Finished("stop"))
        reply.feed(Closed(True))
        final = answer(MARKDOWN, reasoning="Let me think")
        view.put("a", final)
        streamed = screen(app)
        assert not view.streams.streaming
        show(view, path(user("Go"), final))
        assert screen(app) == streamed


async def test_a_stopped_answer_is_shown_as_stopped() -> None:
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(80, 20)) as pilot:
        reply = Reply()
        app.transcript.stream("n1", reply)
        reply.feed(TextDelta("half"))
        reply.feed(Stopped())
        finish(app.transcript, "n1", reply)
        await until(pilot, lambda: not app.transcript.streams.streaming)
        assert "stopped" in shown(app)
        assert "half" in shown(app)
        assert app.transcript.markdown_of("n1") == "half"


async def test_a_note_on_an_answer_is_no_new_line_to_be_read() -> None:
    nodes = path(user("Go"), answer("line\n\n" * 40))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 12)):
        view = app.transcript
        view.action_scroll("line", -20)
        view.put("n1", replace(nodes[1].turn, sent=False))
        assert "new line" not in shown(app)
        view.put("n1", replace(nodes[1].turn, text="line\n\n" * 40 + "more\n\nand more"))
        assert "3 new lines ↓" in shown(app), "four more, and the note is gone"
        view.action_scroll("end")
        assert "and more" in shown(app)
        assert "left out of what is sent" not in shown(app)


async def test_away_from_the_end_new_lines_are_counted_and_the_text_stays() -> None:
    nodes = path(user("Go"), answer("line\n\n" * 40), user("More"), answer("", outcome=None))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 12)) as pilot:
        view = app.transcript
        reply = Reply()
        view.stream("n3", reply)
        reply.feed(TextDelta("one"))
        await until(pilot, lambda: "one" in shown(app))
        view.action_scroll("line", -20)
        before = screen(app)[:-1]
        reply.feed(TextDelta("\n\ntwo\n\nthree\n\n"))
        await until(pilot, lambda: "4 new lines ↓" in shown(app))
        assert screen(app)[:-1] == before
        view.action_scroll("end")
        assert "new line" not in shown(app)
        assert "three" in shown(app)
        reply.feed(Stopped())
        finish(view, "n3", reply)
        await until(pilot, lambda: not view.streams.streaming)
        await pilot.pause()
        assert app.ends == [False, True]


@pytest.mark.parametrize("outcome", [Outcome.PROMPT_BLOCKED, Outcome.FAILED])
async def test_a_prompt_is_marked_when_its_answer_fails_and_unmarked_with_a_better_one(outcome: Outcome) -> None:
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 12)):
        view = app.transcript
        view.put("n1", answer("", outcome=outcome))
        assert screen(app)[1].startswith("▎ You · ")
        assert screen(app)[1].endswith(" · left out of requests")
        view.put("n1", answer("Yes", outcome=Outcome.COMPLETE))
        assert "left out of requests" not in shown(app)


async def test_settings_that_changed_stand_between_the_turns_once() -> None:
    app = TranscriptApp(path(user("a"), answer("b", settings=WARM)))
    async with app.run_test(size=(80, 30)):
        view = app.transcript
        view.append(Node("u", "n1", user("c")))
        view.append(Node("v", "u", answer("d", settings=COOL)))
        rows = [row for row in screen(app) if "temperature 0.7 → 0.2" in row or "You" in row]
        assert ["temperature" in row for row in rows] == [False, True, False]
        view.entries.notice("temperature 0.7 → 0.2 · max_tokens not sent → 256", after="n1")
        assert shown(app).count("temperature") == 1
        view.entries.notice("sent without seed")
        assert "sent without seed" in shown(app)


async def test_what_was_shown_as_the_answer_becomes_thinking_when_only_its_end_is_marked() -> None:
    app = TranscriptApp(path(user("hello"), answer("", outcome=None, usage=None, timing=None)))
    async with app.run_test(size=(80, 20)) as pilot:
        reply = Reply()
        app.transcript.stream("n1", reply)
        reply.feed(TextDelta("Greet them, **politely**."))
        await until(pilot, lambda: "Greet them, politely." in shown(app))
        reply.feed(Relabeled())
        await until(pilot, lambda: "Thinking" in shown(app))
        reply.feed(TextDelta("Hello there!"))
        await until(pilot, lambda: "Hello there!" in shown(app))
        await until(pilot, lambda: "Greet them" not in shown(app))
        reply.feed(Finished("stop"))
        finish(app.transcript, "n1", reply)
        await until(pilot, lambda: not app.transcript.streams.streaming)
        assert "▸ Thought · 3 words" in shown(app)
        assert "Hello there!" in shown(app)
        assert "Greet them" not in shown(app)


async def test_sources_stand_numbered_below_the_answer_and_open_like_links() -> None:
    sources = (Citation("https://a.example/1", "First \x1b]0;x\x07one"), Citation("https://b.example/2"))
    app = TranscriptApp(path(user("hello"), answer("See there.", citations=sources)))
    async with app.run_test(size=(80, 20)) as pilot:
        lines = [line.strip(" ▎") for line in screen(app)]
        at = lines.index("Sources")
        assert lines.index("See there.") < at
        assert lines[at + 1].startswith("[1] First")
        assert lines[at + 1].endswith("one · a.example")
        assert "\x1b" not in shown(app)
        assert lines[at + 2] == "[2] https://b.example/2"
        await pilot.click(Transcript, offset=(12, at + 2))
        assert app.links == ["https://b.example/2"]


async def test_links_and_thoughts_react_to_a_click() -> None:
    app = TranscriptApp(path(user("x"), answer("see [here](https://a.example/b) ok", reasoning="deep thought")))
    async with app.run_test(size=(60, 20)) as pilot:
        rows = screen(app)
        y = next(i for i, row in enumerate(rows) if "see here" in row)
        await pilot.click(Transcript, offset=(rows[y].index("here"), y))
        assert app.links == ["https://a.example/b"]
        y = next(i for i, row in enumerate(rows) if "Thought" in row)
        await pilot.click(Transcript, offset=(4, y))
        assert "deep thought" in shown(app)
        await pilot.click(Transcript, offset=(4, y))
        assert "deep thought" not in shown(app)


async def test_resize_and_theme_keep_the_place() -> None:
    nodes = path(*(turn for n in range(30) for turn in (user(f"question {n}"), answer(f"answer {n} " + "word " * 100))))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(100, 24)) as pilot:
        view = app.transcript
        view.viewport.to_entry(view.entries.position("n20"))
        view.repaint()
        assert "question 10" in shown(app)
        await pilot.resize_terminal(50, 24)
        await until(pilot, lambda: all(len(row) <= 49 for row in screen(app)))
        assert "question 10" in shown(app)
        app.theme = "textual-light"
        await pilot.pause()
        assert "question 10" in shown(app)
        style = view.render_line(view.size.height - 1)._segments[0].style
        assert style is not None
        assert style.bgcolor == view.rich_style.bgcolor


async def test_a_long_answer_stays_in_place_when_the_width_changes() -> None:
    text = "\n\n".join(f"part {n} " + "word " * (n % 40) for n in range(200))
    app = TranscriptApp(path(user("Go"), answer(text)))
    async with app.run_test(size=(100, 24)) as pilot:
        view = app.transcript
        await until(pilot, lambda: "part 199" in shown(app))
        while "part 121 " not in screen(app)[0]:
            view.action_scroll("line", -1)
        for width in (40, 70, 100):
            await pilot.resize_terminal(width, 24)
            await until(pilot, lambda: "part 121 " in screen(app)[0])


async def test_selecting_with_the_mouse_gives_text_without_decoration() -> None:
    long = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda"
    app = TranscriptApp(path(user("first"), answer(f"{long}\n\n```python\nx = 1\ny = 2\n```\n\n> quoted")))
    async with app.run_test(size=(40, 24)) as pilot:
        rows = screen(app)
        start = next(i for i, row in enumerate(rows) if "first" in row)
        end = next(i for i, row in enumerate(rows) if "quoted" in row)
        await pilot.mouse_down(Transcript, offset=(2, start))
        await pilot.hover(Transcript, offset=(30, end))
        await pilot.mouse_up(Transcript, offset=(30, end))
        text = app.screen.get_selected_text()
        assert text is not None
        assert text.startswith("first\n")
        assert long in text
        assert "\nx = 1\ny = 2\n" in text
        assert text.endswith("quoted")
        assert not any(sign in text for sign in "▎│┃")


async def test_dragging_the_thumb_reaches_both_ends_and_never_shows_a_blank() -> None:
    nodes = path(*(turn for n in range(400) for turn in (user(f"question {n}"), answer("word " * (n % 50)))))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 30)) as pilot:
        view = app.transcript
        await pilot.mouse_down(Transcript, offset=(59, 29))
        for y in [*range(28, 0, -4), 0, *range(1, 29, 4), 29]:
            await pilot.hover(Transcript, offset=(59, y))
            thumb = [row for row in range(30) if view.render_line(row).text[-1] == "┃"]
            assert min(abs(row - y) for row in thumb) <= 1
            assert any(row.strip() for row in screen(app))
            if y == 0:
                assert "question 0" in shown(app)
        await pilot.mouse_up(Transcript, offset=(59, 29))
        assert view.viewport.following


async def test_a_selection_goes_on_beyond_the_edge() -> None:
    app = TranscriptApp(path(user("first"), answer("\n\n".join(f"line {n}" for n in range(60)))))
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.transcript
        view.action_scroll("start")
        await pilot.mouse_down(Transcript, offset=(2, 2))
        await pilot.hover(Transcript, offset=(20, 5))
        await pilot.hover(Transcript, offset=(20, 11))
        await until(pilot, lambda: "line 12" in (app.screen.get_selected_text() or ""))
        await pilot.mouse_up(Transcript, offset=(20, 11))
        text = app.screen.get_selected_text()
        assert text is not None
        assert text.startswith("first\n")
        await pilot.pause(0.2)
        assert app.screen.get_selected_text() == text


async def test_finding_counts_marks_and_walks_through_the_hits() -> None:
    nodes = path(*(t for n in range(40) for t in (user(f"question {n}"), answer(f"Needle {n}, *nee*dle, needle\n\nx"))))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.transcript
        view.action_scroll("start")
        assert await counted(pilot, view, "NEEDLE") == 120
        styles = [s.style for y in range(20) for s in view.render_line(y)._segments if "eedle" in s.text]
        assert len({style.bgcolor for style in styles if style is not None}) == 1
        seen = []
        for _ in range(120):
            found = view.search.step(1)
            seen.append(found.index)
            assert f"Needle {(found.index - 1) // 3}, needle, needle" in shown(app)
        assert seen == list(range(1, 121))
        assert view.search.step(1).index == 1
        assert view.search.step(-1).index == 120
        assert await counted(pilot, view, "no such words") == 0
        assert view.search.step(1).index == 0
        view.search.find("")


async def test_going_from_prompt_to_prompt() -> None:
    nodes = path(*(t for n in range(9) for t in (user(f"question {n}"), answer("word " * 200))))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 12)):
        view = app.transcript
        for n in (8, 7, 6):
            view.action_scroll("prompt", -1)
            assert f"question {n}" in screen(app)[1]
        view.action_scroll("prompt", 1)
        assert "question 7" in screen(app)[1]
        view.action_scroll("prompt", 1)
        view.action_scroll("prompt", 1)
        assert view.viewport.following


async def test_coming_back_to_an_answer_under_way_shows_it_once() -> None:
    """Another conversation was shown meanwhile; a part of the answer is in the library already."""
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.transcript
        reply = Reply()
        view.stream("n1", reply)
        reply.feed(ReasoningDelta("thought"))
        reply.feed(TextDelta("first part, "))
        await until(pilot, lambda: "first part" in shown(app))
        show(view, [Node("x", None, user("another conversation"))])
        reply.feed(TextDelta("second part, "))
        view.put("n1", answer("first part, second part, ", outcome=None))
        view.entries.notice("nothing", after="n1")
        assert "first part" not in shown(app)
        show(view, path(user("Go"), answer("first part, second part, ", outcome=None, reasoning="thought")))
        view.stream("n1", reply)
        assert shown(app).count("first part, second part,") == 1
        reply.feed(TextDelta("end."))
        reply.feed(Finished("stop"))
        reply.feed(Closed(True))
        finish(view, "n1", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert shown(app).count("first part, second part, end.") == 1
        view.append(Node("n1", "n0", answer("replaced")))
        assert "replaced" in shown(app)
        assert "second part" not in shown(app)
        view.stream("unknown", reply)
        assert not view.streams.streaming


async def test_double_and_triple_click_select_a_word_and_a_line() -> None:
    long = "alpha beta gamma delta epsilon zeta eta theta iota kappa"
    app = TranscriptApp(path(user("first"), answer(f"{long}\n\nother 漢字 word")))
    async with app.run_test(size=(30, 20)) as pilot:
        rows = screen(app)
        y = next(i for i, row in enumerate(rows) if "delta" in row)
        x = rows[y].index("delta") + 2
        await pilot.click(Transcript, offset=(x, y), times=2)
        assert app.screen.get_selected_text() == "delta"
        await pilot.click(Transcript, offset=(x, y), times=3)
        assert app.screen.get_selected_text() == long
        y = next(i for i, row in enumerate(rows) if "other" in row)
        await pilot.click(Transcript, offset=(14, y), times=2)
        assert app.screen.get_selected_text() == "word"
        await pilot.click(Transcript, offset=(5, y))
        assert app.screen.get_selected_text() is None


async def test_selecting_everything_does_not_draw_everything() -> None:
    nodes = path(*(t for n in range(3000) for t in (user(f"question {n}"), answer(f"answer *{n}*\x1b[2J"))))
    app = TranscriptApp(nodes)
    async with app.run_test(size=(60, 20)):
        view = app.transcript
        view.text_select_all()
        text = app.screen.get_selected_text()
        assert text is not None
        assert text.startswith("question 0\n\nanswer *0*␛[2J\n\nquestion 1")
        assert "question 2999\n\nanswer 2999␛[2J" in text
        assert sum(entry.drawn for entry in view.viewport.entries) < 100


@pytest.mark.parametrize(("mode", "shows"), [("collapsed", False), ("open", True), ("hidden", False)])
async def test_thinking_is_shown_as_asked(mode: str, shows: bool) -> None:
    app = TranscriptApp(path(user("Go"), answer("Yes.", reasoning="Let me think about it")))
    async with app.run_test(size=(60, 20)):
        app.transcript.reasoning = mode
        assert ("Let me think about it" in shown(app)) is shows
        assert ("Thought · 5 words" in shown(app)) is (mode != "hidden")


async def test_frames_come_at_most_thirty_times_a_second() -> None:
    """However often something comes, and however often the transcript is told."""
    app = TranscriptApp(path(user("Go"), answer("", outcome=None)))
    async with app.run_test(size=(60, 20)) as pilot:
        view = app.transcript
        reply = Reply()
        view.stream("n1", reply)
        began = time.perf_counter()
        pictures = 0
        before = shown(app)
        for n in range(600):
            reply.feed(TextDelta(f"w{n} "))
            view.streams.touch()
            if n % 20 == 0:
                await asyncio.sleep(0)
            if (now := shown(app)) != before:
                pictures, before = pictures + 1, now
        assert pictures <= (time.perf_counter() - began) * 30 + 2
        reply.feed(Stopped())
        finish(view, "n1", reply)
        await until(pilot, lambda: not view.streams.streaming)
        assert "w599" in shown(app)
