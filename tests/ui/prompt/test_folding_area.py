"""A long paste in the prompt: one unit to the cursor and to deleting, the full text to everybody else."""

from __future__ import annotations

import random
import time

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.prompt.apps import PromptApp
from tests.waiting import until
from tui_chat.ui.widgets.prompt import Prompt
from tui_chat.ui.widgets.prompt.pastes import label

LONG = "\n".join(f"line {n}" for n in range(30))


async def paste(pilot: Pilot[None], prompt: Prompt, text: str) -> None:
    before = prompt.document.end
    pilot.app.post_message(events.Paste(text))
    await until(lambda: prompt.document.end != before)
    await pilot.pause()


def painted(prompt: Prompt) -> str:
    return "\n".join(prompt.render_line(y).text.rstrip() for y in range(prompt.content_size.height))


async def test_a_long_paste_is_shown_folded_and_sent_in_full_where_it_is() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"see: ")
        await paste(pilot, app.prompt, LONG)
        await pilot.press(*" why?")
        assert painted(app.prompt) == f"see: {label(LONG)} why?"
        await pilot.press("enter")
        assert app.sent == [f"see: {LONG} why?"]


@pytest.mark.parametrize("text", ["short", "two\nlines"])
async def test_a_short_paste_is_text(text: str) -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, text)
        assert painted(app.prompt) == text


async def test_line_ends_of_every_kind_are_one() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, LONG.replace("\n", "\r\n"))
        assert app.prompt.text == LONG


async def test_backspace_deletes_it_whole_and_undo_brings_it_back() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await paste(pilot, app.prompt, LONG)
        await pilot.press("b", "left", "backspace")
        assert app.prompt.text == "ab"
        await pilot.press("ctrl+z")
        assert app.prompt.text == f"a{LONG}b"
        await pilot.press("home", "right", "delete")
        assert app.prompt.text == "ab"


@pytest.mark.parametrize("key", ["alt+backspace", "ctrl+w", "ctrl+u"])
async def test_deleting_to_the_left_takes_no_part_of_it(key: str) -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, LONG)
        await pilot.press(key)
        assert app.prompt.text == ""


async def test_the_cursor_jumps_over_it_both_ways() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await paste(pilot, app.prompt, LONG)
        await pilot.press("b", "left", "left", "x", "right", "y")
        assert app.prompt.text == f"ax{LONG}yb"
        await pilot.press("alt+left", "alt+left", "home", "alt+right", "z")
        assert app.prompt.text.replace("z", "", 1) == f"ax{LONG}yb"


async def test_up_and_down_never_lead_into_it() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"01234", "ctrl+j")
        await paste(pilot, app.prompt, LONG)
        await pilot.press("up", "home", "right", "right", "right", "down", "x")
        assert app.prompt.text in (f"01234\nx{LONG}", f"01234\n{LONG}x")


async def test_cut_copy_and_paste_give_the_full_text() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, LONG)
        await pilot.press("shift+left", "ctrl+x")
        assert (app.clipboard, app.prompt.text) == (LONG, "")
        await pilot.press("ctrl+v")
        assert painted(app.prompt) == label(LONG)
        assert app.prompt.text == LONG
        app.prompt.select_all()
        assert app.prompt.selected_text == LONG


async def test_it_is_unfolded_in_its_place_and_undo_folds_it() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("a")
        await paste(pilot, app.prompt, LONG)
        assert app.prompt.unfold()
        assert app.prompt.text == f"a{LONG}"
        assert "line 29" in painted(app.prompt)
        assert not app.prompt.unfold()
        await pilot.press("x", "ctrl+z", "ctrl+z")
        await until(lambda: painted(app.prompt) == f"a{label(LONG)}")
        assert app.prompt.text == f"a{LONG}"


async def test_a_click_unfolds_it_and_beside_it_does_not() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, LONG)
        await pilot.click(app.prompt, offset=(60, 1))
        assert painted(app.prompt) == label(LONG)
        await pilot.click(app.prompt, offset=(10, 1))
        assert "line 29" in painted(app.prompt)


async def test_a_stashed_or_sent_prompt_comes_back_folded() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, LONG)
        assert app.prompt.stash()
        assert app.prompt.past.aside == (LONG,)
        await pilot.press("up")
        assert (painted(app.prompt), app.prompt.text) == (label(LONG), LONG)


async def test_surrogates_from_elsewhere_are_no_chip() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, LONG)
        app.prompt.replace_text("\udc01\udc00 mine")
        assert app.prompt.text == "\N{REPLACEMENT CHARACTER}" * 2 + " mine"


async def test_five_megabytes_fold_without_effort() -> None:
    app = PromptApp()
    text = ("word " * 15 + "\n") * 65_000
    async with app.run_test() as pilot:
        before = time.process_time()
        await paste(pilot, app.prompt, text)
        await pilot.press(*"more")
        assert time.process_time() - before < 2
        assert app.prompt.text == f"{text}more"


async def test_many_lines_can_be_undone() -> None:
    """The scroll bar goes with them, while Textual still has the cursor below the last line."""
    app = PromptApp()
    async with app.run_test() as pilot:
        await paste(pilot, app.prompt, "line\n" * 19)
        await pilot.press("ctrl+z")
        assert app.prompt.text == ""


ACTIONS = """
cursor_left cursor_right cursor_left(True) cursor_right(True) cursor_line_start cursor_line_end cursor_up cursor_down
cursor_word_left cursor_word_right delete_left delete_right delete_word_left delete_word_right
delete_to_start_of_line delete_to_end_of_line delete_line select_all undo redo cut paste
""".split()


async def test_whatever_is_struck_a_paste_is_there_whole_or_not_at_all() -> None:
    """Random actions: the cursor is never inside of a chip, and no chip is ever cut."""
    chance = random.Random(3)
    app = PromptApp()
    async with app.run_test(size=(50, 20)):
        prompt = app.prompt
        for _ in range(1500):
            match chance.randrange(6):
                case 0:
                    await prompt._on_paste(events.Paste(LONG))
                case 1:
                    await prompt._on_key(events.Key("a", "a"))
                case 2:
                    prompt.insert("\n")
                case _:
                    name, _, select = chance.choice(ACTIONS).partition("(")
                    action = getattr(prompt, f"action_{name}")
                    action(True) if select else action()
            for row, column in (prompt.selection.start, prompt.selection.end):
                assert prompt.pastes.around(prompt.document.get_line(row), column) is None
            assert set(prompt.text.replace(LONG, "")) <= {"a", "\n"}
