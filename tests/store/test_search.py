"""Every text is a query; what is found is shown with its words marked."""

from __future__ import annotations

import contextlib
import sqlite3
import time
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.trees import answer, prompt, talk
from tests.support.library import add_turn
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Turn
from tui_chat.store import search_index
from tui_chat.store.database import Database, open_file
from tui_chat.store.library import Library, SearchStopped
from tui_chat.store.schema_migrations import MIGRATIONS
from tui_chat.store.snippet import CHARS, snippet, without_markdown

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
        ("C++", ["c1"]),
        ("c+", ["c1"]),
        ("C++?", ["c1"]),
        ("zurich esp", ["c1"]),
        ("文章", ["c2"]),
        ("東京タワー 日本", ["c2"]),
        ("\U0001f389", ["c3"]),
        ("nul here", ["c3"]),
        ("party \U0001f389", ["c3"]),
        ('"quoted" AND', ["c4"]),
        ("NOT (near) *star*", ["c4"]),
        ("100%", ["c4"]),
        ("strasse", ["c5"]),
        ("istanbul FINE", ["c5"]),
        ("foo bar", ["c1"]),
        ("bar-foo", []),
        ('"bar, C++"', ["c1"]),
        ('"naïve esp"', []),
        ('"here and', ["c3"]),
        ("prompt", ["c5", "c4", "c3", "c2", "c1"]),
        ("title", ["c1"]),
        ("absent", []),
        ("", []),
        (" \0\n", []),
    ],
)
def test_what_a_query_finds(library: Library, query: str, found: list[str]) -> None:
    assert list(dict.fromkeys(hit.conversation_id for hit in library.search(query).now())) == found


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("使用Python编程很有趣", "使用 python Python编 编程 有趣 程很有 用python 用 趣", "用编 程编 pyt编"),
        ("저는 한국어를 배웁니다", "한국어 한국 국어를 배웁", "한어 어국"),
        (unicodedata.normalize("NFD", "저는 한국어를 ガラス"), "한국어 ガラス ラス", "한어"),
        ("Ｐｙｔｈｏｎ３ と Ｃ＋＋ ﾊﾝｶｸ", "python3 C++ ハンカク ﾊﾝｶｸ と", "c#"),
        ("ภาษาไทยง่ายมาก", "ไทย ง่าย ภาษา", "ไทม"),
        ("Việt Nam, Ελλάδα, Ёлка, Łódź, smörgåsbord", "viet ελλαδα Ελλάδα елка ёлка lodz łódź smorgas", "vit"),
        ("I like C# and F#, not g++ or .NET", "C# f# g++ .net G+", "c++ f++ like# .ne.t"),
        ("a->b && c; foo.bar(x) $HOME", "-> && foo.bar foo.bar(x) $home", "<- foo(bar"),
        ("GPT4模型与深度学习", "gpt4 模型 深度学习 学习 GPT", "度模"),
        ("Straße, Größe, İstanbul, Ὀδυσσεύς, مرحبا بالعالم", "strasse größe istanbul οδυσσευς بالعالم gross", "grasse"),
        ("version 3.11.7 costs $5 🎉", "3.11.7 3.11 $5 🎉", "3.12 $6"),
        ("I don’t like “well‑known” facts, 1990–1995", "don't don’t well-known 1990-1995", "don-t well'known"),
        ("كَتَبَ الطَّالِبُ فِي الْمَدْرَسَةِ", "كتب كَتَبَ الطالب الطَّالِبُ الطال المدرسة المدرسه كُتُبٍ", "كاتب"),
        ("قرأت القرآن إلى الأسئلة عـــربي هٰذا", "القران القرآن الى الي الاسئلة الأسئله عربي عـربي هذا", "قرن"),
        ("كتب الطالب, ﻛﺘﺎﺏ, می‌روم کتاب", "كَتَبَ كُتِب الطَّالِبُ كتاب کتاب می روم كِتاب", "كاتب"),
        ("שָׁלוֹם עוֹלָם and שלום, אַבָּא", "שלום שָׁלוֹם שלו עולם עוֹלָם אבא", "שלם"),
        ("क़लम और फ़िल्म, ܫܠܵܡܵܐ", "कलम क़लम फिल्म फ़िल्म ܫܠܡܐ ܫܠܵܡܵܐ", "कमल"),
        ("Donau\u00addampf, cafe\u0301, e\u0301te\u0301", "donaudampf Donau\u00addampf café été ete", "donaudamf"),
        ("see /etc/hosts, foo_bar.py, std::vector<int>", "/etc/hosts foo_bar std::vector vector<int>", "etc/foo"),
    ],
)
def test_words_are_found_in_every_script_and_with_their_signs(text: str, found: str, not_found: str) -> None:
    library = Library.private()
    library.open().now()
    library.create(talk((text, "-"), id="x", title="")).now()
    library._worker.submit(lambda db: db.rows("UPDATE conversations SET title = ''")).now()
    assert [word for word in found.split() if not library.search(word).now()] == []
    assert [word for word in not_found.split() if library.search(word).now()] == []
    library.trash.remove(["x"]).now()
    assert library._worker.submit(lambda db: db.rows("SELECT count(*) FROM words WHERE words MATCH 'a* OR c*'")).now()
    library.close().now()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("owls", ["new/a0", "new/p0", "old/p0"]),
        ("owls role:user", ["new/p0", "old/p0"]),
        ("role:assistant owls", ["new/a0"]),
        ("owls tag:birds", ["old/p0"]),
        ("tag:#Birds", ["old"]),
        ('tag:"Night owls"', ["old"]),
        ('-tag:"night owls" owls', ["new/a0", "new/p0", "old/p0"]),
        ("owls model:LARGE", ["new/a0"]),
        ("model:large is:blocked", ["old/a0"]),
        ("model:large", ["new/a0", "old/a0"]),
        ("is:blocked", ["old/a0"]),
        ("is:blocked mice", []),
        ("owls before:2025-06", ["old/p0"]),
        ("owls after:2025-06", ["new/a0", "new/p0"]),
        ("owls after:2025-01-02 before:2026", []),
        ("is:pinned", ["new"]),
        ("is:archived", ["old"]),
        ("is:archived is:pinned", []),
        ("title:birds owls", ["new/a0", "new/p0"]),
        ("title:birds", ["new"]),
        ("is:deleted", ["gone"]),
        ("is:deleted owls", ["gone/p0"]),
        ("owls is:nonsense", ["new/a0", "new/p0", "old/p0"]),
        ("tag:", []),
    ],
)
def test_filters_narrow_what_is_found(filtered: Library, query: str, found: list[str]) -> None:
    hits = filtered.search(query).now()
    assert [f"{hit.conversation_id}/{hit.turn_id}" if hit.turn_id else hit.conversation_id for hit in hits] == found


