"""Whatever ends the app in the middle of an answer, what was said is there again, and no model is left behind."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import pytest

from tests.local.procs import children, gone, wait_until
from tests.pty.talker import Hang, Say, talker
from tests.pty.terminal import Terminal
from tui_chat.local.find_model import available

SIZE = (110, 40)
needs_model = pytest.mark.skipif(not available(), reason="the built-in model is not installed")


def app(home: Path, *endpoint: str) -> Terminal:
    (home / "config.toml").touch()
    own = ["--config", str(home / "config.toml"), "--data-dir", str(home / "data"), *endpoint]
    return Terminal([sys.executable, "-m", "tui_chat", *own], size=SIZE, home=home)


def ask(terminal: Terminal, prompt: str) -> None:
    terminal.wait_for_text("enter send")
    terminal.wait_for_silence(0.1)
    terminal.send(prompt)
    terminal.wait_for_text(prompt)
    terminal.press("enter")


def on_disk(home: Path, text: str) -> bool:
    """Whether the library holds a text already, in the database itself or in its log."""
    return any(text.encode() in file.read_bytes() for file in (home / "data").glob("conversations.db*"))


def answer(prompt: str) -> Say | Hang:
    return Hang(("the beginning", " of it")) if "cut" in prompt else Say(("a whole", " answer"))


def test_an_answer_that_was_cut_off_is_there_again(tmp_path: Path) -> None:
    with talker(answer) as server:
        with app(tmp_path, "--url", server.url) as terminal:
            ask(terminal, "the whole one")
            terminal.wait_for_text("a whole answer")
            ask(terminal, "the cut one")
            terminal.wait_for_text("the beginning of it")
            terminal.wait_for(lambda _: on_disk(tmp_path, "the beginning of it"), what="the text on disk")
            terminal.signal(signal.SIGKILL)
            terminal.wait_for_exit()
        with app(tmp_path, "--continue", "--url", server.url) as terminal:
            terminal.wait_for(lambda t: re.search("incomplete|stopped", t.text), what="how the answer ended")
            for said in ("the whole one", "a whole answer", "the cut one", "the beginning of it"):
                assert said in terminal.text
            assert len(re.findall("incomplete|stopped", terminal.text)) == 1
            ask(terminal, "the next one")
            terminal.wait_for(lambda t: t.text.count("a whole answer") == 2, what="another answer")
        texts = [message["content"] for message in server.requests[-1]["messages"]]
        assert texts[:2] == ["the whole one", "a whole answer"]
        assert texts[-1] == "the next one"


@pytest.mark.model
@needs_model
@pytest.mark.parametrize("how", ["SIGKILL", "ctrl+q"])
def test_the_model_goes_with_the_app(tmp_path: Path, how: str) -> None:
    with app(tmp_path, "--endpoint", "local") as terminal:
        ask(terminal, "What is the capital of France? Answer in one sentence.")
        terminal.wait_for_text("Paris")
        terminal.wait_for_text("tok/s")  # the answer is over: a kill just before may cost its last quarter of a second
        (model,) = (pid for pid in children(terminal.pid) if _is_model(pid))
        if how == "ctrl+q":
            terminal.press(how)
        else:
            terminal.signal(signal.Signals[how])
        wait_until(lambda: gone(model))
        terminal.wait_for_exit()
    with app(tmp_path, "--continue", "--endpoint", "local") as terminal:
        terminal.wait_for_text("Paris")


def _is_model(pid: int) -> bool:
    return b"tui_chat.local.server" in Path(f"/proc/{pid}/cmdline").read_bytes()
