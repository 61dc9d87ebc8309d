"""Compares answers to one prompt side by side, and keeps one of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeVar

from tui_chat.client.backend import Backend
from tui_chat.core.comparison import (
    FEWEST,
    Variant,
    Versions,
    distinct,
    read_comparison,
    read_versions,
    version_heads,
)
from tui_chat.core.conversation_usage import measure
from tui_chat.core.endpoint import BUILT_IN
from tui_chat.core.outcome_wording import said
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.comparison import (
    Comparison,
    begin_comparison,
    keep_answer,
    pair_of,
    proposed,
    standing_answer,
    version_counts,
    version_names,
)
from tui_chat.engine.exchange import Exchange, Sending
from tui_chat.render.copied_parts import code_blocks
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.comparison_choices import comparison_choices
from tui_chat.ui.ports import Copy, Jobs, Notifier
from tui_chat.ui.usage_lines import sum_words

if TYPE_CHECKING:
    from tui_chat.engine.model_list_cache import ModelListCache

T = TypeVar("T")

STILL_COMING = "The answer is still coming. Compare when it is there, or stop it with esc."
NO_PROMPT = "There is no prompt to compare answers to yet. Send one, then compare."


class ComparisonView(Protocol):
    """The answers on the screen. `closed` has (number, way) of the answer to keep, or None."""

    @property
    def closed(self) -> Any: ...

    def show(self, number: int) -> None: ...

    def answer_changed(self, number: int) -> None: ...

    def say_sum(self, words: str) -> None:
        """What all answers took so far."""
        ...


class ComparisonDialogs(Protocol):
    def comparison(self, comparison: Comparison, actions: Any) -> ComparisonView:
        """`actions` is the controller."""
        ...

    async def pick_comparison(self, offer: Offered) -> Sequence[Variant] | Versions | None:
        """The variants to request, or the existing answers to show; None for nothing."""
        ...


class ComparedAnswers(Protocol):
    """Fetches answers in the background."""

    def start(self, exchange: Exchange, backend: Backend, *, compared: bool = False) -> None: ...

    def stop(self, exchange: Exchange) -> None: ...

    def release(self, exchange: Exchange) -> None:
        """An answer is like any other from now on."""
        ...


class ShownConversation(Protocol):
    def sending(self) -> Sending: ...

    async def begun(
        self, asking: Coroutine[Any, Any, T], may_send: Callable[[], Awaitable[bool]] | None = None
    ) -> T | None: ...

    async def show_path(self, pointed_at: str) -> None: ...

    def answer_changed(self, exchange: Exchange) -> None: ...


class ReadSpotId(Protocol):
    @property
    def id(self) -> str: ...


class SpotCursor(Protocol):
    @property
    def spot(self) -> ReadSpotId | None: ...


class ReadConversation(Protocol):
    @property
    def has_focus(self) -> bool: ...

    @property
    def cursor(self) -> SpotCursor: ...


class AnswerOver(Protocol):
    def ended(self, exchange: Exchange) -> None: ...


class OfferedVersion(NamedTuple):
    """An answer that is there: its name as typed, its number, what tells it apart from the others, how it begins."""

    name: str
    number: str
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be compared. `read` reads what is typed. `versions` are the answers that are there, oldest first."""

    prompt: str
    versions: Sequence[OfferedVersion]
    names: Sequence[tuple[str, str]]
    """What may differ, each with values that are worth a comparison."""
    newest: str
    """The versions to begin with, as typed."""
    expected: Callable[[str], str]
    """The values of a setting, in a phrase."""
    read: Callable[[str], tuple[Variant, ...] | Versions | str]


