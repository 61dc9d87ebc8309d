"""The lines of the table about an answer that comes: this file owns how each number comes about."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from tests.bench.measure import LONG, Bench, Result
from tests.bench.probe import Probe, minimal, raw_loop


def first_text(bench: Bench) -> list[Result]:
    """First text on screen after the first byte, of the first answer."""
    result = Result("first text, of MarkdownStream", "ms", 0.8)
    for _ in range(bench.pairs):
        with bench.chat() as app:
            mine = bench.stream(app, "mixed 0 400 400").first * 1e3
        with bench.other(minimal) as program:
            result.pairs.append((mine, bench.stream(program, "mixed 0 400 400").first * 1e3))
    return [result]


def _at_once(bench: Bench, program: Probe, length: int) -> tuple[float, float]:
    """Seconds of an answer without a pause: (from its first byte to its last word on the screen, of the processor
    from enter until nothing is left to do)."""
    wall = bench.stream(program, f"mixed 0 {length} 0").done
    return wall, program.rest() - program.entered_cpu


def at_once(bench: Bench) -> list[Result]:
    """10 kB at once."""
    wall = Result("10 kB at once, wall, of MarkdownStream", "s", 0.1)
    cpu = Result("10 kB at once, CPU, of MarkdownStream", "s", 0.1)
    for _ in range(bench.pairs):
        with bench.chat() as app:
            mine = _at_once(bench, app, 10_000)
        with bench.other(minimal) as program:
            other = _at_once(bench, program, 10_000)
        wall.pairs.append((mine[0], other[0]))
        cpu.pairs.append((mine[1], other[1]))
    return [wall, cpu]


def four_times(bench: Bench) -> list[Result]:
    """40 kB at once, of 10 kB."""
    wall = Result("40 kB at once, wall, of 10 kB", "s", 4.5)
    cpu = Result("40 kB at once, CPU, of 10 kB", "s", 4.5)
    for _ in range(bench.pairs):
        with bench.chat() as app:
            small, large = _at_once(bench, app, 10_000), _at_once(bench, app, 40_000)
        wall.pairs.append((large[0], small[0]))
        cpu.pairs.append((large[1], small[1]))
    return [wall, cpu]


def _per_token(bench: Bench, program: Probe) -> float:
    """Milliseconds of processor time, 100 tokens a second."""
    tokens = 300 if bench.short else 1_000
    return bench.stream(program, f"mixed 0 {tokens * 4} 100").cpu / tokens * 1e3


def per_token(bench: Bench) -> list[Result]:
    """CPU per token at 100 tokens/s."""
    stream = Result("CPU per token, of MarkdownStream", "ms", 0.22)
    raw = Result("CPU per token, of the raw loop", "ms", 3.5)
    for _ in range(bench.pairs):
        with bench.chat() as app:
            mine = _per_token(bench, app)
        with bench.other(minimal) as program:
            stream.pairs.append((mine, _per_token(bench, program)))
        with bench.other(raw_loop) as program:
            raw.pairs.append((mine, _per_token(bench, program)))
    return [stream, raw]


def per_token_long(bench: Bench) -> list[Result]:
    """CPU per token with a long history, of that with none."""
    result = Result("CPU per token, 10,000 messages, of none", "ms", 1.25)
    for _ in range(bench.pairs):
        with bench.chat(LONG) as app:
            mine = _per_token(bench, app)
        with bench.chat() as app:
            result.pairs.append((mine, _per_token(bench, app)))
    return [result]


LETTERS = [chr(code) for code in range(ord("Ѐ"), ord("Ѐ") + 0x100) if chr(code).isalpha() and chr(code).isprintable()]
"""Cyrillic ones: nothing else on the screen has them."""


def _echoes(bench: Bench, app: Probe, seconds: int) -> list[float]:
    """Milliseconds until each of the keys that are typed while 400 tokens a second come stands on the screen."""
    rand = random.Random(0)
    since, last = bench.ask(app, f"mixed 0 {seconds * 1600} 400")
    app.shown(f"Α{last[1:-1]}Α", since)
    times: list[float] = []
    for letter in LETTERS * 9:
        if bench.endpoint.when("last"):
            break
        at, begun = len(app.raw), time.monotonic()
        app.send(letter)
        app.shown(letter, at)
        times.append((app.came_at - begun) * 1e3)
        for key in ("", "\x7f"):  # taken away again: a prompt that grows is another matter
            app.send(key)
            _pump_for(app, rand.uniform(0.02, 0.05))
    app.shown(last, since)
    app.rest()
    return times


def _pump_for(app: Probe, seconds: float) -> None:
    pause = time.monotonic() + seconds
    while (left := pause - time.monotonic()) > 0:
        app.pump(left)


def _echo_results(bench: Bench, name: str, echoes: Callable[[Bench, Probe, int], Sequence[float]]) -> list[Result]:
    """What `echoes` measures in so many seconds of streaming: nearly all, and the longest."""
    often, worst = Result(f"{name} p95", "ms", 16), Result(f"{name} longest", "ms", 60)
    for _ in range(bench.rounds):
        with bench.chat() as app:
            times = sorted(echoes(bench, app, 4 if bench.short else 20))
        often.pairs.append((times[int(len(times) * 0.95)],))
        worst.pairs.append((times[-1],))
    return [often, worst]


def keys(bench: Bench) -> list[Result]:
    """Key echo while 400 tokens/s come."""
    return _echo_results(bench, "key echo at 400 tokens/s,", _echoes)


FOUR = 4
"""Answers side by side."""


def _compared_echoes(bench: Bench, app: Probe, seconds: int) -> list[float]:
    """The same of a key of the comparison, whose hint changes, while each of four answers comes at 100 tokens a
    second."""
    rand = random.Random(0)
    since, last = bench.ask(app, f"mixed 0 {seconds * 400} 100")
    app.shown(last, since)
    app.rest()
    since = len(app.raw)
    bench.endpoint.events.clear()
    app.send("/compare temperature 0 0.3 0.7 1")
    app.rest(0.15)
    app.send("\r")
    app.shown(f"Α{last[1:-1]}Α", since)
    times: list[float] = []
    words = ["unmark", "differences"]
    while not bench.endpoint.when("last"):
        at, begun = len(app.raw), time.monotonic()
        app.send("d")
        app.shown(words[len(times) % 2], at)
        times.append((app.came_at - begun) * 1e3)
        _pump_for(app, rand.uniform(0.02, 0.05))
    app.until(lambda: len(bench.endpoint.when("last")) == FOUR, "four answers")
    app.rest()
    return times


def comparing(bench: Bench) -> list[Result]:
    """A key of the comparison while four answers come, 400 tokens/s in all."""
    return _echo_results(bench, "four answers, 400 tokens/s in all: key,", _compared_echoes)


GROWING = {
    "400 kB": "mixed 0 400000",
    "a fence of 5,000 lines": "fence 5000 0",
    "a table of 1,000 rows": "table 1000 0",
    "a list of 2,000 items": "list 2000 0",
}


def growth(bench: Bench) -> list[Result]:
    """CPU per token in the last quarter of a very long answer, of the first; and how long the loop was held up."""
    found: list[Result] = []
    for name, prompt in GROWING.items():
        grown, late = Result(f"growth: {name}", "", 1.25), Result(f"loop held up: {name}", "ms", 100, by=max)
        found += [grown, late]
        for _ in range(bench.rounds):
            with bench.watch() as watch, bench.chat(watched=watch.path) as app:
                watch.begin()
                asked = f"{prompt.split()[0]} 0 6000" if bench.short else prompt
                grown.pairs.append((bench.stream(app, f"{asked} 400").growth,))
                app.rest()
                late.pairs.append((watch.longest(),))
                late.note = watch.culprit
    return found
