"""Settings turned while an answer comes, in a real terminal against a server that notes what it is sent."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.pty.talker import Pause, Say, talker
from tests.pty.terminal import Terminal

ALT_UP, ALT_SHIFT_DOWN = "\x1b[1;3A", "\x1b[1;4B"

STREAMED = {"stream": True, "stream_options": {"include_usage": True}}


def test_a_change_reaches_the_next_request_and_never_the_one_under_way(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    with talker(lambda prompt: Pause("Rivers", " carry water.") if prompt == "one" else Say(("Rome.",))) as server:
        own = ["--config", str(tmp_path / "config.toml"), "--data-dir", str(tmp_path / "data"), "--url", server.url]
        with Terminal([sys.executable, "-m", "tui_chat", *own], size=(100, 30), home=tmp_path) as terminal:
            terminal.wait_for_text("ready")
            terminal.send("one\r")
            terminal.wait_for_text("Rivers")
            terminal.send(ALT_UP + ALT_SHIFT_DOWN)
            terminal.wait_for_text("temp 0.7 · max 32768")
            server.go.set()
            terminal.wait_for_text("carry water.")
            terminal.wait_for_text("ready")
            terminal.send("two\r")
            terminal.wait_for_text("Rome.")
            terminal.wait_for_text("temperature not sent → 0.7")
    first, second = server.requests
    assert first == {"messages": [{"role": "user", "content": "one"}], **STREAMED}
    assert second == {
        "messages": [
            {"role": "user", "content": "one"},
            {"role": "assistant", "content": "Rivers carry water."},
            {"role": "user", "content": "two"},
        ],
        **STREAMED,
        "temperature": 0.7,
        "max_tokens": 32768,
    }
