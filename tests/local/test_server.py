"""The model's own process: it keeps its key, listens to this machine only, and dies with its parent."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.procs import everything_public, gone, listening_addresses, wait_until
from tui_chat.local.find_model import find_model
from tui_chat.local.process import COMMAND
from tui_chat.local.server_options import ServerOptions

LOOPBACK = "0100007F"
KEY = "a-key-that-nobody-else-may-see"


@contextlib.contextmanager
def server(options: bytes) -> Iterator[subprocess.Popen[bytes]]:
    """The child, as its parent starts it; standard error is kept here to see that nothing is written to it."""
    pipe = subprocess.PIPE
    with subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as child:
        try:
            assert child.stdin
            child.stdin.write(options)
            child.stdin.flush()
            yield child
        finally:
            child.kill()


@contextlib.contextmanager
def parent() -> Iterator[subprocess.Popen[str]]:
    """A program with a model, in a process that can be killed."""
    script = Path(__file__).with_name("parent.py")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def report(child: subprocess.Popen[bytes]) -> dict[str, object]:
    assert child.stdout
    found: dict[str, object] = json.loads(child.stdout.readline())
    return found


def options(model: str) -> bytes:
    return ServerOptions(model, KEY, "SmolLM2-135M-Instruct").line()


def status(port: object, path: str, key: str | None) -> int:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.model
def test_it_keeps_its_key_and_listens_to_this_machine_only() -> None:
    with server(options(str(find_model()))) as child:
        port = report(child)["port"]
        assert KEY.encode() not in everything_public(child.pid)
        assert listening_addresses(child.pid) == {LOOPBACK}
        assert [status(port, "/v1/models", key) for key in (None, "another", KEY)] == [401, 401, 200]
        assert os.getsid(child.pid) == child.pid
        assert child.stdin
        child.stdin.close()
        wait_until(lambda: gone(child.pid))
        assert child.stdout
        assert child.stderr
        assert (child.stdout.read(), child.stderr.read()) == (b"", b"")


@pytest.mark.model
def test_a_file_that_is_no_model_is_reported(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(1000))
    with server(options(str(broken))) as child:
        assert "error" in report(child)
        assert child.wait(60) == 1
        assert child.stderr
        assert child.stderr.read() == b""


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"no json\n", b'{"unknown": 1}\n'])
def test_bad_options_are_reported(line: bytes) -> None:
    with server(line) as child:
        assert str(report(child)["type"]).endswith("Error")
        assert child.wait(60) == 1


@pytest.mark.model
@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.2, 0.3, 0.4])
def test_it_dies_with_a_parent_that_is_killed_while_it_loads(after_s: float) -> None:
    with parent() as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        begun = time.monotonic()
        wait_until(lambda: time.monotonic() - begun >= after_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_until(lambda: gone(pid))


@pytest.mark.model
@pytest.mark.parametrize("signal_name", ["SIGKILL", "SIGTERM", "SIGHUP"])
def test_it_dies_with_a_parent_that_ends(signal_name: str) -> None:
    with parent() as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        assert "Running" in process.stdout.readline()
        assert not gone(pid)
        process.send_signal(signal.Signals[signal_name])
        process.wait()
        wait_until(lambda: gone(pid))


def test_a_load_that_holds_the_interpreter_does_not_keep_it_alive() -> None:
    """PyDLL holds the interpreter's lock as loading a large model does: no thread of ours can run meanwhile."""
    code = (
        "import ctypes, tui_chat.local.server as s; s._die_with_parent(); print('ready', flush=True);"
        "ctypes.PyDLL(None).sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdin
            assert child.stdout
            assert child.stdout.readline() == b"ready\n"
            child.stdin.close()
            wait_until(lambda: gone(child.pid))
        finally:
            child.kill()