@dataclass(eq=False)
class CompareController:
    """`prepare` gives a pane the options of the conversation; `use` applies a variant to the next request."""

    _context: AppContext
    _answers: ComparedAnswers
    _conversation: ShownConversation
    _transcript: ReadConversation
    _notices: AnswerOver
    _lists: ModelListCache
    _use: Callable[[Variant], object]
    prepare: Callable[[Any], object]
    _copy: Copy
    _dialogs: ComparisonDialogs
    _notifier: Notifier
    _jobs: Jobs
    _may_send: Callable[[str, Sequence[Variant]], Awaitable[bool]]
    """Whether these requests are within the budget."""
    _shown: Comparison | None = field(default=None, init=False)
    _view: ComparisonView | None = field(default=None, init=False)
    _told: bool = field(default=False, init=False)
    """It was said that all answers are there."""
    _repeated: set[int] = field(default_factory=set, init=False)
    """Those that are not asked for once more because the server dropped them: they were, or the user stopped all."""

    async def open(self) -> None:
        """As `compare` without values; reports why nothing was done."""
        if (said := await self.compare()) is not None:
            self._notifier.note(said)

    async def compare(self, typed: str = "") -> str | None:
        """Answer the prompt that is read, or the last one, in several ways. `typed`: `temperature 0 1`; "" asks.

        A sentence where that is no comparison; nothing is sent then.
        """
        prompt_id = self._prompt()
        if prompt_id is None:
            return NO_PROMPT
        if self._context.session.current is not None:
            return STILL_COMING
        variants = self._read(prompt_id, typed) if typed else await self._picked(prompt_id)
        if isinstance(variants, str):
            return variants
        if variants is None or prompt_id not in self._context.session.conversation.nodes:
            return None  # another conversation was opened meanwhile
        conversation = self._context.session.conversation
        if isinstance(variants, Versions):
            if variants.problem:
                return variants.problem
            await self._show(Comparison.found(conversation, prompt_id, variants.numbers))
            return None
        own = [self._context.backends.get(each.endpoint).model for each in variants]
        pairs = zip(variants, own, strict=True)
        standing = [standing_answer(conversation, prompt_id, variant, model) for variant, model in pairs]
        missing = [variant for variant, answer in zip(variants, standing, strict=True) if answer is None]
        exchanges = await self._asked(prompt_id, missing) if missing else []
        if exchanges is not None:
            await self._show(Comparison.begun(conversation, prompt_id, variants, standing, exchanges))
        return None

    async def branch(self, node_id: str) -> None:
        """Compare the branch that a turn is on with the one that is shown."""
        conversation = self._context.session.conversation
        if self._context.session.current is not None:
            self._notifier.note(STILL_COMING)
        elif node_id in conversation.nodes and (pair := pair_of(conversation, node_id)) is not None:
            await self._show(Comparison.found(conversation, *pair))
        else:
            self._notifier.note("This has no other version to compare it with.")

    def _prompt(self) -> str | None:
        session, spot = self._context.session, None
        if self._transcript.has_focus:
            spot = self._transcript.cursor.spot
        known = spot is not None and spot.id in session.conversation.nodes
        node = session.conversation.last_prompt(spot.id if spot is not None and known else None)
        return None if node is None else node.id

    def _read(self, prompt_id: str, typed: str) -> tuple[Variant, ...] | Versions | str:
        versions = read_versions(typed, [*version_names(self._context.session.conversation, prompt_id).values()])
        if versions is not None:
            return versions
        return read_comparison(typed, comparison_choices(self._context, self._lists))

    async def _picked(self, prompt_id: str) -> Sequence[Variant] | Versions | None:
        from tui_chat.ui.comparison_choices import examples, expected_values

        conversation = self._context.session.conversation
        nodes, names = conversation.nodes, version_names(conversation, prompt_id)
        turns = [nodes[each].turn for each in names]
        prompts = [nodes[each].parent or prompt_id for each in names]
        texts, heads = [said(turn) for turn in turns], version_heads(turns, datetime.now().astimezone())
        numbers = counts = version_counts(conversation, [*names])
        if len({*prompts}) > 1:
            # Of several versions of the prompt, these say more than the answers.
            texts, numbers = [nodes[each].turn.text for each in prompts], [*names.values()]
            heads = tuple(map(" · ".join, zip(counts, heads, strict=True)))
        versions = map(OfferedVersion, names.values(), numbers, heads, distinct(texts))
        choices = comparison_choices(self._context, self._lists)
        offer = Offered(
            nodes[prompt_id].turn.text,
            tuple(versions) if len(turns) >= FEWEST else (),
            examples(choices),
            proposed(conversation, prompt_id),
            partial(expected_values, rules=choices.rules),
            partial(self._read, prompt_id),
        )
        return await self._dialogs.pick_comparison(offer)

    async def _asked(
        self, prompt_id: str, variants: Sequence[Variant], *, concurrent: bool = False
    ) -> list[Exchange] | None:
        """The running answers; None, after reporting it, if they could not begin."""
        session, sending = self._context.session, self._conversation.sending()
        exchanges = await self._conversation.begun(
            begin_comparison(session, prompt_id, variants, sending, concurrent=concurrent),
            partial(self._may_begin, prompt_id, variants),
        )
        for exchange, variant in zip(exchanges or (), variants, strict=False):
            backend = self._context.backends.asking(variant.endpoint, variant.model)
            self._answers.start(exchange, backend, compared=True)
            if sending.given_up:
                self._answers.stop(exchange)
        return exchanges

    async def _may_begin(self, prompt_id: str, variants: Sequence[Variant]) -> bool:
        """The user may be asked about the budget, and another conversation opened meanwhile."""
        allowed = await self._may_send(prompt_id, variants)
        return allowed and prompt_id in self._context.session.conversation.nodes

    # The view

    async def _show(self, comparison: Comparison) -> None:
        """Show the answers until one is kept, or none."""
        self._shown, self._told, self._repeated = comparison, False, set()
        self._view = self._dialogs.comparison(comparison, self)
        self._jobs.run(self._count(comparison), "comparison")
        try:
            chosen: tuple[int, Literal["keep", "use"]] | None = await self._view.closed
        finally:
            self._shown = self._view = None
        if comparison.conversation is not self._context.session.conversation:
            return
        if chosen is None:
            await self._show_shown(comparison)
        else:
            await self._keep(comparison, *chosen)

    async def _show_shown(self, comparison: Comparison) -> None:
        """The answer that was shown before still is; it may have more versions now."""
        prompts = {comparison.prompt_of(number) for number in range(len(comparison.answers))}
        shown = (node.id for node in comparison.conversation.upward() if node.parent in prompts)
        if (answer_id := next(shown, None)) is not None:
            await self._conversation.show_path(answer_id)

    async def _keep(self, comparison: Comparison, number: int, way: Literal["keep", "use"]) -> None:
        """Continue with this answer. What of the others has not come by now does not come any more."""
        kept = comparison.coming(number)
        for exchange in comparison.all_coming:
            if exchange is not kept:
                self._answers.stop(exchange)
        if kept is not None:
            self._answers.release(kept)
        keep_answer(self._context.session, comparison.answers[number])
        await self._conversation.show_path(comparison.answers[number])
        if way == "use":
            self._use(comparison.variants[number])

    def changed(self, exchange: Exchange) -> None:
        """A compared answer has ended, or was judged again."""
        self._conversation.answer_changed(exchange)
        if self._shown is not None and self._view is not None and exchange.answer_id in self._shown.answers:
            self._view.answer_changed(self._shown.answers.index(exchange.answer_id))
            self._jobs.run(self._count(self._shown), "comparison")

    async def _count(self, comparison: Comparison) -> None:
        """Say what the answers took, those that were answered again too: they were paid for."""
        meters = await asyncio.to_thread(
            measure, comparison.conversation, self._context.backends.price, comparison.everything_asked
        )
        if self._view is not None and self._shown is comparison:
            has_cost = any(each.endpoint not in BUILT_IN for each in comparison.variants)
            self._view.say_sum(sum_words(meters, has_cost=has_cost))

    def ended(self, exchange: Exchange) -> None:
        """A compared answer is over."""
        self.changed(exchange)
        shown = self._shown
        if shown is None or shown.all_coming or self._told:
            return
        numbers = (each for each in range(len(shown.answers)) if each not in self._repeated)
        if (dropped := next(filter(shown.dropped, numbers), None)) is not None:
            self._repeated.add(dropped)
            self._jobs.run(self._ask_again(shown, dropped))
        else:
            self._told = True
            self._notices.ended(exchange)

    # What the view asks for

    def stop(self, number: int | None = None) -> bool:
        """Stop an answer, or all. False if none was running."""
        if self._shown is None:
            return False
        if number is None:
            self._repeated.update(range(len(self._shown.answers)))
        coming = self._shown.all_coming if number is None else [self._shown.coming(number)]
        stopped = [exchange for exchange in coming if exchange is not None]
        for exchange in stopped:
            self._answers.stop(exchange)
        return bool(stopped)

    def may_keep(self, number: int) -> bool:
        """Whether the conversation can continue with this answer; says why not."""
        if self._shown is None:
            return False
        turn = self._shown.turn(number)
        if turn.outcome is not None and turn.blank and self._shown.coming(number) is None:
            self._notifier.say("There is no text in this answer to continue with.")
            return False
        return True

    def ask_again(self, number: int) -> None:
        """Another answer in this place."""
        shown = self._shown
        if shown is None or shown.coming(number) is not None:
            return
        variant = shown.variants[number]
        if variant.endpoint not in self._context.backends.names:
            self._notifier.say(f"The endpoint {variant.endpoint or 'of this answer'} is not there any more.")
            return
        self._jobs.run(self._ask_again(shown, number))

    async def _ask_again(self, comparison: Comparison, number: int) -> None:
        asked = await self._asked(comparison.prompt_of(number), [comparison.variants[number]], concurrent=True)
        if asked and self._shown is comparison and self._view is not None:
            comparison.ask_again(number, asked[0])
            self._told = False
            self._view.show(number)

    def copy(self, number: int, selected: str) -> None:
        """Copy what is selected, or the answer as Markdown."""
        if selected:
            self._copy(selected, "selection")
        elif text := self._text(number):
            self._copy(text, "answer")
        else:
            self._notifier.say("There is nothing to copy here yet.")

    def copy_code(self, number: int, block: int) -> None:
        """Copy one code block of an answer, by its number from 0."""
        self._jobs.run(self._copy_code(self._text(number), block))

    async def _copy_code(self, text: str, block: int) -> None:
        blocks = await asyncio.to_thread(code_blocks, text)
        if block < len(blocks):
            self._copy(blocks[block][1], "code")

    def _text(self, number: int) -> str:
        if self._shown is None:
            return ""
        coming = self._shown.coming(number)
        return self._shown.turn(number).text if coming is None else coming.reply.text
