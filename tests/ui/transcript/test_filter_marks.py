"""The passages that the content filter found something in are marked in the answer; a live one says what is checked."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.transcript.harness import TranscriptApp, answer, path, user
from tui_chat.core import event as ev
from tui_chat.core.filter_details import spans_of
from tui_chat.core.reply import Reply
from tui_chat.core.verdict import Verdict
from tui_chat.render.styles import dark
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.filter_marks import FilterMarks
from tui_chat.ui.widgets.transcript.live_answer import LiveAnswer
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

OPTIONS = RenderOptions(60, dark())
TEXT = "The moon is near. It is **made of** cheese. It is round."
SPAN = (TEXT.index("It is **"), TEXT.index(" It is round"))


def found(*spans: tuple[int, int]) -> tuple[Verdict, ...]:
    return (Verdict("answer", "ungrounded_material", False, True, detail={"spans": [[*span] for span in spans]}),)


async def test_a_passage_is_underlined_in_the_answer() -> None:
    app = TranscriptApp(path(user("The moon?"), answer(TEXT, verdicts=found(SPAN))))
    async with app.run_test(size=(80, 24)):
        view = app.transcript
        strips = [view.render_line(y) for y in range(view.size.height)]
        marked = [s.text for strip in strips for s in strip if s.style and s.style.underline]
        assert "".join(marked) == "It is made of cheese"
        view.put("n1", answer(TEXT, verdicts=()))  # a turn without the finding has no mark
        strips = [view.render_line(y) for y in range(view.size.height)]
        assert not [s.text for strip in strips for s in strip if s.style and s.style.underline]


def test_marks_wait_for_the_end_of_the_answer_and_follow_its_lines() -> None:
    marks = FilterMarks()
    entry = Entry("a", answer(TEXT, verdicts=found(SPAN)), 0)
    assert marks.marks(entry, 2) == ()  # not drawn yet
    entry.draw(OPTIONS)
    row = entry.layout.body.start
    assert marks.marks(entry, row) == [(18, 38)]
    assert marks.marks(entry, row - 1) == ()
    assert marks.marks(entry, row) is marks.marks(entry, row)
    entry.change(replace(entry.turn, verdicts=found((0, 8))))
    assert marks.marks(entry, row) == [(0, 8)]
    entry.live = [("…", "muted")]
    assert marks.marks(entry, row) == ()


def test_a_passage_that_is_all_of_the_answer_says_nothing_about_where() -> None:
    assert spans_of(answer(TEXT, verdicts=found((0, len(TEXT))))) == []
    assert spans_of(answer(TEXT, verdicts=found((0, len(TEXT) + 50), (2, 4)))) == [(2, 4)]
    passed = replace(found((2, 4))[0], detected=False)
    assert spans_of(answer(TEXT, verdicts=(passed,))) == []


def test_a_growing_answer_says_how_much_an_asynchronous_filter_has_read() -> None:
    reply, entry = Reply(), Entry("a", answer("", outcome=None), 0)
    live = LiveAnswer(entry, reply)

    def said() -> str:
        live.take(0)
        assert entry.live is not None
        return entry.live[-1][0]

    reply.feed(ev.TextDelta("x" * 1500))
    assert said().endswith("answering…")
    reply.feed(ev.Checked(0))
    assert said().endswith("answering… · 0 of 1,500 characters checked by the filter")
    reply.feed(ev.Checked(1200))
    assert said().endswith("answering… · 1,200 of 1,500 characters checked by the filter")
    reply.feed(ev.Checked(9000))
    assert "1,500 of 1,500" in said()
