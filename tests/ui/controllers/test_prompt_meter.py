"""When the prompt and what goes out with it are counted, and when not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tests.ui.controllers.fakes import Tasks, Written
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Role, Turn, Usage
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.context_use import ContextUse
from tui_chat.ui.controllers.prompt_meter import PromptMeterController
from tui_chat.ui.prompt_meter import PromptMeter
from tui_chat.ui.state import derive


class Metered(Written):
    is_attached = True

    def __init__(self) -> None:
        super().__init__("words")
        self.shown: list[PromptMeter] = []

    def show_meter(self, meter: PromptMeter) -> None:
        self.shown.append(meter)


async def test_a_count_that_comes_after_the_end_asks_no_endpoint(context: AppContext) -> None:
    over: list[bool] = []
    prompt = Metered()
    meter = PromptMeterController(context, prompt, Tasks(), lambda: bool(over))
    await meter.count()
    assert len(prompt.shown) == 1
    over.append(True)
    await context.backends.aclose()
    await meter.count()
    assert len(prompt.shown) == 1


async def test_keys_count_the_prompt_and_not_the_conversation_again(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompt = Metered()
    meter = PromptMeterController(context, prompt, Tasks())
    counted: list[int] = []

    def used(_: ContextUse, conversation: Conversation, *__: object) -> int:
        counted.append(len(conversation.path()))
        return 0

    monkeypatch.setattr(ContextUse, "_used", used)
    for text in ("words", "words and", "words and more"):
        prompt.text = text
        await meter.count()
    assert counted == [0]
    assert [shown.prompt for shown in prompt.shown] == sorted({shown.prompt for shown in prompt.shown})
    turn = Turn(role="user", text="a prompt", created=datetime(2026, 11, 24, tzinfo=UTC))
    context.session.conversation.add(Node("n1", None, turn))
    await meter.count()
    assert counted == [0, 1]


async def test_the_conversation_counts_as_much_as_in_the_header(context: AppContext) -> None:
    """The server's own number where there is one, whatever the estimate says."""
    prompt, conversation = Metered(), context.session.conversation
    now = datetime(2026, 11, 24, tzinfo=UTC)
    conversation.add(Node("n1", None, Turn(role="user", text="a prompt", created=now)))
    usage = Usage(4000, 100, 4100)
    answer = Turn(role="assistant", text="so", created=now, outcome=Outcome.COMPLETE, usage=usage)
    conversation.add(Node("n2", "n1", answer))
    await PromptMeterController(context, prompt, Tasks()).count()
    (shown,) = prompt.shown
    assert shown.total - shown.prompt == context.use.tokens(conversation, None) == 4100
    assert shown.total == derive(context).used, "with what is being written"


async def test_what_an_edit_replaces_counts_nowhere(context: AppContext) -> None:
    prompt, conversation = Metered(), context.session.conversation
    now = datetime(2026, 11, 24, tzinfo=UTC)
    turns: tuple[tuple[str, str | None, Role, str, int | None], ...] = (
        ("p0", None, "user", "first", None),
        ("a0", "p0", "assistant", "so", 300),
        ("p1", "a0", "user", "word " * 999, None),
        ("a1", "p1", "assistant", "so", 4100),
    )
    for name, parent, role, words, total in turns:
        usage = None if total is None else Usage(total, 0, total)
        conversation.add(Node(name, parent, Turn(role, words, now, outcome=Outcome.COMPLETE, usage=usage)))
    meter = PromptMeterController(context, prompt, Tasks())
    for edited, before in ((None, 4100), ("p1", 300), ("p0", 0), ("gone", 4100)):
        context.use.edited = edited
        await meter.count()
        assert prompt.shown[-1].total - prompt.shown[-1].prompt == before
        assert derive(context).used == prompt.shown[-1].total


async def test_nothing_is_counted_while_a_request_is_made(context: AppContext, monkeypatch: pytest.MonkeyPatch) -> None:
    prompt, tasks = Metered(), Tasks()
    meter = PromptMeterController(context, prompt, tasks)
    monkeypatch.setattr("tui_chat.ui.controllers.prompt_meter.PAUSE_S", 0)
    current = SimpleNamespace(timing=None)
    monkeypatch.setattr(type(context.session), "current", property(lambda _: current))
    meter._due()
    await tasks.done()
    assert prompt.shown == []
    current.timing = object()
    while not prompt.shown:  # it looks again and again
        await asyncio.sleep(0)
        await tasks.done()
