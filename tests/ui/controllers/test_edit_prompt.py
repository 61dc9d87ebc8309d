"""A prompt is edited in the widget, and what had been begun there comes back."""

from __future__ import annotations

from tests.store.trees import talk
from tests.ui.controllers.fakes import Notices, Written
from tui_chat.engine.session import Session
from tui_chat.ui.context_use import ContextUse
from tui_chat.ui.controllers.edit_prompt import EditPromptController


async def test_what_was_begun_comes_back_however_editing_ends(session: Session) -> None:
    session.switch(talk(("one", "1"), ("two", "2")))
    for end in ("leave", "sent"):
        prompt = Written("begun")
        editing = EditPromptController(session, prompt, Notices(), ContextUse())
        editing.edit_last()
        assert (prompt.text, editing.edited, bool(prompt.title)) == ("two", "p1", True)
        prompt.text = "two, better"
        assert editing.to_keep(prompt.text) == "two, better\n\nbegun", "a crash loses neither"
        getattr(editing, end)()
        assert (prompt.text, editing.edited, prompt.title) == ("begun", None, "")
        assert prompt.aside == (("two, better",) if end == "leave" else ())
        assert not editing.leave(), "nothing is edited any more"


async def test_another_conversation_ends_it(session: Session) -> None:
    session.switch(talk(("one", "1")))
    prompt = Written()
    editing = EditPromptController(session, prompt, Notices(), ContextUse())
    editing.edit_last()
    session.new()
    assert editing.edited is None
    editing.forget()
    assert prompt.title == ""


async def test_without_a_prompt_there_is_nothing_to_edit(session: Session) -> None:
    prompt, notices = Written("begun"), Notices()
    EditPromptController(session, prompt, notices, ContextUse()).edit_last()
    assert (prompt.text, notices.said) == ("begun", ["There is no prompt to edit yet."])
