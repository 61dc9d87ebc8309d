"""Counts what the open conversation has used, and asks before a prompt goes beyond the budget."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import field

from tui_chat.core.comparison import Variant
from tui_chat.core.conversation_usage import Meters, measure
from tui_chat.core.cost import MILLION, money
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.token_estimate import PER_MESSAGE, estimate
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.ports import Dialogs, Jobs, Notifier, PromptText
from tui_chat.ui.usage_lines import WARN_FROM


@dataclass(eq=False)
class BudgetController:
    """`is_over` says whether the app ends."""

    _context: AppContext
    _prompt: PromptText
    _dialogs: Dialogs
    _notifier: Notifier
    _jobs: Jobs
    _is_over: Callable[[], bool] = lambda: False
    _allowed: dict[str, float] = field(default_factory=dict, init=False)
    """The costs beyond the budget that the user allowed, by conversation id."""
    _warned: set[str] = field(default_factory=set, init=False)
    """Conversations for which it was said that the budget is nearly spent."""

    def changed(self) -> None:
        """An answer has ended, or another conversation is shown: count again if the result is visible."""
        if self._context.settings_seen or self._context.budget is not None:
            self._jobs.run(self.count(), "usage")

    async def count(self) -> Meters:
        """The open conversation's usage so far."""
        context = self._context
        conversation = context.session.conversation
        found = await asyncio.to_thread(measure, conversation, context.backends.price)
        if conversation is context.session.conversation and not self._is_over():
            context.meters = found
            self._warn(conversation.id, found)
        return found

    @property
    def may_ask(self) -> bool:
        """Whether the user may be asked before a request goes out."""
        context = self._context
        return context.budget is not None and context.backends.price(context.endpoint) is not None

    async def may_send(self) -> bool:
        """Whether one more request is within the budget, or the user wants it all the same."""
        context = self._context
        conversation, system = context.session.conversation, context.session.settings.system
        price = context.backends.price(context.endpoint)
        if context.budget is None or price is None:
            return True
        tokens = context.use.tokens(conversation, system) + PER_MESSAGE + estimate(self._prompt.text)
        return await self._may_spend(tokens * price.input / MILLION, price.currency, "the next request", "its answer")

    async def may_compare(self, prompt_id: str, variants: Sequence[Variant]) -> bool:
        """Likewise for the requests of a comparison, all together. Those in another currency are not counted."""
        context = self._context
        prices = [context.backends.price(each.endpoint) for each in variants]
        currency = next((price.currency for price in prices if price is not None), None)
        if context.budget is None or currency is None:
            return True
        conversation = context.session.conversation
        amount = sum(
            context.use.up_to(prompt_id, conversation, variant.settings.system) * price.input / MILLION
            for variant, price in zip(variants, prices, strict=True)
            if price is not None and price.currency == currency
        )
        if len(variants) == 1:
            return await self._may_spend(amount, currency, "the next request", "its answer")
        return await self._may_spend(amount, currency, f"the next {len(variants)} requests", "their answers")

    async def _may_spend(self, amount: float, currency: str, what: str, answers: str) -> bool:
        context = self._context
        budget, conversation = context.budget, context.session.conversation.id
        spent = (await self.count()).spent(currency)
        after = spent + amount
        if budget is None or after <= self._allowed.get(conversation, budget):
            return True
        question = (
            f"This conversation has cost {money(spent, currency)}, and {what} about {money(amount, currency)} before"
            f" {answers}. The budget of a conversation is {money(budget, currency)} ([ui] budget in config.toml)."
            " Send all the same?"
        )
        if not await self._dialogs.confirm(question, "Send", "Do not send"):
            return False
        self._allowed[conversation] = after + budget
        return True

    def _warn(self, conversation: str, meters: Meters) -> None:
        """Once for a conversation that has nearly spent its budget."""
        context = self._context
        budget, price = context.budget, context.backends.price(context.endpoint)
        if budget is None or price is None or conversation in self._warned:
            return
        spent = meters.spent(price.currency)
        if WARN_FROM * budget <= spent < budget:
            self._warned.add(conversation)
            amounts = f"{money(spent, price.currency)} of its budget of {money(budget, price.currency)}"
            self._notifier.warn(f"This conversation has cost {amounts}.")
