"""Secrets in every part of an endpoint, echoed by a server: none is in what the commands print or leave in files."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.run import environment, tui_chat
from tests.faults.server import Server, serve
from tests.pty.terminal import Terminal
from tests.support.canary import found_in
from tests.support.echo import BODY, HEADERS, SECRETS, echo, echoing, stored, url_of

PRINTS = [sys.executable, "-c", "import os; print(os.environ['HIDDEN'])"]


def configured(home: Path, server: Server, source: str) -> list[str]:
    """A configuration with secrets everywhere, and the options that name it."""
    pasted = f"curl '{url_of(server)}' -H 'api-key: {SECRETS['key']}' -H 'Cookie: session={SECRETS['cookie']}'"
    sources: Mapping[str, Mapping[str, object]] = {
        "env": {"url": url_of(server), "api_key_env": "HIDDEN", "auth": "api-key"},
        "command": {"url": url_of(server), "api_key_command": PRINTS, "auth": "api-key"},
        "curl": {"url": pasted},
    }
    values: Mapping[str, object] = {"model": "m", "headers": HEADERS, "body": BODY, **sources[source]}
    lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
    (home / "config.toml").write_text("\n".join(("[endpoints.mine]", *lines)), encoding="utf-8")
    return ["--config", str(home / "config.toml"), "--endpoint", "mine"]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {_toml(item)}" for name, item in value.items()) + " }"
    return json.dumps(value)


@pytest.mark.parametrize("source", ["env", "command", "curl"])
async def test_no_command_prints_or_keeps_a_secret(tmp_path: Path, source: str) -> None:
    said: list[str] = []
    async with serve(echoing) as server:
        own = configured(tmp_path, server, source)

        async def run(*argv: str) -> str:
            env = {"HIDDEN": SECRETS["key"]}
            done = await asyncio.to_thread(tui_chat, tmp_path, *argv, *own, env=env)
            said.append(done.stdout + done.stderr)
            return done.stdout

        answer = json.loads(await run("ask", "answer", "--json", "--save"))
        if source == "env":
            for argv in (["ask", "wrong"], ["doctor"], ["config"], ["export"], ["export", "--format", "html"]):
                await run(*argv)
    assert all(each in echo(server.requests[0]) for each in (SECRETS["key"], SECRETS["header"], SECRETS["cookie"]))
    assert answer["outcome"] == "complete"
    assert answer["text"].count("[masked]") >= 5
    for shown in said:
        assert not found_in(shown), shown
    for name, content in stored(tmp_path):
        assert name == "config.toml" or not found_in(content), name


async def test_no_byte_that_reaches_the_terminal_is_a_secrets(tmp_path: Path) -> None:
    """The whole stream counts, the terminal's title in it, and what other users see of this run's processes."""
    async with serve(echoing) as server:
        own = configured(tmp_path, server, "env")
        raw, seen = await asyncio.to_thread(_chatted, tmp_path, own)
    assert len(server.requests) == 2
    assert not found_in(raw)
    assert not found_in(seen)
    assert "masked" in raw
    assert "***" in raw


def _chatted(home: Path, own: list[str]) -> tuple[str, str]:
    env = environment(home, HIDDEN=SECRETS["key"])
    command = [sys.executable, "-m", "tui_chat", *own, "--data-dir", str(home / "data")]
    with Terminal(command, size=(120, 40), home=home, env=env, fresh=True) as terminal:
        terminal.wait_for_text("Write a message")
        terminal.send("answer\r")
        terminal.wait_for_text("masked")
        terminal.send("wrong\r")
        terminal.wait_for_text("failed")
        seen = "".join(path.read_bytes().decode("utf-8", "replace") for path in Path("/proc").glob("[0-9]*/cmdline"))
        terminal.send("\x1b[24~")
        terminal.wait_for_text("with messages")
        raw = terminal.raw.decode("utf-8", "replace")
    return raw, seen
