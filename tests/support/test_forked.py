"""A forked program is what a new process would be, as far as tests can see."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.forked import Forked, run, start

SEEN = """
import os, sys, signal
print(sys.argv, __name__, os.environ.get("MINE"), "HOME" in os.environ, sys.stdin.read(), sys.stdout.encoding)
print(sys.stdin.isatty(), signal.getsignal(signal.SIGINT) is signal.default_int_handler, file=sys.stderr)
"""
ENDS = [
    "",
    "sys.exit(3)",
    "sys.exit('a word')",
    "raise KeyError('no')",
    "import atexit; atexit.register(print, 'late')",
]


@pytest.mark.parametrize("end", ENDS)
def test_what_it_sees_and_says_and_how_it_ends(end: str) -> None:
    env = {"PATH": os.environ["PATH"], "MINE": "1", "PYTHONUTF8": "1"}
    argv = ["-c", SEEN + end, "a", "b"]
    ours = run(argv, env=env, stdin="given ü".encode())
    new = subprocess.run(
        [sys.executable, *argv], env=env, input="given ü", capture_output=True, encoding="utf-8", check=False
    )
    assert (ours.returncode, ours.stdout) == (new.returncode, new.stdout)
    assert ours.stderr.splitlines()[0] == new.stderr.splitlines()[0]
    assert ours.stderr.splitlines()[-1] == new.stderr.splitlines()[-1]


def test_the_program_itself(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    for argv in (["--version"], ["--nonsense"], ["themes"]):
        ours = run(["-m", "tui_chat", *argv], env=env)
        new = subprocess.run(
            [sys.executable, "-m", "tui_chat", *argv], env=env, capture_output=True, text=True, check=False
        )
        assert (ours.returncode, ours.stdout, ours.stderr) == (new.returncode, new.stdout, new.stderr)


def test_it_is_a_process_of_its_own() -> None:
    with Path(os.devnull).open("r+b") as nothing:
        streams = (nothing.fileno(),) * 3
        waiting = start(["-c", "import time; time.sleep(60)"], streams)
        try:
            assert waiting.poll() is None
            assert os.getsid(waiting.pid) == waiting.pid != os.getsid(0)
            waiting.send_signal(signal.SIGTERM)
            assert waiting.wait(60) == -signal.SIGTERM
        finally:
            waiting.kill()
            waiting.wait(60)
        with pytest.raises(ProcessLookupError):
            os.kill(waiting.pid, 0)


def test_a_kill_that_comes_after_the_end_and_before_the_news_of_it_kills_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        theirs.send(str(gone.pid).encode())
        forked = Forked(ours)
        forked.kill()
        theirs.send(b"0")
        assert forked.wait(60) == 0
