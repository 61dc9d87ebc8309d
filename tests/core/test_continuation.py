"""A continuation says nothing twice and loses nothing, however it is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_chat.core import event as ev
from tui_chat.core.continuation import SHORTEST, OverlapFilter
from tui_chat.core.message import ErrorKind, ServerError

BEFORE = "The river flows through the valley and then"


STOP = ev.Finished("stop")


def told(before: str, pieces: list[str], end: ev.Event = STOP) -> str:
    overlap = OverlapFilter(before)
    events = [each for piece in pieces for each in overlap.feed(ev.TextDelta(piece))] + overlap.feed(end)
    assert events[-1] == end
    return "".join(event.text for event in events if isinstance(event, ev.TextDelta))


@given(st.text(), st.text(), st.data())
def test_every_cut(before: str, after: str, data: st.DataObject) -> None:
    whole = before + after
    at = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    pieces = [whole[a:b] for a, b in zip([0, *at], [*at, len(whole)], strict=True)]
    assert told(before, pieces) == (after if len(before) >= SHORTEST else whole)


@given(st.text(min_size=SHORTEST), st.text())
def test_what_is_no_repetition_comes_whole(before: str, after: str) -> None:
    if not after.startswith(before):
        assert told(before, list(after)) == after


def test_the_beginning_of_a_repetition_is_let_go_at_the_end_whatever_that_is() -> None:
    ends: list[ev.Event] = [ev.Closed(done=False), ev.Failed(ServerError(ErrorKind.TIMEOUT, "")), ev.Finished("length")]
    assert [told(BEFORE, ["The river flows"], end) for end in ends] == ["The river flows"] * 3


def test_other_events_pass() -> None:
    overlap = OverlapFilter(BEFORE)
    others: list[ev.Event] = [ev.Sent(1), ev.Started("r", "m"), ev.ReasoningDelta("x"), ev.Noted("n")]
    for event in others:
        assert overlap.feed(event) == [event]


def test_a_repetition_is_left_out_from_twenty_characters_on() -> None:
    assert told("x" * 19, ["x" * 19 + "!"]) == "x" * 19 + "!"
    assert told("x" * 20, ["x" * 20 + "!"]) == "!"
