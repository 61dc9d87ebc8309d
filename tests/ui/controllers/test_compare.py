"""Comparisons: what is asked, what is refused, which answer is kept, and what of the others becomes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import answer, talk
from tests.ui.controllers.fakes import Copied, Notices, Tasks
from tests.waiting import until
from tui_chat.client.backend import Backend
from tui_chat.core import event as ev
from tui_chat.core.comparison import Variant, Versions
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.settings import Settings
from tui_chat.engine.comparison import Comparison
from tui_chat.engine.exchange import Exchange, Sending
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.engine.session import BusyError
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.compare import NO_PROMPT, STILL_COMING, CompareController, Offered

T = TypeVar("T")
BOTH = "temperature 0.2 1"
COOL, WARM = "The Po.", "Look:\n\n```\nprint(1)\n```"


class Window:
    """The answers side by side, until an end is set."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.closed: asyncio.Future[tuple[int, str] | None] = asyncio.get_running_loop().create_future()
        self.changed: list[int] = []
        self.shown: list[int] = []
        self.sums: list[str] = []

    def say_sum(self, words: str) -> None:
        self.sums.append(words)

    def show(self, number: int) -> None:
        self.shown.append(number)

    def answer_changed(self, number: int) -> None:
        self.changed.append(number)


class Stage:
    """A conversation with one answer. `picked` is chosen where it is asked what to compare; `meanwhile` happens then,
    and while the budget is asked about."""

    has_focus = False
    id: str | None = None

    def __init__(
        self, context: AppContext, picked: Sequence[Variant] | Versions | None = None, made: Conversation | None = None
    ) -> None:
        self.session, self.picked, self.allowed, self.given_up = context.session, picked, True, False
        self.meanwhile: Callable[[], object] = lambda: None
        self.window: Window | None = None
        self.offered: Offered | None = None
        self.started: list[Exchange] = []
        self.stopped: list[Exchange] = []
        self.released: list[Exchange] = []
        self.told: list[str] = []
        self.used: list[Variant] = []
        self.paths: list[str] = []
        self.copied, self.notices, self.jobs = Copied(), Notices(), Tasks()
        made = made or talk(("Name a river.", "The Rhine."))
        self.session.services.library.create(made).now()
        self.session.switch(made)
        self.session.change(Settings(max_tokens=200))
        self.compare = CompareController(
            context,
            self,
            self,
            self,
            self,
            ModelListCache(context.backends),
            self.used.append,
            lambda _: None,
            self.copied,
            self,
            self.notices,
            self.jobs,
            self.may_send,
        )

    # The transcript and the conversation

    @property
    def cursor(self) -> Stage:
        return self

    @property
    def spot(self) -> Any:
        return self if self.id is not None else None

    def sending(self) -> Sending:
        return Sending(given_up=self.given_up)

    async def begun(
        self, asking: Coroutine[Any, Any, T], may_send: Callable[[], Awaitable[bool]] | None = None
    ) -> T | None:
        if may_send is not None and not await may_send():
            asking.close()
            return None
        try:
            return await asking
        except BusyError:
            self.notices.say(STILL_COMING)
            return None

    async def may_send(self, prompt_id: str, variants: Sequence[Variant]) -> bool:
        self.meanwhile()
        return self.allowed

    async def show_path(self, pointed_at: str) -> None:
        self.paths.append(pointed_at)

    def answer_changed(self, exchange: Exchange) -> None:
        self.told.append(exchange.answer_id)

    # Answers

    def start(self, exchange: Exchange, backend: Backend, *, compared: bool = False) -> None:
        self.started.append(exchange)

    def stop(self, exchange: Exchange) -> None:
        self.stopped.append(exchange)

    def release(self, exchange: Exchange) -> None:
        self.released.append(exchange)

    def ended(self, exchange: Exchange) -> None:
        self.told.append("all are there")

    # Windows

    def comparison(self, comparison: Comparison, actions: Any) -> Window:
        self.window = Window(comparison)
        return self.window

    async def pick_comparison(self, offer: Offered) -> Sequence[Variant] | Versions | None:
        self.offered = offer
        self.meanwhile()
        return self.picked

    # What a test does

    async def open(self, typed: str = BOTH) -> Window:
        """The window; the comparison goes on behind it."""
        self.window = None
        self.task = asyncio.create_task(self.compare.compare(typed))
        await until(lambda: self.window is not None or self.task.done())
        window: Window | None = self.window
        assert window is not None, (self.task, self.notices.said)
        return window

    async def close(self, chosen: tuple[int, str] | None = None) -> None:
        """Close the window with an answer to keep, or none."""
        assert self.window is not None
        self.window.closed.set_result(chosen)
        assert await self.task is None

    async def come(self, number: int, text: str) -> None:
        """An answer that was asked for comes, whole."""
        exchange = self.started[number]
        await exchange.run(ScriptedBackend([answered(text)]))
        self.session.ended(exchange)
        self.compare.ended(exchange)

    @property
    def prompt(self) -> Turn:
        return self.session.conversation.nodes["p0"].turn

    @property
    def path(self) -> list[str]:
        return [node.turn.text for node in self.session.conversation.path()]


