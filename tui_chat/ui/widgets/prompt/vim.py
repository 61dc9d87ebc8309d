"""Vim's keys as a state machine over a text and a cursor. Pure, without Textual.

Normal, insert and visual mode with counts, the operators d, c and y over motions, and one register. What needs the
history of edits (u, ctrl+r) is named in the result and left to the caller.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.widgets.prompt.vim_motions import first_nonblank, line_of, motion, on_character

Mode = Literal["normal", "insert", "visual"]

_COMMAND = lazy_pattern(r"(?P<count>[1-9]\d*)?(?:(?P<operator>[dcy])(?P<more>[1-9]\d*)?)?(?P<rest>.*)", re.DOTALL)
_BEGUN = frozenset({"", "g", "r"})
"""What a command may end with while more keys have to come."""

MOST = 10_000
"""A count beyond this is taken for it."""


@dataclass(frozen=True, slots=True)
class VimState:
    """`pending` are the keys of a command that is not complete, `anchor` is where a visual selection began, `lines`
    says that the register holds whole lines. `column` is the one that j and k keep to; None after any other key."""

    mode: Mode = "insert"
    pending: str = ""
    register: str = ""
    lines: bool = False
    anchor: int = 0
    column: int | None = None


@dataclass(frozen=True, slots=True)
class VimStep:
    """`taken`: the key has done something, or is part of a command. `action` is left to the caller."""

    state: VimState
    text: str
    cursor: int
    taken: bool = True
    action: Literal["", "undo", "redo"] = ""


def press(state: VimState, key: str, text: str, cursor: int) -> VimStep:
    """Apply a key: a character, or Textual's name of a key."""
    step = VimStep(state, text, cursor)
    if state.mode == "insert":
        return _to_normal(step) if key == "escape" else replace(step, taken=False)
    if key == "escape":
        idle = state.mode == "normal" and not state.pending
        return replace(step, state=replace(state, mode="normal", pending=""), taken=not idle)
    if key == "ctrl+r":
        return replace(step, state=replace(state, pending=""), action="redo")
    if len(key) != 1:
        return replace(step, state=replace(state, pending=""), taken=False)
    pending = state.pending + key
    found = _COMMAND.fullmatch(pending)
    assert found is not None
    if found["rest"] in _BEGUN and not (state.mode == "visual" and found["operator"]):
        return replace(step, state=replace(state, pending=pending))
    count = min(int(found["count"] or 1) * int(found["more"] or 1), MOST)
    counted = bool(found["count"] or found["more"])
    if found["rest"] not in ("j", "k"):
        state = replace(state, column=None)
    step = replace(step, state=replace(state, pending=""))
    if state.mode == "visual":
        return _visual(step, found["operator"] or found["rest"], count, counted=counted)
    if found["operator"]:
        return _operated(step, found["operator"], found["rest"], count, counted=counted)
    return _command(step, found["rest"], count, counted=counted)


def _to_normal(step: VimStep) -> VimStep:
    start, _ = line_of(step.text, step.cursor)
    return replace(step, state=replace(step.state, mode="normal"), cursor=max(start, step.cursor - 1))


def _moved(step: VimStep, rest: str, count: int, *, counted: bool) -> VimStep:
    start = line_of(step.text, step.cursor)[0]
    column = step.cursor - start if step.state.column is None else step.state.column
    found = motion(rest, step.text, step.cursor, count, counted=counted, column=column)
    if found is None:
        return step
    kept = replace(step.state, column=column if rest in "jk" else None)
    return replace(step, state=kept, cursor=on_character(step.text, found.place))


def _visual(step: VimStep, key: str, count: int, *, counted: bool) -> VimStep:
    state, anchor = step.state, step.state.anchor
    if key == "v":
        return replace(step, state=replace(state, mode="normal"))
    if key not in ("d", "x", "y", "c"):
        return _moved(step, key, count, counted=counted)
    first, last = sorted((anchor, step.cursor))
    done = _cut("d" if key == "x" else key, step, first, min(last + 1, len(step.text)))
    return done if key == "c" else replace(done, state=replace(done.state, mode="normal"))


