"""Events in, one answer out: the outcome for each way in which an answer can end."""

from __future__ import annotations

import pytest

from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Usage
from tui_chat.core.reply import Reply
from tui_chat.core.verdict import Verdict

HATE_OK = Verdict("prompt", "hate", blocked=False, severity="safe")
PROMPT_BAD = Verdict("prompt", "violence", blocked=True, severity="medium")
ANSWER_BAD = Verdict("answer", "violence", blocked=True, severity="high")
NOTICED = Verdict("answer", "profanity", blocked=False, detected=True)
REFUSED = ServerError(ErrorKind.FILTERED, "The prompt was filtered.", status=400)
BROKEN = ServerError(ErrorKind.SERVER, "It broke.", status=500)
CUT = ServerError(ErrorKind.CONNECTION, "The connection was lost.")

TEXT = ev.TextDelta("Rivers")
STOP = ev.Finished("stop")
DONE = ev.Closed(done=True)
LOST = ev.Closed(done=False)


@pytest.mark.parametrize(
    ("events", "outcome", "word"),
    [
        ([TEXT, STOP, DONE], Outcome.COMPLETE, "none"),
        ([TEXT, DONE], Outcome.COMPLETE, "none"),
        ([TEXT, STOP, LOST], Outcome.COMPLETE, "none"),
        ([TEXT, LOST], Outcome.INCOMPLETE, "none"),
        ([LOST], Outcome.INCOMPLETE, "none"),
        ([TEXT, ev.Finished("length"), DONE], Outcome.LENGTH, "none"),
        ([TEXT, ev.Finished("model_length"), DONE], Outcome.LENGTH, "none"),
        ([TEXT, ev.Finished("whatever_comes_next"), DONE], Outcome.COMPLETE, "none"),
        ([STOP, DONE], Outcome.EMPTY, "none"),
        ([ev.ReasoningDelta("hm"), STOP, DONE], Outcome.EMPTY, "none"),
        ([ev.RefusalDelta("I can't"), ev.RefusalDelta(" help."), STOP, DONE], Outcome.REFUSED, "none"),
        ([ev.Failed(BROKEN), LOST], Outcome.FAILED, "none"),
        ([TEXT, ev.Failed(BROKEN), DONE], Outcome.FAILED, "none"),
        ([TEXT, ev.Failed(CUT), LOST], Outcome.INCOMPLETE, "none"),
        ([ev.Failed(CUT), LOST], Outcome.FAILED, "none"),
        ([ev.Failed(REFUSED), LOST], Outcome.PROMPT_BLOCKED, "blocked"),
        ([ev.Judged((PROMPT_BAD,)), ev.Failed(REFUSED), LOST], Outcome.PROMPT_BLOCKED, "blocked"),
        ([ev.Judged((PROMPT_BAD,)), ev.Finished("content_filter"), DONE], Outcome.PROMPT_BLOCKED, "blocked"),
        ([TEXT, ev.Finished("content_filter"), DONE], Outcome.ANSWER_BLOCKED, "blocked"),
        ([ev.Finished("content_filter"), DONE], Outcome.ANSWER_BLOCKED, "blocked"),
        ([TEXT, ev.Finished("SAFETY"), DONE], Outcome.ANSWER_BLOCKED, "blocked"),
        ([TEXT, ev.Failed(REFUSED), LOST], Outcome.ANSWER_BLOCKED, "blocked"),
        ([TEXT, STOP, ev.Judged((ANSWER_BAD,)), DONE], Outcome.ANSWER_BLOCKED, "blocked"),
        ([TEXT, STOP, ev.Finished("content_filter"), DONE], Outcome.ANSWER_BLOCKED, "blocked"),
        ([TEXT, ev.Finished("content_filter"), STOP, DONE], Outcome.ANSWER_BLOCKED, "blocked"),
        ([ev.Judged((HATE_OK,)), TEXT, STOP, DONE], Outcome.COMPLETE, "passed"),
        ([TEXT, ev.Judged((NOTICED,)), STOP, DONE], Outcome.COMPLETE, "annotated"),
        ([TEXT, ev.Judged(not_run="answer"), STOP, DONE], Outcome.COMPLETE, "not_run"),
        ([ev.Judged(not_run="prompt"), ev.Failed(REFUSED), LOST], Outcome.FAILED, "not_run"),
        ([TEXT, ev.Stopped()], Outcome.STOPPED, "none"),
        ([ev.Stopped(), LOST], Outcome.STOPPED, "none"),
        ([ev.Judged((ANSWER_BAD,)), TEXT, ev.Stopped()], Outcome.ANSWER_BLOCKED, "blocked"),
        ([ev.ToolCallDelta(0, "look", '{"a"'), ev.ToolCallDelta(0, "", ": 1}"), STOP, DONE], Outcome.COMPLETE, "none"),
    ],
)
def test_outcome(events: list[ev.Event], outcome: Outcome, word: str) -> None:
    reply = Reply()
    for event in events:
        reply.feed(event)
    assert reply.outcome is outcome
    assert reply.filter == word


