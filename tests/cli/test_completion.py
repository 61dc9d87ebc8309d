"""Completion scripts, in the shells themselves where they are installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.run import tui_chat
from tui_chat.cli.command_tree import command_tree
from tui_chat.cli.completion_scripts import SCRIPTS
from tui_chat.cli.subcommands import COMMANDS

EVIL = "$(touch evil)"
SHELLS = [
    pytest.param(shell, marks=pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed"))
    for shell in SCRIPTS
]
ASKED = {
    "bash": """
source ./script
COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_tui_chat
printf '%%s\\n' "${COMPREPLY[@]}"
""",
    "fish": "source ./script; complete -C %s | string replace -r '\\t.*' ''",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a `tui-chat` that answers for the configuration, and files to be completed."""
    (tmp_path / "bin").mkdir()
    stub = tmp_path / "bin" / "tui-chat"
    stub.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$3-one\" \"$3-two\t a title: with colons\" '{EVIL}'\n")
    stub.chmod(0o755)
    (tmp_path / "schema.json").touch()
    (tmp_path / "sub").mkdir()
    return tmp_path


def run(shell: str, folder: Path, script: str) -> str:
    env = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder), "TERM": "dumb"}
    done = subprocess.run([shell, "-c", script], cwd=folder, env=env, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout


def offered(shell: str, folder: Path, line: str) -> list[str]:
    """What the shell offers behind this line; the last word is the one under way."""
    (folder / "script").write_text(SCRIPTS[shell](command_tree()))
    words = " ".join(f"'{word}'" for word in line.split(" "))
    return run(shell, folder, ASKED[shell] % (words if shell == "bash" else f"'{line}'")).split("\n")[:-1]


@pytest.mark.parametrize("shell", [SHELLS[0], SHELLS[2]], ids=["bash", "fish"])
@pytest.mark.parametrize(
    ("line", "wanted", "unwanted"),
    [
        ("tui-chat ", ["ask", "completion", "help"], ["app", "--model"]),
        ("tui-chat ex", ["export"], ["ask"]),
        ("tui-chat --end", ["--endpoint"], ["--events"]),
        ("tui-chat ask --", ["--endpoint", "--schema", "--save"], ["--limit", "--values"]),
        ("tui-chat list --", ["--limit", "--json"], ["--model", "--save"]),
        ("tui-chat ask --endpoint ", ["endpoints-one", "endpoints-two"], ["ask", "schema.json"]),
        ("tui-chat --endpoint endpoints-one as", ["ask"], ["endpoints-one"]),
        ("tui-chat --endpoint export li", ["list"], []),
        ("tui-chat ask --preset presets-t", ["presets-two"], ["presets-one"]),
        ("tui-chat export ids-", ["ids-one", "ids-two"], ["schema.json"]),
        ("tui-chat ask --auth be", ["bearer"], ["raw"]),
        ("tui-chat ask --schema sch", ["schema.json"], []),
        ("tui-chat help az", ["azure"], ["setup"]),
        ("tui-chat completion z", ["zsh"], ["bash"]),
        ("tui-chat ask --seed ", [], ["schema.json", "ask"]),
    ],
)
def test_what_fits_is_offered(shell: str, folder: Path, line: str, wanted: list[str], unwanted: list[str]) -> None:
    """zsh completes on a terminal only; that it reads its script is tested below."""
    found = offered(shell, folder, line)
    assert [word for word in wanted if word not in found] == []
    assert [word for word in unwanted if word in found] == []
    assert not (folder / "evil").exists()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_one_that_the_shell_reads(shell: str, folder: Path) -> None:
    (folder / "script").write_text(SCRIPTS[shell](command_tree()))
    load = "autoload -Uz compinit; compinit -D -u; source ./script; whence -w _tui_chat" if shell == "zsh" else "true"
    syntax = {"bash": "bash -n ./script", "zsh": "zsh -n ./script", "fish": "fish --no-execute ./script"}[shell]
    out = run(shell, folder, f"{syntax} && {load}")
    assert out == ("_tui_chat: function\n" if shell == "zsh" else "")


def test_every_command_and_option_is_in_every_script() -> None:
    tree = command_tree()
    assert [node.name for node in tree] == ["", *COMMANDS]
    for shell, make in SCRIPTS.items():
        script = make(tree)
        for node in tree:
            for option in node.options:
                assert all(flag.lstrip("-") in script for flag in option.flags), (shell, node.name, option.flags)


def test_values_come_from_the_configuration_and_the_library(tmp_path: Path) -> None:
    config = tmp_path / "config" / "tui-chat" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        'broken = 1\n[endpoints.azure]\nurl = "https://h.example"\n[presets.precise]\ntemperature = 0.1\n'
    )
    asked = {
        kind: tui_chat(tmp_path, "completion", "--values", kind) for kind in ("endpoints", "presets", "themes", "ids")
    }
    assert not (tmp_path / "library").exists()  # looking at what is saved makes nothing
    assert asked["endpoints"].stdout.split() == ["azure", "local", "demo"]
    assert asked["presets"].stdout.split() == ["precise"]
    assert "moss" in asked["themes"].stdout.split()
    assert asked["ids"].stdout == ""
    assert {done.stderr for done in asked.values()} == {""}
    tui_chat(tmp_path, "ask", "--endpoint", "demo", "--save", "What is\ta river?")
    (listed,) = json.loads(tui_chat(tmp_path, "list", "--json").stdout)
    (line,) = tui_chat(tmp_path, "completion", "--values", "ids").stdout.splitlines()
    assert line == f"{listed['id']}\tWhat is a river?"


def test_a_shell_has_to_be_named(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, "completion")
    assert (done.returncode, done.stdout) == (2, "")
    assert "bash, zsh or fish" in done.stderr
