"""What holds for all tests."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

WORKERS = 4
"""For more than one file, on two cores: many tests wait for a program. More of them meet where whole programs start."""

# Compiling the tests anew takes each worker 10 s, and each program that a test starts up to 1 s.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # a quarter of the time of the collection, which makes next to no garbage

# Read when textual is imported: what tests see of colours does not depend on the terminal that they are started from.
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
"""Both measure by the clock, and so fail where other programs have the cores."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """None for a single file: starting them takes longer than most files do. `-n` says otherwise."""
    files = [str(arg).partition("::")[0] for arg in config.args]
    one = len(set(files)) == 1 and files[0].endswith(".py")
    return 0 if one else WORKERS


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """What was collected stays to the end: the garbage collector, off until now, need not look at it."""
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    """In a worker: begin with a part of the tests of its own, so that each one is compiled by one worker only."""
    worker, count = os.environ.get("PYTEST_XDIST_WORKER", ""), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if count == 1:
        return
    root = Path(__file__).parents[1]
    asked = [root / str(arg).partition("::")[0] for arg in config.args]
    tests = sorted(test for place in asked for test in ([place] if place.is_file() else place.rglob("test_*.py")))
    first = len(tests) * int(worker.removeprefix("gw")) // count
    for test in tests[first:] + tests[:first]:
        with suppress(Exception):  # collecting it will fail again, and say why
            importlib.import_module(".".join(test.relative_to(root).with_suffix("").parts))


@pytest.fixture(autouse=True, scope="session")
def _reachable_by_signals() -> Iterator[None]:
    """Ctrl+C and a hang-up work here and in the programs that are started.

    A shell's background job begins with SIGINT ignored, `nohup` with SIGHUP.
    """
    defaults: dict[signal.Signals, Any] = {signal.SIGINT: signal.default_int_handler}
    if hasattr(signal, "SIGHUP"):
        defaults[signal.SIGHUP] = signal.SIG_DFL
    before = {number: signal.getsignal(number) for number in defaults}
    for number, default in defaults.items():
        if before[number] is signal.SIG_IGN:
            signal.signal(number, default)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
