"""What all lines of the table share: results, prepared homes, an answer watched from first byte to last word."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.probe import Endpoint, Probe, import_conversation, tui_chat
from tests.bench.texts import conversation

LONG, SHORT, EMPTY = 10_000, 20, 2
"""Messages of the conversations that are opened."""

END = "ΩhistoryΩ"
"""Their last word."""

FIRST_FRAME = "rite a message"
"""Stands in the empty prompt, behind the cursor."""


@dataclass(slots=True)
class Result:
    """One line of the table. `pairs` are (measured, reference) for each turn, or single values without a reference."""

    name: str
    unit: str
    limit: float
    pairs: list[tuple[float, ...]] = field(default_factory=list)
    by: Callable[[Sequence[float]], float] = statistics.median
    """How one number is made of all turns."""

    note: str = ""
    """Shown beside the number."""

    less: bool = False
    """What counts is the measured less the reference, not their ratio."""

    @property
    def value(self) -> float:
        return self.by([self._of(pair) for pair in self.pairs])

    def _of(self, pair: tuple[float, ...]) -> float:
        if len(pair) == 1:
            return pair[0]
        return pair[0] - pair[1] if self.less else pair[0] / pair[1]

    @property
    def holds(self) -> bool:
        return self.value <= self.limit


@dataclass(frozen=True, slots=True)
class Stream:
    """How an answer came: seconds after its first byte until its first and its last word were on the screen, and until
    the endpoint had sent all; and the processor time used before its beginning, each quarter, and its end."""

    first: float
    done: float
    sent: float
    spent: Sequence[float]

    @property
    def cpu(self) -> float:
        return self.spent[-1] - self.spent[0]

    @property
    def growth(self) -> float:
        return (self.spent[4] - self.spent[3]) / (self.spent[1] - self.spent[0])


class Watch:
    """What watched.py wrote of how long the event loop was held up."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "late"
        self.path.touch()
        self._begun = 0.0
        self.culprit = ""

    def begin(self) -> None:
        """What was before does not count."""
        self._begun = time.monotonic()

    def longest(self) -> float:
        """Milliseconds, since `begin`."""
        lines = [line.split(" ", 3) for line in self.path.read_text(encoding="utf-8").splitlines()]
        late = [(float(held), who) for when, held, *who in lines if float(when) > self._begun]
        longest, who = max(late, default=(0.0, ["", ""]))
        self.culprit = " ".join(who).strip()
        return longest * 1e3


class Bench:
    """What all lines share: the endpoint, the home folders, how often and how long."""

    def __init__(self, endpoint: Endpoint, folder: Path, *, short: bool, pairs: int) -> None:
        self.endpoint = endpoint
        self.short = short
        self.pairs = pairs
        self.rounds = min(pairs, 3)
        """How often what has no reference is measured."""
        self._folder = folder
        self._number = 0

    def prepared(self, messages: int) -> Path:
        """A home folder in which the last conversation has so many messages; made once."""
        home = self._folder / f"with-{messages}"
        if not home.exists():
            home.mkdir()
            (home / "config.toml").touch()
            import_conversation(home, conversation(messages, END))
        return home

    @contextmanager
    def home(self, messages: int) -> Iterator[Path]:
        """A copy of it for one run: what a run leaves behind does not change the next."""
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            home = Path(folder, "home")
            shutil.copytree(self.prepared(messages), home)
            yield home

    @contextmanager
    def starting(self, messages: int = EMPTY, watched: Path | None = None, *, signals: bool = False) -> Iterator[Probe]:
        """The app, just started."""
        with self.home(messages) as home, tui_chat(self.endpoint, home, watched=watched, signals=signals) as app:
            yield app

    @contextmanager
    def chat(self, messages: int = EMPTY, watched: Path | None = None, *, signals: bool = False) -> Iterator[Probe]:
        """The app with a conversation open, at rest: what it loads in the background is loaded."""
        with self.starting(messages, watched, signals=signals) as app:
            app.shown(END)
            app.rest(0.8)
            yield app

    @contextmanager
    def other(self, start: Callable[[Endpoint, Path], Probe]) -> Iterator[Probe]:
        """One of the yardsticks, at rest."""
        with tempfile.TemporaryDirectory(dir=self._folder) as home, start(self.endpoint, Path(home)) as program:
            program.shown("ready")
            program.rest()
            yield program

    @contextmanager
    def watch(self) -> Iterator[Watch]:
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            yield Watch(Path(folder))

    def ask(self, program: Probe, prompt: str) -> tuple[int, str]:
        """Send it; where the answer begins among the bytes, and its last word."""
        self._number += 1
        return program.ask(prompt, self._number), f"Ω{self._number}Ω"

    def stream(self, program: Probe, prompt: str) -> Stream:
        """Send it and wait until all of the answer stands on the screen."""
        since, last = self.ask(program, prompt)
        # What comes all at once may have scrolled its first word away before it is painted.
        word = last if prompt.endswith(" 0") else f"Α{last[1:-1]}Α"
        first = program.shown(word, since)
        spent = [program.cpu()]
        for quarter in range(1, 4):
            program.until(lambda n=quarter: len(self.endpoint.when("quarter")) >= n, "a quarter", 600)  # type: ignore[misc]
            spent.append(program.cpu())
        done = program.shown(last, since, 600)
        spent.append(program.cpu())
        begun, over = self.endpoint.when("first")[0], self.endpoint.when("last")[0]
        return Stream(first - begun, done - begun, over - begun, spent)
