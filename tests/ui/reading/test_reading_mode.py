"""Reading with keys in the whole app: the cursor's actions, versions, editing, finding and the order of escape."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.scripted import ScriptedBackend, answered
from tests.support.rows import row
from tests.ui.harness import chat, lines_of, screen_of, strike, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig, Price
from tui_chat.core.message import Usage
from tui_chat.core.settings import Settings
from tui_chat.ui.app import ChatApp
from tui_chat.ui.clipboard import Clipboard
from tui_chat.ui.link_safety import Link
from tui_chat.ui.screens.key_help import KeyHelpScreen
from tui_chat.ui.screens.open_link import OpenLink
from tui_chat.ui.screens.turn_menu import TurnMenu
from tui_chat.ui.widget_messages import PromptSubmitted
from tui_chat.ui.widgets.find_bar import FindBar

CODE = "def f():\n\treturn 1"
ANSWER = f"Yes, *this* way:\n\n```python\n{CODE}\n```\n\nMind the [docs](https://a.example/docs)."


def catch(app: ChatApp, **rest: object) -> list[str]:
    """Everything that is copied, through a terminal that takes it."""
    taken: list[str] = []
    clipboard = Clipboard(taken.append, environ={}, which=lambda name: None, platform="linux")
    screen_of(app).controllers.copy._clipboard = clipboard
    return taken


def shows(app: ChatApp, *texts: str) -> Callable[[], bool]:
    return lambda: all(text in text_of(app) for text in texts)


async def talked(app: ChatApp, pilot: object, *exchanges: tuple[str, str]) -> None:
    """Ask and wait for each answer."""
    screen = screen_of(app)
    for prompt, answer in exchanges:
        screen.prompt.replace_text(prompt)
        screen.prompt.post_message(PromptSubmitted(prompt))
        await until(shows(app, answer, "ready"))
        await until(lambda: not app.context.session.running)


async def test_a_block_is_copied_as_markdown_and_its_code_without_decoration(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered(ANSWER)])) as (app, pilot):
        taken = catch(app)
        await talked(app, pilot, ("How?", "Mind the docs"))
        await pilot.press("shift+tab")
        await until(shows(app, "esc back"))
        await pilot.press("c")
        await until(lambda: taken == ["Yes, *this* way:"])
        told = "━ The block was sent to the terminal's clipboard. ━"
        await until(lambda: any(line.startswith(told) for line in lines_of(app)))
        await pilot.press("y")
        await until(lambda: taken[1:] == [CODE])
        await pilot.press("c")
        await until(lambda: taken[2:] == [f"```python\n{CODE}\n```"])
        await pilot.press("down", "[", "up", "shift+up", "c")
        await until(lambda: taken[3:] == [ANSWER])
        await pilot.press("]", "]")
        await until(shows(app, "There is no code block below."))
        await pilot.press("y", "shift+up", "shift+up", "y")
        await until(shows(app, "There is no code in this message."))
        assert taken[4:] == [CODE]
        await pilot.press("escape", "x")
        assert screen_of(app).prompt.text == "x", "typing goes on in the prompt"


async def test_several_messages_are_selected_and_copied_by_key(tmp_path: Path) -> None:
    replies = [answered("One.\n\nMore of it."), answered("Two.\n\nThe end.")]
    async with chat(tmp_path, ScriptedBackend(replies)) as (app, pilot):
        taken = catch(app)
        await talked(app, pilot, ("a", "More of it."), ("b", "The end."))
        await pilot.press("shift+tab", "v", "up", "up", "c")
        await until(lambda: taken == ["More of it.\n\nb\n\nTwo."])
        await until(lambda: not screen_of(app).selections)
        await pilot.press("v", "down", "down", "f8")
        await until(lambda: taken[1:] == ["More of it.\n\nb\n\nTwo."])
        await pilot.press("v", "up", "escape")
        assert not screen_of(app).selections
        assert screen_of(app).transcript.has_focus, "one thing at a time"
        await pilot.press("up", "c")
        await until(lambda: len(taken) == 3)
        assert taken[2] == "More of it.", "escape takes the selection back, and the cursor alone counts"
        await pilot.press("v", "v", "down", "c")
        await until(lambda: len(taken) == 4)
        assert taken[3] == "b"


async def test_the_menu_offers_what_can_be_done_and_does_it(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered(ANSWER), answered("New.")])) as (app, pilot):
        taken = catch(app)
        await talked(app, pilot, ("How?", "Mind the docs"))
        await pilot.press("shift+tab", "enter")
        await until(lambda: isinstance(app.screen, TurnMenu))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        await pilot.press("space")
        await until(lambda: isinstance(app.screen, TurnMenu))
        await until(lambda: "Copy the block as Markdown" in text_of(app))
        assert "version" not in text_of(app).split("Block")[1].split("\n")[0]
        await pilot.press("enter")
        await until(lambda: bool(taken))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, TurnMenu))
        await pilot.press("R")
        await until(shows(app, "New.", "2/2"))
        await until(lambda: not app.context.session.running)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, TurnMenu))
        menu = app.screen.query_one(OptionList)
        names = [option.id for option in menu.options]
        assert "older" in names
        assert "newer" not in names


async def test_versions_are_gone_through_and_the_cursor_stays_on_them(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("First."), answered("More."), answered("Second."), answered("Third.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await talked(app, pilot, ("a", "First."), ("b", "More."))
        await pilot.press("shift+tab", "shift+up", "shift+up", "shift+up")
        for text, which in (("Second.", "2/2"), ("Third.", "3/3")):
            await pilot.press("R")
            await until(shows(app, text, which))
            await until(lambda: not app.context.session.running)
            assert "More." not in text_of(app)
        await pilot.press("shift+up", "shift+down", "left")
        await until(shows(app, "Second.", "2/3"))
        await pilot.press("left")
        await until(shows(app, "First.", "1/3", "More."))
        await pilot.press("left")
        assert "There is no older" not in text_of(app), "‹ 1/3 › says so"
        await pilot.press("right", "right")
        await until(shows(app, "Third.", "3/3"))
        with row("from the prompt, and by clicks"):
            screen_of(app).prompt.focus()
            await pilot.press("alt+comma")
            await until(shows(app, "Second.", "‹ 2/3 ›"))
            await pilot.press("alt+full_stop", "alt+full_stop")
            await until(shows(app, "Third.", "‹ 3/3 ›"))
            assert screen_of(app).prompt.has_focus
            assert "There is no newer" not in text_of(app)
            await click(app, pilot, "‹ ")
            await until(shows(app, "Second.", "‹ 2/3 ›"))
            await click(app, pilot, " ›")
            await until(shows(app, "Third.", "‹ 3/3 ›"))
    async with chat(tmp_path, ScriptedBackend([answered("Again.")])) as (app, pilot):
        await until(shows(app, "Third.", "3/3"))
        await pilot.press("z", "enter")
        await until(shows(app, "Again."))


async def test_f4_sends_the_last_prompt_as_a_branch_and_the_draft_comes_back(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Old."), answered("New.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press("f4")
        await until(shows(app, "There is no prompt to edit yet."))
        await talked(app, pilot, ("question", "Old."))
        prompt = screen_of(app).prompt
        await pilot.press(*"draft", "f4")
        assert prompt.text == "question"
        assert "Editing a prompt" in text_of(app)
        await pilot.press(*"!!", "enter")
        await until(shows(app, "New.", "2/2"))
        assert "Old." not in text_of(app)
        assert backend.asked[1][0] == [("user", "question!!")]
        assert prompt.text == "draft"
        assert "Editing a prompt" not in text_of(app)
        texts = {node.turn.text for node in app.context.session.conversation.nodes.values()}
        assert texts == {"question", "Old.", "question!!", "New."}


async def test_source_details_and_cost_by_key(tmp_path: Path) -> None:
    script: list[ev.Event | Exception] = answered("*Yes*.")
    script.insert(-1, ev.UsageReported(Usage(100, 50, 150)))
    backend = ScriptedBackend([script], name="mine")
    async with chat(tmp_path, backend, settings=Settings(temperature=0.3)) as (app, pilot):
        app.context.backends._endpoints["mine"] = EndpointConfig(
            "mine", "http://x.example", price=Price(10.0, 20.0, "EUR")
        )
        await talked(app, pilot, ("a", "Yes."))
        assert "€0.0020" in text_of(app)
        await pilot.press("shift+tab", "m")
        await until(shows(app, "*Yes*.", "Markdown source"))
        await pilot.press("m", "i")
        await until(shows(app, "made with: temperature 0.3", "endpoint mine"))
        await pilot.press("i")
        assert "made with" not in text_of(app)
        await pilot.press("f")
        await until(shows(app, "no long code and no thinking"))


async def test_reading_keys_are_letters_in_an_empty_conversation(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press("shift+tab", "up", "down", "c", "y", "e", "r")
        assert screen_of(app).prompt.text == "cyer"
        await pilot.press("ctrl+c")
        await pilot.press("ctrl+f", *"abc", "enter", "escape", "escape", "z")
        assert screen_of(app).prompt.text == "z"


# Finding


async def test_finding_counts_goes_on_and_closes_before_anything_else(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("River and river.\n\nx\n\nRIVER"), answered("slow river " * 9)])
    async with chat(tmp_path, backend) as (app, pilot):
        await talked(app, pilot, ("What is a river?", "RIVER"))
        backend.hold = asyncio.Semaphore(5)
        await pilot.press("y", "enter")
        await until(shows(app, "slow river"))
        await pilot.press("ctrl+f", *"river")
        await until(shows(app, "1/5"))
        await pilot.press("enter")
        await until(shows(app, "2/5"))
        await pilot.press("down", "enter", "up")
        await until(shows(app, "3/5"))
        await pilot.press("up", "up", "up")
        await until(shows(app, "5/5"))
        for _ in range(6):
            backend.hold.release()
        await until(shows(app, "5/8"))
        await pilot.press("escape")
        await until(lambda: not screen_of(app).query(FindBar))
        assert "answering" in text_of(app), "escape did not stop the answer"
        assert screen_of(app).prompt.has_focus
        await pilot.press("ctrl+f")
        await until(shows(app, "0/8"))
        await pilot.press("escape", "escape")
        await until(shows(app, "stopped"))


async def test_enter_struck_together_with_the_text_goes_on_from_its_first_hit(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("River and river.\n\nx\n\nRIVER")])) as (app, pilot):
        await talked(app, pilot, ("What is a river?", "RIVER"))
        await pilot.press("ctrl+f")
        await until(lambda: isinstance(app.focused, Input))
        for key in (*"river", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await until(shows(app, "2/4"))
        await pilot.press("enter")
        await until(shows(app, "3/4"))


async def test_escape_closes_one_thing_at_a_time(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One."), answered("slow " * 50)])
    async with chat(tmp_path, backend) as (app, pilot):
        screen = screen_of(app)
        await talked(app, pilot, ("question", "One."))
        backend.hold = asyncio.Semaphore(5)
        await pilot.press("y", "enter")
        await until(shows(app, "slow", "answering"))
        await pilot.press("f4", "shift+tab", "ctrl+f", "n")
        screen.prompt.focus()
        await pilot.press("shift+left")
        assert screen.prompt.selected_text
        await pilot.press("escape")
        assert not screen.prompt.selected_text
        assert screen.query(FindBar)
        await pilot.press("escape")
        await until(lambda: not screen.query(FindBar))
        await pilot.press("shift+tab")
        await until(lambda: screen.transcript.has_focus)
        await pilot.press("escape")
        await until(lambda: screen.prompt.has_focus)
        assert "Editing" in text_of(app)
        await pilot.press("escape")
        await until(lambda: "Editing" not in text_of(app))
        assert "answering" in text_of(app)
        await pilot.press("escape")
        await until(shows(app, "stopped"))


# Links


async def test_a_link_is_opened_only_after_asking_and_shows_where_it_leads(tmp_path: Path) -> None:
    text = "See [one](https://a.example/1) and [two](https://b.example/2).\n\nOr [three](https://c.example)."
    async with chat(tmp_path, ScriptedBackend([answered(text)])) as (app, pilot):
        opened: list[Link] = []

        def opener(link: Link) -> bool:
            opened.append(link)
            return True

        screen = screen_of(app)
        screen.controllers.links._opener = opener
        await talked(app, pilot, ("a", "three"))
        for wanted in (False, True):
            screen.transcript.post_message(
                screen.transcript.LinkClicked("https://paypal.example@evil.example/x\u202ey?q=1")
            )
            await until(lambda: isinstance(app.screen, OpenLink))
            await until(shows(app, "Open evil.example?", "https://paypal.example@evil.example/x%E2%80%AEy?q=1"))
            await pilot.press("y" if wanted else "n")
            await until(lambda: app.screen is screen)
            assert bool(opened) is wanted
        await until(shows(app, "Handed to the browser:"))
        screen.transcript.post_message(screen.transcript.LinkClicked("javascript:alert(1)"))
        await until(shows(app, "Not opened: javascript:alert(1)"))
        assert app.screen is screen
        with row("by key, from a list that says where each leads"):
            await pilot.press("shift+tab", "down", "o")
            await until(shows(app, "Open c.example?"))
            await pilot.press("escape")
            await until(lambda: app.screen is screen)
            await pilot.press("up", "o")
            await until(shows(app, "one · https://a.example/1", "two · https://b.example/2"))
            await pilot.press("2")
            await until(shows(app, "Open b.example?"))
            await pilot.press("escape")
            await until(lambda: app.screen is screen)
        with row("a very long address is shown whole, and can be answered"):
            await pilot.resize_terminal(60, 20)
            await until(lambda: screen.size == (60, 20))
            url = "https://a.example/" + "".join(f"part{n}/" for n in range(300)) + "theend"
            screen.transcript.post_message(screen.transcript.LinkClicked(url))
            await until(lambda: isinstance(app.screen, OpenLink))
            await until(shows(app, "enter Open", "Open a.example?"))
            assert "theend" not in text_of(app)
            for _ in range(30):
                await pilot.press("pagedown")
            await until(shows(app, "Open a.example?", "theend", "esc Leave it"))
            await pilot.press("escape")
            await until(lambda: app.screen is screen)


# Keys


async def test_the_conversation_moves_by_keys_from_the_prompt_and_the_text_there_stays(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("word\n\n" * 60)])) as (app, pilot):
        await talked(app, pilot, ("a", "word"))
        lines = lines_of(app)
        box = next(y for y, line in enumerate(lines) if line.startswith("╭"))
        assert not lines[box - 1].strip(), "the last line does not touch the prompt"
        assert "scripted-1" not in lines[box - 2]
        assert lines[box - 2].strip(" ▎┃│")
        await pilot.press(*"typed")
        viewport = screen_of(app).transcript.viewport
        for key, back, moves in (
            ("pageup", "pagedown", True),
            ("alt+pageup", "alt+pagedown", True),
            ("ctrl+home", "ctrl+end", True),
            ("ctrl+up", "ctrl+end", True),
            ("home", "ctrl+end", False),
            ("up", "ctrl+end", False),
        ):
            await pilot.press(key)
            await until(lambda: viewport.following is not moves)  # noqa: B023 - called before the next turn
            await pilot.press(back)
            await until(lambda: viewport.following)
            assert screen_of(app).prompt.has_focus
            assert screen_of(app).prompt.text == ("a" if key == "up" else "typed")
        with row("details are in view when they are opened"):
            await pilot.press("ctrl+home", "shift+tab", "down", "i")
            await until(shows(app, "made with:", "ended: complete"))


async def test_keys_of_the_user_hold_while_reading_too(tmp_path: Path) -> None:
    keys = {"reading.copy": ("w",), "reading.enter": ("ctrl+b",), "view.page_up": ("alt+k",)}
    async with chat(tmp_path, ScriptedBackend([answered("One.\n\n" * 40)]), keys=keys) as (app, pilot):
        taken = catch(app)
        await talked(app, pilot, ("a", "One."))
        await pilot.press("alt+k")
        assert not screen_of(app).transcript.viewport.following
        await pilot.press("ctrl+b", "w")
        await until(lambda: taken == ["One."])
        await pilot.press("c")
        assert screen_of(app).prompt.text == "c", "it means nothing there any more"
        await pilot.press("f1")
        await until(lambda: isinstance(app.screen, KeyHelpScreen))


# What the transcript offers


async def test_what_reading_does_not_use_goes_to_the_prompt_and_no_letter_is_lost(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("One."), answered("Two."), answered("Three.")])
    async with chat(tmp_path, backend, size=(120, 30)) as (app, pilot):
        prompt = screen_of(app).prompt
        await talked(app, pilot, ("a", "One."))
        with row("the key bar says what reading offers"):
            before = lines_of(app)[-1]
            await pilot.press("shift+tab")
            await until(shows(app, "esc back"))
            assert "enter menu" in lines_of(app)[-1]
            await pilot.press("shift+tab")
            await until(lambda: lines_of(app)[-1] == before)
        with row("a paste"):
            await pilot.press("shift+tab")
            app.post_message(events.Paste("two\nlines"))
            await until(lambda: prompt.text == "two\nlines" and prompt.has_focus)
            prompt.replace_text("")
        with row("what was copied is pasted"):
            app.copy_to_clipboard("older")
            copying = screen_of(app).controllers.copy
            copying._clipboard = Clipboard(lambda text: None, environ={}, platform="linux")
            copying.copy("Newer.", "answer")
            await until(shows(app, "The answer was"))
            await pilot.press("ctrl+v")
            assert prompt.text == "Newer."
            prompt.replace_text("")
        with row("what changes something is on shifted letters"):
            for letter in "rex":
                await pilot.press("shift+tab", letter)
                assert prompt.text == letter
                prompt.replace_text("")
            assert "One." in text_of(app)
            assert "left out" not in text_of(app)
            await pilot.press("shift+tab", "R")
            await until(shows(app, "Two.", "2/2"))
            await until(lambda: not app.context.session.running)
        with row("words"):
            prompt.focus()
            await pilot.press("shift+tab")
            await until(lambda: screen_of(app).transcript.has_focus)
            strike(app, *"What is this", "enter")
            await until(shows(app, "Three."))
            assert app.context.session.conversation.path()[-2].turn.text == "What is this"
            assert prompt.has_focus


async def test_a_letter_that_leads_to_the_prompt_is_said_and_taken_back(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One.\n\nTwo.\n\nThree.")])) as (app, pilot):
        await talked(app, pilot, ("a", "Three."))
        await pilot.press(*"draft", "left", "shift+tab", "down")
        prompt, marked = screen_of(app).prompt, [line for line in lines_of(app) if "█" in line]
        await pilot.press("x")
        await until(shows(app, "“x” went to the prompt · esc back to reading"))
        assert prompt.has_focus
        assert prompt.text == "drafxt"
        await pilot.press("escape")
        await until(shows(app, "reading a block"))
        assert (prompt.text, prompt.cursor_location) == ("draft", (0, 4))
        assert [line for line in lines_of(app) if "█" in line] == marked, "at the very block"
        await pilot.press("x", "y")
        await until(lambda: prompt.text == "drafxyt" and "went to the prompt" not in text_of(app))
        await pilot.press("escape")
        assert prompt.has_focus, "escape means what it always means once more was typed"
        await pilot.press("shift+tab", "question_mark")
        await until(lambda: isinstance(app.screen, KeyHelpScreen) and "While reading" in text_of(app))


async def test_hints_stay_on_the_last_line_name_the_users_keys_and_can_be_clicked(tmp_path: Path) -> None:
    keys = {"chat.continue": ("f6",), "chat.retry": ()}
    backend = ScriptedBackend([answered("Half of", reason="length"), answered(" it all.")])
    async with chat(tmp_path, backend, keys=keys) as (app, pilot):
        await talked(app, pilot, ("a", "Half of"))
        line = next(line for line in lines_of(app) if "cut at max_tokens" in line)
        assert line.endswith("   f6 continue")
        assert not app._notifications, "what has a place of its own needs no notice"
        await click(app, pilot, "continue")
        await until(shows(app, "it all."))
        await until(lambda: not app.context.session.running)
        assert "f6 continue" not in text_of(app)


async def test_the_last_code_is_copied_from_the_prompt_and_a_block_by_its_label(tmp_path: Path) -> None:
    text = "```sh\nfirst\n```\n\n```python\nlast\n```"
    async with chat(tmp_path, ScriptedBackend([answered(text)])) as (app, pilot):
        taken = catch(app)
        await talked(app, pilot, ("a", "last"))
        labels = [line.strip(" ▎") for line in lines_of(app) if line.endswith("copy")]
        assert labels == ["sh  copy", "python  alt+c copy"], "the key is that of the last one"
        await pilot.press("alt+c")
        await until(lambda: taken == ["last"])
        await click(app, pilot, "copy")
        await until(lambda: taken == ["last", "first"])


async def click(app: ChatApp, pilot: Pilot[int], words: str) -> None:
    """Click where these words first are in the transcript."""
    view = screen_of(app).transcript
    for y in range(view.size.height):
        x = view.render_line(y).text.find(words)
        if x >= 0:
            await pilot.click(view, offset=(x, y))
            return
    raise AssertionError(words)
