"""No traceback reaches a user of any command, whatever fails, and wherever its output goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tests.cli.run import environment
from tests.support import forked
from tests.support.thorough import some
from tui_chat.cli.crash_report import FILE_NAME

MAIN = "from tui_chat.cli import main; import sys; sys.exit(main(sys.argv[1:]))"
COMMANDS = [["ask", "hi", "--endpoint", "demo"], ["themes"], ["--help"]]


def shell(home: Path, line: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a shell line in which `$T` is tui-chat."""
    env = environment(home, T=f"{sys.executable} -m tui_chat", PYTHONPATH=str(Path(__file__).parents[2]))
    return subprocess.run(
        ["bash", "-c", line], env=env, capture_output=True, text=True, timeout=60, check=False, cwd=cwd
    )


UNUSABLE = ["> /dev/full", ">&-", "2>&-", "<&-", ">&- 2>&- <&-"]


@pytest.mark.parametrize(("where", "command"), some([*product(UNUSABLE, map(" ".join, COMMANDS))], 4))
def test_a_stream_that_cannot_be_used_is_told(tmp_path: Path, where: str, command: str) -> None:
    done = shell(tmp_path, f"$T {command} {where}")
    is_clean(done)
    fails = ">&-" in where.split() or "/dev/full" in where
    assert done.returncode == (1 if fails else 0)
    if fails and "2>&-" not in where:
        assert done.stderr.count("Standard output cannot be written") == 1


def is_clean(done: subprocess.CompletedProcess[str]) -> None:
    for told in (done.stdout, done.stderr):
        assert "Traceback" not in told
        assert "Exception ignored" not in told


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_goes_is_no_error(tmp_path: Path, command: list[str]) -> None:
    done = shell(tmp_path, f"$T {' '.join(command)} | true; exit ${{PIPESTATUS[0]}}")
    is_clean(done)
    assert done.returncode == 0
    assert done.stderr.strip() == "" or "demo" in done.stderr


@pytest.mark.parametrize("line", ["list --data-dir here", "ask hi --endpoint demo --save --data-dir here", "config"])
def test_a_folder_that_was_deleted_ends_no_command_in_a_traceback(tmp_path: Path, line: str) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = shell(tmp_path, f"rmdir {gone}; $T {line}", cwd=gone)
    is_clean(done)
    assert "met a bug" not in done.stderr
    assert done.returncode == (1 if "here" in line else 0)


@pytest.mark.parametrize("after", some([0.01, 0.05, 0.1, 0.2], 2))
def test_ctrl_c_at_the_start_ends_quietly(tmp_path: Path, after: float) -> None:
    """From the first step of `main` on: before it, Python itself is under way."""
    script = (
        "import os, signal, threading, time, tui_chat.cli\n"
        "def strike():\n"
        "    while signal.getsignal(signal.SIGINT) is signal.default_int_handler: time.sleep(0.0002)\n"
        f"    time.sleep({after}); os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Thread(target=strike).start()\n"
        f"sys = __import__('sys'); sys.argv[1:] = ['ask', '-', '--endpoint', 'demo']\n"
    )
    reader, writer = os.pipe()
    try:
        done = subprocess.run(
            [sys.executable, "-c", script + MAIN],
            stdin=reader,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(reader)
        os.close(writer)
    assert done.returncode == 128 + signal.SIGINT
    assert done.stderr == ""


BUG = """
import tui_chat.cli.{module} as module
def fails(*args, **more): raise ValueError("sk-very-secret")
module.{name} = fails
"""


@pytest.mark.parametrize("line", [["themes"], ["--version"], ["--nonsense"]], ids=" ".join)
def test_ctrl_c_at_the_end_ends_quietly(tmp_path: Path, line: list[str]) -> None:
    late = """
import os, signal, sys
import tui_chat.cli.entry_point as door
from tui_chat.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
flushed = door._flushed
def interrupted(code): os.kill(os.getpid(), signal.SIGINT); return flushed(code)
door._flushed = interrupted
sys.exit(main(sys.argv[1:]))
"""
    done = forked.run(["-c", late, *line], env=environment(tmp_path))
    is_clean(done)
    assert done.returncode == 130


def test_little_is_loaded_before_ctrl_c_ends_quietly() -> None:
    script = (
        f"import os, sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r}); had = {{*sys.modules}}\n"
        "import tui_chat.cli; tui_chat.cli.end_at_ctrl_c(); print(*{*sys.modules} - had)"
    )
    done = subprocess.run([sys.executable, "-ISc", script], capture_output=True, text=True, timeout=60, check=True)
    assert {*done.stdout.split()} == {"__future__", "tui_chat", "tui_chat.cli"}


def with_bug(module: str, name: str, *command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command in whose module `name` raises."""
    return forked.run(["-c", BUG.format(module=module, name=name) + MAIN, *command], env=env)


@pytest.mark.parametrize(
    ("command", "module", "name"),
    [
        ("ask hi", "ask", "wire"),
        ("chat", "chat", "wire"),
        ("doctor", "doctor", "line"),
        ("config", "show_config", "_configuration"),
        ("list", "saved_conversations", "is_there"),
        ("list", "subcommands", "build_parser"),
    ],
)
def test_a_bug_in_any_command_is_reported(tmp_path: Path, command: str, module: str, name: str) -> None:
    (tmp_path / "library").mkdir()
    done = with_bug(module, name, *command.split(), env=environment(tmp_path))
    is_clean(done)
    assert done.returncode == 1
    assert "has met a bug" in done.stderr
    file = tmp_path / "library" / FILE_NAME
    assert str(file) in done.stderr
    assert file.stat().st_mode & 0o077 == 0
    for told in (done.stderr, file.read_text()):
        assert "ValueError" in told
        assert "sk-very-secret" not in told


def test_a_report_without_a_folder_goes_to_the_temporary_files(tmp_path: Path) -> None:
    done = with_bug("ask", "wire", "ask", "hi", env=environment(tmp_path, TMPDIR=str(tmp_path)))
    (file,) = tmp_path.glob("tui-chat-crash-*.txt")
    assert str(file) in done.stderr
    assert "ValueError" in file.read_text()


def test_a_private_run_leaves_no_report(tmp_path: Path) -> None:
    done = with_bug("chat", "wire", "chat", "--private", env=environment(tmp_path, TMPDIR=str(tmp_path)))
    assert "ValueError" in done.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
