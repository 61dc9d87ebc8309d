"""What is left of a limit, from the headers of every service that sends some."""

from __future__ import annotations

import pytest

from tui_chat.core.message import ErrorKind
from tui_chat.core.rate_limits import Allowance, RateLimits, limit_words
from tui_chat.wire.durations import until
from tui_chat.wire.errors.server_error import explain
from tui_chat.wire.rate_limits import rate_limits, reset_after

NOW = 1_800_000_000.0


def read(**headers: str) -> tuple[Allowance, ...]:
    found = rate_limits([(name.replace("_", "-"), value) for name, value in headers.items()], NOW)
    return () if found is None else found.allowances


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            {"x-ratelimit-remaining-requests": "79", "x-ratelimit-remaining-tokens": "61353"},
            (Allowance("requests", remaining=79), Allowance("tokens", remaining=61353)),
        ),
        (  # Azure with its periods
            {
                "x-ratelimit-limit-requests": "9000",
                "x-ratelimit-limit-tokens": "1500000",
                "x-ratelimit-remaining-requests": "8999",
                "x-ratelimit-remaining-tokens": "745399",
                "x-ratelimit-renewalperiod-requests": "10",
                "x-ratelimit-renewalperiod-tokens": "60",
                "x-ratelimit-reset-requests": "0",
                "x-ratelimit-reset-tokens": "30",
            },
            (Allowance("requests", 9000, 8999, None, 10.0), Allowance("tokens", 1500000, 745399, 30.0, 60.0)),
        ),
        (  # Azure's Responses API: not known is not nothing left
            {
                "x-ratelimit-limit-tokens": "-1",
                "x-ratelimit-remaining-tokens": "-1",
                "x-ratelimit-reset-tokens": "0",
            },
            (),
        ),
        (
            {
                "X-RateLimit-Limit-Requests": "5000",
                "X-RateLimit-Remaining-Requests": "4999",
                "X-RateLimit-Reset-Requests": "12ms",
                "X-RateLimit-Reset-Tokens": "6m0s",
                "X-RateLimit-Reset-Tokens_Usage_Based": "9ms",
            },
            (Allowance("requests", 5000, 4999, 0.012), Allowance("tokens", reset_s=360.0)),
        ),
        (  # Mistral today
            {
                "x-ratelimit-limit-tokens-minute": "5000000",
                "x-ratelimit-remaining-tokens-minute": "4999911",
                "x-ratelimit-tokens-query-cost": "52",
                "x-ratelimit-limit-req-minute": "720",
                "x-ratelimit-remaining-req-minute": "717",
                "x-ratelimit-limit-tokens-month": "1000000000",
            },
            (
                Allowance("tokens", 5000000, 4999911, None, 60.0),
                Allowance("requests", 720, 717, None, 60.0),
                Allowance("tokens", 1000000000, None, None, 2_592_000.0),
            ),
        ),
        (  # Mistral until 2025: the size without a window is the one by the minute
            {
                "ratelimitbysize-limit": "500000",
                "ratelimitbysize-remaining": "499900",
                "ratelimitbysize-reset": "28",
                "ratelimitbysize-query-cost": "32",
                "x-ratelimitbysize-limit-minute": "500000",
                "x-ratelimitbysize-limit-month": "1000000000",
                "x-ratelimitbysize-remaining-month": "999999900",
            },
            (
                Allowance("tokens", 500000, 499900, 28.0, 60.0),
                Allowance("tokens", 1000000000, 999999900, None, 2_592_000.0),
            ),
        ),
        (  # a reset that names no window belongs to the shortest
            {
                "x-ratelimit-limit-tokens-minute": "10",
                "x-ratelimit-limit-tokens-day": "100",
                "x-ratelimit-reset-tokens": "7",
            },
            (Allowance("tokens", 10, None, 7.0, 60.0), Allowance("tokens", 100, None, None, 86_400.0)),
        ),
        (
            {"x-ratelimit-limit": "50", "x-ratelimit-remaining": "49", "x-ratelimit-reset": f"{NOW + 90:.0f}000"},
            (Allowance("requests", 50, 49, 90.0),),
        ),
        ({"x-rate-limit-reset-tokens": "55"}, (Allowance("tokens", reset_s=55.0),)),
        (
            {
                "anthropic-ratelimit-tokens-limit": "400000",
                "anthropic-ratelimit-tokens-remaining": "0",
                "anthropic-ratelimit-tokens-reset": "2027-01-15T08:01:00Z",
            },
            (Allowance("tokens", 400000, 0, 60.0),),
        ),
        (  # the IETF's drafts, up to the sixth
            {"RateLimit-Limit": "50, 50;w=60", "RateLimit-Remaining": "12", "RateLimit-Reset": "7"},
            (Allowance("requests", 50, 12, 7.0, 60.0),),
        ),
        (
            {"ratelimit-limit": "100", "ratelimit-policy": "10;w=1, 100;w=3600", "ratelimit-remaining": "99"},
            (Allowance("requests", 100, 99, None, 3600.0),),
        ),
        (  # the seventh
            {"RateLimit": "limit=100, remaining=50, reset=5", "RateLimit-Policy": "100;w=60"},
            (Allowance("requests", 100, 50, 5.0, 60.0),),
        ),
        (  # those after it: named policies, each with its own state
            {
                "RateLimit-Policy": '"burst";q=100;w=60, "day";q=1000;w=86400;qu="tokens";pk=:cHNzdA==:',
                "RateLimit": '"day";r=0;t=3000, "burst";r=50;t=30',
            },
            (Allowance("tokens", 1000, 0, 3000.0, 86_400.0), Allowance("requests", 100, 50, 30.0, 60.0)),
        ),
        ({"ratelimit": '"default";r=50;t=30'}, (Allowance("requests", remaining=50, reset_s=30.0),)),
        (  # Hugging Face
            {"ratelimit": '"api";r=495;t=140', "ratelimit-policy": '"fixed window";"api";q=500;w=300'},
            (Allowance("requests", 500, 495, 140.0, 300.0),),
        ),
        (  # a name with signs in it, and units that are neither requests nor tokens
            {
                "ratelimit-policy": '"tokens;a,\\"b";q=9;w=60, "size";q=9999;qu="content-bytes"',
                "ratelimit": '"size";r=1;t=1, "tokens;a,\\"b";r=8',
            },
            (Allowance("tokens", 9, 8, None, 60.0),),
        ),
        ({"ratelimit": '"a', "ratelimit-policy": ';;=,"x";r', "ratelimit-limit": '";w=60'}, ()),
        ({"ratelimit": '"a";r=-1;t=x', "ratelimit-policy": f'"b";q={"9" * 40}, "c";q=1e999'}, ()),
        (  # Mistral, as several public clients read it
            {"x-ratelimit-limit-tokens-5-minute": "8000", "x-ratelimit-remaining-tokens-5-minute": "0"},
            (Allowance("tokens", 8000, 0, None, 300.0),),
        ),
        (  # a gateway that formats numbers
            {"x-ratelimit-limit-tokens": "30,000", "x-ratelimit-remaining-tokens": "29,500"},
            (Allowance("tokens", 30000, 29500),),
        ),
        ({"x-ratelimit-limit-tokens-0-minute": "8", "x-ratelimit-remaining-tokens-99999-minute": "0"}, ()),
        ({"x-ratelimit-limit-tokens": "many", "x-ratelimit-remaining-tokens": ""}, ()),
        ({"x-ratelimit-type": "Tokens", "x-ratelimit-key": "gpt", "x-ratelimit-remaining-custom-day": "4"}, ()),
        ({"x-ratelimit-limit-tokens": "9" * 400}, ()),
        ({"x-ratelimit-remaining-tokens": "nan", "content-type": "x", "x-ratelimit-": "3"}, ()),
    ],
)
def test_the_headers_of_every_service(headers: dict[str, str], expected: tuple[Allowance, ...]) -> None:
    found = rate_limits(headers.items(), NOW)
    assert (found.allowances if found else ()) == expected


