"""The edges of the search for secrets: the shortest, those that touch or hold one another, and half escapes."""

from __future__ import annotations

import pytest

from tui_chat.wire.secret_search import SecretForms, plain

SHORT = "qwxyzjkv"
HEX = SHORT.encode().hex()


def test_the_shortest_secret_is_found_and_nothing_shorter() -> None:
    assert SecretForms([SHORT]).find(SHORT) == [(0, 8)]
    assert SecretForms([SHORT]).find(SHORT[:-1]) == []
    assert SecretForms([SHORT[:-1]]).find(SHORT[:-1]) == []


def test_without_secrets_nothing_is_found() -> None:
    none = SecretForms([])
    assert (bool(none), none.longest, none.find("x" * 20), none.begun(plain("x"))) == (False, 0, [], (1, 0))


def test_secrets_that_touch_are_one_span() -> None:
    assert SecretForms([SHORT]).find(f"a {SHORT * 2} b {SHORT}") == [(2, 18), (21, 29)]


def test_a_secret_within_another_does_not_shorten_it() -> None:
    forms = SecretForms(["qwxyzjkvbnmplm", "xyzjkvbn"])
    assert forms.find("a qwxyzjkvbnmplm") == [(2, 16)]
    assert SecretForms(["qwxyzjkv", "zjkvbnmp"]).find("qwxyzjkvbnmp") == [(0, 12)]


def test_a_short_piece_is_looked_at_and_a_long_one_searched() -> None:
    forms = SecretForms([SHORT])
    piece = "q" + "." * 199
    assert not forms.may_begin(piece)
    assert forms.may_begin(f"{piece}.")
    assert not forms.may_begin("." * 201)
    assert forms.may_begin(piece[1:] + "q")


@pytest.mark.parametrize("length", range(1, len(HEX)))
def test_a_beginning_of_any_length_is_seen(length: int) -> None:
    assert SecretForms([SHORT]).begun(plain(f"a {HEX[:length]}"))[0] == 2
    assert SecretForms([SHORT]).begun(plain(f"a {HEX[:length]}"))[1] == length


def test_a_whole_secret_is_no_beginning_of_one() -> None:
    assert SecretForms([SHORT]).begun(plain(HEX)) == (len(HEX), 0)


def test_a_half_escape_belongs_to_a_secret_that_holds_it() -> None:
    forms = SecretForms(["qwxy%zjkv"])
    assert forms.begun(plain("a qwxy%")) == (2, 5)
    assert forms.begun(plain("a qwxy&")) == (2, 4)


def test_what_follows_a_secret_begins_after_it() -> None:
    forms = SecretForms(["qwxyzjk%"])
    text = plain("qwxyzjk%")
    assert forms.spans(text) == [(0, 8)]
    assert forms.begun(text, 8) == (8, 0)
