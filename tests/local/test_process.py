"""The process is started once, watched, restarted and ended; what goes wrong with it is told and never raised."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.local.procs import gone, wait_until
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.local.health import healthy
from tui_chat.local.process import ModelProcess, Running

FAKE = (sys.executable, str(Path(__file__).with_name("fake_server.py")))
MODEL = Path("/somewhere/model.gguf")


@contextlib.asynccontextmanager
async def started(mode: str, deadline_s: float = 20) -> AsyncIterator[ModelProcess]:
    process = ModelProcess(MODEL, command=(*FAKE, *mode.split()), deadline_s=deadline_s)
    try:
        yield process
    finally:
        await process.stop()


async def ready(process: ModelProcess) -> Running:
    found = await process.ready()
    assert isinstance(found, Running)
    return found


async def begun(process: ModelProcess) -> int:
    """The process's number, once it has one."""
    await asyncio.to_thread(wait_until, lambda: process.pid is not None)
    return process.pid or 0


@pytest.mark.parametrize("mode", ["good", "loading"])
async def test_it_is_ready_when_it_is_healthy(mode: str) -> None:
    async with started(mode) as process:
        states = [process.is_ready]
        running = await ready(process)
        assert [*states, process.is_ready] == [False, True]
        assert await healthy(running.port)
        assert running.alias == "model"
        assert running.key not in repr(running)
        pid = process.pid or 0
    assert gone(pid)
    assert not process.alive


@pytest.mark.parametrize(
    ("mode", "kind", "said"),
    [
        ("error RuntimeError", ErrorKind.CONFIGURATION, f"could not load the model file {MODEL}: no such thing."),
        ("error ImportError", ErrorKind.CONFIGURATION, "llama.cpp could not be loaded: no such thing."),
        ("error KeyError", ErrorKind.CONFIGURATION, "KeyError: no such thing."),
        ("garbage", ErrorKind.SERVER, "ended with code 3"),
        ("silent", ErrorKind.SERVER, "ended with code 4"),
        ("slow", ErrorKind.TIMEOUT, "not ready after 0.5 seconds"),
    ],
)
async def test_a_failed_start_is_told_and_leaves_nothing(mode: str, kind: ErrorKind, said: str) -> None:
    async with started(mode, deadline_s=0.5 if mode == "slow" else 20) as process:
        found = await process.ready()
        assert isinstance(found, ServerError)
        assert found.kind is kind
        assert said in found.message
        assert not process.alive
        assert gone(process.pid or 0)


async def test_ctrl_c_in_the_terminal_does_not_reach_it() -> None:
    async with started("good") as process:
        await ready(process)
        pid = await begun(process)
        assert os.getsid(pid) == pid
        assert os.getsid(pid) != os.getsid(0)


@pytest.mark.parametrize("shadow", ["json.py", "asyncio.py", "tui_chat/__init__.py"])
async def test_no_file_of_the_folder_it_is_started_in_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shadow: str
) -> None:
    taken = tmp_path / "taken"
    (tmp_path / shadow).parent.mkdir(exist_ok=True)
    (tmp_path / shadow).write_text(f"import pathlib; pathlib.Path({str(taken)!r}).touch(); raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    process = ModelProcess(tmp_path / "no-such-model.gguf")
    try:
        found = await process.ready()
    finally:
        await process.stop()
    assert isinstance(found, ServerError)
    assert not taken.exists()
    assert "code 9" not in found.message


async def test_a_program_that_does_not_exist_is_told() -> None:
    process = ModelProcess(MODEL, command=("/nowhere/python",))
    found = await process.ready()
    assert isinstance(found, ServerError)
    assert "No such file" in found.message
    await process.stop()


async def test_all_callers_share_one_start() -> None:
    async with started("good") as process:
        first, second = await asyncio.gather(ready(process), ready(process))
        assert first is second


async def test_a_caller_who_leaves_does_not_end_the_start() -> None:
    async with started("good") as process:
        caller = asyncio.create_task(process.ready())
        pid = await begun(process)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        await ready(process)
        assert process.pid == pid


async def test_it_is_started_again_after_it_died() -> None:
    async with started("good") as process:
        before = await ready(process)
        os.kill(process.pid or 0, signal.SIGKILL)
        await asyncio.to_thread(wait_until, lambda: not process.alive)
        after = await ready(process)
        assert after.key != before.key
        assert await healthy(after.port)


async def test_stopping_ends_a_start_under_way() -> None:
    process = ModelProcess(MODEL, command=(*FAKE, "slow"))
    caller = asyncio.create_task(process.ready())
    pid = await begun(process)
    start = time.monotonic()
    await process.stop()
    assert time.monotonic() - start < 20
    assert isinstance(await caller, ServerError)
    assert gone(pid)
    assert isinstance(await process.ready(), ServerError), "stopped is for good"
    await process.stop()


async def test_stopping_what_never_started_is_fine() -> None:
    process = ModelProcess(MODEL, command=(*FAKE, "good"))
    await process.stop()
    assert process.pid is None


async def test_the_event_loop_is_free_while_it_starts() -> None:
    """The least of a few starts: other programs on busy cores hold up the loop too, but not each time."""
    gaps: list[float] = []
    while not gaps or (min(gaps) >= 0.25 and len(gaps) < 8):
        async with started("good") as process:
            longest = 0.0
            task = asyncio.create_task(ready(process))
            last = time.monotonic()
            while not task.done():
                await asyncio.sleep(0)
                now = time.monotonic()
                longest, last = max(longest, now - last), now
            gaps.append(longest)
    assert min(gaps) < 0.25


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 503 Loading\r\n", b"junk\r\n", b"x" * 100_000])
async def test_only_200_is_healthy(answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert not await healthy(port)
    assert not await healthy(port), "nobody listens any more"


def test_waiting_for_conditions_gives_up() -> None:
    with pytest.raises(TimeoutError):
        wait_until(lambda: False, 0.01)


async def test_it_is_told_its_context() -> None:
    process = ModelProcess(MODEL, 1234, command=(*FAKE, "told"))
    found = await process.ready()
    await process.stop()
    assert isinstance(found, ServerError)
    assert "context 1234" in found.message
