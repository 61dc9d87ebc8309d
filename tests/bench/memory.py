"""Measures what a drawn answer leaves in memory, in the installed `tui-chat`, in a pty, with a loopback endpoint.

    python tests/bench/memory.py [--answers N] [--length CHARACTERS] [--short]

One conversation, N answers, each drawn as it comes. Prints the resident memory as it goes, then the slope over the
second half (the first fills the caches, which are bounded), and last one line of JSON. README.md says how to read it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.measure import Bench
from tests.bench.probe import Endpoint, MeasureError, Probe

ANSWERS, SHORT_ANSWERS = 300, 60
LIMIT = 0.05
"""Megabytes per answer. Its text is kept three times over (the turn, the pieces of the last reply, the request)."""

ROWS = 10
"""Lines that are printed while it measures."""

PIECE = 850
"""Characters of one piece of a mixed answer (see texts.py)."""


def measure(bench: Bench, app: Probe, answers: int, length: int) -> list[float]:
    """Megabytes in memory after each answer."""
    found: list[float] = []
    for number in range(answers):
        since, last = bench.ask(app, f"mixed {max(length // PIECE, 1)} 0 0")
        app.shown(last, since)
        app.rest(0.1)
        found.append(app.rss())
        app.raw.clear()
        if (number + 1) % max(answers // ROWS, 1) == 0:
            print(f"{number + 1:6} answers  {found[-1]:8.1f} MB", flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="memory that drawn answers leave behind, in the installed tui-chat")
    parser.add_argument("--answers", type=int, help=f"how many (default: {ANSWERS}, with --short {SHORT_ANSWERS})")
    parser.add_argument("--length", type=int, default=5_000, help="characters of each (default: 5000)")
    parser.add_argument("--short", action="store_true", help="about two minutes")
    chosen = parser.parse_args()
    answers = chosen.answers or (SHORT_ANSWERS if chosen.short else ANSWERS)
    try:
        with tempfile.TemporaryDirectory() as folder, Endpoint() as endpoint:
            bench = Bench(endpoint, Path(folder), short=chosen.short, pairs=1)
            with bench.chat() as app:
                found = measure(bench, app, answers, chosen.length)
    except MeasureError as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    half = len(found) // 2
    slope = statistics.linear_regression(range(half, len(found)), found[half:]).slope
    each = (found[-1] - found[0]) / max(len(found) - 1, 1)
    print(f"{each:.3f} MB per drawn answer over all; {slope:.3f} over the second half (limit {LIMIT})")
    values = {"first_mb": round(found[0], 1), "last_mb": round(found[-1], 1)}
    figures = {"mb_per_answer": round(each, 4), "slope": round(slope, 4), "limit": LIMIT, "holds": slope <= LIMIT}
    print(json.dumps({"bench": "memory", "answers": answers, "length": chosen.length, **figures, **values}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
