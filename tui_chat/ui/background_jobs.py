"""Runs background work as workers of the app; a widget's own workers would end with the widget."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.app import App

MAY_FAIL = frozenset({"warm"})
"""Groups of jobs that only preload something: its later use will report what is wrong."""

ALWAYS = frozenset({"warm", "other windows", "config", "meter"})
"""Groups that run without the user having asked for anything."""


class BackgroundJobs:
    """`done` is called after each job: what is shown may be another now."""

    def __init__(self, app: App[Any], done: Callable[[], None]) -> None:
        self._app = app
        self._done = done
        self.running = 0
        """Jobs under way that the user has asked for."""

    def run(self, work: Coroutine[Any, Any, object], group: str = "jobs") -> None:
        counts = group not in ALWAYS
        self.running += counts  # now: the caller looks at it before the work begins
        self._app.run_worker(self._finish(work, counts), group=group, exit_on_error=group not in MAY_FAIL)

    async def _finish(self, work: Coroutine[Any, Any, object], counts: bool) -> None:
        try:
            await work
        finally:
            self.running -= counts
            self._done()
