"""Hits in drawn lines: over all kinds of Markdown and at any width, what is counted is what is marked."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import pytest

from tests.render.corpus import FOOTNOTES, mixture
from tests.render.examples import examples
from tests.support.thorough import THOROUGH, some
from tui_chat.render.document import render
from tui_chat.render.line import Line
from tui_chat.render.search_text import unstyled_document
from tui_chat.render.styles import dark
from tui_chat.ui.widgets.transcript.hit_index import HitIndex
from tui_chat.ui.widgets.transcript.hit_places import HitPlace, Marks, seen_slices
from tui_chat.ui.widgets.transcript.query import Query

TEXTS = [*FOOTNOTES, *(mixture(seed) for seed in range(120)), *(example.markdown for example in examples())]


def queries(text: str, seed: int) -> list[str]:
    """Words and phrases of a text, some with a space at an end, some in another case."""
    rand = random.Random(seed)
    found = []
    for _ in range(6):
        at = rand.randrange(len(text))
        query = text[at : at + rand.randint(1, 16)].split("\n")[0]
        found.append(query.upper() if query.isascii() and rand.random() < 0.3 else query)
    return [query for query in found if query.strip()]


def occurrences(text: str, query: str) -> int:
    """How often a query stands in the lines of a text, by plain counting; spaces count as one."""
    rows = [re.sub(" +", " ", row).rstrip(" ") for row in text.split("\n")]
    return sum(row.lower().count(re.sub(" +", " ", query).lower()) for row in rows)


def marks(lines: list[Line], query: Query) -> set[tuple[int, int, int]]:
    marked = Marks()
    return {(row, *span) for row in range(len(lines)) for span in marked.hits_in(lines, row, query)}


def seen_text(lines: Sequence[Line]) -> str:
    return "".join(seen_slices(lines))


def all_hits(lines: list[Line], query: Query) -> list[HitPlace]:
    """The places of all hits, in order."""
    index = HitIndex(query)
    assert index.update(lines)
    places = [index.nth(nth) for nth in range(index.total)]
    assert index.nth(index.total) is None
    return [place for place in places if place is not None]


@pytest.mark.parametrize(("part", "width"), [(0, 9), (1, 30), (2, 100)])
def test_what_is_seen_is_counted_and_marked_drawn_or_not(part: int, width: int) -> None:
    looked_for = 0
    for seed, source in enumerate(some(TEXTS[part::3], 3)):
        lines = render(source, width, dark())
        undrawn = unstyled_document(source, width)
        undrawn.update()
        text = seen_text(undrawn.lines)
        for query in queries(text, seed) if text else ():
            wanted = Query(query)
            places = all_hits(lines, wanted)
            assert wanted.count(text) == len(places), ascii((source, query))
            if query.isascii() and text.isascii():
                assert len(places) == occurrences(text, query), ascii((source, query))
            assert marks(lines, wanted) == {(row, *span) for hit in places for row, span in hit.items()}
            assert sum(wanted.counted(text)) == len(places)
            assert any(wanted.sought(source)) or not places
            assert wanted.may_be_in(source) or not places, ascii((source, query))
            looked_for += bool(places)
    assert looked_for > (500 if THOROUGH else 150)


@pytest.mark.parametrize("width", [12, 20, 200])
def test_the_width_does_not_change_what_is_found(width: int) -> None:
    source = "A long *phrase* goes **over** many lines.\n\n> quoted words\n> go on and on\n\n- item [one](x) more\n\n"
    source += "| a | head |\n|--:|---|\n| 1 | some **bold** row that is long |\n| 漢字かな交じり文 | x<br>y |\n\n"
    source += "```\ncode  here\n```"
    lines = render(source, width, dark())
    for query, hits in {
        "phrase goes over many": 1, "words go on and": 1, "one (x) more": 1, "bold row that is": 1, "漢字かな交じり": 1,
        "x y": 0, "1 some": 0, "code here": 1, "o": 15,
    }.items():  # fmt: skip
        assert Query(query).count(seen_text(lines)) == hits, query
        assert len(all_hits(lines, Query(query))) == hits, query


@pytest.mark.parametrize("source", ["plain words", "other **wo**rds", "`code` _and_ more", "a\\_b"])
def test_a_message_without_the_words_is_not_drawn_to_be_counted(source: str) -> None:
    assert not Query("needle").may_be_in(source)
    assert not Query("words needle").may_be_in(source)


@pytest.mark.parametrize(
    "source", ["ne**ed**le", "ne[ed](https://x.example)le", "n&#101;edle", "ne\u200bedle", "NEEDLE", "ne`e`dle"]
)
def test_a_word_with_marks_in_it_is_not_passed_over(source: str) -> None:
    assert Query("needle").may_be_in(source)
    assert Query("Needle").count(seen_text(render(source, 80, dark()))) == 1


@pytest.mark.parametrize("query", ["a", "aa", "aaa", "a a", "aa aaaa a", "b"])
@pytest.mark.parametrize("source", ["aaaa " * 3_000, "a" * 15_000, "ab" * 300 + "a" * 9_000])
def test_a_very_long_line_is_gone_through_in_parts_and_no_hit_between_them_is_lost(source: str, query: str) -> None:
    lines = render(source, 12, dark())
    wanted = Query(query)
    places = all_hits(lines, wanted)
    text = seen_text(lines)
    assert len(places) == wanted.count(text) == len(re.findall(query, text))
    assert len(places) == sum(wanted.counted(text))
    rows = range(200, 800, 7)
    marked = Marks()
    for row in rows:
        assert set(marked.hits_in(lines, row, wanted)) == {place[row] for place in places if row in place}


def test_a_text_of_megabytes_is_counted_in_slices() -> None:
    text = "a needle \n" * 150_000 + "needle" * 50_000
    assert max(Query("needle").counted(text)) < 20_000
    assert sum(Query("needle").counted(text)) == 200_000
    assert sum(Query("needle a").counted(text.replace(" \n", " "))) == 149_999


def test_lines_that_grow_are_counted_on() -> None:
    lines = render("word needle " * 4_000, 30, dark())
    query = Query("needle word")
    index = HitIndex(query)
    for length in range(1, len(lines), 97):
        index.update(lines[:length])
        assert index.total == query.count(seen_text(lines[:length]))
    index.update(lines)
    assert index.total == 3_999
    assert [index.above(row) for row in (0, len(lines) // 2)] == [
        0,
        sum(min(place) < len(lines) // 2 for place in all_hits(lines, query)),
    ]
