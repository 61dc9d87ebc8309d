"""Another process holds the library: keys come through, a send waits, and nothing is lost on the way out."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.pty.talker import Hang, Say, talker
from tests.pty.terminal import Terminal
from tests.pty.test_kill import app, ask
from tests.store.faults import locked
from tui_chat.store.library import Library

TYPED = "echoed-at-once"


def kept(home: Path) -> list[list[str]]:
    """The texts of all conversations, as another process reads them."""
    library = Library(home / "data")
    library.open().now()
    try:
        found = [library.load(summary.id).now() for summary in library.list().now()]
        return [[node.turn.text for node in conversation.path()] for conversation in found]
    finally:
        library.close().now()


def recovered(text: str) -> list[str]:
    found = json.loads(text)
    return [turn["text"] for each in (found if isinstance(found, list) else [found]) for turn in each["turns"]]


def begun(terminal: Terminal) -> None:
    terminal.wait_for_text("enter send")
    terminal.wait_for_text("ready")


def test_every_key_is_echoed_and_the_send_waits(tmp_path: Path) -> None:
    with talker(lambda _: Say(("fine",))) as server, app(tmp_path, "--url", server.url) as terminal:
        begun(terminal)
        with locked(tmp_path / "data"):
            for end in range(1, len(TYPED) + 1):
                terminal.send(TYPED[end - 1])
                terminal.wait_for_text(TYPED[:end])
            terminal.press("enter")
            terminal.wait_for_text("waiting for the library")
            terminal.send(" and more")
            terminal.wait_for_text(f"{TYPED} and more")
            terminal.press("escape")
            terminal.wait_for_text("Not sent")
            assert server.requests == []
            terminal.press("enter")
            terminal.wait_for_text("waiting for the library")
        terminal.wait_for_text("fine")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert kept(tmp_path) == [[f"{TYPED} and more", "fine"]]


@pytest.mark.parametrize("way", ["q", "s"])
def test_quitting_with_something_unsaved_asks(tmp_path: Path, way: str) -> None:
    with talker(lambda _: Hang(("half of", " it"))) as server, app(tmp_path, "--url", server.url) as terminal:
        ask(terminal, "the question")
        terminal.wait_for_text("half of it")
        with locked(tmp_path / "data"):
            terminal.send("a thought")
            terminal.wait_for_text("a thought")
            terminal.press("ctrl+q")
            terminal.wait_for_text("Quit without saving")
            terminal.press("escape")
            terminal.wait_for(lambda t: "Quit without saving" not in t.text, what="the chat again")
            assert "answering" in terminal.text, "who stays wants the answer to go on"
            terminal.press("ctrl+q")
            terminal.wait_for_text("Quit without saving")
            terminal.send(way)
            if way == "s":
                terminal.wait_for_text("Save what is not saved as")
                terminal.press("ctrl+u")
                terminal.send(str(tmp_path / "rest.chat.json"))
                terminal.press("enter")
            assert terminal.wait_for_exit() == (1 if way == "q" else 0)
            assert ("Not saved" if way == "q" else "rest.chat.json") in terminal.text.replace("\n", "")
    if way == "s":
        # The answer too, which was stopped only after the question.
        found = recovered((tmp_path / "rest.chat.json").read_text(encoding="utf-8"))
        assert sorted(found) == ["a thought", "half of it", "the question"]


def test_a_signal_leaves_a_file_with_what_the_library_could_not_take(tmp_path: Path) -> None:
    with talker(lambda _: Hang(("half of", " it"))) as server, app(tmp_path, "--url", server.url) as terminal:
        ask(terminal, "the question")
        terminal.wait_for_text("half of it")
        with locked(tmp_path / "data"):
            terminal.send("a thought")
            terminal.wait_for_text("a thought")
            terminal.signal(signal.SIGTERM)
            assert terminal.wait_for_exit() == 128 + signal.SIGTERM
    (file,) = (tmp_path / "data").glob("tui-chat-unsaved-*.chat.json")
    assert file.name in terminal.text.replace("\n", "")
    assert sorted(recovered(file.read_text(encoding="utf-8"))) == ["a thought", "half of it", "the question"]


def test_a_kill_costs_no_more_than_the_last_key(tmp_path: Path) -> None:
    """What was typed is on disk a quarter of a second later, in the database or its log."""
    with app(tmp_path, "--endpoint", "demo") as terminal:
        begun(terminal)
        terminal.send("a precious thought")
        terminal.wait_for_text("a precious thought")
        data = tmp_path / "data"
        terminal.wait_for(
            lambda _: any(b"a precious thought" in file.read_bytes() for file in data.glob("conversations.db*")),
            what="the text on disk",
        )
        terminal.signal(signal.SIGKILL)
        terminal.wait_for_exit()
    with app(tmp_path, "--endpoint", "demo") as terminal:
        terminal.wait_for_text("a precious thought")
