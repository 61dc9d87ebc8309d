"""Prompts and answers of the open conversation: what becomes of a prompt, and which conversation is on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import pytest

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import prompt, talk
from tests.ui.controllers.fakes import Notices, Posted, Written
from tests.waiting import until
from tui_chat.core.attachment import Attachment
from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import Timing, Turn
from tui_chat.core.reply import Reply
from tui_chat.engine.exchange import Exchange
from tui_chat.store.errors import LibraryError
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.context_use import ContextUse
from tui_chat.ui.controllers.conversation import STILL_COMING, ConversationController
from tui_chat.ui.controllers.drafts import DraftsController
from tui_chat.ui.controllers.edit_prompt import EditPromptController
from tui_chat.ui.controllers.transcript_notices import TranscriptNoticesController
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.widget_messages import LibraryChanged

LOCKED = LibraryError("It is locked.", "Wait.", locked=True)


class View:
    """A transcript: the texts of its turns, the answer that streams into it, and where its cursor is."""

    has_focus = True

    def __init__(self) -> None:
        self.turns: dict[str, str] = {}
        self.endpoints: dict[str, str | None] = {}
        """Of each turn, when it was shown."""
        self.streaming: str | None = None
        self.pointed_at: str | None = None
        self.at_end = False

    @property
    def entries(self) -> View:
        return self

    @property
    def texts(self) -> list[str]:
        return [*self.turns.values()]

    def prepared(self, nodes: Sequence[Node], versions: Mapping[str, Version], sent: object) -> Any:
        self.endpoints |= {node.id: node.turn.endpoint for node in nodes}
        return {node.id: node.turn.text for node in nodes}

    def show(self, contents: Any) -> None:
        self.turns, self.streaming = contents, None

    def append(self, node: Node) -> None:
        self.turns[node.id] = node.turn.text
        self.endpoints[node.id] = node.turn.endpoint

    def put(self, node_id: str, turn: Turn) -> None:
        self.turns[node_id] = turn.text

    def stream(self, node_id: str, reply: Reply, speaker: str = "") -> None:
        self.streaming, self.speaker = node_id, speaker

    def point_at(self, node_id: str) -> None:
        self.pointed_at = node_id

    def action_scroll(self, target: Literal["end"]) -> None:
        self.at_end = True

    def notice(self, text: str, after: str | None = None) -> None:
        return

    def mark(self, text: str, after: str | None) -> None:
        return


class Runner:
    """Answers that were begun and stopped; a test lets each one come."""

    def __init__(self) -> None:
        self.closed = False
        self.started: list[Exchange] = []
        self.stopped: list[Exchange] = []

    def start(self, exchange: Exchange, backend: object) -> None:
        self.started.append(exchange)

    def stop(self, exchange: Exchange) -> None:
        self.stopped.append(exchange)


class NoFiles:
    def __init__(self) -> None:
        self.read = asyncio.Event()
        """Cleared while files are being read."""
        self.read.set()

    async def resolved(self, text: str) -> tuple[str, tuple[Attachment, ...]]:
        await self.read.wait()
        return text, ()


class Stage:
    """A controller with a library of two conversations, and all that it works with."""

    def __init__(self, context: AppContext, typed: str = "") -> None:
        self.session = context.session
        self.view, self.runner, self.prompt = View(), Runner(), Written(typed)
        self.notices, self.posted, self.files = Notices(), Posted(), NoFiles()
        self.editing = EditPromptController(self.session, self.prompt, self.notices, ContextUse())
        self.conversation = ConversationController(
            context,
            self.runner,
            self.view,
            self.prompt,
            DraftsController(self.session, self.prompt, self.editing),
            self.editing,
            self.files,
            TranscriptNoticesController(context, self.view, self.notices, lambda title, seconds: None),
            Keymap(),
            self.notices,
            self.posted,
        )
        for name in ("owls", "cats"):
            self.session.services.library.create(talk((f"{name}?", f"about {name}"), id=name, title=name)).now()

    async def answered(self, text: str, reason: str = "stop") -> None:
        """Let the answer come that was begun last."""
        exchange = self.runner.started[-1]
        await exchange.run(ScriptedBackend([answered(text, reason=reason)]))
        self.session.ended(exchange)
        self.conversation.answer_changed(exchange)


class HeldLibrary:
    """A library that another program holds until it is `free`."""

    def __init__(self, session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.free = False
        self._begin = session.services.library.begin
        monkeypatch.setattr(session.services.library, "begin", self.begin)

    async def begin(self, *args: Any) -> None:
        await asyncio.sleep(0)
        if not self.free:
            raise LOCKED
        await self._begin(*args)


@pytest.fixture
def stage(context: AppContext) -> Stage:
    return Stage(context)


async def submitted(stage: Stage, text: str) -> None:
    stage.prompt.text = text
    await stage.conversation.submit(text)


async def stored(stage: Stage, conversation_id: str) -> list[str]:
    return [node.turn.text for node in (await stage.session.services.library.load(conversation_id)).path()]


async def test_a_prompt_that_is_sent_is_in_the_library_and_below_the_conversation(stage: Stage) -> None:
    await stage.conversation.open_first()
    await submitted(stage, "hello")
    assert stage.prompt.text == ""
    assert stage.view.texts == ["hello", ""]
    assert stage.view.at_end
    exchange = stage.runner.started[0]
    assert stage.view.streaming == exchange.answer_id
    assert await stored(stage, exchange.conversation.id) == ["hello", ""]
    await stage.answered("Hello yourself.")
    assert stage.view.texts == ["hello", "Hello yourself."]
    assert stage.conversation.last_answer() == "Hello yourself."


async def test_a_prompt_that_cannot_be_sent_stays_where_it_was_typed(stage: Stage) -> None:
    await stage.conversation.open_first()
    await submitted(stage, "first")
    await submitted(stage, "second")
    assert (stage.prompt.text, stage.notices.said) == ("second", [STILL_COMING])
    await stage.answered("One.")
    await stage.session.services.library.close()
    await submitted(stage, "second")
    assert stage.prompt.text == "second"
    assert "library" in stage.notices.said[-1].casefold()
    assert len(stage.runner.started) == 1


async def test_waiting_for_the_library_is_said_once_and_can_be_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldLibrary(stage.session, monkeypatch)
    await stage.conversation.open_first()
    stage.prompt.text = "patience"
    for free in (False, True):
        sending = asyncio.create_task(stage.conversation.submit("patience"))
        await until(lambda: stage.notices.said)
        said = stage.notices.said.pop()
        assert "Another program holds the library" in said
        if free:
            held.free = True
        else:
            assert stage.conversation.stop()
        await sending
        if not free:
            assert (stage.notices.said, stage.prompt.text) == (["Not sent. The prompt is still here."], "patience")
            stage.notices.said.clear()
    assert (stage.notices.said, stage.prompt.text, stage.view.texts) == ([], "", ["patience", ""])


async def test_a_prompt_whose_files_are_being_read_can_be_given_up(stage: Stage) -> None:
    await stage.conversation.open_first()
    stage.prompt.text = "look at this"
    stage.files.read.clear()
    sending = asyncio.create_task(stage.conversation.submit("look at this"))
    await asyncio.sleep(0)
    assert stage.conversation.stop()
    stage.files.read.set()
    await sending
    assert stage.notices.said == ["Not sent. The prompt is still here."]
    assert (stage.prompt.text, stage.view.texts, stage.runner.started) == ("look at this", [], [])
    assert not stage.conversation.stop(), "nothing is under way any more"


async def test_a_prompt_goes_where_it_was_sent_although_its_files_are_read_slowly(stage: Stage) -> None:
    await stage.conversation.open_first()
    begun = stage.session.conversation
    stage.prompt.text = "look at this"
    stage.files.read.clear()
    sending = asyncio.create_task(stage.conversation.submit("look at this"))
    await asyncio.sleep(0)
    await stage.conversation.open("owls")
    assert not stage.conversation.stop(), "it is the other conversation's"
    stage.files.read.set()
    await sending
    assert [each.conversation for each in stage.runner.started] == [begun]
    assert stage.view.texts == ["owls?", "about owls"]


async def test_a_prompt_whose_conversation_was_left_is_sent_there_and_seen_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldLibrary(stage.session, monkeypatch)
    await stage.conversation.open_first()
    stage.prompt.text = "hello"
    sending = asyncio.create_task(stage.conversation.submit("hello"))
    await until(lambda: stage.notices.said)
    await stage.conversation.open("owls")
    stage.prompt.text = "typed in the other one"
    held.free = True
    await sending
    assert (stage.view.texts, stage.view.streaming) == (["owls?", "about owls"], None)
    assert stage.prompt.text == "typed in the other one"
    exchange = stage.runner.started[0]
    assert await stage.conversation.open(exchange.conversation.id)
    assert (stage.view.texts, stage.view.streaming) == (["hello", ""], exchange.answer_id)


async def test_an_answer_elsewhere_does_not_show_in_the_open_conversation(stage: Stage) -> None:
    await stage.conversation.open_first()
    await submitted(stage, "hello")
    await stage.conversation.open("owls")
    await stage.answered("Hello yourself.")
    assert stage.view.texts == ["owls?", "about owls"]


async def test_an_answer_is_asked_again_beside_the_old_one(stage: Stage) -> None:
    await stage.conversation.open("owls")
    for prompt_id in (None, "p0"):
        await stage.conversation.retry(prompt_id)
        assert stage.view.texts == ["owls?", ""]
        assert stage.view.pointed_at == stage.view.streaming == stage.runner.started[-1].answer_id
        await stage.answered("better")
    assert stage.view.texts == ["owls?", "better"]
    assert len(stage.session.conversation.siblings("a0")) == 3


async def test_an_edited_prompt_goes_out_as_a_branch(stage: Stage) -> None:
    await stage.conversation.open("owls")
    stage.prompt.text = "begun"
    stage.editing.edit_last()
    await submitted(stage, "owls, please?")
    assert stage.view.texts == ["owls, please?", ""]
    assert stage.session.conversation.siblings("p0") == ["p0", stage.runner.started[0].prompt_id]
    assert stage.prompt.text == "begun", "comes back once the branch is sent"


async def test_an_answer_that_was_cut_is_continued_below_it(stage: Stage) -> None:
    await stage.conversation.open_first()
    await submitted(stage, "hello")
    await stage.answered("Hello your", "length")
    await stage.conversation.continue_answer()
    await stage.answered("self.")
    assert stage.view.texts == ["hello", "Hello your", "self."]
    assert stage.notices.said == []


async def test_each_answer_names_its_endpoint_before_it_comes(stage: Stage) -> None:
    await stage.conversation.open("owls")
    await submitted(stage, "hello")
    await stage.answered("Hello your", "length")
    await stage.conversation.continue_answer()
    await stage.answered("self.")
    await stage.conversation.retry()
    await stage.answered("Hello.")
    stage.editing.edit_last()
    await submitted(stage, "hello again")
    assert await stage.conversation.send_queued("queued", "", stage.session.conversation) is False, "one is coming"
    await stage.answered("Again.")
    assert await stage.conversation.send_queued("queued", "", stage.session.conversation)
    assert [stage.view.endpoints[each.answer_id] for each in stage.runner.started] == ["scripted"] * 5


async def test_where_there_is_nothing_to_ask_again_it_is_said(stage: Stage) -> None:
    await stage.conversation.open_first()
    await stage.conversation.retry()
    await stage.conversation.open("owls")
    await stage.conversation.continue_answer()
    assert stage.notices.said == [
        "There is no prompt to answer yet.",
        "Nothing to continue: the last answer is complete.",
    ]
    assert stage.runner.started == []


async def test_a_library_that_fails_refuses_another_answer_and_another_conversation(stage: Stage) -> None:
    await stage.conversation.open_first()
    await submitted(stage, "hello")
    await stage.answered("Hello your", "length")
    await stage.session.services.unsaved.settled()
    await stage.session.services.library.close()
    await stage.conversation.retry()
    await stage.conversation.continue_answer()
    assert not await stage.conversation.open("owls")
    assert ["is not open" in said for said in stage.notices.said] == [True] * 3
    assert (stage.view.texts, len(stage.runner.started)) == (["hello", "Hello your"], 1)


async def test_an_answer_is_stopped_once(stage: Stage) -> None:
    await stage.conversation.open_first()
    assert not stage.conversation.stop()
    await submitted(stage, "hello")
    assert stage.conversation.stop()
    assert stage.runner.stopped == stage.runner.started


async def test_of_two_conversations_the_one_wanted_last_is_shown(stage: Stage) -> None:
    first, second = stage.conversation.open("owls"), stage.conversation.open("cats")
    assert all(await asyncio.gather(first, second))
    assert stage.view.texts == ["cats?", "about cats"]
    late = asyncio.create_task(stage.conversation.open("owls"))
    await asyncio.sleep(0)
    stage.conversation.begin_new()
    await late
    assert (stage.view.texts, stage.prompt.focused) == ([], True)


async def test_one_that_cannot_be_read_leaves_what_is_shown(stage: Stage) -> None:
    await stage.conversation.open("owls")
    assert not await stage.conversation.open("gone")
    assert stage.view.texts == ["owls?", "about owls"]
    assert len(stage.notices.said) == 1


@pytest.mark.parametrize(
    ("wanted", "last", "texts"),
    [(None, False, []), ("owls", False, ["owls?", "about owls"]), (None, True, ["cats?", "about cats"])],
)
async def test_the_first_conversation_is_the_one_asked_for(
    context: AppContext, wanted: str | None, last: bool, texts: list[str]
) -> None:
    context.open_id, context.continue_last = wanted, last
    stage = Stage(context)
    await stage.session.services.library.delete("cats" if wanted else "owls")
    await stage.conversation.open_first()
    assert stage.view.texts == texts
    assert LibraryChanged in [type(fact) for fact in stage.posted]


async def test_what_another_program_wrote_on_a_branch_is_said(stage: Stage) -> None:
    forked = talk(("one", "1"), ("here", "2"), id="forked")
    shown = forked.nodes["p1"].turn.created
    forked.put("a1", replace(forked.nodes["a1"].turn, created=shown, timing=Timing(None, 60_000.0)))
    forked.add(Node("p2", "a0", replace(prompt("there"), created=shown + timedelta(seconds=9))))
    forked.head = "a1"
    await stage.session.services.library.create(forked)
    await stage.conversation.open("forked")
    assert stage.view.texts == ["one", "1", "here", "2"]
    assert "1 prompt of this conversation is on another branch" in stage.notices.said[0]
    assert stage.session.show_version("p1", 1) == "p2"
    await stage.conversation.show_path("p2")
    assert (stage.view.texts, stage.view.pointed_at) == (["one", "1", "there"], "p2")
