"""What is sent of a long conversation: a property for every one, and bounds for the estimate."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.core import context_fit as fitting
from tui_chat.core.context_fit import fit
from tui_chat.core.message import Message, Role
from tui_chat.core.token_estimate import estimate

TEXTS = st.text(max_size=60) | st.sampled_from(["word " * 300, "语" * 200, ""])


@st.composite
def talks(draw: st.DrawFn) -> list[Message]:
    """As `sendable` makes them: alternating, from a prompt, to a prompt or (gone on with) an answer."""
    texts = draw(st.lists(TEXTS, min_size=1, max_size=12))
    roles: tuple[Role, Role] = ("user", "assistant")
    return [Message(roles[i % 2], text) for i, text in enumerate(texts)]


LIMITS = st.none() | st.integers(1, 3000)


@given(talks(), st.none() | TEXTS, LIMITS, st.none() | st.integers(1, 4000), st.floats(1, 4))
def test_what_stays_begins_with_a_prompt_and_holds_the_last_one(
    talk: list[Message], system: str | None, limit: int | None, max_tokens: int | None, scale: float
) -> None:
    fitted = fit(talk, system, limit, max_tokens, scale=scale)
    kept = talk[fitted.start :]
    last = max(i for i, m in enumerate(talk) if m.role == "user")
    assert kept[0].role == "user"
    assert fitted.start <= last
    assert all(a.role != b.role for a, b in pairwise(kept))
    if limit is None:
        assert fitted.start == 0
        return
    room = limit - (max_tokens if max_tokens is not None else 0)
    used = sum(4 + estimate(m.text) for m in kept) + (4 + estimate(system) if system else 0)
    assert fitted.start == last or used * scale <= room
    assert abs(fitted.tokens - used * scale) <= 1


@given(talks(), st.integers(1, 3000))
def test_a_longer_context_never_leaves_out_more(talk: list[Message], limit: int) -> None:
    assert fit(talk, None, limit * 2).start <= fit(talk, None, limit).start
    assert fit(talk, None, 10**9).start == 0


def test_only_as_much_as_must_be_is_left_out() -> None:
    exchange = [Message("user", "a" * 270), Message("assistant", "b" * 270)]  # 94 tokens each
    talk = [*exchange * 4, Message("user", "now")]
    assert [fit(talk, None, limit, 0).start for limit in (5, 192, 193, 380, 381, 10_000)] == [8, 8, 6, 6, 4, 0]
    assert fit(talk, None, 193, 1).start == 8
    assert fit(talk, "s", 193, 0).start == 8
    assert fit(talk, None, 400).start == 6, "a quarter stays free for the answer"


@pytest.mark.parametrize(
    ("text", "counted"),
    # counted by the tokenizer of SmolLM2-135M-Instruct
    [
        ("The quick brown fox jumps over the lazy dog. " * 20, 201),
        ("def sum(values: list[int]) -> int:\n    return values[0] + sum(values[1:])\n" * 10, 230),
        ("今天天气很好，我们去公园散步吧。人工智能正在改变世界。" * 20, 1003),
        ("Сегодня хорошая погода, давайте пойдём гулять в парк. " * 20, 865),
    ],
)
def test_the_estimate_is_rather_too_high(text: str, counted: int) -> None:
    assert counted <= estimate(text) <= counted * 1.8


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(one: str, two: str) -> None:
    assert (estimate(one) == 0) == (not one.strip(" \t") and len(one) < 8)
    assert estimate(one + " " + two) >= max(estimate(one), estimate(two)) - 1


def test_a_long_conversation_costs_as_much_as_its_context_and_not_as_its_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    talk = [Message("user", "word " * 200), Message("assistant", "word " * 200)] * 5000
    talk.append(Message("user", "now"))
    counted: list[int] = []

    def counting(text: str) -> int:
        counted.append(len(text))
        return estimate(text)

    monkeypatch.setattr(fitting, "estimate", counting)
    start = fit(talk, None, 8000).start
    assert start > 9000
    assert len(counted) <= len(talk) - start + 2


@pytest.mark.parametrize("text", ["word and word, 12 of them\n" * 40_000, "長い文 " * 250_000, "x" * 1_000_000])
def test_a_very_long_text_is_judged_by_parts_of_it(text: str) -> None:
    whole = sum(estimate(text[at : at + 50_000]) for at in range(0, len(text), 50_000))
    assert estimate(text) == pytest.approx(whole, rel=0.05)
    longer = text * 20
    began = time.process_time()
    assert estimate(longer) == pytest.approx(20 * whole, rel=0.05)
    assert time.process_time() - began < 3
