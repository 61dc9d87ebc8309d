"""What another window writes is taken over and said; what is shown here stays where it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.scripted import StillClock
from tests.store.trees import answer, prompt, talk
from tests.support.library import add_turn, set_settings
from tests.ui.controllers.fakes import Notices, Posted
from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.settings import Settings
from tui_chat.engine.exchange import Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.ui.controllers.other_instances import OtherWindowsController
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.widget_messages import LibraryChanged

KEYS = Keymap({"reading.enter": ("shift+tab",), "reading.older": ("left",), "reading.newer": ("right",)})
DELETED = "Another window deleted this conversation. It can still be saved to a file"


class View:
    """A transcript that notes what is changed in it."""

    def __init__(self) -> None:
        self.changed: dict[str, str] = {}
        self.appended: dict[str, str] = {}
        self.versions: Mapping[str, Version] = {}
        self.path: list[str] = []

    @property
    def entries(self) -> View:
        return self

    def mark_versions(self, versions: Mapping[str, Version]) -> None:
        self.versions = versions

    async def show_path(self, pointed_at: str) -> None:
        self.path.append(pointed_at)

    def put(self, node_id: str, turn: Turn) -> None:
        self.changed[node_id] = turn.text

    def append(self, node: Node) -> None:
        self.appended[node.id] = node.turn.text


@contextmanager
def opened(folder: Path) -> Iterator[Library]:
    library = Library(folder)
    library.open().now()
    try:
        yield library
    finally:
        library.close().now()


class Stage:
    """A window that has the conversation `talk` open, and another window's library."""

    def __init__(self, ours: Library, theirs: Library) -> None:
        self.theirs, self.ours = theirs, ours
        self.session = Session(Services(ours, StillClock(), Ids()), Settings())
        self.view, self.notices, self.posted = View(), Notices(), Posted()
        self.windows = OtherWindowsController(self.session, self.view, self.view, self.notices, KEYS, self.posted)

    async def begin(self) -> None:
        await self.theirs.create(talk(("question", "an answer"), id="talk"))
        assert await self.windows.start()
        await self.session.open("talk")

    async def add(self, parent: str, name: str, outcome: Outcome | None = Outcome.COMPLETE) -> None:
        """A prompt and its answer below a turn, as a window writes them."""
        await add_turn(self.theirs, "talk", Node(f"p{name}", parent, prompt(f"asked {name}", 50)))
        await add_turn(self.theirs, "talk", Node(f"a{name}", f"p{name}", answer("", 51)))
        if outcome is not None:
            await self.theirs.finish("talk", f"a{name}", answer(f"so it is {name}", 51, outcome))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with opened(tmp_path) as ours, opened(tmp_path) as theirs:
        yield Stage(ours, theirs)


async def test_where_nobody_else_can_write_nobody_looks(session: Session) -> None:
    """A library in memory."""
    windows = OtherWindowsController(session, View(), View(), Notices(), KEYS, Posted())
    assert not await windows.start()


async def test_nothing_new_is_no_news(stage: Stage) -> None:
    await stage.begin()
    for _ in range(2):
        await stage.windows.look()
    assert (stage.posted, stage.notices.said, stage.view.appended) == ([], [], {})


async def test_turns_below_what_is_shown_are_appended_and_grow(stage: Stage) -> None:
    await stage.begin()
    await stage.add("a0", "x", outcome=None)
    await stage.windows.look()
    assert stage.view.appended == {"px": "asked x", "ax": ""}
    assert stage.notices.said == ["Another window is writing an answer here. It is shown as it is stored."]
    assert [type(fact) for fact in stage.posted] == [LibraryChanged]
    await stage.theirs.finish("talk", "ax", answer("so it is", 51, Outcome.COMPLETE))
    await stage.windows.look()
    assert stage.view.changed == {"ax": "so it is"}
    assert len(stage.notices.said) == 1, "it has ended"
    assert stage.session.conversation.head == "ax", "the next prompt goes below it"


async def test_turns_beside_what_is_shown_become_versions(stage: Stage) -> None:
    await stage.begin()
    await stage.add("a0", "x")
    await stage.windows.look()
    await stage.add("a0", "y")
    await stage.windows.look()
    assert "py" not in stage.view.appended
    assert stage.view.versions == {"px": Version(1, 2)}
    assert stage.notices.said == [
        "Another window continued here on another branch. ‹ 1/2 › marks where; shift+tab goes there, ← and → change "
        "the branch."
    ]


async def test_a_deleted_branch_goes_and_comes_back(stage: Stage) -> None:
    await stage.begin()
    for name in "xy":
        await stage.add("a0", name)
    await stage.windows.look()
    conversation = stage.session.conversation
    conversation.head = "ax"
    stage.notices.said.clear()
    await stage.theirs.branches.delete("talk", "py", "ax")
    await stage.windows.look()
    assert (conversation.siblings("px"), conversation.head, stage.view.path) == (["px"], "ax", [])
    assert (stage.view.versions, stage.notices.said) == ({}, []), "what is shown stays"
    await stage.theirs.branches.restore("talk", show=False)
    await stage.windows.look()
    assert conversation.siblings("px") == ["px", "py"]
    stage.notices.said.clear()
    await stage.theirs.branches.delete("talk", "px", "ay")
    await stage.windows.look()
    assert (conversation.head, stage.view.path) == ("ay", ["ay"])
    assert stage.notices.said[0].startswith("Another window deleted the branch that was shown here.")


async def test_a_turn_that_is_not_there_and_was_not_deleted_stays(stage: Stage) -> None:
    await stage.begin()
    conversation = stage.session.conversation
    conversation.add(Node("px", "a0", prompt("never stored", 50)))
    await stage.add("a0", "y")
    await stage.windows.look()
    assert list(conversation.nodes) == ["p0", "a0", "px", "py", "ay"]


async def test_settings_of_another_window_hold_here_too(stage: Stage) -> None:
    await stage.begin()
    await set_settings(stage.theirs, "talk", Settings(temperature=0.3))
    await stage.windows.look()
    assert stage.session.settings == Settings(temperature=0.3)
    assert stage.notices.said == ["Another window changed the settings of this conversation."]


async def test_a_deletion_is_said_once_each_time(stage: Stage) -> None:
    await stage.begin()
    for _ in range(2):
        await stage.theirs.delete("talk")
        await stage.windows.look()
        await stage.theirs.create(talk(id="another"))
        await stage.windows.look()
        assert stage.notices.said == [f"{DELETED}, and a prompt sent here brings it back."]
        stage.notices.said.clear()
        await stage.theirs.trash.remove(["another"])
        await stage.theirs.trash.restore("talk")
        await stage.windows.look()
        assert stage.notices.said == []
    await stage.theirs.trash.remove(["talk"])
    await stage.windows.look()
    assert stage.notices.said == [f"{DELETED}."]


async def test_a_library_that_cannot_be_read_ends_no_looking(stage: Stage) -> None:
    await stage.begin()
    await stage.ours.close()
    await stage.windows.look()
    await stage.ours.open()
    await stage.add("a0", "x")
    async with asyncio.timeout(60):
        while not stage.view.appended:  # a look that meets a busy library finds nothing
            await stage.windows.look()
    assert stage.view.appended == {"px": "asked x", "ax": "so it is x"}
