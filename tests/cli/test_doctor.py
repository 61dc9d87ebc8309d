"""`tui-chat doctor`: every step with its time, the first failure with the next step, and no key anywhere."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tests.cli.run import tui_chat
from tests.cli.strict import strict_server
from tui_chat.cli import main

KEY = "sk-doctor-0123456789abcdef"
STEPS = ["address", "DNS", "TCP", "TLS", "authentication", "model", "first token", "content filter"]


def names(text: str) -> list[str]:
    """The steps by name; every line has a mark and a time."""
    lines = [line for line in text.splitlines() if re.match(r"(ok|FAILED|-) ", line)]
    assert all(re.search(r"\d m?s  \S", line) for line in lines)
    return [line[8:24].strip() for line in lines]


def test_all_is_well_with_a_strict_server(tmp_path: Path) -> None:
    with strict_server(KEY) as server:
        done = tui_chat(tmp_path, "doctor", "--url", server.url, "--key-env", "K", env={"K": KEY})
    assert done.returncode == 0, done.stdout
    assert names(done.stdout) == STEPS
    assert done.stdout.endswith("All is well.\n")
    assert KEY not in done.stdout + done.stderr
    assert done.stderr == ""


def test_a_wrong_key_is_named_with_the_next_step_and_not_shown(tmp_path: Path) -> None:
    with strict_server("another") as server:
        done = tui_chat(tmp_path, "doctor", "--url", server.url, "--key-env", "K", env={"K": KEY})
    assert done.returncode == 1
    assert names(done.stdout) == STEPS[:5]
    assert "FAILED  authentication" in done.stdout
    assert "\nNext step: " in done.stdout
    assert "check the key" in done.stdout
    assert KEY not in done.stdout + done.stderr


def test_nothing_listens(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = tui_chat(tmp_path, "doctor", "--url", f"http://127.0.0.1:{port}/v1")
    assert (done.returncode, names(done.stdout)) == (1, STEPS[:3])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--url", "ftp://x"), "expected http"),
        (("--url", "http://127.0.0.1:9/v1", "--key-env", "NOT_SET_ANYWHERE"), "NOT_SET_ANYWHERE"),
        (("--endpoint", "nobody"), "nobody"),
    ],
)
def test_configuration_is_2(tmp_path: Path, argv: tuple[str, ...], said: str) -> None:
    done = tui_chat(tmp_path, "doctor", *argv)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr


def test_what_is_built_in_can_be_checked_too(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, "doctor", "--endpoint", "demo")
    assert (done.returncode, names(done.stdout)) == (
        0, ["address", "process", "model", "first token", "content filter"]
    )  # fmt: skip
    gone = tmp_path / "config.toml"
    gone.write_text('[endpoints.local]\nmodel = "gone.gguf"\n')
    done = tui_chat(tmp_path, "--config", str(gone), "doctor", "--endpoint", "local")
    assert (done.returncode, names(done.stdout)) == (2, ["model file"])
    assert "gone.gguf" in done.stdout


def test_steps_that_nobody_can_read_are_no_success(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tui_chat.cli.output.write", lambda pieces: 1)
    assert main(["doctor", "--endpoint", "demo", "--data-dir", str(tmp_path)]) == 1
