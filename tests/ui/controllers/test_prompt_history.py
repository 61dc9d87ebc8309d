"""Prompts that were sent before are found again: here first, then in the library; the own draft is never lost."""

from __future__ import annotations

from tests.store.trees import talk
from tests.ui.controllers.fakes import Typed
from tui_chat.core.conversation import Conversation
from tui_chat.engine.session import Session
from tui_chat.ui.controllers.prompt_history import PromptHistoryController, all_prompts, own_prompts


class Menu:
    """The list over the prompt, which writes its command into it."""

    def __init__(self, prompt: Typed) -> None:
        self._prompt, self.is_open = prompt, False

    def choose(self, name: str) -> None:
        self._prompt.replace_text(f"/{name} ")
        self.is_open = True

    def close(self) -> bool:
        closed, self.is_open = self.is_open, False
        return closed


class Stage:
    def __init__(self, text: str) -> None:
        self.prompt = Typed(text)
        self.menu = Menu(self.prompt)
        self.history = PromptHistoryController(self.prompt, self.menu)


def test_the_draft_comes_back_with_escape_and_is_one_key_up_all_the_while() -> None:
    stage = Stage("half a thought")
    stage.history.search("owls")
    assert (stage.prompt.text, stage.prompt.focused, stage.prompt.aside) == (
        "/history owls ", True, ("half a thought",)
    )  # fmt: skip
    stage.history.search("cats")
    assert (stage.prompt.text, stage.prompt.aside) == ("/history cats ", ("half a thought",)), "the search is no draft"
    assert stage.history.close()
    assert stage.prompt.text == "half a thought"
    assert not stage.history.close(), "escape is left to others now"


def test_what_was_chosen_stays_and_so_does_what_another_command_wrote() -> None:
    stage = Stage("half a thought")
    stage.history.search()
    stage.prompt.replace_text("What do owls eat?")
    stage.menu.choose("theme")
    assert stage.history.close()
    assert stage.prompt.text == "/theme ", "its list was closed, not the search"


def filled(session: Session) -> Conversation:
    for name, text in (("rivers", "Where do rivers begin?"), ("owls", "What do owls eat?")):
        session.services.library.create(talk((text, "Mice at rivers."), id=name, title=name.title())).now()
    open_one = talk(("Which rivers are long?", "…"), ("What do owls eat?", "…"), ("Which rivers are long?", "…"))
    return session.switch(open_one)


async def test_those_of_the_conversation_come_first_each_once_and_answers_are_not_searched(session: Session) -> None:
    filled(session)
    found = await all_prompts(session, "")
    assert [(choice.value, choice.help) for choice in found.all] == [
        ("Which rivers are long?", ""),
        ("What do owls eat?", ""),
        ("Where do rivers begin?", "Rivers"),
    ]
    assert [choice.value for choice in (await all_prompts(session, "rivers")).all] == [
        "Which rivers are long?",
        "Where do rivers begin?",
    ]
    assert [choice.value for choice in own_prompts(session, "owls").all] == ["What do owls eat?"]


async def test_nothing_found_is_said(session: Session) -> None:
    assert (await all_prompts(session, "")).note == "No prompt was sent yet."
    filled(session)
    assert (await all_prompts(session, "zebra")).note == "No sent prompt contains “zebra”."


async def test_a_library_that_fails_leaves_those_of_the_conversation(session: Session) -> None:
    filled(session)
    await session.services.library.close()
    found = await all_prompts(session, "owls")
    assert [choice.value for choice in found.all] == ["What do owls eat?"]
    assert found.note
