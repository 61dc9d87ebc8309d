"""`@path` while it is typed: the list, its keys, and what becomes of a key or an answer that comes at a bad moment."""

from __future__ import annotations

import asyncio
import threading

import pytest

from tests.ui.controllers.fakes import Notices, Tasks, Typed
from tui_chat.core.slash_completion import SlashChoice
from tui_chat.ui.controllers import mentions
from tui_chat.ui.controllers.mentions import MentionsController
from tui_chat.ui.slash_state import SlashState

FILES = (
    SlashChoice("docs/", goes_on=True),
    SlashChoice("my notes/", goes_on=True),
    SlashChoice("app.log", "2 kB"),
    SlashChoice("cat.png", "picture"),
)


class Stage:
    """`lets` holds the disk back until it is set."""

    def __init__(self, text: str = "", refused: str | None = None) -> None:
        self.prompt, self.notices, self.jobs = Typed(text), Notices(), Tasks()
        self.attached: list[tuple[str, str, int]] = []
        self.list: SlashState | None = None
        self.lets = threading.Event()
        self.lets.set()
        self._refused = refused
        self.mentions = MentionsController(
            self.prompt, self, self.attach, self.notices, self.jobs, frozenset({"ctrl+j"}), self.find
        )

    def show(self, state: SlashState | None) -> None:
        self.list = state

    def find(self, path: str) -> tuple[SlashChoice, ...]:
        self.lets.wait(5)
        return tuple(each for each in FILES if each.value.startswith(path))

    async def attach(self, path: str, typed: str, at: int) -> str | None:
        self.attached.append((path, typed, at))
        if self._refused is None:
            await asyncio.sleep(0)
            self.prompt.put_chip("[chip]", typed, at)
        return self._refused

    async def types(self, text: str) -> None:
        """At the cursor, letter by letter; the files are there then."""
        for letter in text:
            self.type(letter)
        await self.jobs.done()

    def type(self, letter: str) -> None:
        self.prompt.type_in(letter)
        self.mentions.typed()

    @property
    def rows(self) -> str:
        """The chosen one is marked."""
        if self.list is None:
            return ""
        return " ".join(f"{'>' * (n == self.list.chosen)}{item.label}" for n, item in enumerate(self.list.items))


async def test_a_name_narrows_the_list_and_tab_or_enter_attaches_in_place_of_it() -> None:
    for key in ("tab", "enter", "ctrl+j"):
        stage = Stage("why does ")
        await stage.types("@")
        assert stage.rows == "docs/ my notes/ app.log cat.png"
        await stage.types("a")
        assert stage.rows == ">app.log"
        assert stage.mentions.key(key)
        assert stage.rows == ""
        await stage.jobs.done()
        assert stage.attached == [("app.log", "@a", 9)]


async def test_a_bare_sign_is_sent_by_enter_unless_one_was_chosen() -> None:
    stage = Stage()
    await stage.types("@")
    assert not stage.mentions.key("enter")
    assert stage.mentions.key("up")
    assert stage.rows.endswith(">cat.png")
    assert stage.mentions.key("down")
    assert stage.mentions.key("down")
    assert stage.rows.startswith("docs/ >my notes/")
    assert not stage.mentions.key("x"), "a letter is the prompt's"
    assert stage.mentions.key("enter")
    assert stage.prompt.text == '@"my notes/', "a folder is gone into, quoted where its name has a blank"


async def test_the_pointer_chooses_and_a_place_without_a_file_is_nothing() -> None:
    stage = Stage()
    await stage.types("@")
    stage.mentions.pick(9)
    stage.mentions.pick(2)
    await stage.jobs.done()
    assert stage.attached == [("app.log", "@", 0)]


async def test_escape_closes_the_list_until_another_name_is_begun() -> None:
    stage = Stage()
    await stage.types("@a")
    assert stage.mentions.close()
    assert not stage.mentions.close(), "the next one is for others"
    await stage.types("p")
    assert stage.rows == ""
    assert not stage.mentions.key("enter")
    await stage.types(" @c")
    assert stage.rows == ">cat.png"


