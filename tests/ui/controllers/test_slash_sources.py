"""What can follow a slash command: shown at once as far as it is known, and the rest as soon as it is found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest

from tests.scripted import ScriptedBackend
from tests.store.trees import answer, talk
from tests.ui.controllers.fakes import Tasks
from tui_chat.core.conversation import Node
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.settings import Settings
from tui_chat.core.slash_commands import Takes
from tui_chat.core.slash_completion import SlashChoice
from tui_chat.engine.backends import Backends
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.controllers.slash_sources import ASKING, HOLDS_S, SEARCHING, SlashSources
from tui_chat.wire.model_list import Model


@dataclass
class Listing(ScriptedBackend):
    """A server that lists models, once it is let."""

    scripts: list[list[object]] = field(default_factory=list)  # type: ignore[assignment]
    name: str = "work"
    model: str | None = "small"
    found: tuple[Model, ...] | ServerError = (Model("small"), Model("la\x1b[31mrge"))
    lets: asyncio.Event = field(default_factory=asyncio.Event)
    asked_for_models: int = 0

    async def models(self) -> tuple[Model, ...] | ServerError:
        self.asked_for_models += 1
        await self.lets.wait()
        return self.found


class Files:
    """System prompts, presets and templates, which are there once the files were read."""

    def __init__(self) -> None:
        self.choices: Sequence[SlashChoice] = ()

    async def refresh(self) -> None:
        self.choices = (SlashChoice("teacher", "Explain it"),)


class Themes:
    names, current = ("ember", "paper"), "paper"

    def is_dark(self, name: str) -> bool:
        return name == "ember"


class Stage:
    def __init__(self, context: AppContext, server: Listing | None = None) -> None:
        self.context, self.jobs, self.files, self.news = context, Tasks(), Files(), 0
        if server is not None:
            config = EndpointConfig("work", "https://h.example/v1", model="small")
            context.backends = Backends({"work": config}, {"work": server})
            context.endpoint = "work"
        lists = ModelListCache(context.backends)
        self.sources = SlashSources(context, Themes(), self.files, self.files, self.files, lists, self.jobs, self.heard)

    def heard(self) -> None:
        self.news += 1

    def now(self, takes: Takes, typed: str = "") -> tuple[list[str], str]:
        """What is shown at once, and the note."""
        found = self.sources.choices(takes, typed)
        return [f"{choice.value}{' *' * choice.is_current}" for choice in found.all], found.note

    async def then(self, takes: Takes, typed: str = "") -> tuple[list[str], str]:
        """What is shown when all was found that was looked for."""
        self.now(takes, typed)
        await self.jobs.done()
        return self.now(takes, typed)


# Models


async def test_the_server_is_asked_for_its_models_once_and_that_is_said_while_it_takes(context: AppContext) -> None:
    stage = Stage(context, server := Listing())
    for _ in range(2):
        assert stage.now(Takes.MODEL) == ([], ASKING)
    server.lets.set()
    await stage.jobs.done()
    assert stage.now(Takes.MODEL) == (["small *", "la\x1b[31mrge"], "")
    assert "\x1b" not in stage.sources.choices(Takes.MODEL, "").all[1].label
    assert (stage.news, server.asked_for_models) == (1, 1)
    context.endpoint = "demo"
    assert stage.now(Takes.MODEL) == ([], ASKING), "those of another endpoint are not shown for it"


@pytest.mark.parametrize(
    ("found", "note"),
    [
        (
            ServerError(ErrorKind.AUTH, "The key was refused."),
            "The server did not list its models: The key was refused.",
        ),
        ((), "The server lists no models; a name that is typed is taken as it is."),
    ],
)
async def test_why_there_are_no_models_is_said(
    context: AppContext, found: tuple[Model, ...] | ServerError, note: str
) -> None:
    stage = Stage(context, server := Listing(found=found))
    server.lets.set()
    assert await stage.then(Takes.MODEL) == ([], note)


async def test_what_is_built_in_has_one_model(context: AppContext) -> None:
    assert await Stage(context).then(Takes.MODEL) == ([], "The endpoint scripted is built in and has one model.")


# Conversations and prompts


async def test_conversations_are_found_by_words_and_the_hits_so_far_stay_while_a_word_is_typed_on(
    context: AppContext,
) -> None:
    for name in ("owls", "cats"):
        context.session.services.library.create(talk(("question", f"about {name}"), id=name, title=name.title())).now()
    await context.session.open("cats")
    stage = Stage(context)
    assert stage.now(Takes.CONVERSATION) == ([], SEARCHING)
    found, note = await stage.then(Takes.CONVERSATION)
    assert (sorted(found), note) == (["cats *", "owls"], "")
    assert stage.now(Takes.CONVERSATION, "ow") == (found, SEARCHING)
    assert await stage.then(Takes.CONVERSATION, "ow") == (["owls"], "")
    assert await stage.then(Takes.CONVERSATION, "zebra") == ([], "No saved conversation contains “zebra”.")


async def test_a_search_that_is_typed_on_is_given_up(context: AppContext) -> None:
    context.session.services.library.create(talk(("question", "about owls"), id="owls", title="Owls")).now()
    stage = Stage(context)
    for typed in ("/", "o", "ow"):
        stage.now(Takes.CONVERSATION, typed)
    assert (await stage.then(Takes.CONVERSATION, "owl"), stage.news) == ((["owls"], ""), 2), "a folder, and the last"


async def test_a_file_is_opened_by_its_path(context: AppContext, tmp_path: Path) -> None:
    (tmp_path / "export.zip").touch()
    stage = Stage(context)
    assert await stage.then(Takes.CONVERSATION, f"{tmp_path}/ex") == ([f"{tmp_path}/export.zip"], "")


async def test_an_empty_library_and_one_that_fails_say_so(context: AppContext) -> None:
    stage = Stage(context)
    assert await stage.then(Takes.CONVERSATION) == ([], "No conversation is saved yet.")
    await context.session.services.library.close()
    found, note = await stage.then(Takes.CONVERSATION, "x")
    assert found == []
    assert "library" in note


async def test_what_was_found_is_looked_for_again_after_a_while(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(context)
    await stage.then(Takes.CONVERSATION)
    context.session.services.library.create(talk(("question", "answer"), id="new")).now()
    assert (await stage.then(Takes.CONVERSATION))[0] == []
    later = monotonic() + HOLDS_S
    monkeypatch.setattr("tui_chat.ui.controllers.slash_sources.monotonic", lambda: later)
    assert (await stage.then(Takes.CONVERSATION))[0] == ["new"]


async def test_prompts_of_the_conversation_are_there_at_once_and_those_of_another_one_gone(context: AppContext) -> None:
    context.session.services.library.create(talk(("in the library", "…"), id="other")).now()
    context.session.switch(talk(("here", "…")))
    stage = Stage(context)
    assert stage.now(Takes.PROMPT) == (["here"], "")
    assert await stage.then(Takes.PROMPT) == (["here", "in the library"], "")
    context.session.switch(talk(("elsewhere", "…"), id="elsewhere"))
    assert stage.now(Takes.PROMPT) == (["elsewhere"], "")


# The rest


async def test_files_are_read_when_their_list_opens(context: AppContext, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "no.md").write_text("")
    stage = Stage(context)
    assert await stage.then(Takes.SYSTEM) == (["teacher"], "")
    assert await stage.then(Takes.PATH, f"{tmp_path}/no") == ([f"{tmp_path}/notes/", f"{tmp_path}/no.md"], "")
    assert stage.now(Takes.PATH, f"{tmp_path}/gone/")[0] == [f"{tmp_path}/notes/", f"{tmp_path}/no.md"]
    assert await stage.then(Takes.PATH, f"{tmp_path}/gone/") == ([], "")


async def test_presets_and_where_there_is_none_how_one_is_made(context: AppContext) -> None:
    stage = Stage(context)
    assert (await stage.then(Takes.PRESET))[1].startswith("There is no preset yet.")
    context.presets = {"precise": Settings(temperature=0.1)}
    stage = Stage(context)
    assert await stage.then(Takes.PRESET) == (["precise"], "")
    assert stage.sources.choices(Takes.PRESET, "").all[0].help == "temp 0.1"


def test_endpoints_themes_and_pages_are_known(context: AppContext) -> None:
    stage = Stage(context, Listing())
    assert stage.now(Takes.ENDPOINT)[0] == ["work *", "local", "demo", "add", "list"]
    about = {choice.value: choice.help for choice in stage.sources.choices(Takes.ENDPOINT, "").all}
    assert (about["work"], about["demo"]) == ("small · h.example", "built in")
    assert [(choice.value, choice.help) for choice in stage.sources.choices(Takes.THEME, "").all] == [
        ("ember", "dark"),
        ("paper", "light"),
    ]
    assert stage.now(Takes.THEME)[0] == ["ember", "paper *"]
    assert "privacy" in stage.now(Takes.TOPIC)[0]
    assert stage.now(Takes.NOTHING) == ([], "")


def test_versions_are_offered_for_comparison_where_an_answer_has_any(context: AppContext) -> None:
    made = talk(("question", "answer"))
    context.session.switch(made)
    stage = Stage(context)
    assert "versions" not in stage.now(Takes.COMPARISON)[0]
    made.add(Node("again", "p0", answer("another")))
    assert stage.now(Takes.COMPARISON)[0][0] == "versions"
    assert stage.sources.choices(Takes.COMPARISON, "").all[0].help == "1 2"
