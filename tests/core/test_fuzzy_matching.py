"""Names that fit what is typed of them."""

from __future__ import annotations

import pytest

from tui_chat.core.fuzzy_matching import INSIDE, PREFIX, SCATTERED, WORD, Match, match, nearest


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("", "anything", Match(PREFIX)),
        ("mi", "mistral-large", Match(PREFIX, (0, 1))),
        ("MI", "Mistral", Match(PREFIX, (0, 1))),
        ("la", "mistral-large", Match(WORD, (8, 9))),
        ("tr", "mistral", Match(INSIDE, (3, 4))),
        ("mlg", "mistral-large", Match(SCATTERED, (0, 6, 11))),
        ("large mis", "mistral-large", Match(WORD, (0, 1, 2, 8, 9, 10, 11, 12))),
        ("x", "mistral", None),
        ("mz", "mistral", None),
        ("mi zz", "mistral", None),
        ("gr", "İstanbul grande", Match(WORD, (9, 10))),
    ],
)
def test_how_well_a_text_fits(typed: str, text: str, found: Match | None) -> None:
    assert match(typed, text) == found


def test_the_places_are_those_of_the_letters_that_were_typed() -> None:
    for typed, text in (("ope", "gpt-4o-preview"), ("set", "a reset and a set")):
        found = match(typed, text)
        assert found is not None
        assert "".join(text[place] for place in found.at) == typed


@pytest.mark.parametrize(("name", "near"), [("temprature", "temperature"), ("Quit", "quit"), ("zzz", None), ("", None)])
def test_the_nearest_name(name: str, near: str | None) -> None:
    assert nearest(name, ("temperature", "quit", "top_p")) == near
