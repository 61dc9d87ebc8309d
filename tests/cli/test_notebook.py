"""The examples of Azure's notebook as the manual gives them, each run against a strict endpoint on loopback."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.run import tui_chat
from tests.cli.strict import strict_server
from tui_chat.help_pages import FOLDER

PAGE = (FOLDER / "azure.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|`]+) \| (.*`tui-chat ask .*) \|$", PAGE, re.MULTILINE)
KEY = "key-of-the-notebook"


@pytest.mark.parametrize(("example", "cell"), ROWS, ids=[example for example, _ in ROWS])
def test_an_example_is_one_line(tmp_path: Path, example: str, cell: str) -> None:
    commands = [command for command in re.findall(r"`(tui-chat ask [^`]*)`", cell) if "…" not in command]
    with strict_server(KEY) as server:
        env = {"AZURE_MISTRAL_ENDPOINT": server.url, "AZURE_MISTRAL_KEY": KEY}
        for command in commands:
            words = shlex.split(command.replace("https://your-endpoint.inference.ai.azure.com", server.base))[1:]
            done = tui_chat(tmp_path, *words, env=env)
            assert (done.returncode, "You said: " in done.stdout) == (0, True), done.stderr
            assert KEY not in done.stdout + done.stderr
    assert len(server.asked) >= len(commands)
    if example == "several turns":
        assert [message["role"] for message in server.asked[-1]["messages"]] == ["user", "assistant", "user"]


def test_they_are_there_and_in_the_readme() -> None:
    assert len(ROWS) >= 7
    readme = (FOLDER.parent.parent / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([^|`]+) \| (.*`tui-chat ask .*) \|$", readme, re.MULTILINE) == ROWS
