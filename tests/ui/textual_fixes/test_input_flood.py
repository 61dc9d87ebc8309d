"""Floods of mouse and focus reports become few events; keys and clicks among them keep their order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual import events
from textual.message import Message

from tui_chat.ui.textual_fixes.input_flood import newest
from tui_chat.ui.textual_fixes.input_parser import InputParser


def read(data: str) -> list[Message]:
    parser = InputParser()
    return list(newest([*parser.feed(data.encode()), *parser.tick()]))


def move(x: int, button: int = 35) -> str:
    return f"\x1b[<{button};{x};5M"


def names(messages: list[Message]) -> list[str]:
    return [
        message.key if isinstance(message, events.Key) else type(message).__name__
        for message in messages
        if not isinstance(message, events.MouseScrollDown)
    ]


def test_of_many_moves_the_last_is_left() -> None:
    moves = read("".join(move(x) for x in range(1, 300)))
    assert names(moves) == ["MouseMove"]
    assert isinstance(moves[0], events.MouseMove)
    assert moves[0].x == 298


def test_keys_and_clicks_keep_their_place() -> None:
    press, release = "\x1b[<0;9;5M", "\x1b[<0;9;5m"
    found = read(f"{move(1)}{move(2)}a{move(3)}{press}{move(4, 32)}{move(6, 32)}{release}{move(7)}{move(8)}b")
    assert names(found) == ["MouseMove", "a", "MouseMove", "MouseDown", "MouseMove", "MouseUp", "MouseMove", "b"]
    assert [m.x for m in found if isinstance(m, events.MouseMove)] == [1, 2, 5, 7]


def test_a_drag_is_not_taken_for_a_move() -> None:
    assert names(read(move(1) + move(2, 32) + move(3))) == ["MouseMove"] * 3


def test_the_window_has_the_focus_or_not() -> None:
    assert names(read("\x1b[I\x1b[O" * 200)) == ["AppBlur"]
    assert names(read("\x1b[I\x1b[Ox\x1b[I")) == ["AppBlur", "x", "AppFocus"]


def test_the_wheel_turns_as_often_as_it_was_turned() -> None:
    assert len(read("\x1b[<65;5;5M" * 7)) == 7


def test_a_key_before_what_cannot_be_read_is_not_lost() -> None:
    def broken() -> Iterator[Message]:
        yield events.Key("a", "a")
        raise ValueError("unreadable")

    found = newest(broken())
    assert names([next(found)]) == ["a"]
    with pytest.raises(ValueError, match="unreadable"):
        next(found)