async def test_two_are_asked_with_their_own_settings_and_the_kept_one_goes_on(context: AppContext) -> None:
    stage = Stage(context)
    window = await stage.open()
    assert [each.settings for each in stage.started] == [
        Settings(temperature=0.2, max_tokens=200),
        Settings(temperature=1.0, max_tokens=200),
    ]
    await stage.come(0, COOL)
    assert (window.changed, "all are there" in stage.told) == ([0], False)
    assert stage.path == ["Name a river.", "The Rhine."], "what is shown stays until one is kept"
    await stage.come(1, WARM)
    assert (window.changed, stage.told.count("all are there")) == ([0, 1], 1)
    await stage.close((1, "keep"))
    assert (stage.path, stage.paths) == (["Name a river.", WARM], [stage.started[1].answer_id])
    assert (stage.used, stage.session.settings) == ([], Settings(max_tokens=200)), "kept is the answer alone"
    stored = await stage.session.services.library.load("talk")
    assert {"The Rhine.", COOL, WARM} <= {node.turn.text for node in stored.nodes.values()}


async def test_use_keeps_the_answer_and_what_it_was_asked_with(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open()
    await stage.come(0, COOL)
    await stage.close((0, "use"))
    assert [each.settings.temperature for each in stage.used] == [0.2]
    assert stage.stopped == [stage.started[1]], "what has not come by then does not come any more"


async def test_one_that_is_kept_while_it_comes_goes_on_as_any_other(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open()
    await stage.close((1, "keep"))
    cool, warm = stage.started
    assert (stage.released, stage.stopped, stage.session.conversation.head) == ([warm], [cool], warm.answer_id)


async def test_closed_without_a_choice_the_answer_before_is_shown_with_its_new_versions(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open()
    assert stage.compare.stop(0)
    assert stage.compare.stop()
    assert stage.stopped == [stage.started[0], *stage.started]
    for exchange in stage.started:
        exchange.stop()
    assert not stage.compare.stop(), "the next escape closes"
    await stage.close()
    assert (stage.paths, stage.path[1]) == (["a0"], "The Rhine.")
    assert not stage.compare.stop()
    assert not stage.compare.may_keep(0)


async def test_another_conversation_that_was_opened_meanwhile_stays_as_it_is(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open()
    stage.session.new()
    await stage.close((1, "keep"))
    assert (stage.paths, stage.session.conversation.head) == ([], None)


ONE, OTHER = (Variant(Settings(seed=seed), "scripted") for seed in (1, 2))


@pytest.mark.parametrize(("typed", "picked"), [("", [ONE, OTHER]), ("", Versions((1, 2))), (BOTH, None)])
async def test_nothing_is_asked_in_a_conversation_that_was_opened_while_the_user_was_asked(
    context: AppContext, typed: str, picked: Sequence[Variant] | Versions | None
) -> None:
    stage = Stage(context, picked)
    stage.meanwhile = stage.session.new
    assert await stage.compare.compare(typed) is None
    assert (stage.window, stage.started, stage.session.conversation.nodes) == (None, [], {})
    assert {*(await stage.session.load("talk")).nodes} == {"p0", "a0"}


async def test_the_prompt_that_is_read_is_answered_and_without_one_the_last(context: AppContext) -> None:
    stage = Stage(context, made=talk(("Name a river.", "The Rhine."), ("And the longest?", "The Nile.")))
    stage.has_focus = True
    for read, prompt in (("a0", "p0"), ("gone", "p1"), (None, "p1")):
        stage.id, stage.started = read, []
        window = await stage.open()
        assert window.comparison.prompt_id == prompt
        for exchange in stage.started:
            exchange.stop()
            stage.session.ended(exchange)
        await stage.close()


# What is refused


async def test_without_a_prompt_or_while_an_answer_comes_nothing_is_asked(context: AppContext) -> None:
    stage = Stage(context)
    exchange = await stage.session.retry()
    assert exchange is not None
    assert await stage.compare.compare(BOTH) == STILL_COMING
    await stage.compare.open()
    assert stage.notices.said == [STILL_COMING]
    stage.session.ended(exchange)
    stage.session.new()
    assert await stage.compare.compare("") == NO_PROMPT
    assert (stage.started, stage.offered) == ([], None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("temperature 0 7", "a number from 0 to 2"),
        ("temperature 1", "expected two to four values"),
        ("temperatur 0 1", "did you mean temperature?"),
        ("versions", "There are no versions to compare yet"),
        ("endpoint scripted gone", "gone"),
    ],
)
async def test_bad_values_are_explained_and_nothing_is_sent(context: AppContext, typed: str, said: str) -> None:
    stage = Stage(context)
    assert said in str(await stage.compare.compare(typed))
    assert (stage.window, stage.started) == (None, [])


async def test_beyond_the_budget_nothing_is_sent_and_what_was_given_up_while_it_waited_is_stopped(
    context: AppContext,
) -> None:
    stage = Stage(context)
    stage.allowed = False
    assert await stage.compare.compare(BOTH) is None
    assert (stage.window, stage.started, len(stage.session.conversation.nodes)) == (None, [], 2)
    stage.allowed = True
    stage.given_up = True
    await stage.open()
    assert stage.stopped == stage.started
    await stage.close()


@pytest.mark.parametrize(("dialect", "most"), [("mistral", "1.5"), ("openai", "2")])
async def test_the_values_that_are_offered_are_in_the_range_of_the_server(
    context: AppContext, dialect: str, most: str
) -> None:
    context.backends.add(EndpointConfig("other", "https://h.test/v1", dialect=dialect, auth="none"))
    context.endpoint = "other"
    stage = Stage(context)
    await stage.compare.compare()
    assert stage.offered is not None
    assert stage.offered.expected("temperature") == f"each a number from 0 to {most}, or none"


async def test_models_that_answered_here_are_offered_while_the_list_of_the_server_is_not_known(
    context: AppContext,
) -> None:
    context.backends.add(EndpointConfig("other", "https://h.test/v1", model="river-small", auth="none"))
    context.endpoint = "other"
    stage = Stage(context)
    for model in ("river-small-2026", "river-large"):
        made = replace(answer("The Elbe.", outcome=Outcome.COMPLETE), model=model, endpoint="other")
        stage.session.conversation.add(Node(model, "p0", made))
    stage.session.conversation.add(Node("failed", "p0", answer(outcome=Outcome.FAILED)))
    await stage.compare.compare()
    assert stage.offered is not None
    assert (dict(stage.offered.names)["model"], stage.offered.newest) == ("river-small river-large", "2 3")


# Versions


async def test_versions_that_are_there_are_offered_and_shown_without_a_request(context: AppContext) -> None:
    stage = Stage(context, Versions((2, 1)))
    stage.session.conversation.add(Node("again", "p0", answer("The Elbe.", outcome=Outcome.COMPLETE)))
    window = await stage.open("")
    assert stage.offered is not None
    assert (stage.offered.prompt, [each.text for each in stage.offered.versions]) == (
        "Name a river.", ["The Rhine.", "The Elbe."]
    )  # fmt: skip
    assert [(each.name, each.number) for each in stage.offered.versions] == [("1", "1/2"), ("2", "2/2")]
    assert isinstance(stage.offered.read("temperature 5 6"), str), "the window explains what is typed into it"
    assert (window.comparison.answers, stage.started) == (["again", "a0"], [])
    await stage.close((0, "keep"))
    assert stage.path == ["Name a river.", "The Elbe."]
    window = await stage.open("versions")
    assert window.comparison.answers == ["a0", "again"]
    await stage.close()


async def test_versions_of_an_edited_prompt_are_offered_by_the_numbers_that_stand_at_them(context: AppContext) -> None:
    stage = Stage(context)
    for node in (Node("again", "p0", answer("The Elbe.")), Node("p", None, replace(stage.prompt, text="A lake."))):
        stage.session.conversation.add(node)
    stage.session.conversation.add(Node("lake", "p", answer("The Müritz.")))
    await stage.compare.compare()
    assert stage.offered is not None
    offered = [(each.name, each.number, each.head.rpartition(" · ")[0], each.text) for each in stage.offered.versions]
    assert offered == [
        ("1.1", "1.1", "prompt 1/2 · answer 1/2", "Name a river."),
        ("1.2", "1.2", "prompt 1/2 · answer 2/2", "Name a river."),
        ("2", "2", "prompt 2/2", "A lake."),
    ]
    assert stage.offered.newest == "1.2 2"
    window = await stage.open("versions 2 1.1")
    assert window.comparison.answers == ["lake", "a0"]
    await stage.close()


async def test_what_was_answered_before_is_not_asked_again_unless_it_is_wanted(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open("temperature 0.2 0.5")
    await stage.come(0, COOL)
    await stage.come(1, WARM)
    await stage.close()
    window = await stage.open("temperature 0.5 1 0.2")
    assert [each.settings.temperature for each in stage.started[2:]] == [1.0]
    assert [window.comparison.turn(number).text for number in (0, 1, 2)] == [WARM, "", COOL]
    stage.compare.ask_again(2)
    await stage.jobs.done()
    assert [each.settings.temperature for each in stage.started[2:]] == [1.0, 0.2]
    await stage.close()
    for exchange in stage.started[2:]:
        exchange.stop()
        stage.session.ended(exchange)
    window = await stage.open("temperature 0.2 0.5")
    assert (len(stage.started), window.comparison.all_coming) == (4, []), "nothing was sent"
    await stage.close()


async def test_where_nothing_is_chosen_nothing_happens(context: AppContext) -> None:
    stage = Stage(context)
    assert await stage.compare.compare() is None
    assert (stage.window, stage.started, stage.notices.said) == (None, [], [])


# In the window


async def test_an_answer_is_asked_for_again_in_its_place_once_it_is_there(context: AppContext) -> None:
    stage = Stage(context)
    window = await stage.open()
    stage.compare.ask_again(0)
    await stage.come(0, COOL)
    await stage.come(1, WARM)
    stage.compare.ask_again(0)
    await stage.jobs.done()
    assert len(stage.started) == 3
    assert (window.shown, window.comparison.answers[0]) == ([0], stage.started[2].answer_id)
    await stage.come(2, "The Tiber.")
    assert stage.told.count("all are there") == 2
    await stage.jobs.done()
    assert window.sums[0] == ""
    assert window.sums[-1].startswith("3 answers · no price set · ~"), "the one whose place was taken was paid for, too"
    assert window.comparison.turn(0).text == "The Tiber."
    await stage.close()


async def test_what_a_server_of_one_answer_at_a_time_dropped_is_asked_once_more(context: AppContext) -> None:
    stage = Stage(context)
    dropped: list[ev.Event | Exception] = [ev.Sent(1), ev.Started(model="m"), ev.Closed(True)]

    async def come(number: int, script: Sequence[ev.Event | Exception]) -> None:
        exchange = stage.started[number]
        await exchange.run(ScriptedBackend([[*script]]))
        stage.session.ended(exchange)
        stage.compare.ended(exchange)
        await stage.jobs.done()

    window = await stage.open("temperature 0 0.5 1")
    await come(0, dropped)
    await come(1, dropped)
    assert len(stage.started) == 3, "another one still comes"
    await come(2, answered("The Po."))
    assert (len(stage.started), window.shown) == (4, [0])
    await come(3, answered("The Ebro."))
    assert (len(stage.started), window.shown) == (5, [0, 1]), "one after the other"
    assert "all are there" not in stage.told
    await come(4, dropped)
    assert (len(stage.started), stage.told.count("all are there")) == (5, 1), "once, and no more"
    await stage.close()


async def test_what_was_dropped_is_not_asked_again_once_the_user_stopped_all(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open()
    exchange = stage.started[0]
    await exchange.run(ScriptedBackend([[ev.Sent(1), ev.Closed(True)]]))
    stage.session.ended(exchange)
    stage.compare.ended(exchange)
    stage.compare.stop()
    stage.started[1].stop()
    stage.session.ended(stage.started[1])
    stage.compare.ended(stage.started[1])
    await stage.jobs.done()
    assert len(stage.started) == 2
    await stage.close()


async def test_an_endpoint_that_is_gone_is_not_asked_again_and_a_window_that_was_closed_shows_nothing(
    context: AppContext,
) -> None:
    stage = Stage(context, Versions())
    stage.session.conversation.add(Node("again", "p0", answer("The Elbe.", outcome=Outcome.COMPLETE)))
    await stage.open("versions")
    stage.compare.ask_again(0)
    assert stage.notices.said == ["The endpoint of this answer is not there any more."]
    await stage.close()
    window = await stage.open()
    await stage.come(0, COOL)
    await stage.come(1, WARM)
    stage.compare.ask_again(0)
    await stage.close()
    await stage.jobs.done()
    assert (window.shown, len(stage.started)) == ([], 3), "it comes as a version"


async def test_an_answer_without_text_cannot_be_kept_and_one_that_still_comes_can(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open()
    assert stage.compare.may_keep(0)
    exchange = stage.started[0]
    exchange.stop()
    assert not stage.compare.may_keep(0)
    assert stage.notices.said == ["There is no text in this answer to continue with."]
    await stage.close()


async def test_what_is_copied_is_what_is_selected_or_the_answer_or_its_code(context: AppContext) -> None:
    stage = Stage(context)
    await stage.open()
    stage.compare.copy(0, "")
    await stage.come(1, WARM)
    stage.compare.copy(1, "")
    stage.compare.copy(1, "some words")
    stage.compare.copy_code(1, 0)
    stage.compare.copy_code(1, 5)
    await stage.jobs.done()
    assert stage.copied == [(WARM, "answer"), ("some words", "selection"), ("print(1)", "code")]
    assert stage.notices.said == ["There is nothing to copy here yet."]
    await stage.close()
