"""Runs the tests in forks of the process that has collected them.

Each process of pytest-xdist imports and collects everything, for 5 s of CPU time, and passing on what becomes of a test
takes 2 ms more. It still does the work where a process cannot be forked, and for `-n NUMBER`.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from tests.support import forked

COUNT = pytest.StashKey[int]()
"""How many workers are wanted, in the configuration's stash."""

CHUNK = 8
"""Tests that a worker gets at once. Towards the end they become fewer, so that none has much left when others stop."""

TESTS = Path(__file__).parents[1]

STARTS_PROGRAMS = {"cli", "local", "pty", "web"}
"""Folders whose tests use the process that forks the program: the workers share one."""


class Worker:
    """`given` are the tests that it has not finished; it runs the first of them."""

    def __init__(self, pid: int, number: int) -> None:
        self.pid = pid
        self.given: deque[int] = deque()
        self.from_the_end = number % 2 == 0
        """Half of them begin with the last tests: those that wait for a program are next to each other, and while six
        workers had such tests, the cores had nothing to do."""
        self.node = SimpleNamespace(gateway=SimpleNamespace(id=f"fork{number}"), _workerinfocache="")
        """By this pytest's reporter knows that tests of other files come in between."""


class Workers:
    def __init__(self, session: pytest.Session, count: int) -> None:
        self._session, self._hook, self._count = session, session.config.hook, count
        self._todo = deque(_groups(session.items))
        self._workers: dict[Connection, Worker] = {}
        self._started = 0

    def run(self) -> None:
        """Run all tests, or as many as the session wants, and report them here."""
        reporter: Any = self._session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.showfspath = False
        if any(STARTS_PROGRAMS & set(item.path.parts) for item in self._session.items) and forked.FORKS:
            forked.server()
        try:
            for _ in range(self._count):
                self._start()
            while self._workers:
                for pipe in wait([*self._workers]):
                    assert isinstance(pipe, Connection)
                    self._take(pipe)
        finally:
            for pipe in [*self._workers]:
                self._end(pipe)
        if self._session.shouldfail:
            raise self._session.Failed(self._session.shouldfail)
        if self._session.shouldstop:
            raise self._session.Interrupted(self._session.shouldstop)

    def _start(self) -> None:
        ours, theirs = Pipe()
        self._started += 1
        pid = os.fork()
        if pid == 0:
            for pipe in (ours, *self._workers):
                pipe.close()
            _work(self._session, theirs)
        theirs.close()
        self._workers[ours] = Worker(pid, self._started)

    def _take(self, pipe: Connection) -> None:
        """Deal with what a worker says."""
        worker = self._workers[pipe]
        try:
            said, data = pipe.recv()
        except (EOFError, OSError):
            self._lost(worker, self._end(pipe))
            return
        match said:
            case "next":
                worker.given.extend(chunk := self._chunk(worker.from_the_end))
                with suppress(OSError):
                    pipe.send(chunk)
            case "test":
                worker.given.popleft()
                self._report(worker, *data)
            case _:
                self._end(pipe)

    def _report(self, worker: Worker, nodeid: str, location: Any, reports: Sequence[Any]) -> None:
        self._hook.pytest_runtest_logstart(nodeid=nodeid, location=location)
        for report in reports:
            if isinstance(report, dict):
                report = self._hook.pytest_report_from_serializable(config=self._session.config, data=report)
            report.node = worker.node
            self._hook.pytest_runtest_logreport(report=report)
        self._hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)

    def _chunk(self, from_the_end: bool) -> list[int]:
        if self._session.shouldfail or self._session.shouldstop:
            return []
        most = max(1, min(CHUNK, len(self._todo) // (4 * self._count)))
        take = self._todo.pop if from_the_end else self._todo.popleft
        chunk: list[int] = []
        while self._todo and len(chunk) < most:
            chunk.extend(take())
        return sorted(chunk)

    def _end(self, pipe: Connection) -> int:
        """Let go of a worker, which has ended or is to end. Returns its exit code."""
        pid = self._workers.pop(pipe).pid
        pipe.close()  # one that works on notices when it next reports
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def _lost(self, worker: Worker, code: int) -> None:
        """A worker ended in the middle of a test, which has failed. Another one does the rest."""
        if not worker.given:
            pytest.exit(f"A worker ended with {code} before it began.", 3)
        item = self._session.items[worker.given.popleft()]
        report = pytest.TestReport(
            item.nodeid, item.location, {}, "failed", f"The process that ran it ended with {code}.", "call"
        )
        self._hook.pytest_runtest_logreport(report=report)
        self._todo.extendleft([number] for number in reversed(worker.given))
        self._start()


def _groups(items: Sequence[pytest.Item]) -> Iterator[list[int]]:
    """The numbers of the tests, those of a file together where they share something that one worker is to make once."""
    for _, group in groupby(range(len(items)), lambda number: items[number].path if _shares(items[number]) else number):
        yield [*group]


def _shares(item: pytest.Item) -> bool:
    """Whether it has a fixture for all of its file, or is one of the tests that read the whole source."""
    known = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    return item.path.parent == TESTS or any(made.scope == "module" for each in known.values() for made in each)


class Teller:
    """Tells the collecting process what became of each test of this one, all at once: each message wakes it up."""

    def __init__(self, pipe: Connection, config: pytest.Config) -> None:
        self._pipe, self._config = pipe, config
        self._reports: list[Any] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A failure holds objects of this process, and is put in words."""
        to_words = self._config.hook.pytest_report_to_serializable
        self._reports.append(report if report.passed else to_words(config=self._config, report=report))

    def pytest_runtest_logfinish(self, nodeid: str, location: object) -> None:
        self._pipe.send(("test", (nodeid, location, self._reports)))
        self._reports = []


def _work(session: pytest.Session, pipe: Connection) -> NoReturn:
    """Be a worker: run what is handed over, one chunk ahead, because pytest wants to know the test that follows."""
    try:
        _alone(session.config)
        session.config.pluginmanager.register(Teller(pipe, session.config))
        _run(session.items, pipe)
        pipe.send(("bye", None))
    except BaseException:
        os._exit(1)
    os._exit(0)


def _alone(config: pytest.Config) -> None:
    """Print nothing, and capture into files of its own."""
    plugins = config.pluginmanager
    plugins.unregister(name="terminalreporter")
    capture: Any = plugins.get_plugin("capturemanager")
    if capture.is_globally_capturing():
        capture.suspend_global_capture(in_=True)
        capture.read_global_capture()
        capture.stop_global_capturing()
        capture.start_global_capturing()


def _run(items: Sequence[pytest.Item], pipe: Connection) -> None:
    todo: deque[int] = deque()

    def more() -> None:
        pipe.send(("next", None))
        todo.extend(pipe.recv())

    more()
    while todo:
        item = items[todo.popleft()]
        if not todo:
            more()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[todo[0]] if todo else None)
