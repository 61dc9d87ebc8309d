"""`tui-chat serve` as a process of its own."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cli.run import environment


@dataclass
class Serving:
    """`address` is what was printed."""

    address: str
    process: subprocess.Popen[bytes]
    errors: Path

    @property
    def base(self) -> str:
        return self.address.partition("/?")[0]

    def said(self) -> str:
        return self.errors.read_text()


@asynccontextmanager
async def serving(home: Path, *argv: str) -> AsyncIterator[Serving]:
    """It runs until the end of the block, which it must reach; then it is ended as by ctrl+c."""
    errors = home / "serve.err"
    command = [sys.executable, "-m", "tui_chat", "serve", "--endpoint", "demo", *argv]
    with errors.open("wb") as log:
        process = subprocess.Popen(  # noqa: ASYNC220
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, env=environment(home)
        )
    assert process.stdout is not None
    with process.stdout:
        try:
            line = await asyncio.to_thread(process.stdout.readline)
            yield Serving(line.decode().strip(), process, errors)
            assert process.poll() is None
        finally:
            process.send_signal(signal.SIGINT)
            try:
                code = await asyncio.to_thread(process.wait, 20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise
    assert (code, process.stdout.closed) == (0, True)
