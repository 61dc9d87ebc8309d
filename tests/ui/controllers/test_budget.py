"""The budget: what is beyond it is asked about before it is sent, and it is said when it is nearly spent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.controllers.fakes import Answers, Notices, Tasks, Written
from tui_chat.core.comparison import Variant
from tui_chat.core.conversation import Node
from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.core.message import Turn, Usage
from tui_chat.core.settings import Settings
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.budget import BudgetController

PAID = EndpointConfig("paid", "https://paid.example/v1", price=Price(1_000_000, 1_000_000))
"""A unit of money for each token."""


def with_answer(context: AppContext, tokens: int) -> None:
    """A conversation that has cost so much, at an endpoint with a price."""
    context.backends.add(PAID)
    context.endpoint = "paid"
    conversation = context.session.conversation
    now = context.session.services.clock.now()
    conversation.add(Node("p", None, Turn("user", "x", now)))
    conversation.add(Node("a", "p", Turn("assistant", "y", now, endpoint="paid", usage=Usage(0, tokens, tokens))))


def made(context: AppContext, *answers: object) -> tuple[BudgetController, Answers, Notices]:
    dialogs, notices = Answers(*answers), Notices()
    return BudgetController(context, Written(""), dialogs, notices, Tasks()), dialogs, notices


@pytest.mark.parametrize("budget", [None, 1000.0])
async def test_within_the_budget_nothing_is_asked(context: AppContext, budget: float | None) -> None:
    context.budget = budget
    with_answer(context, 300)
    usage, dialogs, notices = made(context)
    assert await usage.may_send()
    assert (dialogs.asked, notices.said) == ([], [])


async def test_without_a_price_there_is_nothing_to_count(context: AppContext) -> None:
    context.budget = 1.0
    usage, dialogs, _ = made(context)
    assert await usage.may_send()
    assert dialogs.asked == []


async def test_beyond_the_budget_it_is_asked_and_a_yes_holds_until_as_much_is_spent_again(context: AppContext) -> None:
    context.budget = 100.0
    with_answer(context, 100)
    usage, dialogs, _ = made(context, False, True)
    assert not await usage.may_send()
    assert "has cost $100.00" in dialogs.asked[0][0]
    assert "budget of a conversation is $100.00" in dialogs.asked[0][0]
    assert await usage.may_send()
    assert await usage.may_send()
    assert len(dialogs.asked) == 2


@pytest.mark.parametrize(
    ("endpoints", "asked"),
    [
        (["paid", "paid", "paid"], "$60.00, and the next 3 requests about $75.00 before their answers. The budget"),
        (["paid"], None),  # one alone would be within it
        (["paid", "yens", "free"], None),  # another currency, and none at all
    ],
)
async def test_the_requests_of_a_comparison_are_held_against_it_together(
    context: AppContext, endpoints: list[str], asked: str | None
) -> None:
    context.budget = 100.0
    with_answer(context, 60)
    context.backends.add(replace(PAID, name="yens", price=Price(9e9, 9e9, "JPY")))
    context.backends.add(replace(PAID, name="free", price=None))
    usage, dialogs, _ = made(context, True)
    variants = [Variant(Settings(system="Be brief. " * 4, seed=seed), each) for seed, each in enumerate(endpoints)]
    assert await usage.may_compare("p", variants)
    assert [question[0].startswith(f"This conversation has cost {asked}") for question in dialogs.asked] == (
        [True] if asked else []
    )


async def test_that_it_is_nearly_spent_is_said_once(context: AppContext) -> None:
    context.budget = 100.0
    with_answer(context, 79)
    usage, _, notices = made(context)
    await usage.count()
    assert notices.said == []
    node = context.session.conversation.nodes["a"]
    context.session.conversation.put("a", replace(node.turn, usage=Usage(0, 80, 80)))
    await usage.count()
    await usage.count()
    assert notices.said == ["This conversation has cost $80.00 of its budget of $100.00."]
