"""Every text is a query; what is found is shown with its words marked."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.store.trees import answer, prompt, talk
from tests.support.library import add_turn
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome
from tui_chat.store.library import Library
from tui_chat.store.snippet import CHARS, snippet

ANSWERS = {
    "c1": "The café in Zürich serves foo-bar, C++ and naïve espresso.",
    "c2": "日本語の文章です。東京タワー",
    "c3": "NUL\0here and \U0001f389 party",
    "c4": 'A "quoted" AND operator NOT (near) *star* 100% a_b',
    "c5": "straße İstanbul ﬁne",
}


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    made = Library.private()
    made.open().now()
    for name, text in ANSWERS.items():
        made.create(talk((f"prompt for {name}", text), id=name, title=f"Title of {name}" if name == "c1" else "")).now()
    yield made
    made.close().now()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cafe", ["c1"]),
        ("CAFÉ", ["c1"]),
        ("foo-bar", ["c1"]),
        ("espr", ["c1"]),
        ("espr cafe", []),
        ("C++", ["c4", "c3", "c2", "c1"]),
        ("zurich esp", ["c1"]),
        ("文章", ["c2"]),
        ("東京タワー 日本", ["c2"]),
        ("\U0001f389", ["c3"]),
        ("nul here", ["c3"]),
        ("party \U0001f389", ["c3"]),
        ('"quoted" AND', ["c4"]),
        ("NOT (near) *star*", ["c4"]),
        ("100%", ["c4"]),
        ("strasse", []),
        ("prompt", ["c5", "c4", "c3", "c2", "c1"]),
        ("title", ["c1"]),
        ("absent", []),
        ("", []),
        (" \0\n", []),
    ],
)
def test_what_a_query_finds(library: Library, query: str, found: list[str]) -> None:
    seen = list(dict.fromkeys(hit.conversation_id for hit in library.search(query).now()))
    if query == "C++":
        # The index knows the letter alone, and the last word is a beginning: "c1" and "C++" both begin with it.
        assert set(found) <= set(seen)
    else:
        assert seen == found


@examples(max_examples=300, deadline=None)
@given(st.text(max_size=30) | st.text('"*()-:^+{}ANDORNOT \0\ud800a', max_size=20), st.integers(-1, 5))
def test_no_query_is_an_error(library: Library, query: str, limit: int) -> None:
    hits = library.search(query, limit).now()
    assert len(hits) <= max(limit, 0)
    for hit in hits:
        assert len(hit.snippet) <= CHARS
        assert "\n" not in hit.snippet
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.marks)


def test_hits_follow_every_change_of_a_turn(library: Library) -> None:
    add_turn(library, "c1", Node("run", "a0", answer())).now()
    assert library.search("ephemeral").now() == []
    library.finish("c1", "run", answer("an ephemeral word", outcome=Outcome.STOPPED)).now()
    hit = library.search("ephem").now()[0]
    assert (hit.turn_id, hit.role, hit.title) == ("run", "assistant", "Title of c1")
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["ephem"]
    library.finish("c1", "run", answer("another", outcome=Outcome.STOPPED)).now()
    assert library.search("ephemeral").now() == []
    library.trash.remove(["c1"]).now()
    library.create(talk(("prompt for c1", ANSWERS["c1"]), id="c1", title="Title of c1")).now()


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("x " * 500 + "Needle " + "y " * 500, ["needle"], ["Needle"]),
        ("a CAFÉ and the cafés", ["cafe"], ["CAFÉ", "café"]),
        ("other the here", ["he"], ["he"]),
        ("東京タワー", ["京"], ["京"]),
        ("one two one", ["one", "two"], ["one", "two", "one"]),
        ("nothing of it", ["elsewhere"], []),
        ("", ["x"], []),
    ],
)
def test_snippets_show_the_words_marked(text: str, words: list[str], marked: list[str]) -> None:
    shown, marks = snippet(text, words)
    assert [shown[start:end] for start, end in marks] == marked
    assert len(shown) <= CHARS


def test_an_answer_that_repeats_one_word_is_found_fast() -> None:
    library = Library.private()
    library.open().now()
    library.create(talk(("q", "piece " * 200_000), ("q", "日本" * 200_000))).now()
    begin = time.process_time()
    assert len(library.search("piec").now()) == 1
    assert len(library.search("本日").now()) == 1
    assert time.process_time() - begin < 5
    library.close().now()


def test_the_newest_come_first_and_a_limit_is_kept() -> None:
    library = Library.private()
    library.open().now()
    library.create(talk(*[("word", "word")] * 20)).now()
    hits = library.search("word", 3).now()
    assert [hit.turn_id for hit in hits] == ["a19", "p19", "a18"]
    add_turn(library, "talk", Node("n", None, prompt("word"))).now()
    assert library.search("word", 1).now()[0].turn_id == "n"
    library.close().now()


async def test_prompts_are_found_without_answers_the_newest_first(library: Library) -> None:
    await library.create(talk(("Where do rivers begin?", "At owls."), ("And owls?", "Mice."), id="r", title="Rivers"))
    await library.create(talk(("What do owls eat?", "Mice."), id="o", title="Owls"))
    assert await library.prompts.find("owls") == [("What do owls eat?", "Owls"), ("And owls?", "Rivers")]
    assert [text for text, _ in await library.prompts.find("", 2)] == ["What do owls eat?", "And owls?"]
    await library.delete("o")
    assert await library.prompts.find("eat") == []
    assert await library.prompts.find("?") == [("And owls?", "Rivers"), ("Where do rivers begin?", "Rivers")]