def test_when_it_was_said_and_what_a_request_cost_is_no_limit() -> None:
    found = rate_limits([("x-ratelimit-tokens-query-cost", "52"), ("x-ratelimit-remaining-req-minute", "3")], NOW)
    assert found == RateLimits((Allowance("requests", remaining=3, window_s=60.0),), NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("45", 45),
        ("1m30s", 90),
        ("20ms", 0.02),
        ("1800000060", 60),
        ("1800000060000", 60),
        ("2027-01-15T08:01:00+00:00", 60),
        ("2027-01-15T08:01:00", None),
        ("0", None),
        ("-1", None),
        ("x", None),
        ("1500000000", None),
        (None, None),
    ],
)
def test_the_time_until_a_limit_is_full_again(value: str | None, seconds: float | None) -> None:
    assert until(value, NOW) == seconds


def test_a_refused_request_waits_for_the_limit_that_is_used_up() -> None:
    def wait(**headers: str) -> float | None:
        body = {"error": {"code": "429", "message": "Rate limit is exceeded."}}
        error = explain(429, [(n.replace("_", "-"), v) for n, v in headers.items()], body, now=NOW).error
        assert error.kind is ErrorKind.RATE_LIMIT
        return error.retry_after_s

    requests = {"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "9"}
    tokens = {"x_ratelimit_remaining_tokens": "50", "x_ratelimit_reset_tokens": "2"}
    assert wait(**requests, **tokens) == 9
    assert wait(**requests, x_ratelimit_remaining_tokens="0", x_ratelimit_reset_tokens="30") == 30
    assert wait(x_ratelimit_reset_requests="9", x_ratelimit_reset_tokens="2") == 2
    assert wait(ratelimitbysize_reset="28") == 28
    assert wait(**requests, **tokens, retry_after="4") == 4
    assert wait(x_ratelimit_remaining_requests="0") is None
    assert reset_after(None) is None


def test_the_tightest_limit_is_first_and_an_old_number_is_none() -> None:
    requests = Allowance("requests", 100, 90, None, 60.0)
    tokens = Allowance("tokens", 1000, 100, 20.0, 60.0)
    unlimited = Allowance("tokens", None, 5, None, 86_400.0)
    limits = RateLimits((requests, unlimited, tokens), NOW)
    assert limits.holding(NOW) == (tokens, requests, unlimited)
    assert limits.tightest(NOW + 19.9) == tokens
    assert limits.tightest(NOW + 20) == requests  # the tokens are full again
    assert limits.holding(NOW + 60) == (unlimited,)
    assert limits.tightest(NOW + 86_400) is None
    spent = Allowance("requests", None, 0)
    assert RateLimits((tokens, spent), NOW).tightest(NOW) == spent
    assert RateLimits((Allowance("tokens", 10, None),), NOW).tightest(NOW) is None


@pytest.mark.parametrize(
    ("allowance", "words"),
    [
        (Allowance("tokens", 80000, 61353, 30.0, 60.0), "61,353 of 80,000 tokens a minute left, full again in 30 s"),
        (Allowance("requests", None, 79), "79 requests left"),
        (Allowance("requests", 9000, 0, 0.02, 10.0), "0 of 9,000 requests in 10 s left, full again in a moment"),
        (Allowance("tokens", 100, None, 7200.0, 86_400.0), "some of 100 tokens a day left, full again in 2 h"),
    ],
)
def test_a_limit_in_words(allowance: Allowance, words: str) -> None:
    assert limit_words(allowance) == words
