"""Prompts that are queued: none is lost, none is sent twice, none goes to another conversation."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.scripted import StillClock
from tests.store.trees import talk
from tests.ui.controllers.fakes import Notices, Tasks, Written
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings
from tui_chat.engine.exchange import Sending, Services
from tui_chat.engine.session import BusyError, Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.store.library_reads import queue_prefix
from tui_chat.ui.controllers.queue import QueueController
from tui_chat.ui.prompt_queue import FAILED, NOT_SENT, REJECTED, RESTORED, STOPPED


class World:
    """One run of the program with two conversations in its library, in which answers end when they are told to.

    It sends as the conversation's controller does, keeps drafts as theirs does, and is the list above the prompt.
    """

    def __init__(self, library: Library) -> None:
        self.session = Session(Services(library, StillClock(), Ids()), Settings())
        self.prompt = Written()
        self.tasks = Tasks()
        self.notices = Notices()
        self.edited: str | None = None
        self.waiting: list[str] = []
        self.held = ""
        self.sent: list[tuple[str, str]] = []
        self.fails = False
        self.queue = QueueController(self.session, self, self, self, self.prompt, self, self.notices, self.tasks)

    async def submit(self, text: str, typed: str = "") -> None:
        await self.session.ask(text)
        self.sent.append((self.session.conversation.id, text))
        self.prompt.take(text)
        self.keep_now()

    async def send_queued(self, text: str, owner: str, conversation: Conversation) -> bool:
        if self.fails:
            return False
        exchange = await self.session.ask(text, Sending((owner,)), within=conversation)
        self.sent.append((exchange.conversation.id, text))
        return True

    def keep_now(self) -> None:
        self.session.services.library.drafts.set(self.session.conversation.id, self.prompt.text).now()

    def show_queue(self, texts: Sequence[str], held: str) -> None:
        self.waiting, self.held = list(texts), held

    async def open(self, conversation_id: str) -> None:
        if self.session.conversation.nodes:
            self.keep_now()
        await self.session.open(conversation_id)
        self.prompt.queued.taken = None
        self.prompt.text = await self.session.services.library.drafts.get(conversation_id)
        await self.queue.shown(self.session.conversation)
        await self.settle()

    async def enter(self, text: str | None = None) -> None:
        if text is not None:
            self.prompt.text = text
        if self.prompt.text:
            await self.queue.submit(self.prompt.text)
        else:
            self.queue.resume()
        await self.settle()

    async def end(self, outcome: Outcome, conversation_id: str | None = None) -> None:
        exchange = self.session.answering(conversation_id or self.session.conversation.id)
        if exchange is not None:
            conversation = exchange.conversation
            conversation.put(exchange.answer_id, replace(conversation.nodes[exchange.answer_id].turn, outcome=outcome))
            self.session.ended(exchange)
            self.queue.answer_ended(exchange)
        await self.settle()

    async def settle(self) -> None:
        await self.tasks.done()
        await self.session.services.unsaved.settled()


@pytest.fixture
async def library() -> Library:
    library = Library.private()
    await library.open()
    for name in "AB":
        known = talk(("one", "1"))
        conversation = Conversation(name, known.created)
        for node in known.nodes.values():
            conversation.add(node)
        await library.create(conversation)
    return library


async def opened(library: Library) -> World:
    world = World(library)
    await world.open("A")
    return world


async def test_what_is_submitted_while_an_answer_comes_is_sent_after_it_in_order(library: Library) -> None:
    world = await opened(library)
    for text in ("a", "b", "c"):
        await world.enter(text)
    assert (tuple(world.waiting), world.held) == (("b", "c"), "")
    assert world.prompt.text == ""
    await world.end(Outcome.COMPLETE)
    assert (world.sent, tuple(world.waiting)) == ([("A", "a"), ("A", "b")], ("c",))
    await world.end(Outcome.LENGTH)
    assert (world.sent[-1], tuple(world.waiting)) == (("A", "c"), ())
    assert await library.drafts.below(queue_prefix("A")) == []


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome.STOPPED, STOPPED),
        (Outcome.FAILED, FAILED),
        (Outcome.INCOMPLETE, FAILED),
        (Outcome.EMPTY, FAILED),
        (Outcome.PROMPT_BLOCKED, REJECTED),
        (Outcome.ANSWER_BLOCKED, REJECTED),
    ],
)
async def test_anything_but_a_normal_end_holds_it_until_the_user_says_so(
    library: Library, outcome: Outcome, why: str
) -> None:
    world = await opened(library)
    for text in ("a", "b", "c"):
        await world.enter(text)
    await world.end(outcome)
    assert (tuple(world.waiting), world.held) == (("b", "c"), why)
    await world.enter("d")
    assert world.sent[-1] == ("A", "d"), "what is typed now goes first"
    await world.end(Outcome.COMPLETE)
    assert (tuple(world.waiting), world.held) == (("b", "c"), why)
    await world.enter("")
    assert (world.sent[-1], (tuple(world.waiting), world.held)) == (("A", "b"), (("c",), ""))
    await world.end(Outcome.COMPLETE)
    assert world.sent[-1] == ("A", "c"), "and then it goes on by itself"


async def test_enter_while_the_prompt_before_is_still_there_queues_what_is_new(library: Library) -> None:
    world = await opened(library)
    await world.enter("a")
    world.prompt.text = "b"
    await world.queue.submit("ab")
    assert (world.prompt.text, tuple(world.waiting)) == ("", ("b",))


async def test_up_takes_the_last_one_back_and_enter_puts_it_in_its_place(library: Library) -> None:
    world = await opened(library)
    for text in ("a", "b", "c", "d"):
        await world.enter(text)
    world.queue.take(-1)
    assert (world.prompt.text, tuple(world.waiting)) == ("d", ("b", "c"))
    world.queue.take(-1)
    assert (world.prompt.text, tuple(world.waiting)) == ("c", ("b", "d"))
    await world.enter("c, better")
    assert tuple(world.waiting) == ("b", "c, better", "d")
    world.queue.take(-1)
    world.queue.take(1)
    assert (world.prompt.text, tuple(world.waiting)) == ("", ("b", "c, better", "d"))


async def test_what_was_being_written_is_one_key_up_when_a_row_is_clicked(library: Library) -> None:
    world = await opened(library)
    await world.enter("a")
    await world.enter("b")
    world.prompt.text = "half a thought"
    world.queue.take_at(0)
    assert (world.prompt.text, world.prompt.aside) == ("b", ("half a thought",))
    world.queue.remove_all()
    assert world.notices.said, "nothing is queued: the one that was is in the prompt"


async def test_removed_ones_are_not_sent_and_one_key_up(library: Library) -> None:
    world = await opened(library)
    for text in ("a", "b", "c"):
        await world.enter(text)
    world.queue.remove_at(0)
    world.queue.remove_all()
    await world.end(Outcome.COMPLETE)
    assert (world.sent, world.prompt.aside) == ([("A", "a")], ("b", "c"))
    assert await library.drafts.below(queue_prefix("A")) == []


async def test_another_conversation_never_gets_them(library: Library) -> None:
    world = await opened(library)
    await world.enter("a")
    await world.enter("b")
    await world.open("B")
    world.session.change(Settings(temperature=1.9))
    assert (tuple(world.waiting), world.held) == ((), "")
    await world.end(Outcome.COMPLETE, "A")
    assert world.sent == [("A", "a"), ("A", "b")], "it is sent to its own conversation, which is not on the screen"
    exchange = world.session.answering("A")
    assert exchange is not None
    assert exchange.place.turn.settings == Settings(), "with the settings of that one"
    assert list(world.session.conversation.nodes) == ["p0", "a0"], "nothing comes to the one on the screen"


async def test_in_the_background_too_anything_but_a_normal_end_holds_it(library: Library) -> None:
    world = await opened(library)
    for text in ("a", "b", "c"):
        await world.enter(text)
    await world.open("B")
    await world.end(Outcome.COMPLETE, "A")
    await world.end(Outcome.PROMPT_BLOCKED, "A")
    assert world.sent == [("A", "a"), ("A", "b")]
    assert "A" in world.session.unread, "the list marks it"
    await world.open("A")
    assert (tuple(world.waiting), world.held) == (("c",), REJECTED)


async def test_where_the_user_may_have_to_be_asked_it_waits_for_its_conversation(library: Library) -> None:
    world = await opened(library)
    world.queue.asks_first = lambda: True
    await world.enter("a")
    await world.enter("b")
    await world.open("B")
    await world.end(Outcome.COMPLETE, "A")
    assert world.sent == [("A", "a")]
    await world.open("A")
    assert world.sent == [("A", "a"), ("A", "b")]


async def test_a_conversation_opened_in_the_very_moment_of_sending_does_not_get_it(library: Library) -> None:
    world = await opened(library)
    await world.enter("a")
    await world.enter("b")
    known = await world.session.load("B")
    (exchange,) = world.session.exchanges("A")
    world.session.ended(exchange)
    turn = replace(exchange.conversation.nodes[exchange.answer_id].turn, outcome=Outcome.COMPLETE)
    exchange.conversation.put(exchange.answer_id, turn)
    world.queue.answer_ended(exchange)
    world.session.switch(known)
    await world.settle()
    assert world.sent == [("A", "a"), ("A", "b")]


async def test_after_a_restart_they_wait(library: Library) -> None:
    world = await opened(library)
    for text in ("a", "b", "c"):
        await world.enter(text)
    again = await opened(library)
    assert (again.sent, (tuple(again.waiting), again.held)) == ([], (("b", "c"), RESTORED))
    await again.enter("")
    await again.end(Outcome.COMPLETE)
    assert again.sent == [("A", "b"), ("A", "c")]


async def test_two_windows_do_not_send_the_same_one(library: Library) -> None:
    world = await opened(library)
    await world.enter("a")
    await world.enter("b")
    other = await opened(library)
    await world.end(Outcome.COMPLETE)
    await other.enter("")
    assert (world.sent[-1], other.sent, tuple(other.waiting)) == (("A", "b"), [], ())
    assert other.notices.said


async def test_one_that_cannot_be_sent_stays_first_and_waits(library: Library) -> None:
    world = await opened(library)
    for text in ("a", "b", "c"):
        await world.enter(text)
    world.fails = True
    await world.end(Outcome.COMPLETE)
    assert (world.sent, (tuple(world.waiting), world.held)) == ([("A", "a")], (("b", "c"), NOT_SENT))


async def test_a_branch_is_never_queued(library: Library) -> None:
    world = await opened(library)
    await world.enter("a")
    world.edited = "p0"
    with pytest.raises(BusyError):
        await world.enter("b")
    assert (tuple(world.waiting), world.held) == ((), "")


class Walk:
    """A random way through several runs: what was typed, and where each text must be."""

    def __init__(self, world: World, library: Library) -> None:
        self.world, self.library = world, library
        self.chance = random.Random(11)
        self.typed: dict[str, str] = {}
        self.before: list[str] = []
        """What is no longer in the program's hands: sent, or put aside before a crash."""

    async def step(self, number: int) -> None:
        world, prompt, chance = self.world, self.world.prompt, self.chance
        match chance.randrange(12):
            case 0 | 1 | 2 if not prompt.text:
                self.typed[f"text {number}."] = world.session.conversation.id
                await world.enter(f"text {number}.")
            case 3 | 4:
                await world.end(Outcome.COMPLETE)
            case 5:
                await world.end(chance.choice(list(Outcome)), chance.choice("AB"))
            case 6:
                world.queue.take(chance.choice((-1, -1, 1)))
            case 7:
                await world.enter()
            case 8:
                await world.open(chance.choice("AB"))
            case 9:
                world.queue.remove_at(chance.randrange(3))
            case 10 if chance.random() < 0.3:
                prompt.stash()
                prompt.queued.taken = None
            case 11 if chance.random() < 0.3:
                self.before += [*(text for _, text in world.sent), *prompt.aside]
                self.world = await opened(self.library)
        await self.world.settle()
        self.world.keep_now()

    async def places(self) -> Counter[str]:
        found = Counter([*self.before, *(text for _, text in self.world.sent), *self.world.prompt.aside])
        for name in "AB":
            found.update(text for _, text in await self.library.drafts.below(queue_prefix(name)))
            found.update(filter(None, [await self.library.drafts.get(name)]))
        return found


async def test_on_random_ways_each_text_is_always_in_one_place(library: Library) -> None:
    """Sent, in a queue, in the prompt or a draft, or one key up; and sent in its own conversation alone."""
    walk = Walk(await opened(library), library)
    for number in range(600):
        await walk.step(number)
        assert await walk.places() == Counter(walk.typed.keys())
        assert all(walk.typed[text] == conversation for conversation, text in walk.world.sent)
    assert len(walk.typed) > 60
