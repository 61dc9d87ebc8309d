"""`tui-chat chat` as a process: pipes, options, exit codes. Few prompts, because the demo speaks at a human pace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.chatting import kept
from tests.cli.run import environment, tui_chat
from tui_chat.core.message import Outcome

CHAT = ("chat", "--endpoint", "demo")


def test_a_conversation_is_kept_and_can_be_continued(tmp_path: Path) -> None:
    first = tui_chat(tmp_path, *CHAT, "--seed", "1", stdin="\ufeffblock prompt\r\nempty answer\r\n")
    assert first.returncode == 0
    assert first.stdout == "You:\nblock prompt\n\nYou:\nempty answer\n\n"
    assert "Prompt blocked by the content filter: violence (medium)" in first.stderr
    assert "The model returned nothing." in first.stderr
    (conversation,) = kept(tmp_path / "library")
    known = conversation.id
    assert f"tui-chat chat --open {known}\n" in first.stderr
    second = tui_chat(tmp_path, *CHAT, "--open", known[:9], stdin="empty answer\n/set\n")
    assert second.returncode == 0
    assert "Opened: block prompt (4 messages)." in second.stderr
    assert "seed: 1" in second.stderr
    (again,) = kept(tmp_path / "library")
    assert [node.turn.text for node in again.path() if node.turn.role == "user"] == [
        "block prompt",
        "empty answer",
        "empty answer",
    ]
    assert "Traceback" not in first.stderr + second.stderr


def test_private_keeps_nothing(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, *CHAT, "--private", stdin="empty answer\n")
    assert done.returncode == 0
    assert "The model returned nothing." in done.stderr
    assert "--open" not in done.stderr
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--endpoint", "nowhere"], 2, "nowhere"),
        (["--url", "not a url"], 2, "a space"),
        (["--endpoint", "demo", "--open", "zzz"], 1, "zzz"),
        (["--endpoint", "demo", "--temperature", "9"], 2, "from 0 to 2"),
        (["--endpoint", "demo", "--theme", "x"], 2, "--theme"),
    ],
)
def test_what_cannot_begin_says_why(tmp_path: Path, argv: list[str], code: int, words: str) -> None:
    done = tui_chat(tmp_path, "chat", *argv, stdin="hello\n")
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_library_is_named(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "conversations.db").write_bytes(b"junk" * 5000)
    done = tui_chat(tmp_path, *CHAT, stdin="hello\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "conversations.db" in done.stderr


def test_without_an_endpoint_it_is_said_who_answers(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, "chat", "--open", "")
    assert done.returncode == 0
    assert "No endpoint is configured" in done.stderr


def test_a_folder_as_input_is_told(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tui_chat", *CHAT],
            stdin=folder,
            capture_output=True,
            env=environment(tmp_path),
            timeout=60,
            check=False,
        )
    finally:
        os.close(folder)
    assert done.returncode != 0
    assert b"directory" in done.stderr


def test_closed_standard_input_is_an_end(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m tui_chat chat --endpoint demo <&-'
    done = subprocess.run(command, shell=True, capture_output=True, env=environment(tmp_path), timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def begin(home: Path, prompt: str) -> subprocess.Popen[bytes]:
    started = subprocess.Popen(
        [sys.executable, "-m", "tui_chat", *CHAT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home, PYTHONUNBUFFERED="1"),
    )
    assert started.stdin is not None
    assert started.stdout is not None
    started.stdin.write(prompt.encode() + b"\n")
    started.stdin.flush()
    try:
        while started.stdout.readline() != b"Assistant:\n":
            assert started.poll() is None
        assert started.stdout.read(1)
    except BaseException:
        started.kill()
        started.communicate()
        raise
    return started


def test_a_reader_that_goes_ends_it_quietly(tmp_path: Path) -> None:
    with begin(tmp_path, "long answer") as started:
        assert started.stdout is not None
        started.stdout.close()
        assert started.stderr is not None
        told = started.stderr.read().decode()
        assert started.wait(60) == 0
    assert told == ""
    assert kept(tmp_path / "library")[0].path()[-1].turn.outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize(
    ("number", "code", "outcome"),
    [(signal.SIGTERM, 143, Outcome.INCOMPLETE), (signal.SIGINT, 0, Outcome.STOPPED)],
)
def test_a_signal_keeps_what_came(tmp_path: Path, number: signal.Signals, code: int, outcome: Outcome) -> None:
    with begin(tmp_path, "long answer") as started:
        started.send_signal(number)
        _, err = started.communicate(timeout=60)
    assert started.returncode == code
    turn = kept(tmp_path / "library")[0].path()[-1].turn
    assert turn.outcome is outcome
    assert len(turn.text) > 0
    assert b"Traceback" not in err
    assert (b"stopped" in err) == (number == signal.SIGINT)


def test_nothing_of_the_app_is_loaded() -> None:
    script = (
        "import sys; from tui_chat.cli import main; sys.stdin = None; main('chat --endpoint demo --private'.split());"
        "print([m for m in sys.modules if m.split('.')[0] in ('textual', 'httpx', 'pygments', 'markdown_it')])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "[]\n"
