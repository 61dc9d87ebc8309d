"""The lines of the table about a long conversation: opening it, sending in it, and changes of the whole screen."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

from tests.bench.measure import EMPTY, END, FIRST_FRAME, LONG, SHORT, Bench, Result
from tests.bench.probe import SIZE, Probe


def _opened(bench: Bench, messages: int) -> tuple[float, float]:
    """(seconds from the start until the last line is shown, megabytes in memory at rest)."""
    with bench.starting(messages) as app:
        begun = time.monotonic()
        shown = app.shown(END) - begun
        app.rest(0.8)
        return shown, app.rss()


def opening(bench: Bench) -> list[Result]:
    """Opening a long conversation, over opening one of two messages."""
    shown = Result("opening 10,000 messages, over 2", "s", 0.3, less=True)
    memory = Result("memory with 10,000 messages, over 2", "MB", 40, less=True)
    for _ in range(bench.pairs):
        long, empty = _opened(bench, LONG), _opened(bench, EMPTY)
        shown.pairs.append((long[0], empty[0]))
        memory.pairs.append((long[1], empty[1]))
    return [shown, memory]


def sending(bench: Bench) -> list[Result]:
    """Enter to the request on the wire, with a long history in it: its first byte, and its last."""
    first = Result("enter to request, 10,000 messages", "ms", 300)
    whole = Result("enter to end of request, 10,000 messages", "ms", 300)
    for _ in range(bench.rounds):
        with bench.starting(LONG) as app:
            app.shown(END)
            app.rest(0.8)
            for _ in range(2):
                bench.stream(app, "mixed 0 400 400")
                first.pairs.append(((bench.endpoint.when("got")[0] - app.entered_at) * 1e3,))
                whole.pairs.append(((bench.endpoint.when("whole")[0] - app.entered_at) * 1e3,))
                app.rest()
    return [first, whole]


def _resize(app: Probe, turn: int) -> None:
    app.resize(SIZE[0] - 20 * (turn % 2 == 0), SIZE[1])


def _theme(app: Probe, turn: int) -> None:
    app.signal(signal.SIGUSR1)


def _focus(app: Probe, turn: int) -> None:
    app.send("\x1b[I" if turn % 2 else "\x1b[O")


CHANGES: dict[str, Callable[[Probe, int], None]] = {"resize": _resize, "theme change": _theme, "focus change": _focus}


def _spent(app: Probe, change: Callable[[Probe, int], None], times: int) -> float:
    """Milliseconds of processor time of one change."""
    total = 0.0
    for turn in range(times):
        before = app.rest()
        change(app, turn)
        total += app.rest() - before
    return total / times * 1e3


def changes(bench: Bench) -> list[Result]:
    """What a change of the whole screen costs with a long history, of a short one."""
    results = {name: Result(f"{name}, 10,000 messages, of 20", "ms", 1.5) for name in CHANGES}
    for _ in range(bench.pairs):
        spent: dict[int, dict[str, float]] = {}
        for messages in (LONG, SHORT):
            with bench.chat(messages, signals=True) as app:
                spent[messages] = {
                    name: _spent(app, change, 2 if bench.short else 6) for name, change in CHANGES.items()
                }
        for name, result in results.items():
            result.pairs.append((spent[LONG][name], spent[SHORT][name]))
    return list(results.values())


def _change_all(app: Probe) -> None:
    for change in CHANGES.values():
        for turn in range(2):
            change(app, turn)
            app.rest()


def held_up(bench: Bench) -> list[Result]:
    """The longest time that the event loop does not come by, with a long history, from the first frame on."""
    acts: dict[str, Callable[[Probe], object]] = {
        "opening": lambda app: (app.shown(END), app.rest(0.8)),
        "sending, an answer, its end": lambda app: (bench.stream(app, "mixed 0 6000 400"), app.rest()),
        "10 kB at once": lambda app: (bench.stream(app, "mixed 0 10000 0"), app.rest()),
        "resize, theme, focus": _change_all,
    }
    results = {name: Result(f"loop held up: {name}, 10,000 messages", "ms", 100, by=max) for name in acts}
    for _ in range(bench.rounds):
        with bench.watch() as watch, bench.starting(LONG, watch.path) as app:
            app.shown(FIRST_FRAME)
            for name, act in acts.items():
                watch.begin()
                act(app)
                results[name].pairs.append((watch.longest(),))
                results[name].note = watch.culprit
    return list(results.values())
