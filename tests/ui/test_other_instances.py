"""Two instances on one library: what the other one adds appears, and nothing that is shown moves for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import answer, prompt, talk
from tests.support.library import add_turn, set_head, set_settings, set_title
from tests.ui.harness import chat, in_background, screen_of, text_of
from tests.waiting import until
from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import Outcome, Timing
from tui_chat.core.settings import Settings
from tui_chat.store.library import Library
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.library import LibraryScreen


@contextmanager
def other(folder: Path) -> Iterator[Library]:
    """The library as another instance has it open."""
    library = Library(folder)
    library.open().now()
    try:
        yield library
    finally:
        library.close().now()


def add(library: Library, parent: str, name: str, seconds: float = 50) -> None:
    """A prompt and its answer below a turn, as an instance writes them."""
    add_turn(library, "talk", Node(f"p{name}", parent, prompt(f"asked {name}", seconds))).now()
    add_turn(library, "talk", Node(f"a{name}", f"p{name}", answer("", seconds))).now()
    ended = replace(answer(f"so it is {name}", seconds, Outcome.COMPLETE), timing=Timing(100.0, 900.0))
    library.finish("talk", f"a{name}", ended).now()


async def seen(app: ChatApp, text: str) -> None:
    """Until the text is on the screen or in a notice, which breaks it; a look each time, not once a second."""

    def looked() -> bool:
        in_background(app, screen_of(app).controllers.other_windows.look())
        return text in text_of(app) or any(text in notice.message for notice in app._notifications)

    await until(looked)


async def test_turns_below_the_shown_end_are_appended_and_answered_from_there(tmp_path: Path) -> None:
    with other(tmp_path) as library:
        library.create(talk(("question", "an answer"))).now()
        backend = ScriptedBackend([answered("Ours.")])
        async with chat(tmp_path, backend) as (app, pilot):
            await pilot.press(*"typing")
            add(library, "a0", "x")
            await seen(app, "so it is x")
            assert screen_of(app).prompt.text == "typing"
            await pilot.press("enter")
            await until(lambda: "Ours." in text_of(app))
            sent = [text for _, text in backend.asked[0][0]]
            assert sent == ["question", "an answer", "asked x", "so it is x", "typing"]
        assert [node.turn.text for node in library.load("talk").now().path()][-2:] == ["typing", "Ours."]


async def test_an_answer_that_another_window_writes_grows_and_ends(tmp_path: Path) -> None:
    with other(tmp_path) as library:
        library.create(talk(("question", "an answer"))).now()
        async with chat(tmp_path, ScriptedBackend([])) as (app, _):
            add_turn(library, "talk", Node("px", "a0", prompt("asked", 50))).now()
            add_turn(library, "talk", Node("ax", "px", answer("", 51))).now()
            library.append("talk", "ax", text="Half of ").now()
            await seen(app, "Half of")
            await seen(app, "is writing an answer here")
            library.append("talk", "ax", text="a sentence").now()
            await seen(app, "Half of a sentence")
            library.finish("talk", "ax", answer("Half of a sentence, whole.", 51, Outcome.COMPLETE)).now()
            await seen(app, "whole.")
            assert "incomplete" not in text_of(app)
        assert library.load("talk").now().nodes["ax"].turn.outcome is Outcome.COMPLETE


async def test_while_an_answer_comes_here_what_others_add_waits(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(4)
    with other(tmp_path) as library:
        library.create(talk(("question", "an answer"))).now()
        async with chat(tmp_path, ScriptedBackend([answered("One two three.")], hold=hold)) as (app, pilot):
            await pilot.press(*"mine", "enter")
            await until(lambda: "One two" in text_of(app))
            add(library, "a0", "x")
            for _ in range(20):
                hold.release()
            await seen(app, "‹ 1/2 ›")
            assert "One two three." in text_of(app)


async def test_renamed_settled_anew_and_deleted(tmp_path: Path) -> None:
    with other(tmp_path) as library:
        library.create(talk(("question", "an answer"))).now()
        async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
            set_title(library, "talk", "Another name").now()
            await seen(app, "Another name")
            set_settings(library, "talk", Settings(temperature=0.3)).now()
            await seen(app, "changed the settings")
            assert app.context.session.settings == Settings(temperature=0.3)
            library.delete("talk").now()
            await seen(app, "deleted this conversation")
            assert "an answer" in text_of(app)
            assert library.list().now() == []
            library.trash.restore("talk").now()
            await until(lambda: not screen_of(app).controllers.other_windows._reported_gone)
            library.trash.remove(["talk"]).now()
            await until(lambda: bool(screen_of(app).controllers.other_windows._reported_gone))
            await pilot.press(*"more", "enter")
            await until(lambda: "There is no conversation" in text_of(app))
            assert screen_of(app).prompt.text == "more"


async def test_a_conversation_that_another_window_deleted_comes_back_with_the_next_prompt(tmp_path: Path) -> None:
    with other(tmp_path) as library:
        library.create(talk(("question", "an answer"))).now()
        async with chat(tmp_path, ScriptedBackend([answered("Yes.")])) as (app, pilot):
            await pilot.press("f3")
            library.delete("talk").now()
            await seen(app, "a prompt sent here brings it back")
            screen_of(app).prompt.focus()
            await pilot.press(*"more", "enter")
            await until(lambda: "Yes." in text_of(app) and not app.context.session.running)
            assert [summary.turns for summary in library.list().now()] == [4]


async def test_the_list_of_conversations_follows(tmp_path: Path) -> None:
    with other(tmp_path) as library:
        library.create(talk(("question", "an answer"), title="first")).now()
        async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
            await pilot.press("ctrl+o")
            await until(lambda: isinstance(app.screen, LibraryScreen) and "first" in text_of(app))
            library.create(talk(("else", "where"), id="second", title="from another window")).now()
            await seen(app, "from another window")


async def test_branches_that_were_written_at_once_are_told_of_when_opened(tmp_path: Path) -> None:
    with other(tmp_path) as library:
        library.create(talk(("question", "an answer"))).now()
        for seconds, (parent, name) in enumerate((("a0", "x"), ("a0", "y"), ("ax", "x2")), start=50):
            add(library, parent, name, seconds)
        set_head(library, "talk", "ay").now()
        async with chat(tmp_path, ScriptedBackend([]), size=(140, 30)) as (app, _):
            await until(lambda: "2 prompts of this conversation are on another branch" in text_of(app))
            assert screen_of(app).transcript.entries["py"].version == Version(2, 2)
