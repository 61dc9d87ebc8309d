"""Several processes on one library, and processes that are killed at any moment."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import pytest

from tests.support import forked
from tests.support.forked import Process, run
from tests.support.library import set_title
from tui_chat.core.message import Outcome
from tui_chat.store import external_changes
from tui_chat.store.external_changes import Snapshot
from tui_chat.store.library import Library

WRITER = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from tests.support.library import add_turn
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Turn
from tui_chat.store.library import Library

START = datetime.now(UTC)
def prompt(text): return Turn("user", text, START)
def answer(text="", outcome=None): return Turn("assistant", text, START, outcome=outcome)
name, folder, rounds = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
library = Library(folder, busy_s=60)  # four that write all the time, on busy cores: SQLite lets none wait its turn
library.open().now()
library.create(Conversation(name, START)).now()
head = None
for number in range(rounds):
    add_turn(library, name, Node(f"p{number}", head, prompt(f"prompt {number}"))).now()
    print(f"p{number}", flush=True)
    add_turn(library, name, Node(f"a{number}", f"p{number}", answer())).now()
    for piece in range(10):
        library.append(name, f"a{number}", text=f"word{piece} ").now()
        print(f"a{number} {piece}", flush=True)
    text = "".join(f"word{piece} " for piece in range(10)) + "end"
    library.finish(name, f"a{number}", answer(text, outcome=Outcome.COMPLETE)).now()
    print(f"a{number} end", flush=True)
    head = f"a{number}"
library.close().now()
"""


@dataclass
class Writer:
    """A process that writes a conversation, and says what it has written."""

    process: Process
    said: TextIO

    def end(self) -> list[str]:
        """Wait for its end; the whole lines that it said and nobody has read."""
        with self.said:
            lines = self.said.read().split("\n")
        self.process.wait(60)
        return lines[:-1]


def start(name: str, folder: Path, rounds: int) -> Writer:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb"), Path(os.devnull).open("rb") as nothing:
        command = ["-c", WRITER, name, str(folder), str(rounds)]
        process = forked.start(command, (nothing.fileno(), writer, writer))
    return Writer(process, os.fdopen(reader, encoding="utf-8"))


def test_first_starts_at_once_share_one_library(tmp_path: Path) -> None:
    writers = [start(f"c{number}", tmp_path / "data", 15) for number in range(4)]
    said = [writer.end() for writer in writers]
    assert [writer.process.returncode for writer in writers] == [0] * 4, [lines[-3:] for lines in said]
    library = Library(tmp_path / "data")
    library.open().now()
    for number in range(4):
        conversation = library.load(f"c{number}").now()
        assert len(conversation.nodes) == 30
        assert all(node.turn.outcome is Outcome.COMPLETE for node in conversation.nodes.values() if node.id[0] == "a")
    assert len(library.search("end", 100).now()) == 60
    assert library._worker.submit(lambda db: db.rows("PRAGMA integrity_check")).now() == [("ok",)]
    library.close().now()


@pytest.mark.parametrize("seed", range(6))
def test_what_was_acknowledged_before_a_kill_is_there(tmp_path: Path, seed: int) -> None:
    lines = random.Random(seed).randint(1, 200)
    writer = start("c", tmp_path, 1000)
    seen = [writer.said.readline().strip() for _ in range(lines)]
    writer.process.kill()
    seen += writer.end()

    library = Library(tmp_path)
    library.open().now()
    turns = {node.id: node.turn for node in library.load("c").now().nodes.values()}
    for line in seen:
        name, _, what = line.partition(" ")
        assert name in turns
        assert what == "" or what == "end" or f"word{what}" in turns[name].text
        assert what != "end" or turns[name].outcome is Outcome.COMPLETE
    last = [turn for turn in turns.values() if turn.role == "assistant"][-1:]
    assert all(turn.outcome in (Outcome.INCOMPLETE, Outcome.COMPLETE) for turn in last)
    assert library._worker.submit(lambda db: db.rows("PRAGMA integrity_check")).now() == [("ok",)]
    library._worker.submit(lambda db: db.rows("INSERT INTO words (words) VALUES ('integrity-check')")).now()
    library.close().now()


def test_what_another_process_does_to_a_conversation_is_noticed(tmp_path: Path) -> None:
    """One writes answers piece by piece, the other looks: every state that it sees is one that was written."""
    library = Library(tmp_path)
    library.open().now()

    def look(before: Snapshot) -> Snapshot:
        return library._worker.submit(external_changes.look, "c", before).now()

    last = Snapshot(library._worker.submit(external_changes.stamp).now())
    assert look(last) is last
    writer = start("c", tmp_path, 5)
    grown: list[int] = []
    while not grown or grown[-1] < 10 or writer.process.poll() is None:
        found = look(last)
        last = replace(found, conversation=None)
        if found.conversation is not None:
            nodes = found.conversation.nodes.values()
            assert all(node.turn.outcome in (None, Outcome.COMPLETE) for node in nodes)
            grown.append(len(nodes))
    writer.end()
    assert grown == sorted(grown)
    found = look(last)
    ended = found.conversation or library.load("c").now()
    assert all(node.turn.text.endswith("end") for node in ended.nodes.values() if node.id[0] == "a")
    last = replace(found, conversation=None)
    set_title(library, "c", "ours").now()
    assert look(last) is last, "what we write ourselves is no news"
    library.close().now()


def test_what_was_asked_for_is_written_though_nobody_closes(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from tests.store.trees import talk\n"
        "from tui_chat.store.library import Library\n"
        "async def main():\n"
        "    library = Library(Path(sys.argv[1])); await library.open()\n"
        "    for n in range(50): asyncio.ensure_future(library.create(talk(('q', 'a'), id=f'c{n}')))\n"
        "    await asyncio.sleep(0)\n"
        "asyncio.run(main())\n"
    )
    assert run(["-c", script, str(tmp_path)]).returncode == 0
    library = Library(tmp_path)
    library.open().now()
    assert len(library.list().now()) == 50
    library.close().now()
