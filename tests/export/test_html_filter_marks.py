"""Passages in the page of an export: marked where they are read, and nothing else of the page is another."""

from __future__ import annotations

import random
import re

import pytest

from tui_chat.export.html_body import body
from tui_chat.export.html_filter_marks import marked


def page(source: str, *passages: str) -> str:
    spans = [(source.index(passage), source.index(passage) + len(passage)) for passage in passages]
    return marked(body(source), source, spans)


@pytest.mark.parametrize(
    ("source", "passages", "found"),
    [
        ("One two three.", ["two"], ["two"]),
        ("One two three four.", ["One", "three"], ["One", "three"]),
        ("One two three four.", ["One two", "two three"], ["One two three"]),
        ("Two **bold words** here.", ["Two **bold words** here"], ["Two ", "bold words", " here"]),
        ("A < b & c > d, e.", ["b & c > d"], ["b &amp; c &gt; d"]),
        ("See [the amp](https://example.org/amp) &amp; more.", ["more"], ["more"]),
        ("`x < amp` and amp", ["and amp"], ["and amp"]),
        ("```py\nprint(1)\n```\nend", ["print(1)"], ["print(1"]),
        ("- one\n- two\n- three", ["two\n- three"], ["two", "three"]),
        ("One two.", ["."], []),
    ],
)
def test_passages_are_marked(source: str, passages: list[str], found: list[str]) -> None:
    made = page(source, *passages)
    shown = [part.partition("</mark>")[0] for part in made.split("<mark>")[1:]]
    assert [part.strip() for part in shown] == [part.strip() for part in found]
    assert made.replace("<mark>", "").replace("</mark>", "") == body(source)


def test_no_passage_breaks_a_page() -> None:
    rand = random.Random(7)
    words = "amp <b> </mark> <mark> &lt; & **a** `<i>` [x](https://example.org/?a=1&b=2) \n é".split(" ")
    for _ in range(300):
        source = " ".join(rand.choice(words) for _ in range(12))
        ends = sorted(rand.choices(range(len(source) + 5), k=4))
        made = marked(body(source), source, [(ends[0], ends[1]), (ends[2], ends[3])])
        assert made.replace("<mark>", "").replace("</mark>", "") == body(source)
        for part in made.split("<mark>")[1:]:
            inside, closed, _ = part.partition("</mark>")
            assert closed
            assert "<" not in inside
        for before in re.split("</?mark>", made)[:-1]:
            assert re.search(r"&#?\w*\Z", before) is None, "no escape is cut"
