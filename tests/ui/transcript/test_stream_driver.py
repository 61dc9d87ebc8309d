"""The pace of a growing answer, with timers that ring when the test says so."""

from __future__ import annotations

import time

from tests.ui.transcript.harness import answer, path, user
from tests.ui.transcript.parts import Parts
from tui_chat.core.event import TextDelta
from tui_chat.core.reply import Reply
from tui_chat.ui.widgets.transcript.stream_driver import FIRST, FRAME


def streaming() -> tuple[Parts, Reply]:
    parts, reply = Parts(path(user("Go"), answer("", outcome=None))), Reply()
    parts.streams.begin("n1", reply)
    parts.repaint()
    return parts, reply


def test_the_first_words_are_looked_for_more_often_than_frames_come() -> None:
    parts, reply = streaming()
    assert parts.timers.running == [FIRST]
    reply.feed(TextDelta("first words"))
    parts.timers.ring()
    assert any("first words" in text for text in parts.texts())
    assert parts.timers.running == [FRAME]


def test_text_that_arrives_right_after_a_frame_waits_for_the_next() -> None:
    parts, reply = streaming()
    reply.feed(TextDelta("one"))
    parts.streams.touch()
    pictures = parts.pictures
    for _ in range(50):
        reply.feed(TextDelta(" more"))
        parts.streams.touch()
    assert parts.pictures <= pictures + 2, "fifty pieces take a few milliseconds: one frame, or two on a busy machine"


def test_the_pulse_ends_with_the_last_answer() -> None:
    parts, reply = streaming()
    reply.feed(TextDelta("all of it"))
    parts.streams.end("n1")
    parts.entries.change("n1", answer("all of it"))
    assert not parts.streams.streaming
    parts.timers.ring()
    assert parts.timers.running == []
    assert any("all of it" in text for text in parts.texts())


def test_lines_that_arrive_below_the_view_are_counted() -> None:
    parts = Parts(path(user("Go"), answer("line\n\n" * 40), user("More"), answer("", outcome=None)))
    reply = Reply()
    parts.streams.begin("n3", reply)
    parts.viewport.scroll(-20)
    parts.repaint()
    above = parts.texts()
    reply.feed(TextDelta("one\n\ntwo\n\nthree"))
    parts.timers.ring()
    assert parts.viewport.unseen == 6
    assert parts.texts() == above
    parts.viewport.to_end()
    parts.repaint()
    assert parts.viewport.unseen == 0


def test_a_long_message_is_drawn_in_steps() -> None:
    parts = Parts(path(user("x"), answer("some **bold** words in a paragraph\n\n" * 20_000)))
    entry = parts.entries["n1"]
    assert not entry.layout.complete
    height = entry.layout.height
    assert len(parts.timers.timers) == 1
    parts.timers.ring()
    assert entry.layout.height > height
    assert len(parts.timers.timers) == 1, "one step at a time"
    parts.streams.clear()
    parts.entries.fill(parts.entries.prepared(path(user("another"))))
    parts.timers.ring()
    assert parts.timers.timers == []


def test_text_that_turns_out_to_be_reasoning_is_taken_again() -> None:
    parts, reply = streaming()
    reply.feed(TextDelta("thought"))
    parts.timers.ring()
    reply.pieces, reply.reasoning_pieces = ["answer"], ["thought"]
    reply.relabeled += 1
    entry, deadline = parts.entries["n1"], time.monotonic() + 60
    while entry.source == "thought" and time.monotonic() < deadline:
        parts.timers.ring()
    assert [entry.layout.line(index)[0].text for index in entry.layout.body] == ["answer"]
    assert parts.entries["n1"].has_reasoning
