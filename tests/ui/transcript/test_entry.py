"""One message and its lines, without a screen."""

from __future__ import annotations

import pytest

from tests.ui.transcript.harness import MARKDOWN, answer, user
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome
from tui_chat.render.line import Line
from tui_chat.render.styles import dark
from tui_chat.ui.widgets.transcript.entry import Entry
from tui_chat.ui.widgets.transcript.layout import UNDRAWN
from tui_chat.ui.widgets.transcript.prepared_messages import PreparedMessages
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

OPTIONS = RenderOptions(60, dark())
LONG_CODE = "before\n\n```\n" + "\n".join(f"row {n}" for n in range(60)) + "\n```\n\nafter"


def lines(entry: Entry) -> list[tuple[Line, bool]]:
    return [entry.layout.line(index) for index in range(entry.layout.height)]


def text(entry: Entry, index: int) -> str:
    return entry.layout.line(index)[0].text


def drawn(turn_text: str) -> Entry:
    entry = Entry("a", answer(turn_text), 0)
    entry.draw(OPTIONS)
    return entry


def row_of(entry: Entry, words: str) -> int:
    return next(index for index in range(entry.layout.height) if text(entry, index) == words)


def test_an_entry_that_grows_is_the_entry_that_was_saved() -> None:
    """Streamed in pieces, then put: the same lines as the saved message has by itself."""
    grown = Entry("a", answer("", outcome=None), 0)
    grown.live = [("…", "muted")]
    grown.draw(OPTIONS)
    for at in range(0, len(MARKDOWN), 5):
        grown.feed(MARKDOWN[at : at + 5], "")
    grown.live = None
    final = answer(MARKDOWN)
    grown.change(final)
    assert lines(grown) == lines(drawn(MARKDOWN))


def test_a_message_has_no_lines_before_it_is_drawn_and_after_it_is_forgotten() -> None:
    entry = Entry("a", user("one\ntwo"), 0)
    assert (entry.drawn, entry.layout.height) == (False, 0)
    estimate = entry.height(60)
    entry.draw(OPTIONS)
    assert entry.layout.complete
    assert entry.height(60) == entry.layout.height == 4
    entry.forget()
    assert entry.layout is UNDRAWN
    assert entry.height(60) == estimate


def test_head_body_and_foot_follow_each_other() -> None:
    entry = drawn("yes")
    entry.notices = ("a notice",)
    entry.frame()
    body = entry.layout.body
    assert [text(entry, index) for index in body] == ["yes"]
    assert entry.layout.line(body.start - 1)[0].plain.startswith("mistral-large-2407")
    assert "34 tokens out" in text(entry, body.stop + 1)
    assert "a notice" in entry.layout.line(entry.layout.height - 1)[0].plain
    assert entry.layout.said == range(1, entry.layout.height - 2)


@pytest.mark.parametrize("width", [20, 40, 100])
def test_a_position_in_the_text_holds_at_any_width(width: int) -> None:
    entry = drawn(f"# Title\n\n{'word ' * 40}\n\n## Second\n\nend")
    positions = [entry.layout.position(row_of(entry, words)) for words in ("Title", "Second", "end")]
    entry.draw(RenderOptions(width, dark()))
    assert [text(entry, entry.layout.find(position)) for position in positions] == ["Title", "Second", "end"]


def test_a_marked_line_is_found_again_when_code_above_it_is_unfolded() -> None:
    entry = drawn(LONG_CODE)
    marks = [entry.layout.mark(row_of(entry, words)) for words in ("before", "after")]
    entry.see(fold=False)
    assert [text(entry, entry.layout.marked(mark)) for mark in marks] == ["before", "after"]
    entry.see(fold=True)
    assert [text(entry, entry.layout.marked(mark)) for mark in marks] == ["before", "after"]


def test_folded_lines_are_copied_and_kept() -> None:
    entry = drawn(LONG_CODE)
    assert entry.layout.height < 60 < len([line for _, line in entry.layout.lines_to_copy() if "row" in line.plain]) + 1
    assert entry.layout.kept_lines > 60


def test_a_rejected_text_is_shown_and_hidden_on_demand() -> None:
    entry = Entry("a", answer("secret", outcome=Outcome.ANSWER_BLOCKED), 0)
    entry.draw(OPTIONS)
    shown = []
    for hidden in (None, True, False):
        entry.see(hidden=hidden)
        shown.append([text(entry, index) for index in entry.layout.body])
    assert shown == [["secret"], [], ["secret"]], "what was cut is shown by default"


def test_a_restarted_answer_is_empty_and_stays_drawn() -> None:
    entry = drawn("old text")
    entry.live = [("…", "muted")]
    entry.restart()
    assert entry.drawn
    assert entry.source == ""
    entry.feed("new ", "")
    entry.feed("text", "")
    assert [text(entry, index) for index in entry.layout.body] == ["new text"]
    assert entry.source == "new text"


def test_an_answer_that_was_continued_reads_as_one() -> None:
    cut = answer("The river flows to", outcome=Outcome.LENGTH)
    nodes = [Node("p", None, user("Where?")), Node("a", "p", cut), Node("b", "a", answer("the sea."))]
    shown = PreparedMessages.of(nodes, {}, 0, 60).entries
    for entry in shown:
        entry.draw(OPTIONS)
    rows = [line.plain.strip() for entry in shown[1:] for line, _ in lines(entry)]
    assert rows[2:] == [
        "The river flows to",
        "╌ cut at max_tokens · continued ╌",
        "the sea.",
        "",
        "68 tokens out · 2.2 s · 38 tok/s · temp 0.7",
    ]
    assert rows[:2] == ["", "mistral-large-2407 · 12:00"], "who speaks is said once"
    shown[1].see(detailed=True)
    assert any("34 tokens out" in line.plain for line, _ in lines(shown[1])), "each part keeps what it took"


@pytest.mark.parametrize(
    ("above", "joined"),
    [(Outcome.STOPPED, True), (Outcome.INCOMPLETE, True), (Outcome.COMPLETE, False), (Outcome.FAILED, False)],
)
def test_only_what_was_not_complete_is_continued(above: Outcome, joined: bool) -> None:
    nodes = [Node("a", None, answer("One", outcome=above)), Node("b", "a", answer("two."))]
    assert (PreparedMessages.of(nodes, {}, 0, 60).entries[1].above is not None) is joined
