"""Vim's keys on a text and a cursor, which is written as `|` before the character that it is on."""

from __future__ import annotations

import random

import pytest

from tui_chat.ui.widgets.prompt.vim import VimState, press


def typed(before: str, keys: str) -> tuple[str, str, list[str]]:
    """The text with the cursor in it, the mode, and what is left to the caller, after these keys in normal mode.

    `<esc>` is escape; in insert mode characters are typed.
    """
    cursor, text = before.index("|"), before.replace("|", "", 1)
    state = VimState(mode="normal")
    actions: list[str] = []
    for key in ["escape" if part == "\x1b" else part for part in keys.replace("<esc>", "\x1b")]:
        step = press(state, key, text, cursor)
        state, text, cursor = step.state, step.text, step.cursor
        if step.action:
            actions.append(step.action)
        if not step.taken and state.mode == "insert":
            text, cursor = text[:cursor] + key + text[cursor:], cursor + 1
    return f"{text[:cursor]}|{text[cursor:]}", state.mode, actions


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("a|bc", "h", "|abc"),
        ("|abc", "h", "|abc"),
        ("|abc", "l", "a|bc"),
        ("|abc", "9l", "ab|c"),
        ("ab|c\nd\nefg", "j", "abc\n|d\nefg"),
        ("ab|c\nd\nefg", "2j", "abc\nd\nef|g"),
        ("abc\nd\nef|g", "kk", "ab|c\nd\nefg"),
        ("|one two.three", "w", "one |two.three"),
        ("|one two.three", "2w", "one two|.three"),
        ("|one\n\ntwo", "w", "one\n|\ntwo"),
        ("one two|.three", "b", "one |two.three"),
        ("one |two", "bb", "|one two"),
        ("|one two", "e", "on|e two"),
        ("|one two", "ee", "one tw|o"),
        ("  on|e", "0", "|  one"),
        ("  on|e", "^", "  |one"),
        ("|one two\nx", "$", "one tw|o\nx"),
        ("a\nb\n|c", "gg", "|a\nb\nc"),
        ("|a\nb\nc", "G", "a\nb\n|c"),
        ("|a\nb\nc", "2G", "a\n|b\nc"),
        ("|abc", "x", "|bc"),
        ("a|bc", "5x", "|a"),
        ("a\n|\nb", "x", "a\n|\nb"),
        ("|one two three", "dw", "|two three"),
        ("|one two three", "2dw", "|three"),
        ("|one two three", "d2w", "|three"),
        ("one |two\nthree", "dw", "one| \nthree"),
        ("|one two", "d$", "|"),
        ("one |two", "D", "one| "),
        ("one |two", "d0", "|two"),
        ("one |two", "db", "|two"),
        ("|one two", "de", "| two"),
        ("a\n|b\nc", "dd", "a\n|c"),
        ("a\nb\n|c", "dd", "a\n|b"),
        ("|a\nb\nc", "2dd", "|c"),
        ("|a\nb\nc", "dj", "|c"),
        ("a\n|b\nc", "dG", "|a"),
        ("a\nb\n|c", "dgg", "|"),
        ("|one two", "cwsix<esc>", "si|x two"),
        ("one |two", "Csix<esc>", "one si|x"),
        ("a\n|bb\nc", "ccx<esc>", "a\n|x\nc"),
        ("|ab\nc", "yyp", "ab\n|ab\nc"),
        ("ab\n|c", "yyP", "ab\n|c\nc"),
        ("|ab\nc", "yy2p", "ab\n|ab\nab\nc"),
        ("|ab", "xp", "b|a"),
        ("|one two", "yw$p", "one twoone| "),
        ("a|b", "P", "a|b"),
        ("a|bc", "ix<esc>", "a|xbc"),
        ("a|bc", "ax<esc>", "ab|xc"),
        ("  ab|c", "Ix<esc>", "  |xabc"),
        ("a|bc\nd", "Ax<esc>", "abc|x\nd"),
        ("a|b\nc", "ox<esc>", "ab\n|x\nc"),
        ("a|b\nc", "Ox<esc>", "|x\nab\nc"),
        ("a|bc", "rx", "a|xc"),
        ("|abc", "2rx", "x|xc"),
        ("ab|c", "2rx", "ab|c"),
        ("|one two", "vey", "|one two"),
        ("|one two", "ved", "| two"),
        ("one t|wo", "vbx", "one |o"),
        ("|one two", "vecsix<esc>", "si|x two"),
        ("|one two", "vwvx", "one |wo"),
        ("|abc", "2<esc>x", "|bc"),
        ("|", "xdwddDb$wpG", "|"),
    ],
)
def test_what_the_keys_do(before: str, keys: str, after: str) -> None:
    assert typed(before, keys)[0] == after


@pytest.mark.parametrize(
    ("keys", "mode"), [("i", "insert"), ("i<esc>", "normal"), ("v", "visual"), ("v<esc>", "normal")]
)
def test_modes(keys: str, mode: str) -> None:
    assert typed("|ab", keys)[1] == mode


def test_undo_and_redo_are_the_callers() -> None:
    assert typed("|ab", "u")[2] == ["undo"]
    assert press(VimState(mode="normal"), "ctrl+r", "ab", 0).action == "redo"


def test_escape_in_normal_mode_and_keys_without_a_meaning_are_for_others() -> None:
    assert not press(VimState(mode="normal"), "escape", "ab", 0).taken
    assert not press(VimState(mode="normal"), "enter", "ab", 0).taken
    assert press(VimState(mode="normal", pending="2d"), "escape", "ab", 0).taken
    assert press(VimState(mode="normal"), "z", "ab", 0).taken, "it types nothing"


def test_any_keys_at_all_keep_the_cursor_in_the_text() -> None:
    chance = random.Random(5)
    for _ in range(400):
        text = "".join(chance.choice("ab .\n") for _ in range(chance.randrange(12)))
        state, cursor = VimState(mode="normal"), 0
        for _ in range(30):
            key = chance.choice([*"hjklwbe0$^gGxdcDCyYpPuiIaAoOrv123z", "escape", "escape", "ctrl+r"])
            step = press(state, key, text, cursor)
            state, text, cursor = step.state, step.text, step.cursor
            assert 0 <= cursor <= len(text)
            if state.mode == "normal" and not state.pending:
                assert cursor == len(text) or text[cursor] != "\n" or cursor == 0 or text[cursor - 1] == "\n"
