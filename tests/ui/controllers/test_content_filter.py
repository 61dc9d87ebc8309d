"""Rejections are shown one at a time, and only where nothing is in front of the conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.store.trees import talk
from tests.ui.controllers.fakes import Answers, Copied, Notices, Tasks, Written
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome, Turn
from tui_chat.engine.session import Session
from tui_chat.ui.context_use import ContextUse
from tui_chat.ui.controllers.content_filter import CaseActions, ContentFilterController
from tui_chat.ui.controllers.edit_prompt import EditPromptController
from tui_chat.ui.filter_rejection_text import FilterRejection
from tui_chat.ui.keymap import Keymap


class View:
    def __init__(self) -> None:
        self.hidden: set[str] = set()

    @property
    def views(self) -> View:
        return self

    def put(self, node_id: str, turn: Turn) -> None:
        return

    def hides(self, node_id: str) -> bool:
        return node_id in self.hidden

    def toggle_hidden_text(self, node_id: str) -> None:
        self.hidden ^= {node_id}


class Opened:
    def __init__(self, case: FilterRejection, actions: CaseActions) -> None:
        self.case, self.actions = case, actions
        self.closed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def take(self, case: FilterRejection) -> None:
        self.case = case


class Dialogs(Answers):
    def __init__(self, *answers: object) -> None:
        super().__init__(*answers)
        self.cases: list[Opened] = []

    def rejection(self, case: FilterRejection, actions: CaseActions, typed: Callable[[str], object] | None) -> Opened:
        self.cases.append(Opened(case, actions))
        return self.cases[-1]

    async def filter_table(self, conversation: Conversation, copy: object, save: object) -> str | None:
        return None


class Opens:
    def __init__(self, session: Session, *conversations: Conversation) -> None:
        self.session, self.known = session, {each.id: each for each in conversations}

    async def open(self, conversation_id: str) -> bool:
        self.session.switch(self.known[conversation_id])
        return True


class Stage:
    def __init__(self, session: Session, *answers: object, typed: str = "") -> None:
        self.conversation = talk(("one", "1"), ("two", "2"), id="rejected", title="Owls")
        session.switch(self.conversation)
        self.dialogs, self.notices, self.jobs, self.prompt = Dialogs(*answers), Notices(), Tasks(), Written(typed)
        self.view, self.copied = View(), Copied()
        self.editing = EditPromptController(session, self.prompt, self.notices, ContextUse())
        self.filter = ContentFilterController(
            session,
            Opens(session, self.conversation),
            self.view,
            self.prompt,
            self.editing,
            Keymap({"filter.report": ("f5",)}),
            self.copied,
            lambda: not any(not each.closed.done() for each in self.dialogs.cases),
            self.dialogs,
            self.notices,
            self.jobs,
        )

    def reject(self, *answer_ids: str) -> None:
        for answer_id in answer_ids:
            turn = self.conversation.nodes[answer_id].turn
            rejected = Turn("assistant", turn.text, turn.created, outcome=Outcome.ANSWER_BLOCKED)
            self.conversation.put(answer_id, rejected)
            exchange: Any = type("Ended", (), {"answer_id": answer_id, "conversation": self.conversation})
            self.filter.answer_changed(exchange)


async def test_one_at_a_time_and_each_once(session: Session) -> None:
    stage = Stage(session)
    stage.reject("a0", "a1", "a0")
    assert len(stage.dialogs.cases) == 1, "the second waits"
    stage.dialogs.cases[0].closed.set_result("close")
    stage.filter.show_next()
    assert [opened.case.turn.text for opened in stage.dialogs.cases] == ["1", "2"]
    stage.dialogs.cases[1].closed.set_result("close")
    stage.filter.show_next()
    await stage.jobs.done()
    assert (len(stage.dialogs.cases), stage.prompt.focused) == (2, True)


async def test_in_another_conversation_it_is_only_said(session: Session) -> None:
    stage = Stage(session)
    session.new()
    stage.reject("a0")
    assert stage.dialogs.cases == []
    assert "rejected a turn in “Owls”" in stage.notices.said[0]


async def test_the_prompt_comes_back_as_a_branch_and_what_was_begun_after_it(session: Session) -> None:
    stage = Stage(session, typed="begun")
    stage.reject("a0")
    session.new()
    stage.dialogs.cases[0].closed.set_result("edit")
    await stage.jobs.done()
    assert (stage.prompt.text, stage.editing.edited) == ("one", stage.conversation.children(None)[0])
    assert session.conversation is stage.conversation, "the conversation of that prompt is shown again"
    assert stage.editing.leave()
    assert stage.prompt.text == "begun"


async def test_the_keys_of_the_dialog_act_on_its_turn(session: Session) -> None:
    stage = Stage(session)
    stage.reject("a0")
    opened = stage.dialogs.cases[0]
    assert opened.actions.hide(True).hidden
    assert opened.actions.hide(True).hidden, "twice is meant once"
    assert not opened.actions.hide(False).hidden
    assert opened.actions.send(True).goes_out
    assert not opened.actions.send(False).goes_out
    opened.actions.copy()
    assert [what for _, what in stage.copied] == ["report"]


async def test_a_table_is_saved_in_the_format_of_its_name(session: Session, tmp_path: Path) -> None:
    stage = Stage(session, str(tmp_path / "t.pdf"), str(tmp_path / "t.csv"))
    await stage.filter.save_table([], "Owls at night")
    assert (tmp_path / "t.csv").exists()
    assert stage.dialogs.asked[0] == ("Save the table as", "Owls-at-night-filter.csv")
    assert "does not say in which format" in stage.notices.said[0]


async def test_the_last_answer_is_left_out_and_taken_back(session: Session) -> None:
    stage = Stage(session)
    for words in ("are left out of", "go out with"):
        stage.filter.toggle_last_exclusion()
        assert stage.notices.said[-1] == f"The last answer and its prompt {words} later requests."
