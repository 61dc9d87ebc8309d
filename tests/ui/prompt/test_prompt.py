"""The prompt: sending, new lines, history, and that nothing typed is lost."""

from __future__ import annotations

import pytest

from tests.ui.prompt.apps import PromptApp
from tui_chat.ui.widgets.prompt import MAX_LINES


async def test_enter_sends_and_the_text_stays_until_it_is_safe() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"hello", "enter")
        assert app.sent == ["hello"]
        assert app.prompt.text == "hello"
        app.prompt.accepted("hello")
        assert app.prompt.text == ""


async def test_enter_struck_twice_sends_once_and_a_later_resend_works() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"again", "enter", "enter")
        assert app.sent == ["again"]
        await pilot.press("!", "enter", "backspace", "enter")
        assert app.sent == ["again", "!"], "what is typed behind a prompt under way is the next one"
        app.prompt.dealt_with("again")
        await pilot.press("enter")
        assert app.sent == ["again", "!", "again"]


async def test_a_prompt_that_takes_the_place_of_one_under_way_is_sent_whole() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "enter", "backspace", *"apple", "enter")
        assert app.sent == ["a", "apple"]


async def test_what_was_typed_on_meanwhile_stays_and_what_was_sent_does_not() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "enter", *" more")
        app.prompt.accepted("one")
        assert app.prompt.text == " more"


@pytest.mark.parametrize("key", ["shift+enter", "alt+enter", "ctrl+j"])
async def test_a_new_line_by_key(key: str) -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("a", key, "b", "enter")
        assert app.sent == ["a\nb"]


async def test_a_backslash_before_enter_is_a_new_line() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("a", "\\", "enter", "b", "enter")
        assert app.sent == ["a\nb"]


async def test_nothing_but_space_is_not_sent() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("enter", "space", "ctrl+j", "enter")
        assert app.sent == []


async def test_a_question_mark_in_an_empty_prompt_asks_for_help_and_elsewhere_is_text() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press("question_mark")
        assert (app.help, app.prompt.text) == (1, "")
        await pilot.press("a", "question_mark")
        assert (app.help, app.prompt.text) == (1, "a?")


async def test_up_and_down_walk_the_history_and_come_back_to_the_draft() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        app.prompt.remember(["first", "second\nwith two lines"])
        await pilot.press(*"draft", "up")
        assert app.prompt.text == "second\nwith two lines"
        await pilot.press("up")
        assert app.prompt.text == "second\nwith two lines", (
            "the cursor goes to the first line before it leaves the text"
        )
        await pilot.press("up")
        assert app.prompt.text == "first"
        await pilot.press("up")
        assert app.prompt.text == "first"
        await pilot.press("down", "down", "down")
        assert app.prompt.text == "draft"


async def test_a_stashed_prompt_comes_back_with_up() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"precious")
        assert app.prompt.stash()
        assert app.prompt.text == ""
        assert not app.prompt.stash()
        await pilot.press("up")
        assert app.prompt.text == "precious"


async def test_it_grows_with_its_text_up_to_a_limit() -> None:
    app = PromptApp()
    async with app.run_test(size=(40, 30)) as pilot:
        assert app.prompt.outer_size.height == 3
        await pilot.press("a", "ctrl+j", "b")
        await pilot.pause()
        assert app.prompt.outer_size.height == 4
        app.prompt.replace_text("\n".join(map(str, range(50))))
        await pilot.pause()
        await pilot.pause()
        assert app.prompt.outer_size.height == MAX_LINES + 2
        app.prompt.replace_text("")
        await pilot.pause()
        await pilot.pause()
        assert app.prompt.outer_size.height == 3


async def test_replacing_the_text_can_be_undone() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"mine")
        app.prompt.replace_text("other")
        await pilot.press("ctrl+z")
        assert app.prompt.text == "mine"


@pytest.mark.parametrize(
    ("back", "forth"), [("alt+left", "alt+right"), ("alt+b", "alt+f"), ("ctrl+left", "ctrl+right")]
)
async def test_alt_moves_and_deletes_by_words(back: str, forth: str) -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one two three", back, back, "X", forth, "Y")
        assert app.prompt.text == "one XtwoY three"
        await pilot.press("alt+d")
        assert app.prompt.text == "one XtwoY"
        await pilot.press("alt+backspace")
        assert app.prompt.text == "one "


async def test_tab_stays_in_the_prompt_and_types_nothing() -> None:
    app = PromptApp()
    async with app.run_test() as pilot:
        await pilot.press(*"a", "tab", "b")
        assert app.prompt.has_focus
        assert app.prompt.text == "ab"