def test_a_running_answer_has_no_outcome() -> None:
    reply = Reply()
    for event in (ev.Sent(1), ev.Started(model="m"), TEXT):
        reply.feed(event)
        assert reply.outcome is None
        assert not reply.state.has_ended


def test_a_block_is_known_before_the_end() -> None:
    reply = Reply()
    reply.feed(TEXT)
    reply.feed(ev.Judged((ANSWER_BAD,)))
    assert reply.blocked
    assert reply.outcome is Outcome.ANSWER_BLOCKED
    assert reply.text == "Rivers"


def test_a_verdict_counts_after_the_end_and_text_does_not() -> None:
    reply = Reply()
    for event in (TEXT, STOP, DONE, ev.TextDelta(" late"), ev.Judged((ANSWER_BAD,))):
        reply.feed(event)
    assert reply.text == "Rivers"
    assert reply.outcome is Outcome.ANSWER_BLOCKED


@pytest.mark.parametrize(
    ("events", "withdrawn"),
    [
        ([TEXT, STOP, ev.Judged((ANSWER_BAD,)), DONE], True),
        ([TEXT, STOP, ev.Finished("content_filter"), DONE], True),
        ([TEXT, STOP, DONE, ev.Judged((ANSWER_BAD,))], True),
        ([TEXT, DONE, ev.Judged((ANSWER_BAD,))], True),
        ([TEXT, ev.Finished("length"), ev.Judged((ANSWER_BAD,)), LOST], True),
        ([TEXT, STOP, DONE], False),
        ([TEXT, ev.Finished("content_filter"), STOP, DONE], False),
        ([TEXT, ev.Judged((ANSWER_BAD,)), STOP, DONE], False),
        ([TEXT, LOST, ev.Judged((ANSWER_BAD,))], False),
        ([STOP, ev.Judged((ANSWER_BAD,)), DONE], False),
    ],
)
def test_an_answer_is_withdrawn_where_it_had_ended_before(events: list[ev.Event], withdrawn: bool) -> None:
    reply = Reply()
    for event in events:
        reply.feed(event)
    assert reply.withdrawn is withdrawn


def test_an_answer_that_has_ended_cannot_be_stopped() -> None:
    reply = Reply()
    for event in (TEXT, STOP, ev.Stopped()):
        reply.feed(event)
    assert reply.state.is_final
    assert reply.outcome is Outcome.COMPLETE


def test_a_later_clean_window_takes_no_finding_back() -> None:
    reply = Reply()
    reply.feed(ev.Judged((Verdict("answer", "hate", blocked=False, severity="low"),)))
    reply.feed(ev.Judged((Verdict("answer", "hate", blocked=False, severity="safe"),)))
    assert [v.severity for v in reply.verdicts] == ["low"]
    reply.feed(ev.Judged((Verdict("answer", "hate", blocked=False, severity="high"),)))
    assert [v.severity for v in reply.verdicts] == ["high"]


def test_a_tool_call_becomes_text() -> None:
    reply = Reply()
    for event in (TEXT, ev.ToolCallDelta(0, "look", '{"where": "here"}'), ev.Finished("tool_calls"), DONE):
        reply.feed(event)
    assert reply.text.startswith("Rivers\n\n```json\n")
    assert '"tool_call": "look"' in reply.text
    assert '"where": "here"' in reply.text


def test_waiting_is_over_when_something_comes() -> None:
    reply = Reply()
    reply.feed(ev.Waiting("loading the model"))
    assert reply.waiting is not None
    reply.feed(TEXT)
    assert reply.waiting is None


def test_what_was_known_stays_known() -> None:
    reply = Reply()
    for event in (ev.Sent(2), ev.Started(request_id="r1"), ev.Started(model="m"), ev.UsageReported(Usage(1, 2, 3))):
        reply.feed(event)
    assert (reply.attempts, reply.request_id, reply.model, reply.usage) == (2, "r1", "m", Usage(1, 2, 3))


def test_a_tool_call_outlives_a_stop() -> None:
    reply = Reply()
    for event in (ev.TextDelta("Let me look."), ev.ToolCallDelta(0, "weather", '{"at": '), ev.Stopped()):
        reply.feed(event)
    assert reply.outcome is Outcome.STOPPED
    assert reply.text.startswith("Let me look.")
    assert "weather" in reply.text
    assert '{\\"at\\": ' in reply.text


def test_a_text_is_joined_once_and_again_when_it_changes() -> None:
    reply = Reply()
    for piece in ("one ", "two"):
        reply.feed(ev.TextDelta(piece))
    assert reply.text is reply.text
    reply.feed(ev.Relabeled())
    for piece in ("three ", "four"):
        reply.feed(ev.TextDelta(piece))
    assert (reply.text, reply.reasoning) == ("three four", "one two")


def test_what_a_broken_try_held_back_is_not_the_beginning_of_the_next_ones_text() -> None:
    reply = Reply()
    for event in (ev.Sent(1), ev.Held((ev.TextDelta("<thi"),)), ev.Sent(2), ev.Stopped()):
        reply.feed(event)
    assert (reply.text, reply.attempts) == ("", 2)