@pytest.fixture(scope="module")
def filtered() -> Iterator[Library]:
    made = Library.private()
    made.open().now()
    late, early = datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    for name, title, said, answered, outcome, when in (
        ("new", "Night birds", "owls?", "Owls hunt mice.", Outcome.COMPLETE, late),
        ("gone", "Gone", "owls", "-", Outcome.COMPLETE, late),
        ("old", "Old", "Owls bite", "", Outcome.PROMPT_BLOCKED, early),
    ):
        nodes = {
            "p0": Node("p0", None, Turn("user", said, when)),
            "a0": Node("a0", "p0", Turn("assistant", answered, when, outcome=outcome, model="mistral-large")),
        }
        made.create(Conversation(name, when, title, nodes=nodes, head="a0")).now()
    made.labels.tag(["old"], ["#Birds", "night owls"]).now()
    made.labels.set(["old"], "archived").now()
    made.labels.set(["new"], "pinned").now()
    made.delete("gone").now()
    yield made
    made.close().now()


def test_the_best_first_is_what_speaks_of_it_most() -> None:
    library = Library.private()
    library.open().now()
    padding = "lorem ipsum dolor sit amet " * 40
    library.create(talk(("owls owls owls", "-"), id="best")).now()
    library.create(talk((f"{padding} owls", "-"), id="long")).now()
    found = [[hit.conversation_id for hit in library.search("owls", 5, order).now()] for order in ("newest", "best")]
    assert found == [["long", "best"], ["best", "long"]]
    library.close().now()


