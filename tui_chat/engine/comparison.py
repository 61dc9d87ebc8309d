"""Runs several answers to one prompt at once, each as an exchange of its own.

The shown path stays until one of the answers is kept. The places of all answers are stored in one transaction, with the
settings, endpoint and model of each, before anything is sent: after a crash each has its partial answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime

from tui_chat.core.comparison import (
    FEWEST,
    MOST,
    Variant,
    heads,
    is_answer_to,
    newest,
    shared,
    variant_of,
    version_heads,
    when,
)
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.engine.exchange import Exchange, Sending, store_turns
from tui_chat.engine.session import Session
from tui_chat.engine.unsaved_write_kinds import head_write


@dataclass(eq=False)
class Comparison:
    """Answers to one prompt, or to its versions, side by side: `variants` are the requests, `answers` the ids.

    Earlier answers have no exchange. `is_found`: all answers existed before, and none was asked for.
    """

    conversation: Conversation
    prompt_id: str
    variants: tuple[Variant, ...]
    answers: list[str]
    exchanges: dict[str, Exchange] = field(default_factory=dict)
    is_found: bool = False

    @classmethod
    def begun(
        cls,
        conversation: Conversation,
        prompt_id: str,
        variants: Sequence[Variant],
        standing: Sequence[str | None],
        exchanges: Sequence[Exchange],
    ) -> Comparison:
        """A comparison of answers that are requested now, of all variants but those whose answer is `standing`."""
        asked = iter(exchanges)
        answers = [each or next(asked).answer_id for each in standing]
        return cls(conversation, prompt_id, tuple(variants), answers, {each.answer_id: each for each in exchanges})

    @classmethod
    def found(cls, conversation: Conversation, prompt_id: str, numbers: Sequence[int] = ()) -> Comparison:
        """Of existing answers to a prompt and its versions, by their numbers from 1; without any, as many as fit."""
        known = answers_to(conversation, prompt_id)
        answers = [known[each - 1] for each in numbers or fitting(conversation, prompt_id)]
        variants = tuple(variant_of(conversation.nodes[each].turn) for each in answers)
        return cls(conversation, prompt_id, variants, answers, is_found=True)

    @property
    def heads(self) -> tuple[str, ...]:
        """The label that tells each answer apart."""
        now, turns = datetime.now().astimezone(), [self.turn(number) for number in range(len(self.answers))]
        if not self.is_found:
            when_made = [f" · answered {when(turn.created, now)}" * self.stood(n) for n, turn in enumerate(turns)]
            return tuple(map("".join, zip(heads(self.variants), when_made, strict=True)))
        told = version_heads(turns, now)
        return tuple(map(" · ".join, zip(version_counts(self.conversation, self.answers), told, strict=True)))

    @property
    def shared(self) -> str:
        """The words for what all variants have in common."""
        seen = [replace(each, model=each.model or self.turn(number).model) for number, each in enumerate(self.variants)]
        return shared(seen)

    @property
    def prompts(self) -> list[Node] | None:
        """The prompt of each answer, where these differ."""
        nodes = self.conversation.nodes
        found = [nodes[nodes[each].parent or self.prompt_id] for each in self.answers]
        return found if len({node.id for node in found}) > 1 else None

    @property
    def prompt(self) -> str:
        """The prompt that all have, or how many there are."""
        if (prompts := self.prompts) is not None:
            return f"{len({node.id for node in prompts})} versions of a prompt, and their answers"
        return self.conversation.nodes[self.prompt_id].turn.text

    def prompt_of(self, number: int) -> str:
        """The id of the prompt that an answer is to."""
        return self.conversation.nodes[self.answers[number]].parent or self.prompt_id

    @property
    def everything_asked(self) -> frozenset[str]:
        """The ids of all answers, those that another one took the place of included."""
        return frozenset((*self.answers, *self.exchanges))

    def turn(self, number: int) -> Turn:
        return self.conversation.nodes[self.answers[number]].turn

    def coming(self, number: int) -> Exchange | None:
        """The exchange of an answer that is still arriving."""
        exchange = self.exchanges.get(self.answers[number])
        return None if exchange is None or exchange.reply.state.has_ended else exchange

    def stood(self, number: int) -> bool:
        """Whether this answer to a variant was there before, and was not asked for."""
        return not self.is_found and self.answers[number] not in self.exchanges

    def dropped(self, number: int) -> bool:
        """Whether the server let go of this answer for another one beside it, as those do that work on one at a time
        (llama-cpp-python's): it came to an end without a word, a reason or an error."""
        turn, endpoint = self.turn(number), self.variants[number].endpoint
        ended = turn.outcome in (Outcome.EMPTY, Outcome.INCOMPLETE) and turn.finish_reason is None and not turn.error
        beside = sum(each.endpoint == endpoint for each in self.variants) > 1
        return beside and ended and turn.blank and not turn.reasoning and self.answers[number] in self.exchanges

    @property
    def alike(self) -> bool:
        """All is there, and no word differs. Answers without a word are not compared."""
        turns, numbers = self.conversation.nodes, range(len(self.answers))
        said = {(turns[self.prompt_of(n)].turn.text, *self.turn(n).text.split()) for n in numbers}
        return len(said) == 1 and not self.turn(0).blank and not self.all_coming

    @property
    def all_coming(self) -> list[Exchange]:
        return [each for number in range(len(self.answers)) if (each := self.coming(number)) is not None]

    def ask_again(self, number: int, exchange: Exchange) -> None:
        """Put a new answer in this place. The earlier one stays a version."""
        self.answers[number] = exchange.answer_id
        self.exchanges[exchange.answer_id] = exchange


async def begin_comparison(
    session: Session,
    prompt_id: str,
    variants: Sequence[Variant],
    sending: Sending | None = None,
    *,
    concurrent: bool = False,
) -> list[Exchange]:
    """Make room for an answer of each variant to a prompt of the open conversation, and return the exchanges to run.

    `concurrent`: other answers of the same comparison may still be streaming. Raises BusyError, LibraryError and
    GivenUpError, and then nothing has changed.
    """
    services, conversation = session.services, session.conversation
    made = [
        Exchange(services, conversation, prompt_id, each.settings, asked=(each.endpoint, each.model))
        for each in variants
    ]
    # A prompt without an answer shows the first of these; else the answer that is shown stays.
    shown = made[0].answer_id if conversation.head == prompt_id else conversation.head
    with session.claimed(conversation, sending, concurrent=concurrent):
        await store_turns(services, conversation, [each.place for each in made], sending, shown)
    session.running |= {each.answer_id: each for each in made}
    return made


def keep_answer(session: Session, answer_id: str) -> None:
    """Continue the conversation from this answer, at the newest end below it."""
    conversation = session.conversation
    conversation.head = conversation.leaf(answer_id)
    if not session.services.library.read_only:
        session.services.unsaved.save(head_write(conversation))


def answers_to(conversation: Conversation, prompt_id: str) -> list[str]:
    """The answers to a prompt and to its other versions, oldest first."""
    nodes = conversation.nodes
    prompts = [each for each in conversation.siblings(prompt_id) if nodes[each].turn.role == "user"]
    below = (each for prompt in prompts for each in conversation.children(prompt))
    return [each for each in below if nodes[each].turn.role == "assistant"]


def standing_answer(conversation: Conversation, prompt_id: str, variant: Variant, model: str | None) -> str | None:
    """An answer to a prompt that was requested like this: the one that is shown, else the newest. `model` is the
    endpoint's own."""
    nodes, shown = conversation.nodes, {node.id for node in conversation.upward()}
    found = [each for each in conversation.children(prompt_id) if is_answer_to(variant, nodes[each].turn, model)]
    return next((each for each in reversed(found) if each in shown), found[-1] if found else None)


def version_names(conversation: Conversation, prompt_id: str) -> dict[str, str]:
    """What the answers to a prompt and its versions are called where they are typed, oldest first: `2` for `‹ 2/3 ›`;
    where there are several prompts `1.2` for the second answer to the first, or `1` if that has one."""
    answers, names = answers_to(conversation, prompt_id), dict[str, str]()
    has_prompts = len({conversation.nodes[each].parent for each in answers}) > 1
    for answer in answers:
        which, count = _place(conversation, answer)
        prompt, _ = _place(conversation, conversation.nodes[answer].parent or prompt_id)
        names[answer] = (f"{prompt}.{which}" if count > 1 else f"{prompt}") if has_prompts else f"{which}"
    return names


def proposed(conversation: Conversation, prompt_id: str) -> str:
    """The newest two versions, as typed; "" if there is only one."""
    names = version_names(conversation, prompt_id)
    chosen = newest([conversation.nodes[each].turn for each in names], FEWEST)
    return " ".join([*names.values()][number - 1] for number in chosen) if len(chosen) == FEWEST else ""


def version_counts(conversation: Conversation, answers: Sequence[str]) -> list[str]:
    """Which version each answer is: `2/3`, as below it in the conversation, whatever became of the others; where their
    prompts differ `prompt 1/2 · answer 2/3`, or the prompt alone if it has one answer."""
    parents = [conversation.nodes[each].parent for each in answers]
    if len({*parents}) == 1:
        return [_count(conversation, each) for each in answers]
    made: list[str] = []
    for answer, prompt in zip(answers, parents, strict=True):
        own = f" · answer {_count(conversation, answer)}" if len(conversation.siblings(answer)) > 1 else ""
        made.append(f"prompt {_count(conversation, prompt)}{own}" if prompt is not None else own)
    return made


def _count(conversation: Conversation, node_id: str) -> str:
    return "{}/{}".format(*_place(conversation, node_id))


def _place(conversation: Conversation, node_id: str) -> tuple[int, int]:
    versions = conversation.siblings(node_id)
    return versions.index(node_id) + 1, len(versions)


def pair_of(conversation: Conversation, node_id: str) -> tuple[str, tuple[int, ...]] | None:
    """A prompt, and the numbers of two answers to it or its versions: that of the branch that a turn is on, and the one
    that is shown, or its neighbour. None where there is one answer only."""
    prompt = conversation.last_prompt(conversation.branch_start(node_id))
    known = [] if prompt is None else answers_to(conversation, prompt.id)
    if prompt is None or len(known) < FEWEST:
        return None
    through = {node.id for node in conversation.upward(conversation.leaf(node_id))}
    shown = {node.id for node in conversation.upward()}
    own = next((place for place, each in enumerate(known) if each in through), 0)
    other = next((place for place, each in enumerate(known) if each in shown and place != own), own - 1 if own else 1)
    return prompt.id, tuple(sorted((own + 1, other + 1)))


def fitting(conversation: Conversation, prompt_id: str) -> list[int]:
    """The numbers of the answers to a prompt. If more exist than fit: the newest ones, and the one that is shown."""
    found = answers_to(conversation, prompt_id)
    chosen = newest([conversation.nodes[each].turn for each in found], MOST)
    shown = next((node for node in conversation.upward() if node.id in found), None)
    if shown is not None and not shown.turn.blank and (number := found.index(shown.id) + 1) not in chosen:
        chosen[0] = number
    return chosen
