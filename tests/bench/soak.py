"""A long conversation in which everything goes wrong: is anything lost, does anything grow, does it quit in time?

    python tests/bench/soak.py [--minutes 30] [--seed 1]

Drives the installed app in a pty against `soak_server.py`: stops, resizes, switches of conversation, rejections,
errors, broken connections, another process that holds the library, and a full disk (a small tmpfs; where none can be
mounted that part is left out, and the report says so). At the end it quits and compares the library with what was typed
and sent.

Exits 1 where the library differs, quitting takes longer than two seconds, descriptors or threads grow, or memory grows
by more than 0.5 MB a minute after the first five.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.soak_server import Log, serving
from tests.pty.terminal import Terminal
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome
from tui_chat.store.library import Library

DISK_BYTES = 192 << 20
BUSY_S, FULL_S = 12.0, 10.0
"""How long an episode lasts in which the library is held, or the disk is full."""

SLOPE_LIMIT = 0.5
QUIT_LIMIT = 2.0
PATIENCE = 4
"""Times the seconds that a wait may take on an idle machine. How long things take is not what is judged here."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The app at one moment. `rss` is in MB, `at` in minutes."""

    at: float
    rss: float
    descriptors: int
    threads: int


@dataclass(slots=True)
class Report:
    """What was found; `problems` is empty where all is well."""

    minutes: float = 0.0
    prompts: int = 0
    done: dict[str, int] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    quit_s: float = 0.0
    exit_code: int = 0
    disk: bool = False
    resent: int = 0
    """Prompts that were refused, stayed in their box, and were sent again with enter."""
    problems: list[str] = field(default_factory=list)

    @property
    def slope(self) -> float:
        """MB a minute, by least squares over all samples after the first five minutes."""
        late = [sample for sample in self.samples if sample.at >= min(5.0, self.minutes / 2)]
        if len(late) < 3:
            return 0.0
        return statistics.linear_regression([s.at for s in late], [s.rss for s in late]).slope


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small tmpfs on a folder. False where that is not allowed here."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=False)


