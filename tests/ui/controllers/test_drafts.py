"""Drafts: kept by themselves, each by its conversation."""

from __future__ import annotations

import asyncio

from tests.store.trees import talk
from tests.ui.controllers.fakes import Notices, Written
from tests.waiting import until
from tui_chat.engine.session import Session
from tui_chat.ui.context_use import ContextUse
from tui_chat.ui.controllers.drafts import DraftsController
from tui_chat.ui.controllers.edit_prompt import EditPromptController


def drafts_of(session: Session, prompt: Written) -> DraftsController:
    return DraftsController(session, prompt, EditPromptController(session, prompt, Notices(), ContextUse()))


async def test_what_is_typed_is_written_a_moment_later(session: Session) -> None:
    prompt, library = Written(), session.services.library
    drafts = drafts_of(session, prompt)
    drafts.enter(session.conversation, "", [])
    prompt.text = "typed"
    drafts.typed()
    await until(lambda: bool(library.drafts.get("").now()))
    assert await library.drafts.get("") == "typed"


async def test_the_last_key_counts_where_a_new_conversation_follows_at_once(session: Session) -> None:
    prompt = Written()
    drafts = drafts_of(session, prompt)
    drafts.enter(session.conversation, "", [])
    prompt.text = "struck just now"
    assert drafts.not_begun() == "struck just now"


async def test_opening_what_is_open_keeps_what_is_typed_meanwhile(session: Session) -> None:
    prompt, known = Written(), talk(("one", "1"))
    drafts = drafts_of(session, prompt)
    drafts.enter(known, "", ["one"])
    read = await drafts.of(known)
    prompt.text = "typed since"
    drafts.keep_now()
    drafts.enter(known, read, ["one"])
    assert prompt.text == "typed since"


async def test_each_conversation_has_its_own(session: Session) -> None:
    prompt, other = Written(), talk(("one", "1"))
    drafts = drafts_of(session, prompt)
    drafts.enter(session.conversation, "", [])
    prompt.text = "here"
    drafts.keep_now()
    drafts.enter(other, "there", ["one"])
    assert (prompt.text, prompt.prompts, drafts.owner) == ("there", ("one",), other.id)
    assert await drafts.of(session.conversation) == "here"


async def test_what_was_typed_at_the_start_stays_and_the_draft_is_one_key_up(session: Session) -> None:
    prompt = Written("typed meanwhile")
    drafts_of(session, prompt).enter(session.conversation, "draft", [])
    assert (prompt.text, prompt.aside) == ("typed meanwhile", ("draft",))


async def test_keeping_costs_nothing_where_nothing_changed(session: Session) -> None:
    prompt = Written()
    drafts = drafts_of(session, prompt)
    drafts.keep_now()
    assert not session.services.unsaved.remaining, "before a conversation is shown there is no draft"
    drafts.enter(session.conversation, "", [])
    drafts.keep_now()
    await asyncio.sleep(0)
    assert not session.services.unsaved.remaining
