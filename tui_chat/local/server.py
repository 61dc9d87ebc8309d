"""The model process: reads its options from a pipe, serves, and exits when the pipe's other end closes.

Run as `python -m tui_chat.local.server`. In: one line of `ServerOptions`. Out: one line of JSON, `{"port": N}` once the
model is loaded, or `{"error": "…", "type": "…"}`, which are the exception's own words. Nothing else is ever written;
llama.cpp's own output goes nowhere.
"""

from __future__ import annotations

import json
import os
import select
import sys
import threading
from typing import Any
from urllib.parse import urlsplit

from tui_chat.local.server_options import ServerOptions


def main() -> int:
    """Serve until the pipe closes. Returns only if the model could not be started."""
    line = sys.stdin.buffer.readline()
    _die_with_parent()
    report = _silence()
    try:
        server = _serve(ServerOptions.from_line(line))
    except Exception as error:  # whatever it is, the parent must report it: nothing else can
        _write(report, {"error": str(error), "type": type(error).__name__})
        return 1
    _write(report, {"port": urlsplit(server.listening_address).port})
    threading.Event().wait()
    return 0


def _serve(options: ServerOptions) -> Any:
    from xllamacpp import CommonParams, Server

    params = CommonParams()
    params.model.path = options.model
    params.model_alias = {options.alias}  # a set: of a plain text it would take the letters
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [options.key]
    params.ui = False
    params.verbosity = -1
    params.n_ctx = options.context
    params.n_parallel = 1  # more would split the context; who comes second waits in llama.cpp's queue
    params.n_predict = options.max_tokens
    params.sampling.temp = options.temperature
    params.sampling.dry_multiplier = options.dry
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.cache_ram_mib = 0  # 8 GiB of old prompts by default
    params.endpoint_slots = False
    return Server(params)


def _silence() -> int:
    """Send this process's output nowhere, native code's too; returns a descriptor for the report."""
    report = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return report


def _write(descriptor: int, report: dict[str, Any]) -> None:
    os.write(descriptor, json.dumps(report).encode() + b"\n")
    os.close(descriptor)


def _die_with_parent() -> None:
    """End at once when the pipe's other end closes, however the parent ended, SIGKILL included.

    Two ways, because neither is enough: a thread works everywhere, but loading a model holds the interpreter's lock for
    as long as that takes. Where the kernel can send SIGIO for a pipe, it ends the process without any of our code.
    PR_SET_PDEATHSIG lost: it fires when the *thread* that started us ends.
    """
    threading.Thread(target=_watch, name="parent", daemon=True).start()
    if sys.platform != "win32":
        import fcntl

        fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
        if select.select([0], [], [], 0)[0]:
            os._exit(0)  # it closed before the signal was asked for


def _watch() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