async def test_a_space_behind_a_whole_name_attaches_it_and_behind_a_part_does_not() -> None:
    stage = Stage("see ")
    await stage.types("@app.log")
    await stage.types(" ")
    assert stage.attached == [("app.log", "@app.log", 4)]
    stage = Stage()
    await stage.types("@app")
    await stage.types(" ")
    assert (stage.attached, stage.rows) == ([], "")


async def test_the_quote_that_closes_a_whole_name_attaches_it() -> None:
    stage = Stage("see ")
    await stage.types('@"app.log"')
    assert (stage.attached, stage.rows) == ([("app.log", '@"app.log"', 4)], "")


KEYS = {" ": "space", '"': "quotation_mark"}


@pytest.mark.parametrize(
    ("typed", "attached", "enters"),
    [
        ("@app.log why", [("app.log", "@app.log", 0)], 1),
        ('@"app.log" why', [("app.log", '@"app.log"', 0)], 1),
        ("@app.log and @cat.png ", [("app.log", "@app.log", 0), ("cat.png", "@cat.png", 11)], 1),
        ("@app.lo why", [], 1),
    ],
)
@pytest.mark.parametrize("heard", ["each letter", "keys alone"])
async def test_a_name_typed_faster_than_it_is_found_is_attached_before_the_prompt_is_sent(
    monkeypatch: pytest.MonkeyPatch, typed: str, attached: list[tuple[str, str, int]], enters: int, heard: str
) -> None:
    monkeypatch.setattr(mentions, "SAID_AFTER", 0)
    stage = Stage()
    stage.lets.clear()
    for letter in typed:
        stage.mentions.key(KEYS.get(letter, letter))
        stage.prompt.type_in(letter)
        if heard == "each letter":
            stage.mentions.typed()
    assert stage.mentions.key("enter"), "kept"
    for _ in range(3):
        await asyncio.sleep(0)
    assert (stage.attached, stage.prompt.entered) == ([], 0), "nothing is sent before it is clear"
    assert "sent as soon as" in stage.notices.said[0]
    stage.lets.set()
    await stage.jobs.done()
    assert (sorted(stage.attached), stage.prompt.entered) == (attached, enters)


async def test_what_was_to_be_sent_stays_where_its_file_is_refused_or_more_is_typed() -> None:
    for refused, key in (("No.", "enter"), (None, "x")):
        stage = Stage(refused=refused)
        stage.lets.clear()
        for letter in "@app.log ":
            stage.type(letter)
        assert stage.mentions.key("enter")
        stage.mentions.key(key)
        stage.lets.set()
        await stage.jobs.done()
        assert (len(stage.attached), stage.prompt.entered) == (1, 0)


async def test_a_name_whose_list_was_closed_stays_text() -> None:
    stage = Stage()
    await stage.types("@app.log")
    assert stage.mentions.close()
    await stage.types(" ")
    assert stage.attached == []


@pytest.mark.parametrize("text", ["me@a", "/open @a", "mail a@app.log"])
async def test_an_address_or_a_command_is_no_mention(text: str) -> None:
    stage = Stage()
    await stage.types(text)
    assert stage.rows == ""
    assert not stage.mentions.key("tab")


async def test_a_key_that_comes_before_the_list_is_meant_for_it() -> None:
    for typed, key, attached, entered in (("@a", "tab", 1, 0), ("@a", "enter", 1, 0), ("@zz", "enter", 0, 1)):
        stage = Stage()
        stage.lets.clear()
        for letter in typed:
            stage.type(letter)
        assert stage.mentions.key(key), "taken, and kept"
        stage.lets.set()
        await stage.jobs.done()
        assert (len(stage.attached), stage.prompt.entered) == (attached, entered), (typed, key)


async def test_files_that_come_too_late_are_not_listed() -> None:
    stage = Stage()
    stage.lets.clear()
    stage.type("@")
    stage.prompt.replace_text("")
    stage.mentions.typed()
    stage.lets.set()
    await stage.jobs.done()
    assert stage.list is None


async def test_what_cannot_be_attached_is_said_and_no_other_text_is_given_for_what_was_typed() -> None:
    stage = Stage(refused="There is no file app.log.")
    await stage.types("@a")
    stage.mentions.key("tab")
    stage.prompt.replace_text("something else")
    await stage.jobs.done()
    assert (stage.attached, stage.notices.said) == ([("app.log", "@a", 0)], ["There is no file app.log."])