def _operated(step: VimStep, operator: str, rest: str, count: int, *, counted: bool) -> VimStep:
    text, cursor = step.text, step.cursor
    if rest == operator:
        return _over_lines(operator, step, cursor, _lines_down(text, cursor, count - 1))
    if operator == "c" and rest == "w" and cursor < len(text) and not text[cursor].isspace():
        rest = "e"  # as vim has it: the space behind the word stays
    found = motion(rest, text, cursor, count, counted=counted)
    if found is None:
        return step
    if found.kind == "lines":
        return _over_lines(operator, step, *sorted((cursor, found.place)))
    first, last = sorted((cursor, found.place))
    if rest == "w" and "\n" in text[first:last]:
        # A word's end, and not the next line's beginning, is where a deletion ends.
        last = first + len(text[first:last].rstrip()) or last
        last = max(last, line_of(text, first)[1]) if last == first else last
    return _cut(operator, step, first, last + (found.kind == "inclusive" and last < len(text)))


def _cut(operator: str, step: VimStep, first: int, last: int) -> VimStep:
    """Take what is between two places into the register, and, but for y, out of the text."""
    state = replace(step.state, register=step.text[first:last], lines=False)
    if operator == "y":
        return replace(step, state=state, cursor=first)
    text = step.text[:first] + step.text[last:]
    if operator == "c":
        return replace(step, state=replace(state, mode="insert"), text=text, cursor=first)
    return replace(step, state=state, text=text, cursor=on_character(text, first))


def _lines_down(text: str, place: int, count: int) -> int:
    for _ in range(count):
        end = line_of(text, place)[1]
        place = min(end + 1, len(text))
    return place


def _over_lines(operator: str, step: VimStep, first: int, last: int) -> VimStep:
    text = step.text
    begin, end = line_of(text, first)[0], line_of(text, last)[1]
    state = replace(step.state, register=text[begin:end] + "\n", lines=True)
    match operator:
        case "y":
            return replace(step, state=state, cursor=first)
        case "c":
            left = text[:begin] + text[end:]
            return replace(step, state=replace(state, mode="insert"), text=left, cursor=begin)
        case _:
            left = text[:begin] + text[end + 1 :] if end < len(text) else text[: max(begin - 1, 0)]
            place = min(begin, len(left))
            return replace(step, state=state, text=left, cursor=first_nonblank(left, place))


def _command(step: VimStep, rest: str, count: int, *, counted: bool) -> VimStep:
    text, cursor = step.text, step.cursor
    start, end = line_of(text, cursor)
    match rest:
        case "x":
            return _cut("d", step, cursor, min(cursor + count, end)) if cursor < end else step
        case "D" | "C":
            return _cut(rest.lower(), step, cursor, end)
        case "i" | "I" | "a" | "A":
            places = {"i": cursor, "I": first_nonblank(text, start), "a": min(cursor + 1, end), "A": end}
            return _inserting(step, text, places[rest])
        case "o":
            return _inserting(step, f"{text[:end]}\n{text[end:]}", end + 1)
        case "O":
            return _inserting(step, f"{text[:start]}\n{text[start:]}", start)
        case "p" | "P":
            return _put(step, count, before=rest == "P")
        case "u":
            return replace(step, action="undo")
        case "v":
            return replace(step, state=replace(step.state, mode="visual", anchor=cursor))
        case _ if rest[0] == "r":
            last = cursor + count
            return (
                replace(step, text=text[:cursor] + rest[1] * count + text[last:], cursor=last - 1)
                if last <= end
                else step
            )
        case _:
            return _moved(step, rest, count, counted=counted)


def _inserting(step: VimStep, text: str, cursor: int) -> VimStep:
    return replace(step, state=replace(step.state, mode="insert"), text=text, cursor=cursor)


def _put(step: VimStep, count: int, *, before: bool) -> VimStep:
    text, what = step.text, step.state.register * count
    if not what:
        return step
    start, end = line_of(text, step.cursor)
    if not step.state.lines:
        place = step.cursor if before else min(step.cursor + 1, end)
        return replace(step, text=text[:place] + what + text[place:], cursor=place + len(what) - 1)
    if before:
        return replace(step, text=text[:start] + what + text[start:], cursor=first_nonblank(text[:start] + what, start))
    text = f"{text[:end]}\n{what[:-1]}{text[end:]}"
    return replace(step, text=text, cursor=first_nonblank(text, end + 1))
