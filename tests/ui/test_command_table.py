"""Every command of the key table: its key is struck, and what the user is to see comes about."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.core.settings import Settings
from tui_chat.ui import command_table
from tui_chat.ui.app import ChatApp
from tui_chat.ui.command_groups import OTHER, heading_of
from tui_chat.ui.screens.library import LibraryScreen
from tui_chat.ui.widgets.library_pane import LibraryPane

KEYS = {
    "filter.view": ("f10",),
    "filter.send": ("f11",),
    "chat.context": ("ctrl+alt+x",),
    "chat.rename": ("ctrl+alt+2",),
    "chat.delete": ("ctrl+alt+3",),
    "chat.deleted": ("ctrl+alt+f",),
    "chat.open_file": ("ctrl+alt+o",),
    "prompt.attach": ("ctrl+alt+b",),
    "chat.attachments": ("ctrl+alt+d",),
    "compare": ("ctrl+alt+v",),
    "chat.copy_path": ("ctrl+alt+1",),
    "chat.tag": ("ctrl+alt+g",),
    "chat.tree": ("ctrl+alt+y",),
    "branch.name": ("ctrl+alt+j",),
    "branch.delete": ("ctrl+alt+k",),
    "branch.undo": ("ctrl+alt+l",),
    "settings.save": ("ctrl+alt+s",),
    "settings.undo": ("ctrl+alt+u",),
    "settings.presets": ("ctrl+alt+p",),
    "settings.system": ("ctrl+alt+i",),
    "chat.history": ("ctrl+alt+h",),
    "queue.take": ("ctrl+alt+q",),
    "queue.send": ("ctrl+alt+n",),
    "queue.clear": ("ctrl+alt+c",),
    "endpoint.add": ("ctrl+alt+a",),
    "endpoint.edit": ("ctrl+alt+e",),
    "endpoint.price": ("ctrl+alt+5",),
    "endpoint.copy_curl": ("ctrl+alt+r",),
    "app.theme": ("ctrl+alt+t",),
    "app.vim": ("ctrl+alt+6",),
    "app.reduced_motion": ("ctrl+alt+7",),
    "app.notify": ("ctrl+alt+8",),
    "app.mouse": ("ctrl+alt+9",),
    "app.reasoning": ("ctrl+alt+0",),
    "help.version": ("ctrl+alt+4",),
    "help.manual": ("ctrl+alt+m",),
    "pane.wider": ("ctrl+alt+w",),
    "pane.narrower": ("ctrl+alt+z",),
}
"""For the commands that have no key of their own."""

ELSEWHERE = {
    "chat.editor": "tests/pty/test_reading.py::test_the_editor_has_the_terminal_to_itself_and_the_answer_goes_on",
    "endpoint.check": "tests/ui/test_endpoints.py::test_the_check_shows_each_step_and_never_the_key",
    "chat.exchange": "tests/ui/test_endpoints.py::test_a_failed_answer_can_be_looked_at_at_once",
}
"""Those that need a terminal or a server of their own."""


@dataclass(frozen=True)
class Effect:
    """`first` leads to where the command acts, `then` back. `seen` gets the screen as it was before the key."""

    id: str
    seen: Callable[[ChatApp, str], object]
    first: Sequence[str] = ()
    then: Sequence[str] = ()


def says(*words: str) -> Callable[[ChatApp, str], bool]:
    """All of these are on the screen, and were not all there before."""
    return lambda app, before: all(w in text_of(app) for w in words) and not all(w in before for w in words)


def says_no_more(words: str) -> Callable[[ChatApp, str], bool]:
    return lambda app, before: words in before and words not in text_of(app)


def copies(text: str) -> Callable[[ChatApp, str], bool]:
    return lambda app, _: app.clipboard == text


def types(text: str) -> Callable[[ChatApp, str], bool]:
    return lambda app, _: screen_of(app).prompt.text == text


def reads(words: str) -> Callable[[ChatApp, str], bool]:
    """Where the reading cursor is."""

    def seen(app: ChatApp, _: str) -> bool:
        spot = screen_of(app).transcript.cursor.spot
        return spot is not None and words in spot.text

    return seen


def paragraphs(text: str) -> list[str]:
    return re.findall(r"\b[abc]\d\d\b", text)


def moves(by: int, *, half: bool = False) -> Callable[[ChatApp, str], bool]:
    """Up or down by a page, which leaves at most a line of what was there, or by half of one."""

    def seen(app: ChatApp, before: str) -> bool:
        old, new = paragraphs(before), paragraphs(text_of(app))
        shared = len(set(old) & set(new))
        far = shared > 3 if half else shared <= 1
        return bool(new) and far and (new[0] < old[0] if by < 0 else new[-1] > old[-1])

    return seen


def at_top(words: str) -> Callable[[ChatApp, str], bool]:
    return lambda app, before: words in "\n".join(lines_of(app)[1:3]) and words not in before


CONVERSATION = [answered("\n\n".join(f"{letter}{n}" for n in range(10, 60))) for letter in "abc"]
MOVING = [
    Effect("view.half_page_up", moves(-1, half=True)),
    Effect("view.half_page_down", moves(1, half=True)),
    Effect("view.page_up", moves(-1)),
    Effect("view.page_down", moves(1)),
    Effect("view.start", says("a10")),
    Effect("view.end", says("c59")),
    Effect("view.previous_prompt", at_top("question c")),
    Effect("view.previous_prompt", at_top("question b")),
    Effect("view.next_prompt", at_top("question c")),
]

STOPPING = [
    Effect("chat.send", says("Half of"), first="question"),
    Effect("chat.stop", says("stopped")),
]
QUEUE = [
    Effect("queue.send", says("One.")),
    Effect("queue.take", types("three"), first=["q", "enter", *"three", "enter"], then=["enter"]),
    Effect("chat.stop", says("waits: the answer was stopped")),
    Effect("queue.clear", says_no_more("waits: the answer was stopped")),
]
TALKING = [
    Effect("chat.continue", says("the rest.")),
    Effect("chat.retry", says("Again.", "2/2")),
    Effect("chat.edit", says("Editing a prompt"), then=["escape"]),
    Effect("chat.copy", copies("Again.")),
    Effect("chat.copy_path", says("No file has been saved yet.")),
    Effect("chat.copy_code", says("There is no code in this conversation")),
    Effect("chat.newline", types("x\n"), first="x", then=["backspace", "backspace"]),
    Effect("chat.history", types("/history "), then=["escape"]),
    Effect("chat.interrupt", says("Prompt stashed"), first="draft"),
    Effect("chat.save_as", says("Save the conversation as"), then=["escape"]),
    Effect("chat.tree", says("Branches"), then=["escape"]),
    Effect("branch.name", says("Name of this branch"), then=["escape"]),
    Effect("branch.delete", says_no_more("2/2")),
    Effect("branch.undo", says("Again.", "2/2")),
    Effect("chat.rename", says("New title"), then=["escape"]),
    Effect("chat.tag", says("Tags of this conversation"), then=["escape"]),
    Effect("chat.open", lambda app, _: isinstance(app.screen, LibraryScreen), then=["escape"]),
    Effect("chat.deleted", says("Deleted conversations, kept for 30 days", "Nothing is deleted."), then=["escape"]),
    Effect("find.open", says("Find in the conversation"), then=["escape"]),
    Effect("reading.enter", says("esc back"), then=["escape"]),
    Effect("pane.library", lambda app, _: app.screen.query(LibraryPane), then=["f3"]),
    Effect("pane.settings", says("Save as default"), then=["f2"]),
    Effect("pane.wider", lambda app, _: app.screen.query_one(LibraryPane).outer_size.width == 38, first=["f3"]),
    Effect("pane.enter", says("↑↓ move"), first=["escape"]),
    Effect("pane.narrower", lambda app, _: app.screen.query_one(LibraryPane).outer_size.width == 34, then=["f3"]),
    Effect("settings.tune", says("↑↓ turn"), then=["escape"]),
    Effect("settings.temperature_up", says("temperature 0.6")),
    Effect("settings.temperature_down", says("temperature 0.5")),
    Effect("settings.max_tokens_up", says("max_tokens 512")),
    Effect("settings.max_tokens_down", says("max_tokens 256")),
    Effect("settings.undo", lambda app, _: re.search("max_tokens: |no change to undo", lines_of(app)[0])),
    Effect("filter.report", says("has found nothing in this")),
    Effect("filter.view", says("has said nothing about this conversation"), then=["escape"]),
    Effect("filter.send", says("left out of what is sent")),
    Effect("compare", says("Compare answers", "what differs"), then=["escape"]),
    Effect("chat.context", says("What the next request sends"), then=["escape"]),
    Effect("prompt.attach", says("Attach a file"), then=["escape"]),
    Effect("chat.attachments", says("No file was sent in this conversation yet")),
    Effect("chat.open_file", says("Open a conversation from the file"), then=["escape"]),
    Effect("settings.save", says("Nothing of this run is written")),
    Effect("settings.system", says("There is no system prompt yet"), then=["escape"]),
    Effect("settings.presets", says("There is no preset yet"), then=["escape"]),
    Effect("endpoint.add", says("Add an endpoint"), then=["escape"]),
    Effect("endpoint.edit", says("Endpoints", "c check"), then=["escape"]),
    Effect("endpoint.key", says("takes no key")),
    Effect("endpoint.price", says("No price is known for"), then=["escape"]),
    Effect("endpoint.copy_curl", says("is built in: nothing goes over")),
    Effect("app.theme", says("light, dark …"), then=["escape"]),
    Effect("app.vim", says("vim keys: on", "INSERT")),
    Effect("app.vim", says_no_more("INSERT")),
    Effect("app.reduced_motion", says("reduced motion: on")),
    Effect("app.notify", says("notifications: off")),
    Effect("app.mouse", says("mouse: off")),
    Effect("app.reasoning", says("thoughts: open")),
    Effect("help", says("Keys and help"), then=["escape"]),
    Effect("help.manual", says("Azure step by step"), then=["escape"]),
    Effect("help.version", says("· Textual 8")),
    Effect("palette", says("Suggested"), then=["escape"]),
    Effect("model.pick", says("Models and endpoints"), then=["escape"]),
    Effect("chat.new", says_no_more("Again.")),
    Effect("chat.delete", says("there is nothing to delete")),
    Effect("app.quit", lambda app, _: not app.is_running),
]

CODE = "\n".join(f"line {n}" for n in range(60))
READ = f"Some *words*.\n\n```\n{CODE}\n```\n\nThe end."
READING = [
    Effect("reading.copy", copies("The end."), first=["shift+tab"]),
    Effect("reading.menu", says("Copy the block as Markdown"), then=["escape"]),
    Effect("reading.compare", says("Compare answers", "what differs"), then=["escape"]),
    Effect("reading.quote", types("> The end.\n\n"), then=["ctrl+c", "shift+tab"]),
    Effect("reading.previous_code", reads("line 59")),
    Effect("reading.next_code", says("There is no code block below")),
    Effect("reading.copy_code", copies(CODE)),
    Effect("reading.fold", says("more lines")),
    Effect("reading.block_down", reads("The end.")),
    Effect("reading.block_up", reads("line 59"), then=["down"]),
    Effect("reading.select", lambda app, _: app.screen.get_selected_text() == "The end.", then=["v"]),
    Effect("reading.source", says("```"), then=["m"]),
    Effect("reading.links", says("There is no link here")),
    Effect("reading.files", says("No file was sent with this")),
    Effect("reading.sent", says("left out of"), then=["X"]),
    Effect("reading.retry", says("Another.", "2/2")),
    Effect("version.older", says("1/2"), first=["escape"]),
    Effect("version.newer", says("2/2"), then=["shift+tab"]),
    Effect("reading.details", says("made with"), then=["i"]),
    Effect("reading.older", says("1/2")),
    Effect("reading.newer", says("2/2")),
    Effect("reading.message_up", reads("question")),
    Effect("reading.message_down", reads("Another.")),
    Effect("reading.edit", says("Editing a prompt")),
    Effect("prompt.unfold", says_no_more("[pasted 60 lines"), first=["ctrl+v"]),
]


async def tried(app: ChatApp, pilot: Pilot[int], effects: Sequence[Effect]) -> None:
    """Strike one key after the other. What is seen must come with the key, and not be there before it."""
    for effect in effects:
        await pilot.press(*effect.first)
        app.clear_notifications()
        await pilot.pause()
        # What was done first may still be at work: a prompt is in the box until it is safe.
        await until(lambda: not effect.seen(app, text_of(app)))  # noqa: B023 - called before the next turn
        before = text_of(app)
        assert effect.id in KEYS or command_table.BY_ID[effect.id].keys, f"{effect.id} has no key: give it one in KEYS"
        await pilot.press(KEYS.get(effect.id, command_table.BY_ID[effect.id].keys)[0])
        try:
            await until(lambda: effect.seen(app, before))  # noqa: B023 - called before the next turn
        except TimeoutError:
            raise AssertionError(f"{effect.id}:\n{text_of(app)}") from None
        if app.is_running:
            await pilot.press(*effect.then)
            await until(lambda: app.screen is screen_of(app))
            if effect.id not in ("chat.send", "queue.take"):
                await until(lambda: not app.context.session.running)


async def test_the_commands_for_moving(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend(list(CONVERSATION))) as (app, pilot):
        for letter in "abc":
            await pilot.press(*f"question {letter}", "enter")
            await until(lambda: f"{letter}59" in text_of(app) and not app.context.session.running)  # noqa: B023
        await tried(app, pilot, MOVING)


async def test_the_commands_for_talking(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(4)
    backend = ScriptedBackend([answered("Half of it all"), answered(" the rest."), answered("Again.")], hold=hold)
    settings = Settings(temperature=0.5, max_tokens=256)
    async with chat(tmp_path, backend, size=(120, 40), settings=settings, keys=KEYS) as (app, pilot):
        await tried(app, pilot, STOPPING)
        backend.hold = None
        await tried(app, pilot, TALKING)


async def test_the_commands_for_the_queue(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(0)
    backend = ScriptedBackend([answered("Held."), answered("One."), answered("Held too.")], hold=hold)
    async with chat(tmp_path, backend, keys=KEYS) as (app, pilot):
        await pilot.press(*"one", "enter")
        await until(lambda: app.context.session.current and not screen_of(app).prompt.text)
        await pilot.press(*"two", "enter", "escape")
        await until(lambda: "waits" in text_of(app) and not app.context.session.running)
        backend.hold = None
        await tried(app, pilot, QUEUE[:1])
        backend.hold = hold
        await tried(app, pilot, QUEUE[1:])


async def test_the_commands_for_reading(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered(READ), answered("Another.")])) as (app, pilot):
        await pilot.press(*"question", "enter")
        await until(lambda: "The end." in text_of(app) and not app.context.session.running)
        await tried(app, pilot, READING)


def test_no_command_is_left_out() -> None:
    tried = {effect.id for effect in (*MOVING, *STOPPING, *QUEUE, *TALKING, *READING)}
    assert tried | set(ELSEWHERE) == set(command_table.BY_ID)
    for test in ELSEWHERE.values():
        file, _, name = test.partition("::")
        assert f"def {name}(" in Path(__file__).parents[2].joinpath(file).read_text(encoding="utf-8")


PROMISED = """
chat.send chat.newline chat.stop chat.interrupt chat.new chat.open chat.save_as chat.retry chat.edit chat.continue
chat.copy chat.editor find.open pane.settings pane.library settings.tune settings.temperature_up
settings.temperature_down settings.max_tokens_up settings.max_tokens_down help app.quit
""".split()
"""Ids that users have in their configuration files."""


def test_the_table_is_whole() -> None:
    assert set(PROMISED) <= set(command_table.BY_ID)
    assert len(command_table.BY_ID) == len(command_table.COMMANDS) + len(command_table.READING), "no id twice"
    for command in command_table.BY_ID.values():
        assert command.title
        assert command.group
        assert command.run is not None or command.id in ("chat.send", "chat.newline"), "the prompt's own"
    titles = [command.title for command in command_table.COMMANDS]
    assert len(titles) == len(set(titles)), "in the palette each has a name of its own"


PUBLIC = (
    "chat.send chat.newline chat.stop chat.interrupt chat.new chat.open chat.save_as chat.retry chat.edit "
    "chat.continue chat.copy chat.editor find.open pane.settings pane.library settings.tune settings.temperature_up "
    "settings.temperature_down settings.max_tokens_up settings.max_tokens_down model.pick version.older version.newer "
    "compare help palette app.quit"
).split()


def test_the_ids_that_configurations_name_stay() -> None:
    assert set(PUBLIC) <= set(command_table.BY_ID)
    assert [command.id for command in command_table.BY_ID.values() if not command.title or not command.group] == []


def test_every_command_stands_under_a_heading() -> None:
    """One whose id begins as others do goes into `GROUPS` by its whole name."""
    assert [command.id for command in command_table.COMMANDS if heading_of(command.id) == OTHER] == []