def test_what_an_import_added_late_is_not_the_newest() -> None:
    library = Library.private()
    library.open().now()
    for name, year in (("today", 2026), ("imported", 2021), ("older", 2019)):
        turn = Turn("user", "word", datetime(year, 1, 1, tzinfo=UTC))
        library.create(Conversation(name, turn.created, "t", nodes={"n": Node("n", None, turn)}, head="n")).now()
    assert [hit.conversation_id for hit in library.search("word", 2).now()] == ["today", "imported"]
    library.close().now()


def test_a_search_that_is_not_wanted_any_more_ends_and_harms_nothing() -> None:
    library = Library.private()
    library.open().now()
    library.create(talk(*[("word", "->")] * 3000)).now()
    asked = iter(range(100))
    with pytest.raises(SearchStopped):
        library.search("<-", 50, "newest", lambda: next(asked) > 2).now()
    assert next(asked) < 100, "asked a few times, not to the end"
    with pytest.raises(SearchStopped):
        library.search("word", 50, "newest", lambda: True).now()
    assert len(library.search("->", 50, "newest", lambda: False).now()) == 50
    library.close().now()


def _wait_for_index(library: Library) -> None:
    until = time.monotonic() + 60
    while library._worker.submit(search_index.waiting).now():  # each question lets a slice by
        assert time.monotonic() < until, "the index is never up to date"


def _library_of_version_5(folder: Path, texts: Sequence[str]) -> Path:
    path = folder / "conversations.db"
    open_file(path, 1.0, MIGRATIONS[:5]).connection.close()
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO conversations (id, title, created, updated, settings) VALUES ('c','','',1,'{}')"
        )
        connection.executemany(
            "INSERT INTO turns (conversation, id, role, text, reasoning, refusal, created)"
            " VALUES ('c', ?, 'user', ?, '', '', '2026-01-01T00:00:00+00:00')",
            enumerate(texts),
        )
    return path


def test_the_index_of_an_older_library_is_brought_up_to_date_after_a_kill(tmp_path: Path) -> None:
    texts = ["使用Python", "plain words", "I like C++"] * 100
    path = _library_of_version_5(tmp_path, texts)
    db = open_file(path, 1.0)
    with db.writing() as connection:
        search_index._rows(connection)
    db.connection.close()  # as a kill leaves it: 50 of the turns are done
    library = Library(tmp_path)
    library.open().now()
    # A turn that waits is removed and changed by the tokens that it was indexed with.
    for change in ("DELETE FROM turns WHERE row = 1", "UPDATE turns SET text = '使用Ruby' WHERE row = 4"):
        library.write(partial(_write, change)).now()
    _wait_for_index(library)
    counts = {word: len(library.search(word, 1000).now()) for word in ("python", "使用", "plain", "C++", "ruby")}
    assert counts == {"python": 98, "使用": 99, "plain": 100, "C++": 100, "ruby": 1}
    library.close().now()


@pytest.mark.parametrize("version", [6, 8])
def test_the_index_forgets_points_that_an_older_one_had(tmp_path: Path, version: int) -> None:
    texts = ["كَتَبَ C++", "plain words", "שָׁלוֹם", "使用Python"] * 60
    path = _library_of_version_5(tmp_path, texts)
    db = open_file(path, 1.0, MIGRATIONS[:version])
    if version == 8:  # as that version has indexed them
        sql = "SELECT row, text, segmented_with_marks(text) FROM turns"
        for row, text, made in db.connection.execute(sql).fetchall():
            db.connection.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (row, text))
            db.connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row, made))
        db.connection.execute("DELETE FROM indexing")
    db.connection.close()
    db = open_file(path, 1.0)
    with db.writing() as connection:
        search_index._rows(connection)
    db.connection.close()  # as a kill leaves it
    library = Library(tmp_path)
    library.open().now()
    for change in ("DELETE FROM turns WHERE row = 1", "UPDATE turns SET text = 'قَلَم' WHERE row = 3"):
        library.write(partial(_write, change)).now()
    _wait_for_index(library)
    words = ("كتب", "كَتَبَ", "C++", "שלום", "使用", "قلم", "plain")
    counts = {word: len(library.search(word, 1000).now()) for word in words}
    assert counts == {"كتب": 59, "كَتَبَ": 59, "C++": 59, "שלום": 59, "使用": 60, "قلم": 1, "plain": 60}
    for letter in "كتب":
        found = library._worker.submit(partial(_rows_with, letter)).now()
        assert not found, "no letter of a word with points is left as a word"
    library.close().now()


