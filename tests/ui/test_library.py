"""The library in the app: find, open, rename, delete, and answers that go on in the background."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import answer, prompt, talk
from tests.support import golden
from tests.support.rows import row
from tests.ui.harness import chat, in_background, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings
from tui_chat.store.library import Library
from tui_chat.ui.app import ChatApp
from tui_chat.ui.lazy_library_rows import LazyLibraryRows
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.screens.branch_tree import deletion_words
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.widgets.library_pane import LibraryPane
from tui_chat.ui.widgets.library_preview import LibraryPreview
from tui_chat.ui.widgets.library_view import LibraryView
from tui_chat.ui.widgets.transcript import Transcript


def idle(app: ChatApp) -> bool:
    return not app.context.session.running


async def test_another_conversation_is_found_and_opened(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("Rivers carry water."), answered("Owls hunt at night."), answered("Yes.")])
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"rivers?", "enter")
        await until(lambda: "carry water." in text_of(app) and idle(app))
        await pilot.press("ctrl+n", *"owls?", "enter")
        await until(lambda: "hunt at night." in text_of(app) and idle(app))
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "rivers?" in text_of(app))
        await until(lambda: "owls?" in text_of(app))
        await pilot.press(*"carry")
        await until(lambda: "owls?" not in "\n".join(lines_of(app)[4:]))
        assert "Rivers carry water." in text_of(app)
        await pilot.press("enter")
        await until(lambda: app.screen is screen_of(app) and "Rivers carry water." in text_of(app))
        assert "hunt at night." not in text_of(app)
        await pilot.press("y", "enter")
        await until(lambda: "Yes." in text_of(app))
        assert backend.asked[-1][0][0] == ("user", "rivers?")


async def test_the_preview_is_drawn_as_the_conversation_is_follows_the_arrows_and_marks_what_was_found(
    tmp_path: Path,
) -> None:
    saved(tmp_path, "Cats")
    backend = ScriptedBackend([answered("# Owls\n\nThey **hunt at** night,\nalone.")])
    async with chat(tmp_path, backend, size=(140, 30), continue_last=False) as (app, pilot):
        await pilot.press(*"owls?", "enter")
        await until(lambda: "alone." in text_of(app) and idle(app))
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "They hunt at night" in text_of(app))
        assert "**" not in text_of(app)
        await pilot.press("down")
        await until(lambda: "All on Cats." in text_of(app))
        await pilot.press(*"hunt")
        preview = app.screen.query_one(LibraryPreview)

        def marked() -> list[str]:
            strips = map(preview.render_line, range(preview.content_size.height))
            return [part.text for strip in strips for part in strip if part.style and part.style.underline]

        await until(lambda: "hunt" in marked())


async def test_an_answer_goes_on_while_another_conversation_is_open_and_grows_on_when_it_is_opened_again(
    tmp_path: Path,
) -> None:
    hold = asyncio.Semaphore(3)
    backend = ScriptedBackend([answered("Rivers carry water."), answered("Owls hunt.")], hold=hold)
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"rivers?", "enter")
        await until(lambda: "Rivers" in text_of(app))
        first = app.context.session.conversation.id
        await pilot.press("ctrl+n", "f3")
        await until(lambda: "answering" in text_of(app))
        screen_of(app).prompt.focus()
        await pilot.press(*"owls?", "enter")
        await until(lambda: len(app.context.session.running) == 2)
        second = app.context.session.conversation.id
        assert "carry" not in text_of(app)
        await screen_of(app).controllers.library.open(first)
        await until(lambda: "Rivers" in text_of(app))
        assert "water." not in text_of(app)
        for _ in range(60):
            hold.release()
        await until(lambda: "Rivers carry water." in text_of(app) and idle(app))
        await screen_of(app).controllers.library.open(second)
        await until(lambda: "Owls hunt." in text_of(app) and "carry" not in text_of(app))


def saved(folder: Path, *titles: str) -> None:
    """A library of conversations with these titles, the first one the newest."""
    library = Library(folder)
    library.open().now()
    for number, title in enumerate(reversed(titles)):
        library.create(talk((f"about {title}", f"All on {title}."), id=f"c{number}", title=title)).now()
    library.close().now()


def titles(app: ChatApp) -> list[str]:
    return [row.title for row in app.screen.query_one(LibraryView)._rows]


async def test_the_list_and_its_search_line_share_the_keys(tmp_path: Path) -> None:
    everything = ["Owls", "Bulls [/]", "Cats"]
    saved(tmp_path, *everything)
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False) as (app, pilot):
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and titles(app) == everything)
        await until(lambda: "del delete" in text_of(app) and "^z undo" in text_of(app))
        assert "Nothing found." not in text_of(app)
        view = app.screen.query_one(LibraryView)
        with row("delete deletes, and u brings back one after the other"):
            await pilot.press("f8")
            assert titles(app) == everything, "in the chat this key copies"
            await pilot.press("down", "delete")
            await until(
                lambda: titles(app) == ["Owls", "Cats"] and "Deleted “Bulls [/]”. ctrl+z undoes." in text_of(app)
            )
            await pilot.press("delete")
            await until(lambda: titles(app) == ["Owls"] and "Deleted “Cats”. ctrl+z undoes." in text_of(app))
            await pilot.press("u")
            await until(lambda: titles(app) == ["Owls", "Cats"] and "“Cats” is back." in text_of(app))
            await pilot.press("ctrl+z")
            await until(lambda: titles(app) == everything)
            await pilot.press("u")
            await until(lambda: "Nothing was deleted since the start" in text_of(app))
            assert isinstance(app.screen, LibraryScreen), "nothing asked, nothing closed"
        with row("delete edits the search, and held down stops there"):
            await pilot.press(*"about", "home", *["delete"] * 9)
            await until(lambda: titles(app) == everything)
            assert view.wanted == ""
        with row("a search that finds nothing says so until it changes"):
            await pilot.press(*"catx")
            await until(lambda: "Nothing found." in text_of(app) and titles(app) == [])
            await pilot.press("backspace", "s")
            await until(lambda: "Nothing found." not in text_of(app) and titles(app) == ["Cats"])
            await pilot.press("delete")
            await until(lambda: "Nothing found." in text_of(app) and "Deleted “Cats”. ctrl+z undoes" in text_of(app))
            assert view.wanted == "cats"
        with row("ctrl+z undoes in the search line, where u is a letter"):
            view.focus_search()
            await until(lambda: view.query_one(Input).has_focus)
            await pilot.press("u")
            assert view.wanted == "u"
            await pilot.press("ctrl+z", "backspace")
            await until(lambda: "Nothing found." not in text_of(app) and titles(app) == everything)
        with row("what is typed in the list is searched for, all of it"):
            await pilot.press("tab", *"bulls?", "backspace")
            await until(lambda: titles(app) == ["Bulls [/]"])
            assert view.wanted == "bulls"
            await pilot.press("tab", "q", "q", "u")
            await until(lambda: view.wanted == "bullsqqu")
            await pilot.press("tab")
            assert app.focused is not None
            app.post_message(events.Paste("!pasted\nline"))
            app.post_message(events.Key("u", "u"))
            await until(lambda: view.wanted == "bullsqqu!pastedu")
        with row("f5 renames"):
            await pilot.press(*["backspace"] * 20)
            await until(lambda: titles(app) == everything)
            await pilot.press("f5")
            await until(lambda: "New title" in text_of(app))
            app.screen.query_one(Input).value = "Better [bold]name"
            await pilot.press("enter")
            await until(lambda: isinstance(app.screen, LibraryScreen) and "Better [bold]name" in text_of(app))


async def test_enter_opens_at_the_very_message_with_the_words_marked(tmp_path: Path) -> None:
    long = "\n\n".join(f"Paragraph {number}." for number in range(60))
    found = talk(*[(f"question {number}", long) for number in range(4)], id="c", title="Talk")
    found.add(Node("other", "p1", answer("A **quetzal** sings.", outcome=Outcome.COMPLETE)))
    found.head = "a3"
    library = Library(tmp_path)
    await library.open()
    await library.create(found)
    await library.close()
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False) as (app, pilot):
        await pilot.press("ctrl+o", *"quetzal")
        await until(lambda: "A quetzal sings." in text_of(app))
        await pilot.press("enter")
        await until(lambda: app.screen is screen_of(app) and "A quetzal sings." in text_of(app))
        assert app.context.session.conversation.head == "other", "on another branch than was shown"
        assert app.focused is screen_of(app).prompt, "typing goes on there"
        search = screen_of(app).query_one(Transcript).search
        await until(lambda: search.query is not None and search.progress.total == 1)
        await pilot.press("escape")
        await until(lambda: search.query is None)


async def test_of_a_long_list_what_comes_into_view_is_read_and_all_can_be_selected(tmp_path: Path) -> None:
    saved(tmp_path, *(f"Talk {number:03}" for number in range(200)))
    library = Library(tmp_path)
    library.open().now()
    library.labels.tag(["c0", "c99"], ["birds"]).now()  # the last of the list, and the first that is not pinned
    library.labels.set(["c50"], "pinned").now()
    library.labels.set(["c51"], "archived").now()
    library.close().now()
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False) as (app, pilot):
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and len(titles(app)) == 199)
        assert titles(app)[:2] == ["Talk 149", "Talk 100"]
        view = app.screen.query_one(LibraryView)
        await until(lambda: "#birds" in text_of(app))
        assert isinstance(view._rows, LazyLibraryRows)
        assert view._rows.lack(range(199)), "only what is in view was read"
        await pilot.press("tab", "insert", "end")
        await until(lambda: "Talk 199" in text_of(app) and "#birds" in text_of(app))
        assert view._rows.lack(range(199)), "only what is in view was read"
        await pilot.press("insert", "ctrl+t")
        await until(lambda: "Tags of 2 conversations" in text_of(app))
        await pilot.press("ctrl+u", *"old", "enter")
        await until(lambda: "#old" in text_of(app) and "Talk 199" in text_of(app))


async def test_several_are_selected_tagged_pinned_archived_and_deleted_at_once(tmp_path: Path) -> None:
    saved(tmp_path, "Owls", "Bears", "Cats", "Dogs")
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False, size=(100, 30)) as (app, pilot):
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and len(titles(app)) == 4)
        await pilot.press("insert", "shift+down")
        await until(lambda: "2 of 4 selected" in text_of(app) and "☑ Bears" in text_of(app))
        await pilot.press("ctrl+t")
        await until(lambda: "Tags of 2 conversations" in text_of(app))
        await pilot.press(*"Birds fur", "enter")
        await until(lambda: text_of(app).count("#birds #fur") == 3)  # two rows, and what was done
        await pilot.press("alt+p")
        await until(lambda: "Pinned" in text_of(app) and text_of(app).index("Pinned") < text_of(app).index("Owls"))
        await pilot.press("delete")
        await until(lambda: titles(app) == ["Cats", "Dogs"] and "Deleted 2 conversations" in text_of(app))
        await pilot.press("ctrl+z", "ctrl+z")
        await until(lambda: sorted(titles(app)) == ["Bears", "Cats", "Dogs", "Owls"])
        await pilot.press("alt+d")
        await until(lambda: len(titles(app)) == 5 and "Duplicated" in text_of(app))
        await pilot.press("alt+a")
        await until(lambda: len(titles(app)) == 4 and "Archived" in text_of(app))
        app.screen.query_one(LibraryView).focus_search()
        await pilot.press(*"is:archived")
        await until(lambda: len(titles(app)) == 1)
        await pilot.press("backspace", "x")
        await until(lambda: "Did you mean is:archived?" in text_of(app))


async def test_what_was_deleted_before_is_found_and_opened_again(tmp_path: Path) -> None:
    saved(tmp_path, "Owls", "Cats")
    library = Library(tmp_path)
    await library.open()
    await library.delete("c0")
    await library.close()
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False) as (app, pilot):
        await pilot.press("f3", "alt+t")
        await until(lambda: titles(app) == ["Cats"] and "1 deleted   alt+t back" in text_of(app))
        await pilot.press("delete")
        await until(lambda: "It is deleted already." in text_of(app))
        await pilot.press("alt+t")
        await until(lambda: titles(app) == ["Owls"] and "1 conversation   alt+t deleted" in text_of(app))
        await pilot.press("f3", "ctrl+p", *"trash", "enter")
        await until(lambda: isinstance(app.screen, LibraryScreen) and titles(app) == ["Cats"])
        await pilot.press("enter")
        await until(lambda: app.screen is screen_of(app) and "All on Cats." in text_of(app))


@pytest.mark.parametrize("size", [(60, 18), (100, 18)])
async def test_the_branches_are_a_tree_from_which_one_is_shown(tmp_path: Path, size: tuple[int, int]) -> None:
    found = talk(("How do **rivers** begin?", "At a spring."), ("And end?", "In the sea."), id="c", title="Rivers")
    made = answer("Another answer, which is too long for one line of it all.", outcome=Outcome.STOPPED)
    found.add(Node("again", "p1", replace(made, model="mistral-small", settings=Settings(temperature=0.2))))
    found.add(Node("edited", "a0", prompt("Where do they end?")))
    found.head = "a1"
    library = Library(tmp_path)
    await library.open()
    await library.create(found)
    await library.close()
    async with chat(tmp_path, ScriptedBackend([]), size=size) as (app, pilot):
        await until(lambda: "In the sea." in text_of(app))
        await pilot.press(*"/tree", "enter")
        await until(lambda: "Branches" in text_of(app))
        await golden.check(f"branch-tree-{size[0]}", app, rows=range(4, 13), columns=(2, size[0] - 2))
        await pilot.press("down", "enter")
        await until(lambda: app.screen is screen_of(app) and "Another answer" in text_of(app))
        assert app.context.session.conversation.head == "again"


async def test_a_long_tree_opens_where_its_conversation_is_shown(tmp_path: Path) -> None:
    library = Library(tmp_path)
    await library.open()
    await library.create(talk(*((f"Question {n}?", f"Reply {n}.") for n in range(40)), id="c", title="Long"))
    await library.close()
    async with chat(tmp_path, ScriptedBackend([]), size=(80, 24)) as (app, pilot):
        await until(lambda: "Reply 39." in text_of(app))
        await pilot.press(*"/tree", "enter")
        await until(lambda: "● · Reply 39." in text_of(app) and "Branches" in text_of(app))
        await pilot.press("home")
        await until(lambda: "● > Question 0?" in text_of(app))


async def test_a_branch_is_named_deleted_and_brought_back_in_the_tree(tmp_path: Path) -> None:
    found = talk(("How do rivers begin?", "At a spring."), ("And end?", "In the sea."), id="c", title="Rivers")
    found.add(Node("again", "p1", answer("In a lake.", outcome=Outcome.STOPPED)))
    library = Library(tmp_path)
    await library.open()
    await library.create(found)
    await library.close()
    async with chat(tmp_path, ScriptedBackend([]), size=(80, 24)) as (app, pilot):
        await until(lambda: "In a lake." in text_of(app))
        await pilot.press(*"/tree", "enter")
        await until(lambda: "… stopped" in text_of(app) and "✓ complete" in text_of(app))
        await pilot.press("ctrl+r")
        await until(lambda: "Name of this branch" in text_of(app))
        await pilot.press(*"lake", "enter")
        await until(lambda: "lake · In a lake." in text_of(app) and "This branch is called “lake”." in text_of(app))
        await pilot.press("delete")
        await until(lambda: "Deleted “lake”. ctrl+z undoes." in text_of(app) and "lake · In" not in text_of(app))
        await until(lambda: "del delete" not in text_of(app))  # nothing would be left in its place
        await pilot.press("delete")
        await until(lambda: "no other version" in text_of(app))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app) and "In the sea." in text_of(app))
        await pilot.press(*"/tree", "enter")
        await until(lambda: "Branches" in text_of(app))
        await pilot.press("ctrl+z")
        await until(lambda: "“lake” is back." in text_of(app) and "lake · In a lake." in text_of(app))
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app) and "lake  alt+, ‹ 2/2 ›" in text_of(app))


@pytest.mark.parametrize(
    ("node_id", "words", "short"),
    [
        ("p0", "", ""),
        ("p1", "delete this branch (2 turns)", "delete 2 turns"),
        ("p2", "delete this branch (2 turns)", "delete 2 turns"),
        ("a2", "delete this turn", "delete"),
    ],
)
def test_the_tree_says_what_is_deleted(node_id: str, words: str, short: str) -> None:
    found = talk(("one", "1"), ("two", "2"))
    found.add(Node("p2", "a0", prompt("two, edited")))
    found.add(Node("a2", "p2", answer("3")))
    found.head = "a1"
    assert [deletion_words(found, node_id, short=each) for each in (False, True)] == [words, short]


async def test_ten_thousand_conversations_are_walked_at_once(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and "No conversations yet." in text_of(app))
        view = app.screen.query_one(LibraryView)
        now = datetime.now(UTC)
        before = time.process_time()
        view.show([LibraryRow(f"c{n}", f"Title {n}", now - timedelta(hours=n)) for n in range(10_000)])
        await pilot.press("tab", "end")
        await until(lambda: "Title 9999" in text_of(app))
        for _ in range(20):
            await pilot.press("pageup")
        assert time.process_time() - before < 6
        await pilot.press("home")
        await until(lambda: "Title 0 " in text_of(app))


async def test_the_open_conversation_is_deleted_with_its_draft_and_undone(tmp_path: Path) -> None:
    saved(tmp_path, "Owls")
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await until(lambda: "All on Owls." in text_of(app))
        await pilot.press(*"and cats", "f3")
        await until(lambda: bool(app.screen.query(LibraryPane)) and titles(app) == ["Owls"])
        await pilot.press("delete")
        await until(lambda: titles(app) == [] and "ctrl+z undoes" in text_of(app))
        assert "All on" not in text_of(app)
        assert screen_of(app).prompt.text == ""
        await pilot.press("u")
        await until(lambda: "All on Owls." in text_of(app) and titles(app) == ["Owls"])
        assert screen_of(app).prompt.text == "and cats"
        await pilot.press("delete")
        await until(lambda: titles(app) == [])
    library = Library(tmp_path)
    library.open().now()
    assert [summary.title for summary in library.trash.list().now()] == ["Owls"]
    library.trash.restore("c0").now()
    assert library.drafts.get("c0").now() == "and cats"
    library.close().now()


async def test_what_another_window_deleted_meanwhile_is_said_and_leaves_the_list(tmp_path: Path) -> None:
    saved(tmp_path, "Owls", "Cats")
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False) as (app, pilot):
        await pilot.press("ctrl+o")
        await until(lambda: isinstance(app.screen, LibraryScreen) and titles(app) == ["Owls", "Cats"])
        other = Library(tmp_path)
        other.open().now()
        other.delete("c1").now()
        view = app.screen.query_one(LibraryView)
        in_background(app, screen_of(app).controllers.library.delete("c1", "Owls", view))
        await until(lambda: "was deleted" in text_of(app) and titles(app) == ["Cats"])
        other.close().now()


async def test_the_pane_shows_states_and_opens(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(3)
    backend = ScriptedBackend([answered("One two."), answered("Three.")], hold=hold)
    async with chat(tmp_path, backend, size=(120, 30)) as (app, pilot):
        await pilot.press(*"first", "enter")
        await until(lambda: "One" in text_of(app))
        await pilot.press("escape")
        await until(lambda: idle(app))
        await pilot.press("ctrl+n", "f3")
        await until(lambda: "… stopped" in text_of(app))
        await pilot.press("down", "enter")
        await until(lambda: app.focused is screen_of(app).prompt and "One" in text_of(app))
        assert app.context.session.conversation.path()[-1].turn.outcome is Outcome.STOPPED
        await pilot.press("f3")
        await until(lambda: not app.screen.query(LibraryPane))
        assert "first" in lines_of(app)[0]


def test_rows_that_come_after_the_pane_was_closed_are_dropped() -> None:
    closed = LibraryView()
    closed.show([])
    closed.show([LibraryRow("c", "Rivers", datetime(2026, 11, 24, tzinfo=UTC))])
    closed.say("nobody sees it")
    assert closed.wanted is None
