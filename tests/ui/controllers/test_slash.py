"""Slash commands: the list and its keys, what is run, and that nothing with a slash is sent by mistake or lost."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import pytest

from tests.ui.controllers.fakes import Posted, Tasks, Typed
from tui_chat.core.dialects.rules import Rules
from tui_chat.core.settings import Settings
from tui_chat.core.slash_commands import Takes
from tui_chat.core.slash_completion import SlashChoice, SlashChoices
from tui_chat.ui.controllers.slash import PAUSE_S, SlashController
from tui_chat.ui.slash_state import SlashState
from tui_chat.ui.widget_messages import SlashInvoked

THEMES = SlashChoices((SlashChoice("nord"), SlashChoice("dracula"), SlashChoice("ember", is_current=True)))
ENDPOINTS = SlashChoices((SlashChoice("scripted", is_current=True), SlashChoice("work")))


@dataclass
class Known:
    """What there is to choose from."""

    settings: Settings = field(default_factory=lambda: Settings(temperature=0.5))
    rules: Rules | None = None
    templates: tuple[SlashChoice, ...] = ()
    by_kind: dict[Takes, SlashChoices] = field(default_factory=lambda: {Takes.THEME: THEMES, Takes.ENDPOINT: ENDPOINTS})

    def choices(self, takes: Takes, typed: str) -> SlashChoices:
        return self.by_kind.get(takes, SlashChoices())


class Stage:
    """The prompt with its list; templates are known once they are read, from `files`."""

    def __init__(self, text: str = "", files: Collection[str] = ()) -> None:
        self.prompt, self.jobs, self.posted, self.known = Typed(text), Tasks(), Posted(), Known()
        self.files, self.is_read, self.time = files, False, 0.0
        self.list: SlashState | None = None
        self.sent: list[tuple[str, str]] = []
        self.expanded: list[tuple[str, str]] = []
        self.theme: str | None = None
        self.slash = SlashController(
            self.prompt, self, self.known, self, self, self.send, self.jobs.run, self.posted, lambda: self.time
        )

    # The list

    def show(self, state: SlashState | None) -> None:
        self.list = state

    @property
    def rows(self) -> list[str]:
        """The chosen one is marked."""
        if self.list is None:
            return []
        return [f"{'>' * (n == self.list.chosen)}{item.label}" for n, item in enumerate(self.list.items)]

    @property
    def note(self) -> str:
        return "" if self.list is None else self.list.note

    # Templates

    @property
    def names(self) -> Collection[str]:
        return self.files if self.is_read else ()

    async def refresh(self) -> None:
        self.is_read = True
        self.known.templates = tuple(SlashChoice(name) for name in self.files)

    def expand(self, name: str, rest: str, typed: str) -> None:
        self.expanded.append((name, rest))

    # Themes

    def preview(self, name: str) -> None:
        self.theme = name

    def revert(self) -> None:
        self.theme = None

    # What is done

    async def send(self, text: str, typed: str) -> None:
        self.sent.append((text, typed))

    @property
    def worn(self) -> str:
        return self.theme or "ember"

    @property
    def run(self) -> list[tuple[str, str]]:
        return [(fact.name, fact.argument) for fact in self.posted if isinstance(fact, SlashInvoked)]

    async def types(self, text: str) -> None:
        for letter in text:
            self.prompt.type_in(letter)
            self.slash.typed()
        await self.jobs.done()

    async def key(self, name: str, after: float = 2 * PAUSE_S) -> bool:
        """False where it is left to the prompt, which submits the text at enter."""
        self.time += after
        taken = self.slash.key(name, self.time)
        if not taken and name == "enter":
            await self.slash.submit(self.prompt.text)
        await self.jobs.done()
        return taken

    def clear(self) -> None:
        self.prompt.replace_text("")
        self.slash.typed()


# The list


async def test_the_list_narrows_and_its_keys_choose_complete_and_close() -> None:
    stage = Stage()
    await stage.types("/")
    assert stage.rows[:2] == [">/help", "/new"]
    for key in ("down", "down", "up"):
        assert await stage.key(key)
    assert stage.rows[:2] == ["/help", ">/new"]
    assert await stage.key("up")
    assert await stage.key("up")
    assert stage.rows[-1].startswith(">"), "from the first to the last"
    await stage.types("en")
    assert stage.rows[0] == ">/endpoint"
    assert await stage.key("tab")
    assert (stage.prompt.text, stage.rows) == ("/endpoint ", [">scripted", "work"])
    assert stage.slash.close()
    assert (stage.rows, stage.prompt.text) == ([], "/endpoint ")
    await stage.types("w")
    assert stage.rows == [], "closed, it stays so while this is typed on"
    assert await stage.key("tab")
    assert stage.rows == [">work"]
    stage.clear()
    assert not stage.slash.close()
    await stage.types("/")
    assert stage.rows, "another text is another list"
    assert (stage.sent, stage.run) == ([], [])


@pytest.mark.parametrize("text", ["no /here", " /new", ""])
async def test_keys_belong_to_the_prompt_where_no_command_is_typed(text: str) -> None:
    stage = Stage()
    await stage.types(text)
    assert stage.rows == []
    assert [await stage.key(key) for key in ("up", "down", "tab")] == [False] * 3


async def test_what_the_up_key_recalls_is_not_completed_until_it_is_edited() -> None:
    stage = Stage()
    await stage.types("/set temperature 0.1")
    stage.prompt.is_recalled = True
    stage.slash.typed()
    stage.prompt.replace_text("/set temperature 0.2")
    assert not await stage.key("up")
    assert stage.rows == []
    assert not await stage.key("enter")
    assert stage.run == [("set", "temperature 0.2")]
    stage.prompt.is_recalled = False
    stage.prompt.replace_text("/set temperature 0.")
    stage.slash.typed()
    assert "now 0.5" in stage.note


async def test_the_pointer_runs_what_it_points_at_and_the_wheel_turns() -> None:
    stage = Stage()
    await stage.types("/")
    stage.slash.step(1)
    assert stage.rows[1] == ">/new"
    stage.slash.pick(99)
    stage.slash.pick(stage.rows.index("/find"))
    assert stage.run == [("find", "")]


async def test_what_comes_later_joins_the_list_and_the_chosen_one_stays_chosen() -> None:
    stage = Stage()
    await stage.types("/endpoint ")
    await stage.key("down")
    stage.known.by_kind[Takes.ENDPOINT] = SlashChoices((SlashChoice("first"), *ENDPOINTS.all))
    stage.slash.typed(again=True)
    assert stage.rows == ["first", "scripted", ">work"]
    stage.slash.close()
    stage.slash.typed(again=True)
    assert stage.rows == [], "news open nothing that was closed"


# Enter


async def test_enter_completes_where_an_argument_is_needed_and_else_runs() -> None:
    stage = Stage()
    await stage.types("/se")
    await stage.key("enter")
    assert (stage.prompt.text, stage.run) == ("/set ", [])
    stage.clear()
    await stage.types("/ne")
    await stage.key("enter")
    assert (stage.prompt.text, stage.run) == ("/new", [("new", "")])
    stage.slash.begun("/new")
    assert (stage.prompt.text, stage.list) == ("", None)


async def test_a_name_that_is_only_like_a_command_waits_until_templates_are_known() -> None:
    stage = Stage()
    stage.prompt.replace_text("/retyr")
    assert not await stage.key("enter")
    assert (stage.run, stage.sent) == ([], [])
    assert "There is no command /retyr. Did you mean /retry?" in stage.note


async def test_a_bad_argument_says_why_and_stays_in_the_prompt() -> None:
    stage = Stage()
    await stage.types("/new one")
    await stage.key("enter")
    assert (stage.run, stage.prompt.text) == ([], "/new one")
    assert stage.note == "/new takes no argument. Nothing was done, and nothing was sent."
    assert stage.list is not None
    assert stage.list.is_problem
    assert not await stage.key("up")
    stage.slash.typed(again=True)
    assert stage.list.is_problem, "news of what there is to choose from do not cover it"
    await stage.types("x")
    assert not stage.list.is_problem


async def test_a_command_that_did_nothing_comes_back_and_is_one_key_up_where_something_else_was_typed() -> None:
    stage = Stage()
    stage.slash.refuse("/theme nordd", "There is no theme nordd.")
    assert (stage.prompt.text, stage.note) == ("/theme nordd", "There is no theme nordd.")
    stage.prompt.replace_text("typed since")
    stage.slash.refuse("/theme nordd", "There is no theme nordd.")
    assert (stage.prompt.text, stage.prompt.aside) == ("typed since", ("/theme nordd",))
    assert stage.rows == [], "what was typed since is not to be replaced"


async def test_enter_takes_what_was_meant_by_a_misspelt_argument_and_the_next_one_runs_it() -> None:
    stage = Stage()
    stage.slash.refuse("/set tempreture 0.3", "There is no setting tempreture.")
    assert (stage.rows, stage.note) == ([">/set temperature 0.3"], "There is no setting tempreture.")
    assert await stage.key("enter")
    assert (stage.prompt.text, stage.run) == ("/set temperature 0.3", [])
    await stage.key("enter")
    assert stage.prompt.text == "/set temperature 0.3"
    assert not stage.note.startswith("There is no")


async def test_enter_takes_nothing_that_an_earlier_text_has_found() -> None:
    cats = SlashChoices(
        (SlashChoice("01", label="Cats"), SlashChoice("02", label="Dogs")), is_found=True, is_stale=True
    )
    for keys, run in ((["enter"], ("open", "owls")), (["down", "enter"], ("open", "02"))):
        stage = Stage()
        stage.known.by_kind[Takes.CONVERSATION] = cats
        await stage.types("/open owls")
        assert stage.rows == [">Cats", "Dogs"], "they stay until those for owls are found"
        for key in keys:
            await stage.key(key)
        assert stage.run == [run]


# Unknown ones, and slashes that are meant


async def test_an_unknown_command_asks_and_is_never_sent_by_itself() -> None:
    stage = Stage()
    await stage.types("/modl x")
    await stage.key("enter")
    assert stage.note == "There is no command /modl. Did you mean /model?"
    assert stage.rows == [">/model x", "Send it as text"]
    assert await stage.key("enter", after=PAUSE_S / 2)
    assert (stage.prompt.text, stage.sent) == ("/modl x", []), "that enter belongs to the one before"
    assert await stage.key("enter")
    assert (stage.prompt.text, stage.run) == ("/model x", [])


@pytest.mark.parametrize("keys", [["ctrl+s"], ["enter"]])
async def test_a_path_is_sent_as_it_is_when_that_is_chosen(keys: list[str]) -> None:
    stage = Stage()
    await stage.types("/usr/bin/env x")
    assert not await stage.key("ctrl+s"), "there is no question yet"
    await stage.key("enter")
    assert stage.rows == [">Send it as text"]
    assert stage.slash.close()
    assert (stage.prompt.text, stage.sent) == ("/usr/bin/env x", [])
    await stage.key("enter")
    for key in keys:
        await stage.key(key)
    assert stage.sent == [("/usr/bin/env x", "/usr/bin/env x")]


async def test_two_slashes_send_one_and_are_remembered_as_they_were_typed() -> None:
    stage = Stage()
    await stage.types("//etc/hosts?")
    assert stage.rows == []
    await stage.key("enter")
    assert stage.sent == [("/etc/hosts?", "//etc/hosts?")]
    await stage.slash.submit("plain")
    assert stage.sent[1:] == [("plain", "plain")]


# Templates and themes


async def test_a_template_is_read_before_its_name_is_taken_for_a_mistake() -> None:
    stage = Stage("/review main.py", files=["review"])
    await stage.slash.submit(stage.prompt.text)
    assert (stage.expanded, stage.note, stage.sent) == ([("review", "main.py")], "", [])
    stage = Stage(files=["review"])
    await stage.types("/rev")
    assert stage.rows[0] == ">/review"
    await stage.key("enter")
    assert stage.expanded == [("review", "")]


async def test_a_theme_is_tried_while_it_is_chosen_and_given_back_unless_it_is_taken() -> None:
    stage = Stage()
    await stage.types("/theme dra")
    assert stage.worn == "dracula"
    stage.slash.close()
    assert stage.worn == "ember"
    stage.clear()
    await stage.types("/theme nor")
    assert stage.worn == "nord"
    stage.clear()
    assert stage.worn == "ember"
    await stage.types("/theme nor")
    await stage.key("enter")
    assert stage.run == [("theme", "nord")]
    stage.slash.begun("/theme nord")
    assert stage.worn == "nord", "it is the one that is taken"


async def test_a_list_that_is_asked_for_opens_where_escape_had_closed_one() -> None:
    stage = Stage()
    await stage.types("/theme")
    stage.slash.close()
    stage.slash.choose("endpoint")
    assert (stage.prompt.text, stage.rows) == ("/endpoint ", [">scripted", "work"])
