"""What a conversation has used: what servers counted, estimates in their place, cost, and speed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.conversation_usage import Meters, Spent, TokenTally, measure, sparkline, speed, tokens_out
from tui_chat.core.endpoint import Price
from tui_chat.core.message import Outcome, Timing, Turn, Usage
from tui_chat.core.rate_limits import Allowance
from tui_chat.core.settings import Settings
from tui_chat.ui.usage_lines import fitted, sum_words, usage_lines

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PRICES = {"a": Price(2, 6, "USD", 0.5), "b": Price(1, 1, "EUR")}
ASKED = Turn("user", "Why?", NOW)
ANSWER = Turn("assistant", "Because.", NOW, outcome=Outcome.COMPLETE, endpoint="a", timing=Timing(500, 1500))


def talk(*turns: Turn) -> Conversation:
    made, parent = Conversation("c", NOW), None
    for number, turn in enumerate(turns):
        made.add(Node(str(number), parent, turn))
        parent = str(number)
    return made


def test_what_the_server_counted_is_added_up_and_paid_with_the_cached_rate() -> None:
    first = replace(ANSWER, usage=Usage(1000, 100, 1100, 40, 800))
    second = replace(ANSWER, usage=Usage(None, 50, 2050))
    found = measure(talk(ASKED, first, ASKED, second), PRICES.get)
    assert found.answers == 2
    assert found.total == TokenTally(3000, 150, 40, 800)
    assert found.last == TokenTally(2000, 50)
    assert found.last_cost == Spent(pytest.approx(0.0043), "USD")  # type: ignore[arg-type]
    assert found.spent("USD") == pytest.approx(0.0014 + 0.0043)
    assert found.spent("EUR") == 0


def test_other_versions_were_paid_for_too_and_each_currency_has_its_own_sum() -> None:
    made = talk(ASKED, replace(ANSWER, usage=Usage(1000, 100)))
    made.add(Node("other", "0", replace(ANSWER, endpoint="b", usage=Usage(1000, 1000))))
    made.add(Node("none", "0", replace(ANSWER, endpoint="c", usage=Usage(5, 5))))
    found = measure(made, PRICES.get)
    assert (found.answers, found.unpriced, found.last) == (3, 1, TokenTally(5, 5))
    assert [each.currency for each in found.costs] == ["USD", "EUR"]
    assert found.spent("EUR") == pytest.approx(0.002)


def test_some_answers_are_added_up_in_one_line() -> None:
    made = talk(ASKED, replace(ANSWER, usage=Usage(9, 9)), ASKED)
    for name, endpoint in (("warm", "a"), ("cool", "b"), ("free", "c")):
        made.add(Node(name, "2", replace(ANSWER, endpoint=endpoint, usage=Usage(1000, 100))))
    made.add(Node("blocked", "2", replace(ANSWER, text="")))

    def words(*ids: str) -> str:
        return sum_words(measure(made, PRICES.get, ids), has_cost="free" in ids)

    assert words("warm", "warm") == "1 answer · $0.0026 · 1k in · 100 out"
    assert words("warm", "cool", "free") == "3 answers · $0.0026 + €0.0011 · 1 answer without a price · 3k in · 300 out"
    assert words("free") == "1 answer · no price set · 1k in · 100 out"
    assert sum_words(measure(made, PRICES.get, ["free"]), has_cost=False) == "1 answer · 1k in · 100 out"
    assert words("blocked") == ""


def test_what_was_not_counted_is_estimated_and_marked() -> None:
    found = measure(talk(ASKED, ANSWER, ASKED, replace(ANSWER, usage=Usage(10, 5))), PRICES.get)
    assert found.total.estimated
    assert found.last == TokenTally(10, 5)
    assert 10 < found.total.prompt < 40
    assert found.costs[0].estimated
    assert ("In all", f"~{found.total.prompt} in · ~{found.total.answer} out", False) in usage_lines(found)


def test_an_estimate_is_never_more_than_the_answer_was_allowed_to_have() -> None:
    long = replace(ANSWER, text="word " * 500, settings=Settings(max_tokens=200))
    assert tokens_out([long]) == (200, True)
    assert measure(talk(ASKED, long), PRICES.get).total.answer == 200


def test_a_request_that_failed_at_once_counts_for_nothing() -> None:
    failed = Turn("assistant", "", NOW, outcome=Outcome.FAILED, endpoint="a")
    assert measure(talk(ASKED, failed), PRICES.get) == Meters()
    assert measure(Conversation("c", NOW), PRICES.get) == Meters()


@pytest.mark.parametrize(
    ("usage", "timing", "rate"),
    [
        (Usage(1, 100), Timing(500, 1500), 100.0),
        (Usage(1, 100), Timing(None, 2000), 50.0),
        (Usage(1, 100), Timing(1500, 1500), None),
        (Usage(1, 1), Timing(500, 1500), None),
        (Usage(1, None), Timing(500, 1500), None),
        (None, Timing(500, 1500), None),
        (Usage(1, 100), None, None),
    ],
)
def test_speed_is_counted_from_the_first_token(usage: Usage | None, timing: Timing | None, rate: float | None) -> None:
    assert speed(replace(ANSWER, usage=usage, timing=timing)) == rate


def test_a_sparkline_is_as_high_as_its_highest_value() -> None:
    assert sparkline((0, 50, 100)) == "▁▅█"
    assert sparkline((7,)) == "█"
    assert sparkline((0, 0)) == ""
    assert sparkline(()) == ""


def test_the_lines_say_what_is_known_and_nothing_else() -> None:
    assert usage_lines(None) == ()
    made = talk(ASKED, replace(ANSWER, usage=Usage(1000, 100, 1100, 40, 800)))
    found = measure(made, PRICES.get)
    limit = Allowance("tokens", 80_000, 61_353)
    assert usage_lines(found, limit, 0.002, "USD") == (
        ("Last answer", "1k in · 100 out", False),
        ("", "40 thinking · 800 cached", False),
        ("Cost", "$0.0014", False),
        ("Speed", "100 tok/s · first 0.5 s", False),
        ("Rate limit", "61k of 80k tokens left", False),
        ("Budget", "$0.0014 of $0.0020 · 70%", False),
    )
    unpriced = measure(made, lambda name: None)
    assert ("Cost", "unknown: no price is set", False) in usage_lines(unpriced)
    assert "Cost" not in {name for name, *_ in usage_lines(unpriced, has_cost=False)}, "the built-in ones cost nothing"
    assert usage_lines(found, replace(limit, remaining=8000), 0.0015, "USD")[-2:] == (
        ("Rate limit", "8k of 80k tokens left", True),
        ("Budget", "$0.0014 of $0.0015 · 93%", True),
    )


def test_a_value_that_is_too_long_goes_on_below() -> None:
    lines = (
        ("Speed", "57 tok/s · first 0.4 s", False),
        ("Cost", "$1.20 · 2 answers without a price · last $0.10", True),
    )
    assert list(fitted(lines, 22)) == [
        ("Speed", "57 tok/s · first 0.4 s", False),
        ("Cost", "$1.20", True),
        ("", "2 answers without a", True),
        ("", "price · last $0.10", True),
    ]
    narrow = [value for _, value, _ in fitted(lines, 12)]
    assert narrow == ["57 tok/s", "first 0.4 s", "$1.20", "2 answers", "without a", "price", "last $0.10"]
