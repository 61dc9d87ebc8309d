"""Every text is a query; filters are read, and what is wrong with one is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.thorough import examples
from tui_chat.core.message import Outcome
from tui_chat.core.search_query import MAX_WORDS, OUTCOMES, SearchQuery, Term, parse

NOW = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)


def words(*texts: str) -> tuple[Term, ...]:
    return tuple(map(Term, texts))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", SearchQuery()),
        ("one  two", SearchQuery(terms=words("one", "two"))),
        ('"one  two" three', SearchQuery(terms=(Term("one two", quoted=True), Term("three")))),
        ('"open', SearchQuery(terms=(Term("open", quoted=True),))),
        ('say"hi"', SearchQuery(terms=words('say"hi"'))),
        ("tag:Work TAG:#x", SearchQuery(tags=("work", "#x"))),
        ('title:"a plan" model:large', SearchQuery(titles=("a plan",), models=("large",))),
        ("role:user is:blocked", SearchQuery(roles=frozenset({"user"}), outcomes=OUTCOMES["blocked"])),
        ("is:pinned is:stopped", SearchQuery(places=frozenset({"pinned"}), outcomes=frozenset({Outcome.STOPPED}))),
        ("https://x.y std::vector foo: a:b", SearchQuery(terms=words("https://x.y", "std::vector", "foo:", "a:b"))),
        ("tag: rest", SearchQuery(terms=words("rest"))),
        ('tag:"my work" model:"gpt 4" role:"user"',
         SearchQuery(tags=("my work",), models=("gpt 4",), roles=frozenset({"user"}))),
        ('is:"blocked" is:“pinned” tag:«Über uns',
         SearchQuery(places=frozenset({"pinned"}), outcomes=OUTCOMES["blocked"], tags=("über uns",))),
        ('-tag:"my work" -is:blocked -role: plan', SearchQuery(terms=words("plan"))),
        ('-"big river" from:"a b" --flag -', SearchQuery(
            terms=(Term("big river", quoted=True), *words("from:", "a", "b", "--flag", "-")))),
        ('5" tall', SearchQuery(terms=words('5"', "tall"))),
    ],
)  # fmt: skip
def test_words_and_filters_are_read(text: str, query: SearchQuery) -> None:
    assert parse(text, NOW) == query


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("today", datetime(2026, 11, 30, tzinfo=UTC)),
        ("yesterday", datetime(2026, 11, 29, tzinfo=UTC)),
        ("7d", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2w", datetime(2026, 11, 16, tzinfo=UTC)),
        ("1y", datetime(2025, 11, 30, tzinfo=UTC)),
        ("2026-02-03", datetime(2026, 2, 3).astimezone()),
        ("2026-2", datetime(2026, 2, 1).astimezone()),
        ("2025", datetime(2025, 1, 1).astimezone()),
    ],
)
def test_dates_are_days_months_years_and_ages(value: str, moment: datetime) -> None:
    assert parse(f"after:{value}", NOW).after == moment
    assert parse(f"before:{value} before:2030", NOW).before == moment


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("is:bloked", "Did you mean is:blocked?"),
        ("is:", "is: wants one of pinned, archived, deleted, blocked"),
        ("role:system", "role: knows user and assistant, not “system”."),
        ("after:soon", "not “soon”"),
        ("before:2026-13-01", "before: takes a day (2026-11-30)"),
        ("before:9999y", "before: takes"),
        ("tag:", "tag: wants the name of a tag."),
        ("tga:work", "There is no tga:. Did you mean tag:work?"),
        ("since:7d", "There is no since:. Did you mean after:7d?"),
        ("owls OR cats", "OR is searched as a word: what is found holds all words."),
        ("riv*", "riv* is searched with its sign"),
        ("-cats", "-cats is searched with its sign; nothing can be left out."),
        ('-"big cats"', "“big cats” is searched for; nothing can be left out."),
        ("-tag:work", "-tag:work was left out: a filter cannot be turned round."),
        ('-tag:"my work"', '-tag:"my work" was left out'),
        ("from:anna", "from: is no filter, and is searched as it stands. Filters are tag:, model:"),
        ('lable:"my work"', 'There is no lable:. Did you mean tag:"my work"?'),
        ('"big river tag:work', "tag:work is searched as words: the quotation mark before it has no second one."),
        ("w " * 40, f"Only the first {MAX_WORDS} words"),
    ],
)
def test_what_cannot_be_read_is_a_hint_and_no_filter(text: str, hint: str) -> None:
    query = parse(f"{text} word", NOW)
    assert hint in " ".join(query.hints)
    assert query.terms
    assert not (query.of_turns and not query.terms)


def test_signs_of_code_are_no_operators_and_curly_quotes_are_quotes() -> None:
    for text in ("std::vector", "https://example.com", "a:b", "-O2", "-1", "**kwargs", "12:30", "x*2", "日期:2026"):
        assert parse(text, NOW) == SearchQuery((Term(text),)), text
        assert parse(text, NOW).hints == (), text
    assert parse("“hello world”", NOW).terms == (Term("hello world", quoted=True),)


@examples(200)
@given(st.text(max_size=30) | st.text('":is tagbefore0123-dw', max_size=20))
def test_every_text_is_a_query(text: str) -> None:
    query = parse(text, NOW)
    assert all(term.text for term in query.terms)
    assert query.empty or query.hints or text.split()
