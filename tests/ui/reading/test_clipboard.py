"""Which way a copied text takes, what is in it, and what is said of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.pty.terminal import Terminal as Outer
from tests.waiting import until
from tui_chat.ui import clipboard
from tui_chat.ui.clipboard import Clipboard, Copied, NotCopied, harmless, run_tool
from tui_chat.ui.clipboard_tools import ClipboardTool, tools

EVERYTHING = {"wl-copy", "xclip", "xsel", "pbcopy", "clip.exe", "powershell.exe", "tmux"}
TERMINAL = "sent to the terminal's clipboard"


@pytest.mark.parametrize(
    ("platform", "environ", "names"),
    [
        ("linux", {}, []),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, ["wl-copy"]),
        ("linux", {"DISPLAY": ":0"}, ["xclip", "xsel"]),
        ("linux", {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, ["wl-copy", "xclip", "xsel"]),
        ("linux", {"WAYLAND_DISPLAY": "", "DISPLAY": ""}, []),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "w", "SSH_CONNECTION": "a b"}, []),
        ("linux", {"DISPLAY": "localhost:10.0", "SSH_TTY": "/dev/pts/0"}, ["xclip", "xsel"]),
        ("linux", {"WSL_DISTRO_NAME": "Debian"}, ["clip.exe", "powershell.exe"]),
        ("linux", {"TMUX": "/tmp/x,1,0"}, ["tmux", "tmux"]),
        ("linux", {"TMUX": "/tmp/x,1,0", "DISPLAY": ":0"}, ["xclip", "xsel", "tmux", "tmux"]),
        ("darwin", {}, ["pbcopy"]),
        ("darwin", {"SSH_CONNECTION": "a b"}, []),
        ("win32", {}, ["clip.exe", "powershell.exe"]),
    ],
)
def test_only_what_reaches_the_persons_own_clipboard_is_tried(
    platform: str, environ: dict[str, str], names: list[str]
) -> None:
    found = tools(environ, platform, lambda name: f"/bin/{name}" if name in EVERYTHING else None)
    assert [tool.command[0] for tool in found] == names
    assert tools(environ, platform, lambda name: None) == []


class Terminal:
    def __init__(self) -> None:
        self.taken: list[str] = []

    def __call__(self, text: str) -> None:
        self.taken.append(text)


@pytest.mark.parametrize(
    ("environ", "taking", "size", "said", "by_terminal"),
    [
        ({}, "", 10, Copied(TERMINAL), True),
        ({"DISPLAY": ":0"}, "xclip", 10, Copied("copied with xclip"), False),
        ({"DISPLAY": ":0"}, "xsel", 10, Copied("copied with xsel"), False),
        ({"DISPLAY": ":0"}, "", 10, Copied(TERMINAL), True),
        ({"DISPLAY": ":0"}, "xclip", 1_000_000, Copied("copied with xclip"), False),
        ({}, "", 100_000, NotCopied("100 kB are more than terminals take"), False),
        ({"TERM": "linux"}, "", 10, NotCopied("this terminal has no clipboard"), False),
        ({"STY": "1.x", "TERM": "screen"}, "", 10, NotCopied("screen does not pass a copy on to the terminal"), False),
        ({"TMUX": "x", "TERM": "screen"}, "tmux", 10, Copied(
            "copied into tmux's buffer and sent on to the terminal's clipboard"), False),
    ],
)  # fmt: skip
async def test_what_is_said_is_what_happened(
    environ: dict[str, str], taking: str, size: int, said: Copied | NotCopied, by_terminal: bool
) -> None:
    terminal = Terminal()
    board = Clipboard(
        terminal,
        environ=environ,
        platform="linux",
        which=lambda name: name,
        run=lambda tool, data, seconds: tool.command[0] == taking,
        passes=lambda: True,
    )
    assert await board.put("x" * size) == said
    assert bool(terminal.taken) is by_terminal


async def test_tmux_without_w_is_said_as_it_is() -> None:
    board = Clipboard(Terminal(), environ={"TMUX": "x"}, platform="linux", which=lambda name: name,
                      run=lambda tool, data, seconds: "-w" not in tool.command)  # fmt: skip
    done = await board.put("x")
    assert done == Copied("copied into tmux's buffer: prefix ] pastes it")


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("def f():\n\treturn 1\n", "def f():\n\treturn 1\n"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b]52;c;aGk=\x07\x1b[201~rm -rf ~\n", "␛]52;c;aGk=␇␛[201~rm -rf ~\n"),
        ("a\x00b\x9b31m", "a␀b\ufffd31m"),
        ("x\u202ey", "x\ufffdy"),
        ("\ud83c\udf89", "🎉"),
        ("שלום 👨‍👩‍👧 नमस्ते", "שלום 👨‍👩‍👧 नमस्ते"),
    ],
)
def test_nothing_copied_drives_a_terminal_where_it_is_pasted(text: str, copied: str) -> None:
    assert harmless(text) == copied


def script(folder: Path, body: str) -> tuple[str, ...]:
    path = folder / "tool"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return (str(path),)


def test_a_program_gets_the_text_on_its_standard_input(tmp_path: Path) -> None:
    assert run_tool(ClipboardTool(script(tmp_path, f"cat > {tmp_path}/got"), ""), "grüße\n".encode())
    assert (tmp_path / "got").read_text() == "grüße\n"


def test_a_program_that_stays_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    """As xclip does: it keeps what it was given open for as long as it lives."""
    began = time.monotonic()
    assert run_tool(ClipboardTool(script(tmp_path, "cat > /dev/null; sleep 30 &"), ""), b"x")
    assert time.monotonic() - began < 20


def test_a_program_that_fails_hangs_or_is_not_there_did_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "TIMEOUT", 0.2)
    assert not run_tool(ClipboardTool(script(tmp_path, "exit 1"), ""), b"x")
    assert not run_tool(ClipboardTool(script(tmp_path, "exec sleep 5"), ""), b"x" * 1_000_000)
    assert not run_tool(ClipboardTool((str(tmp_path / "none"),), ""), b"x")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs /proc")
async def test_programs_that_all_hang_are_ended_and_the_next_way_is_taken_soon(tmp_path: Path) -> None:
    for name in ("wl-copy", "xclip", "xsel"):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\nsleep 61 &\necho $! >> {tmp_path}/pids\nwait\n")
        path.chmod(0o755)
    terminal = Terminal()
    environ = {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}

    def run(tool: ClipboardTool, data: bytes, seconds: float) -> bool:
        return run_tool(ClipboardTool((str(tmp_path / tool.command[0]),), ""), data, seconds)

    began = time.monotonic()
    board = Clipboard(terminal, environ=environ, platform="linux", which=lambda name: name, run=run)
    assert await board.put("precious") == Copied(TERMINAL)
    assert time.monotonic() - began < 30
    assert terminal.taken == ["precious"]
    pids = (tmp_path / "pids").read_text().split()
    assert len(pids) >= 4
    await until(lambda: not any(alive(pid) for pid in pids))


def alive(pid: str) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_inside_tmux_the_text_is_in_its_buffer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = tmp_path / "s"
    tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
    monkeypatch.delenv("TMUX", raising=False)
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", "sleep 20"], check=True)
    try:
        monkeypatch.setenv("TMUX", f"{socket},1,0")
        terminal = Terminal()
        environ = {"TMUX": os.environ["TMUX"], "TERM": "screen"}
        board = Clipboard(terminal, environ=environ, platform="linux")
        done = asyncio.run(board.put("a\n\ttab “ß”" + "x" * 200_000))
        assert isinstance(done, Copied)
        assert not terminal.taken
        got = subprocess.run([*tmux, "save-buffer", "-"], check=True, capture_output=True).stdout.decode()
        assert got == "a\n\ttab “ß”" + "x" * 200_000
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
@pytest.mark.parametrize(
    ("term", "said"), [("linux", "prefix ] pastes it"), ("xterm-256color", "sent on to the terminal's clipboard")]
)
def test_tmux_in_a_terminal_without_a_clipboard_is_said_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, term: str, said: str
) -> None:
    socket = tmp_path / "s"
    tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
    with Outer([*tmux, "new-session", "cat"], env={"TERM": term}) as outer:
        outer.wait_for_text("[0]")
        try:
            monkeypatch.setenv("TMUX", f"{socket},1,0")
            board = Clipboard(Terminal(), environ={"TMUX": os.environ["TMUX"]}, platform="linux")
            done = asyncio.run(board.put("precious"))
            assert isinstance(done, Copied)
            assert done.said.endswith(said)
            outer.wait_for_silence(0.1)
            assert (b"\x1b]52;" in outer.raw) is (term != "linux")
        finally:
            subprocess.run([*tmux, "kill-server"], check=False)
