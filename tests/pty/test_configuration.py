"""A configuration with mistakes: the app starts with what is sound, and tells all of them at once."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.pty.terminal import Terminal

BROKEN = """\
default_endpont = "demo"

[endpoints.mine]
url = "http://127.0.0.1:9/v1"
auth = "magic"

[endpoints.nameless]
api_key_env = "KEY"

[settings]
temperature = 7
max_tokens = 300
top_p = "high"

[ui]
theme = "no-such-theme"

[keys]
"chat.new" = "ctrl+r"
"""


def test_five_mistakes_and_more_are_told_and_the_rest_holds(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(BROKEN, encoding="utf-8")
    own = ["--config", str(config), "--data-dir", str(tmp_path / "data"), "--endpoint", "demo"]
    with Terminal([sys.executable, "-m", "tui_chat", *own], size=(110, 40), home=tmp_path) as terminal:
        terminal.wait_for_text("problems in the configuration")
        terminal.wait_for_text("esc close")
        words = " ".join(terminal.text.replace("│", " ").split())
        for told in (
            "default_endpont: found an unknown key",
            "endpoints.mine.auth: found 'magic', expected one of raw, bearer, api-key, subscription-key",
            "endpoints.nameless.url: found nothing",
            "settings.temperature: found 7, expected a number from 0 to 2",
            "settings.top_p: found 'high'",
            'ui.theme: found "no-such-theme"',
            "keys.chat.new: ctrl+r is already the key of chat.retry",
        ):
            assert told in words, words
        terminal.press("escape")
        terminal.wait_for(lambda t: "problems in" not in t.text, what="the window to close")
        terminal.wait_for_text("max 300")
        terminal.send("hello\r")
        terminal.wait_for_text("scripted demo")
        assert config.read_text(encoding="utf-8") == BROKEN
