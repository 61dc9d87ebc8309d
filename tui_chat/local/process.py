"""The parent's side of the model process: starts it, passes its key, waits until it is ready, and ends it.

Nothing here blocks the event loop, and what can be expected to go wrong is returned, never raised.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.local.find_model import DEFAULT_CONTEXT, MODEL_NAME, model_name
from tui_chat.local.health import wait_until_healthy
from tui_chat.local.server_options import TOY_DRY, ServerOptions, threads

COMMAND: tuple[str, ...] = (sys.executable, "-P", "-m", "tui_chat.local.server")
"""-P: a file named json.py in the folder that the user works in must not become a part of this program."""

LOADING_DEADLINE_S = 180.0
"""For the largest file that anybody loads from a slow disk; the built-in one takes half a second."""

LONGEST_REASON = 300
"""Characters of llama.cpp's message that are shown."""

_ILLEGAL_INSTRUCTION = -4


@dataclass(frozen=True, slots=True)
class Running:
    """A model that answers: the port on 127.0.0.1, and the key that it asks for."""

    port: int
    key: str = field(repr=False)
    alias: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/chat/completions"


class ModelProcess:
    """One GGUF file and the process that serves it, started on first use and again after it died."""

    def __init__(
        self,
        model: Path,
        context: int = DEFAULT_CONTEXT,
        *,
        command: Sequence[str] = COMMAND,
        deadline_s: float = LOADING_DEADLINE_S,
    ) -> None:
        self._model = model
        self._context = context
        self._command = tuple(command)
        self._deadline_s = deadline_s
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[Running | ServerError] | None = None
        self._stopped = False

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_ready(self) -> bool:
        """Whether `ready` would answer at once."""
        return self.alive and self._starting is not None and self._starting.done()

    async def ready(self) -> Running | ServerError:
        """The running model, started if necessary, or why it cannot run."""
        if self._stopped:
            return ServerError(ErrorKind.CONNECTION, "The built-in model was shut down.")
        if self._starting is None or (self._starting.done() and not self.alive):
            self._starting = asyncio.create_task(self._start())
        return await asyncio.shield(self._starting)

    async def has_ended(self, within_s: float) -> bool:
        """Whether the process has ended, or does so within some seconds."""
        if self._process is None:
            return True
        try:
            async with asyncio.timeout(within_s):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """End the process for good and wait until it is gone; a start in progress returns an error."""
        self._stopped = True
        await self._end()
        if self._starting is not None:
            await asyncio.wait([self._starting])

    async def _start(self) -> Running | ServerError:
        import secrets  # with the cryptography that it loads, no part of the program's own start

        name = model_name(self._model)
        options = ServerOptions(
            str(self._model),
            secrets.token_hex(32),
            name,
            self._context,
            threads=threads(),
            dry=TOY_DRY if name == MODEL_NAME else 0.0,
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                found = await self._launch(options)
        except TimeoutError:
            found = _failed(f"it was not ready after {self._deadline_s:g} seconds", ErrorKind.TIMEOUT)
        except OSError as error:
            found = _failed(f"its process could not be started ({error.strerror})")
        except asyncio.CancelledError:
            self._kill()
            raise
        if isinstance(found, ServerError):
            await self._end()
        return found

    async def _launch(self, options: ServerOptions) -> Running | ServerError:
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            **_detached(),
        )
        if self._stopped or process.stdin is None or process.stdout is None:
            return _failed("it was shut down while it started", ErrorKind.CONNECTION)
        process.stdin.write(options.line())
        report = _read_report(await process.stdout.readline())
        if isinstance(port := report.get("port"), int):
            await wait_until_healthy(port)
            return Running(port, options.key, options.alias)
        if isinstance(error := report.get("error"), str):
            return self._refused(str(report.get("type")), error[:LONGEST_REASON].rstrip(". "))
        return _failed(_how_it_ended(await process.wait()), ErrorKind.SERVER)

    def _refused(self, kind: str, said: str) -> ServerError:
        """The process's last words, turned into a next step."""
        match kind:
            case "ImportError" | "ModuleNotFoundError" | "OSError":
                message = f"llama.cpp could not be loaded: {said}."
                hint = "Install the library that it names (libgomp1, for one), or choose another endpoint."
            case "RuntimeError":
                message = f"llama.cpp could not load the model file {self._model}: {said}."
                hint = "The file may be damaged, or newer than this llama.cpp: get it again, or name another one."
            case _:
                return _failed(f"{kind}: {said}")
        return ServerError(ErrorKind.CONFIGURATION, message, hint=hint)

    async def _end(self) -> None:
        self._kill()
        if self._process is not None:
            await self._process.wait()

    def _kill(self) -> None:
        """Synchronous, so that no second cancellation can come between. There is nothing in it that could be lost."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if process.stdin is not None:
            process.stdin.close()


def _read_report(line: bytes) -> dict[str, Any]:
    try:
        report = json.loads(line)
    except ValueError:
        return {}
    return report if isinstance(report, dict) else {}


def _how_it_ended(code: int) -> str:
    if code == _ILLEGAL_INSTRUCTION:
        return "this processor lacks instructions that llama.cpp needs (AVX2)"
    return f"its process ended with code {code}"


def _failed(why: str, kind: ErrorKind = ErrorKind.CONFIGURATION) -> ServerError:
    hint = "Ask again to start it once more, or choose another endpoint."
    return ServerError(kind, f"The built-in model could not be started: {why}.", hint=hint)


def _environment() -> Mapping[str, str]:
    """Our environment, plus the package's folder if it is not a site folder: -P hides a checkout that is not
    installed."""
    root = Path(__file__).parents[2]
    if root.name in ("site-packages", "dist-packages"):
        return os.environ
    paths = [*filter(None, [os.environ.get("PYTHONPATH")]), str(root)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def _detached() -> dict[str, Any]:
    """A session of its own: ctrl+c in the terminal is for the program, not for its model."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