class Soak:
    """One run. Every step leaves the app at rest in a conversation, with an empty prompt."""

    def __init__(self, terminal: Terminal, log: Log, data: Path, seed: int, *, disk: bool) -> None:
        self.terminal = terminal
        self.log = log
        self.data = data
        self.random = random.Random(seed)
        self.report = Report(disk=disk)
        self.seen: dict[int, str] = {}
        """For each stopped answer, a word that stood on the screen before it was stopped."""
        self._number = 0
        self._begun = time.monotonic()
        self._sampled = 0.0

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self._begun) / 60

    def run(self, minutes: float) -> None:
        steps: dict[str, tuple[int, Callable[[], object]]] = {
            "whole": (8, lambda: self.ask("whole")),
            "think": (3, lambda: self.ask("think")),
            "long": (2, lambda: self.ask("long")),
            "stop": (5, self.stop),
            "reject": (3, self.filtered),
            "withdraw": (2, lambda: self.filtered("withdraw")),
            "error": (2, lambda: self.ask("error")),
            "drop": (2, lambda: self.ask("drop")),
            "resize": (6, self.resize),
            "new": (3, self.new),
            "open": (3, self.open_other),
            "scroll": (3, self.scroll),
            "panes": (2, self.panes),
            "busy": (1, self.busy),
            "full": (1 if self.report.disk else 0, self.full),
        }
        names, weights = list(steps), [weight for weight, _ in steps.values()]
        done: Counter[str] = Counter()
        # The rare ones once each, however short the run is.
        first = ["whole", "busy", *(["full"] if self.report.disk else [])]
        while self.minutes < minutes:
            name = first.pop(0) if first else self.random.choices(names, weights)[0]
            steps[name][1]()
            done[name] += 1
            self.settle()
        self.report.minutes, self.report.prompts, self.report.done = self.minutes, self._number, dict(done)

    # --- steps

    def type_prompt(self, kind: str) -> int:
        self._number += 1
        self.terminal.send(f"soak {self._number} {kind}")
        self.terminal.pump(0.05)
        self.terminal.press("enter")
        return self._number

    def ask(self, kind: str) -> int:
        number = self.type_prompt(kind)
        # A prompt that was typed before a failed answer was over is held above the box.
        self.resend(number)
        return number

    def stop(self) -> None:
        number = self.type_prompt("stop")
        self.until(lambda: f"w{number}." in self.terminal.text, f"answer {number} on the screen", 60)
        self.pump_for(self.random.uniform(0.1, 3.0))
        # Every tenth word is bold, so that it reads otherwise in the source than on the screen.
        words = [w for w in self.terminal.text.split() if w.startswith(f"w{number}.") and not w.endswith("3")]
        self.seen[number] = words[-2] if len(words) > 2 else ""
        self.terminal.press("escape")
        self.until(lambda: self.log.sent[number].over, f"answer {number} to stop", 30)

    def filtered(self, kind: str = "reject") -> None:
        self.ask(kind)
        self.until(lambda: "edit and resend" in self.terminal.text, f"the window of a {kind}", 30)
        self.terminal.press("escape")

    def resize(self) -> None:
        for _ in range(self.random.randrange(1, 6)):
            self.terminal.resize(self.random.randrange(5, 200), self.random.randrange(2, 60))
            self.pump_for(self.random.uniform(0.0, 0.2))
        self.terminal.resize(self.random.randrange(90, 160), self.random.randrange(24, 50))

    def new(self) -> None:
        number = self.type_prompt("long")
        self.until(lambda: self.arrived(number), f"request {number}", 60)
        self.terminal.press("ctrl+n")
        self.pump_for(0.3)
        self.ask("whole")

    def open_other(self) -> None:
        self.terminal.press("ctrl+o")
        self.until(lambda: "Conversations" in self.terminal.text, "the library", 30)
        self.pump_for(0.3)
        for _ in range(self.random.randrange(1, 6)):
            self.terminal.press("down")
        self.terminal.press("enter")
        self.pump_for(0.5)

    def scroll(self) -> None:
        for _ in range(self.random.randrange(3, 30)):
            self.terminal.press(self.random.choice(["pageup", "pageup", "pagedown"]))
            self.pump_for(0.03)
        self.terminal.send("\x1b[1;5F")  # ctrl+end

    def panes(self) -> None:
        self.terminal.press("f2")
        self.pump_for(0.3)
        self.terminal.press("f2")

    def busy(self) -> None:
        """Another process holds the library from the middle of one answer to the middle of the next."""
        number = self.type_prompt("whole")
        self.until(lambda: bool(self.log.sent.get(number) and self.log.sent[number].text), f"answer {number}", 60)
        holder = sqlite3.connect(self.data / "conversations.db", isolation_level=None, timeout=30)
        holder.execute("BEGIN IMMEDIATE")
        try:
            end = time.monotonic() + BUSY_S
            self.until(lambda: self.log.sent[number].over, f"the end of answer {number}", 60)
            waiting = self.type_prompt("whole")
            while time.monotonic() < end:
                self.pump_for(0.2)
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        self.resend(waiting)

    def full(self) -> None:
        """The disk is full from the middle of one answer to the middle of the next."""
        number = self.type_prompt("whole")
        self.until(lambda: bool(self.log.sent.get(number) and self.log.sent[number].text), f"answer {number}", 60)
        ballast = self.data / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        try:
            self.until(lambda: self.log.sent[number].over, f"the end of answer {number}", 60)
            waiting = self.type_prompt("whole")
            self.pump_for(FULL_S)
        finally:
            ballast.unlink()
        self.resend(waiting)

    def resend(self, number: int) -> None:
        """A prompt that could not be kept stays in its box, or goes out by itself: either way it is sent once."""
        now = time.monotonic()
        end, give_up = now + 15, now + 90 * PATIENCE
        while not self.arrived(number):
            if (now := time.monotonic()) > give_up:
                raise AssertionError(f"prompt {number} was not sent. On the screen:\n{self.terminal.text}")
            if now > end:
                self.terminal.press("enter")
                end = now + 15
                self.report.resent += 1
            self.pump_for(0.1)
        self.until(lambda: self.log.sent[number].over, f"the end of answer {number}", 60)

    # --- waiting and looking

    def arrived(self, number: int) -> bool:
        return number in self.log.sent

    def settle(self) -> None:
        self.until(lambda: all(sent.over for sent in list(self.log.sent.values())[-3:]), "all answers to end", 120)
        with suppress(AssertionError):
            self.terminal.wait_for_silence(0.3, 3)
        self.terminal.raw.clear()
        if time.monotonic() - self._sampled > 10:
            self._sampled = time.monotonic()
            self.report.samples.append(self.sample())

    def sample(self) -> Sample:
        folder = Path("/proc", str(self.terminal.pid))
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        rss = int(status["VmRSS"].split()[0]) / 1024
        return Sample(self.minutes, rss, len(os.listdir(folder / "fd")), int(status["Threads"]))  # noqa: PTH208

    def until(self, condition: Callable[[], bool], what: str, timeout: float) -> None:
        self.terminal.wait_for(lambda _: condition(), timeout * PATIENCE, what)

    def pump_for(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not self.terminal.pump(min(left, 0.05)) and self.terminal.ended:
                raise AssertionError(f"the app has ended. On the screen:\n{self.terminal.text}")

    def quit(self) -> None:
        begun = time.monotonic()
        self.terminal.press("ctrl+q")
        self.report.exit_code = self.terminal.wait_for_exit(30)
        self.report.quit_s = time.monotonic() - begun


def compare(soak: Soak, folder: Path) -> None:
    """What the library holds against what was typed and what was sent."""
    library = Library(folder)
    library.open().now()
    found: dict[int, list[tuple[Node, list[Node]]]] = {}
    for summary in library.list(100_000).now():
        conversation = library.load(summary.id).now()
        nodes = list(conversation.nodes.values())
        for node in nodes:
            if node.turn.role == "user":
                number = int(node.turn.text.split()[1])
                found.setdefault(number, []).append((node, [n for n in nodes if n.parent == node.id]))
    library.close().now()
    problems = soak.report.problems
    for number in range(1, soak._number + 1):
        prompts = found.get(number, [])
        if len(prompts) != 1:
            problems.append(f"prompt {number} stands {len(prompts)} times in the library")
            continue
        answers = prompts[0][1]
        if len(answers) != 1:
            problems.append(f"prompt {number} has {len(answers)} answers")
        elif (wrong := _difference(soak, number, answers[0])) is not None:
            problems.append(f"answer {number}: {wrong}")


_OUTCOMES = {
    "stop": Outcome.STOPPED,
    "reject": Outcome.PROMPT_BLOCKED,
    "withdraw": Outcome.ANSWER_BLOCKED,
    "error": Outcome.FAILED,
    "drop": Outcome.INCOMPLETE,
}


def _difference(soak: Soak, number: int, node: Node) -> str | None:
    sent, turn = soak.log.sent[number], node.turn
    wanted = _OUTCOMES.get(sent.kind, Outcome.COMPLETE)
    if turn.outcome is not wanted:
        return f"{turn.outcome} instead of {wanted}"
    if sent.kind == "stop":
        if not sent.text.startswith(turn.text):
            return "the text is not what was sent"
        return None if soak.seen[number] in turn.text else "a word that stood on the screen is lost"
    if turn.text != sent.text:
        return f"{len(turn.text)} of {len(sent.text)} characters"
    return None if turn.reasoning == sent.reasoning else "the reasoning differs"


def _judge(report: Report) -> None:
    late = [sample for sample in report.samples if sample.at >= min(5.0, report.minutes / 2)] or report.samples
    for name in ("descriptors", "threads"):
        values = [getattr(sample, name) for sample in late]
        half = len(values) // 2
        if half and statistics.median(values[half:]) > statistics.median(values[:half]) + 1:
            report.problems.append(f"{name} grow: {values}")
    if report.slope > SLOPE_LIMIT:
        report.problems.append(f"memory grows by {report.slope:.2f} MB a minute")
    if report.quit_s > QUIT_LIMIT:
        report.problems.append(f"quitting took {report.quit_s:.1f} s")
    if report.exit_code != 0:
        report.problems.append(f"the exit code is {report.exit_code}")


def main() -> int:
    parser = argparse.ArgumentParser(description="The app for half an hour, with everything that goes wrong.")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, serving() as log, small_disk(Path(scratch, "disk")) as disk:
        home = Path(scratch)
        (home / "config.toml").touch()
        data = home / "disk" / "data"
        own = ["--config", str(home / "config.toml"), "--data-dir", str(data), "--url", log.url]
        with Terminal([sys.executable, "-m", "tui_chat", *own], size=(120, 40), home=home) as terminal:
            terminal.wait_for_text("enter send", 30)
            soak = Soak(terminal, log, data, given.seed, disk=disk)
            try:
                soak.run(given.minutes)
                soak.quit()
            except AssertionError as problem:
                soak.report.problems.append(str(problem))
                terminal.close()
        compare(soak, data)
    report = soak.report
    _judge(report)
    for found in report.problems:
        print("PROBLEM", found)
    samples = report.samples
    print(
        f"{report.minutes:.1f} min, {report.prompts} prompts, {report.done}, "
        f"full disk: {'yes' if disk else 'left out'}, {report.resent} prompts sent again with enter\n"
        f"memory {samples[0].rss:.0f} → {samples[-1].rss:.0f} MB, slope {report.slope:+.2f} MB/min after five; "
        f"descriptors {samples[0].descriptors} → {samples[-1].descriptors}, "
        f"threads {samples[0].threads} → {samples[-1].threads}; quit in {report.quit_s:.2f} s with {report.exit_code}"
    )
    print(json.dumps({"bench": "soak", "slope": report.slope, **asdict(report)}))
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
