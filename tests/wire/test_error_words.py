"""The edges of what is read from an error's body: how deep, how long, and what is no message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui_chat.core.message import ErrorKind as Kind
from tui_chat.wire.errors.kind import kind_of, words_of
from tui_chat.wire.errors.server_message import error_message


def nested(value: Any, depth: int, key: str = "error") -> Any:
    for _ in range(depth):
        value = {key: value}
    return value


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"status": "error"}, ""),
        ({"status": "Fail"}, ""),
        ({"status": "404"}, ""),
        ({"status": "out of order"}, "out of order"),
        ({"message": "", "Message": "Oh no."}, "Oh no."),
        ({"metadata": {"raw": "busy"}}, "busy"),
        ({"message": "Provider: busy", "metadata": {"raw": "busy"}}, "Provider: busy"),
        ({"message": "Provider", "metadata": {"raw": "busy"}}, "Provider: busy"),
        (nested("deep", 8), "deep"),
        (nested("too deep", 9), ""),
        ([[[[[[[["deep"]]]]]]]], "deep"),
        ([[[[[[[[["too deep"]]]]]]]]], ""),
        ({"message": "Provider", "metadata": {"raw": nested("deep", 7)}}, "Provider: deep"),
        ({"message": "Provider", "metadata": {"raw": nested("too deep", 8)}}, "Provider"),
        ([*(f"m{number}" for number in range(20)), "one too many"], "; ".join(f"m{number}" for number in range(20))),
        ("x" * 1000, "x" * 1000),
        ("x" * 1001, "x" * 999 + "…"),
        ("null", ""),
        ("a" * 90 + "\ufffd" * 10, "a" * 90 + "\ufffd" * 10),
        ("a" * 89 + "\ufffd" * 11, ""),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_the_message(body: Any, says: str) -> None:
    assert error_message(body) == says


def test_which_words_are_codes() -> None:
    assert [*words_of({"code": "x" * 79, "type": True, "status": 7, "reason": None})] == ["x" * 79, "7"]
    assert [*words_of({"code": "x" * 80})] == []
    assert [*words_of([{"code": str(number)} for number in range(60)])] == [str(number) for number in range(50)]
    assert [*words_of(nested({"code": "deep"}, 5))] == ["deep"]
    assert [*words_of(nested({"code": "too deep"}, 6))] == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Kind.BAD_REQUEST),
        (401, Kind.AUTH),
        (402, Kind.QUOTA),
        (403, Kind.PERMISSION),
        (404, Kind.NOT_FOUND),
        (405, Kind.NOT_FOUND),
        (407, Kind.PROXY),
        (408, Kind.TIMEOUT),
        (409, Kind.SERVER),
        (410, Kind.NOT_FOUND),
        (413, Kind.TOO_LARGE),
        (414, Kind.TOO_LARGE),
        (418, Kind.BAD_REQUEST),
        (425, Kind.SERVER),
        (429, Kind.RATE_LIMIT),
        (431, Kind.TOO_LARGE),
        (451, Kind.PERMISSION),
        (499, Kind.BAD_REQUEST),
        (500, Kind.SERVER),
        (599, Kind.SERVER),
        (300, Kind.REDIRECT),
        (399, Kind.REDIRECT),
        (299, Kind.PROTOCOL),
        (600, Kind.PROTOCOL),
    ],
)
def test_what_a_status_alone_means(status: int, kind: Kind) -> None:
    assert kind_of(status, [], "") is kind


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_sentence_is_believed_where_the_status_says_no_more_than_that_it_was_refused(status: int) -> None:
    assert kind_of(status, [], "You exceeded your current quota") is Kind.QUOTA
    assert kind_of(status, [], "Invalid API key") is Kind.AUTH
    assert kind_of(status, [], "Too many requests") is not Kind.RATE_LIMIT


@pytest.mark.parametrize(
    ("status", "kind"), [(429, Kind.QUOTA), (403, Kind.QUOTA), (503, Kind.QUOTA), (404, Kind.NOT_FOUND)]
)
def test_a_code_tells_of_a_quota_where_the_status_may_mean_one(status: int, kind: Kind) -> None:
    assert kind_of(status, ["insufficient_quota"], "") is kind


@pytest.mark.parametrize(("status", "kind"), [(429, Kind.QUOTA), (403, Kind.PERMISSION), (503, Kind.SERVER)])
def test_a_sentence_tells_of_one_only_beside_a_rate_limit(status: int, kind: Kind) -> None:
    assert kind_of(status, [], "You exceeded your current quota") is kind