def _rows_with(word: str, db: Database) -> list[tuple[object, ...]]:
    return db.rows("SELECT rowid FROM words WHERE words MATCH ?", f'"{word}"')


def _write(statement: str, db: Database, _: object) -> None:
    with db.writing() as connection:
        connection.execute(statement)


def test_what_other_programs_write_is_found_from_the_next_start_or_write_on(tmp_path: Path) -> None:
    path = _library_of_version_5(tmp_path, ["one word", "another word", "東京 word"])
    for begun in (True, False):
        library = Library(tmp_path)
        library.open().now()
        _wait_for_index(library)
        if begun:
            assert len(library.search("word", 9).now()) == 3
            with contextlib.closing(sqlite3.connect(path)) as other, other:  # it has none of our functions
                other.execute("UPDATE turns SET text = '大阪 C++' WHERE text = '東京 word'")
                other.execute("DELETE FROM turns WHERE text = 'one word'")
                other.execute(
                    "INSERT INTO turns SELECT NULL, 'c', 'new', NULL, 'user', 'Korean 한국어를', '', '', created"
                    + ", NULL" * (len(other.execute("SELECT * FROM turns").description) - 9)
                    + " FROM turns LIMIT 1"
                )
        else:
            library.write(partial(_write, "UPDATE turns SET text = text || ' late' WHERE id = 'new'")).now()
            found = {
                word: len(library.search(word, 9).now()) for word in ("word", "東京", "大阪", "C++", "한국어", "late")
            }
            assert found == {"word": 1, "東京": 0, "大阪": 1, "C++": 1, "한국어": 1, "late": 1}
        library.close().now()


@examples(150)
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
        ("使用Python编程", ["python"], ["Python"]),
        ("the C++ code, c++", ["c++"], ["C++", "c++"]),
        ("nothing is looked for", [], []),
        ("nothing is left of the word", ["\xad"], []),
        ("the snake_case of __init__", ["case", "init"], ["case", "init"]),
        ("x " * 99 + "an eﬃcient ﬁnd", ["find", "effi"], ["eﬃ", "ﬁnd"]),
        ("to find and flow", ["ﬁnd", "ﬂow"], ["find", "flow"]),
        ("Straße, Œuvre, ½ Kraft", ["strasse", "oeuv"], ["Straße", "Œuv"]),
        ("قال كَتَبَ الطَّالِبُ", ["كتب", "طُلب"], ["كَتَبَ"]),
        ("קרא: שָׁלוֹם!", ["שלום"], ["שָׁלוֹם"]),
        ("un e\u0301te\u0301 long", ["été"], ["e\u0301te\u0301"]),
    ],
)
def test_snippets_show_the_words_marked(text: str, words: list[str], marked: list[str]) -> None:
    shown, marks = snippet(text, words)
    assert [shown[start:end] for start, end in marks] == marked
    assert len(shown) <= CHARS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# A **bold** word\n\n- and `code`\n- [a link](https://x.y/z)", "A bold word and code a link"),
        ("| a | b |\n|---|---|\n| word | ~~no~~ |", "a | b word | no"),
        (
            "```python\nprint(word ** 2)  # **kwargs, snake_case_name\n```",
            "print(word ** 2) # **kwargs, snake_case_name",
        ),
        ("> quoted _word_ and *this*, 2 * 3 * 4", "quoted word and this, 2 * 3 * 4"),
    ],
)
def test_snippets_are_plain_text(text: str, shown: str) -> None:
    assert snippet(text, ["word"])[0] == shown


def test_a_word_in_the_address_of_a_link_is_shown_there() -> None:
    shown, marks = snippet("see [this](https://word.example/)", ["word"])
    assert [shown[start:end] for start, end in marks] == ["word"]


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
    add_turn(library, "talk", Node("n", None, prompt("word", 1e6))).now()
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


def test_pythons_own_names_are_not_taken_for_bold_words() -> None:
    said = "a __very bold__ word, **one**, `__iter__`: def __init__(self), def __next__(self)"
    assert without_markdown(said) == "a very bold word, one, __iter__: def __init__(self), def __next__(self)"
