"""The palette without a screen: what is chosen is done and remembered, and models come from servers and from use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.scripted import ScriptedBackend
from tests.ui.controllers.fakes import Notices, Tasks, Written
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends
from tui_chat.help_pages import HelpPage
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.command_groups import Situation
from tui_chat.ui.command_table import COMMANDS, READING
from tui_chat.ui.controllers.endpoints import EndpointsController
from tui_chat.ui.controllers.help_pages import ManualController
from tui_chat.ui.controllers.palette import PaletteController
from tui_chat.ui.controllers.settings import SettingsController
from tui_chat.ui.kept_api_keys import KeptKeys
from tui_chat.ui.key_bindings import effective_keys
from tui_chat.ui.palette.contents import ListContents
from tui_chat.ui.palette.entry import PaletteEntry
from tui_chat.ui.saved_choices import SavedChoices
from tui_chat.wire.model_list import Model


@dataclass
class Typist:
    """Types these texts, each into a list that has all it will have, and takes the first entry."""

    typed: Sequence[str]
    seen: list[list[str]] = field(default_factory=list)

    async def choose(
        self,
        contents: ListContents,
        try_out: Callable[[PaletteEntry], object] | None = None,
        point_at: str | None = None,
    ) -> PaletteEntry | None:
        async for _ in contents.load():
            pass
        text, *self.typed = self.typed
        sections = contents.sections(text)
        self.seen.append([f"{section.heading}: {each.title}" for section in sections for each in section.entries])
        return next((each for section in sections for each in section.entries if each.chosen), None)

    async def help_page(self, page: HelpPage) -> bool:
        raise AssertionError(page)


class File:
    """What is kept for the next run."""

    def __init__(self) -> None:
        self.ui_values: dict[str, object] = {}
        self.endpoints: list[str] = []
        self.waits = False

    def settings(self, settings: Settings) -> None:
        return

    def endpoint(self, name: str, *_: object) -> None:
        self.endpoints.append(name)

    def forget_endpoint(self, name: str) -> None:
        return

    def model(self, endpoint: str, model: str | None) -> None:
        raise NotImplementedError

    def forget_settings(self) -> None:
        return

    def retry(self) -> None:
        return

    def preset(self, name: str, settings: Settings | None) -> None:
        return

    def ui(self, **values: object) -> None:
        self.ui_values |= values


class NoThemes:
    """No themes."""

    def entries(self) -> list[PaletteEntry]:
        return []


@dataclass
class Parts:
    palette: PaletteController
    typist: Typist
    ran: list[str]
    file: File
    jobs: Tasks
    notices: Notices


def parts(context: AppContext, *typed: str, now: Situation | None = None) -> Parts:
    notices, jobs, file, typist = Notices(), Tasks(), File(), Typist(typed)
    ran: list[str] = []

    async def run(name: str) -> None:
        ran.append(name)

    choices = SavedChoices(file, notices)
    unused: Any = None
    themes: Any = NoThemes()
    endpoints = EndpointsController(
        context, choices, KeptKeys(context, choices), Written(), lambda: None, unused, notices, jobs
    )
    palette = PaletteController(
        COMMANDS,
        READING,
        context,
        effective_keys({}),
        endpoints,
        unused,
        SettingsController(context, choices, notices, lambda _: None),
        themes,
        ManualController(typist),
        run,
        lambda: now or Situation(),
        choices,
        typist,
        notices,
        jobs,
    )
    return Parts(palette, typist, ran, file, jobs, notices)


async def test_every_command_is_run_by_typing_its_title(context: AppContext) -> None:
    """What it then does is seen in test_commands.py, command by command."""
    commands = [command for command in COMMANDS if command.run is not None]
    all_of_it = parts(context, *(command.title for command in commands))
    for _ in commands:
        await all_of_it.palette.show()
    assert all_of_it.ran == [command.id for command in commands]


async def test_commands_for_reading_are_there_while_one_reads(context: AppContext) -> None:
    title = next(command.title for command in READING if command.id == "reading.quote")
    reading = parts(context, title, now=Situation(reading=True))
    await reading.palette.show()
    assert reading.ran == ["reading.quote"]
    typing = parts(context, "")
    await typing.palette.show()
    assert not any(title in line for line in typing.typist.seen[0])


async def test_what_was_chosen_is_remembered_and_a_typed_text_is_not_written(context: AppContext) -> None:
    found = parts(context, "system I live in a secret place", "new", "help", "new")
    for _ in range(4):
        await found.palette.show()
    assert list(context.recent)[:2] == ["command:chat.new", "command:help"]
    assert context.session.settings.system == "I live in a secret place"
    await found.jobs.done()
    assert found.file.ui_values["recent"] == ["command:chat.new", "command:help"]


class Server(ScriptedBackend):
    """Lists models, or says why not."""

    def __init__(self, name: str, found: tuple[Model, ...] | ServerError) -> None:
        super().__init__([], name=name)
        self.found = found
        self.listed = 0

    async def models(self) -> tuple[Model, ...] | ServerError:
        self.listed += 1
        await asyncio.sleep(0)
        return self.found


def with_servers(context: AppContext) -> dict[str, Server]:
    """Two endpoints whose servers list models, one that lists none, one whose key comes from a command."""
    listed = (Model("large"), Model("small"))
    servers = {
        "azure": Server("azure", ServerError(ErrorKind.NOT_FOUND, "The endpoint azure has no list of models.")),
        "mistral": Server("mistral", listed),
        "vault": Server("vault", listed),
    }
    configs = {name: EndpointConfig(name, f"https://{name}.example/v1") for name in servers}
    configs["azure"] = EndpointConfig("azure", "https://azure.example/v1", model="phi")
    configs["vault"] = EndpointConfig("vault", "https://vault.example/v1", api_key_command=("pass", "show", "key"))
    context.backends, context.endpoint = Backends(configs, servers), "azure"
    return servers


async def test_a_model_of_another_endpoint_is_one_choice(context: AppContext) -> None:
    servers = with_servers(context)
    found = parts(context, "small", "mis", "la")
    await found.palette.pick_model()
    await found.jobs.done()
    assert (context.endpoint, found.file.endpoints) == ("mistral", ["mistral"])
    described = context.backends.described("mistral")
    assert described is not None
    assert described[0].model == "small"
    await found.palette.pick_model()
    assert found.typist.seen[1][0] == "mistral (in use): small", "its name finds all of its models"
    assert servers["mistral"].listed == 1, "one list is enough for a run"
    assert servers["vault"].listed == 0, "its key may want a passphrase: only asked when it is in use"


async def test_before_anything_is_typed_each_endpoint_has_its_heading(context: AppContext) -> None:
    with_servers(context)
    found = parts(context, "")
    await found.palette.pick_model()
    assert found.typist.seen == [
        [
            "azure (in use): phi",
            "azure (in use): no list: The endpoint azure has no list of models.",
            "mistral: the endpoint's default model",
            "mistral: large",
            "mistral: small",
            "vault: the endpoint's default model",
            "local: the built-in toy model",
            "demo: scripted answers, no model",
            "More: Endpoints",
            "More: Add an endpoint",
        ]
    ]


async def test_a_name_that_no_list_has_is_taken_and_a_key_is_not(context: AppContext) -> None:
    with_servers(context)
    found = parts(context, "phi-4-mini")
    await found.palette.pick_model()
    described = context.backends.described("azure")
    assert described is not None
    assert described[0].model == "phi-4-mini"
    key = "sk-proj-" + "a1B2c3D4" * 6
    contents: list[ListContents] = []

    async def look(each: ListContents, *_: object) -> None:
        contents.append(each)

    found.typist.choose = look  # type: ignore[method-assign,assignment]
    await found.palette.pick_model()
    assert contents[0].sections(key) == []
