"""What holds for all tests."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import forked_workers
from tests.support.thorough import how_many

WORKERS = 6
"""For more than one file, on two cores: many tests wait for a program, or for a time."""

# Compiling the tests anew takes each worker 10 s, and each program that a test starts up to 1 s.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

gc.disable()  # a quarter of the time of the collection, which makes next to no garbage

# Read when textual is imported: what tests see of colours does not depend on the terminal that they are started from.
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"

settings.register_profile(
    "busy", max_examples=how_many(100), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy")
"""The deadline and the check measure by the clock, and so fail where other programs have the cores."""


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """None for a single file: starting them takes longer than most files do. `-n` says otherwise."""
    files = [str(arg).partition("::")[0] for arg in config.args]
    if len(set(files)) == 1 and files[0].endswith(".py"):
        return 0
    if not hasattr(os, "fork"):
        return WORKERS
    config.stash[forked_workers.COUNT] = WORKERS
    return 0


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the tests in forks, where that is wanted.

    What was collected stays to the end: the garbage collector, off until now, need not look at it.
    """
    gc.freeze()
    gc.enable()
    workers = session.config.stash.get(forked_workers.COUNT, 0)
    if not workers or session.config.option.collectonly or session.testsfailed:
        return None
    forked_workers.Workers(session, workers).run()
    return True


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
