"""Events that arrived together."""

from __future__ import annotations

from tui_chat.core import event as ev


def test_text_that_arrived_together_is_one_event_and_the_order_stays() -> None:
    events: list[ev.Event] = [
        *(ev.Started(), ev.ReasoningDelta("so "), ev.ReasoningDelta("far"), ev.TextDelta("A"), ev.TextDelta("B")),
        *(ev.Checked(2), ev.TextDelta("C"), ev.Finished("stop"), ev.Closed(done=True)),
    ]
    assert list(ev.joined(events)) == [
        *(ev.Started(), ev.ReasoningDelta("so far"), ev.TextDelta("AB"), ev.Checked(2), ev.TextDelta("C")),
        *(ev.Finished("stop"), ev.Closed(done=True)),
    ]
    assert list(ev.joined([ev.TextDelta("A"), ev.TextDelta("B")])) == [ev.TextDelta("AB")]
