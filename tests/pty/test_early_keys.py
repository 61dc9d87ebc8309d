"""Keys right after the start, before there is anything to see, act in the order in which they were typed."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pty.ending import app, drafts, hanging
from tests.pty.talker import Say, Talker, talker
from tests.pty.terminal import KEYS, Terminal
from tests.support.forked import run

APP = (sys.executable, "-m", "tui_chat")


def _own(home: Path, server: Talker) -> list[str]:
    (home / "config.toml").touch()
    return ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), "--url", server.url]


@contextmanager
def conversation(home: Path) -> Iterator[Talker]:
    """A server, and a library with one conversation."""
    with talker(lambda prompt: Say((f"Answer to {prompt.split()[-1]}.",))) as server:
        command = [*APP[1:], "ask", "--save", *_own(home, server), "the old question"]
        assert run(command, env={"HOME": str(home)}).returncode == 0
        server.requests.clear()
        yield server


def _typed_at_once(home: Path, server: Talker, keys: bytes) -> Terminal:
    listed = run([*APP[1:], "list", "--json", *_own(home, server)[:4]])
    (known,) = json.loads(listed.stdout)
    terminal = Terminal([*APP, "--open", known["id"], *_own(home, server)], size=(100, 30), home=home, fresh=True)
    terminal.send(keys)  # the terminal itself echoes them until the app has taken it over
    return terminal


def test_a_question_behind_ctrl_n_goes_to_a_new_conversation(tmp_path: Path) -> None:
    with conversation(tmp_path) as server:
        with _typed_at_once(tmp_path, server, b"\x0ea new riddle\r") as terminal:
            terminal.wait_for_text("Answer to riddle.")
        (body,) = server.requests
        assert [message["content"] for message in body["messages"]] == ["a new riddle"]


def test_a_paste_and_keys_on_both_sides_keep_their_places(tmp_path: Path) -> None:
    keys = b"old draft\x0eone \x1b[200~two\nthree\x1b[201~ four" + KEYS["alt+up"]
    with conversation(tmp_path) as server:
        with _typed_at_once(tmp_path, server, keys) as terminal:
            terminal.wait_for(lambda t: "│ three four" in t.text and "temperature 0.7" in t.text)
            terminal.send("\r")
            terminal.wait_for_text("Answer to four.")
        (body,) = server.requests
        assert [message["content"] for message in body["messages"]] == ["one two\nthree four"]
        assert body["temperature"] == 0.7


def test_what_is_typed_ahead_is_kept_where_the_terminal_is_closed_first(tmp_path: Path) -> None:
    open_once_it_ends = """
import threading
import tui_chat.cli.wiring as wiring
from tui_chat.ui.shutdown import Shutdown
ends, real_wire, real_end = threading.Event(), wiring.wire, Shutdown.end
def wire(*args):
    ends.wait(60)
    return real_wire(*args)
def end(ending, code):
    ends.set()
    return real_end(ending, code)
wiring.wire, Shutdown.end = wire, end
"""
    with talker(hanging) as server, app(tmp_path, "--url", server.url, before=open_once_it_ends) as terminal:
        terminal.wait_for_text("Write a message")
        terminal.send("shown")
        terminal.wait_for_text("shown")
        terminal.send(b"\x0eahead")  # held behind ctrl+n, so that nothing shows it
        terminal.wait_for_silence(0.2)
        terminal.signal(signal.SIGHUP)
        assert terminal.wait_for_exit() == 128 + signal.SIGHUP
        assert server.requests == []
    (kept,) = drafts(tmp_path, folded=False)
    assert kept.split() in (["shown", "ahead"], ["shownahead"]), "ctrl+n may have acted just before the end"
