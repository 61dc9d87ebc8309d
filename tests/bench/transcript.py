"""Measures the transcript in the installed `tui-chat`, in a pty, with a loopback endpoint and 10,000 messages.

    python tests/bench/transcript.py [--short] [--only NAME]... [--pairs N]

Prints a table, then all single values, and last one line of JSON. Exits 2 where something could not be measured, else
0: what misses its limit is said, but other work on the same machine must not fail a build.
README.md says how to read it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench import lines, lines_history
from tests.bench.measure import Bench, Result
from tests.bench.probe import Endpoint, MeasureError

LINES: Mapping[str, Callable[[Bench], list[Result]]] = {
    "first": lines.first_text,
    "at-once": lines.at_once,
    "four-times": lines.four_times,
    "token": lines.per_token,
    "token-long": lines.per_token_long,
    "keys": lines.keys,
    "comparing": lines.comparing,
    "growth": lines.growth,
    "opening": lines_history.opening,
    "sending": lines_history.sending,
    "changes": lines_history.changes,
    "held-up": lines_history.held_up,
}
PAIRS, SHORT_PAIRS = 7, 1


def _row(result: Result) -> str:
    sign = "ok" if result.holds else "MISSED"
    if len(result.pairs[0]) == 1:
        found, value = f"{result.value:10.2f} {result.unit:<2}", " " * 10
    else:
        found, value = " " * 13, f"{result.value:{'+' if result.less else ''}10.2f}"
    medians = " : ".join(f"{sorted(side)[len(side) // 2]:.4g}" for side in zip(*result.pairs, strict=True))
    return f"{result.name:<52}{found}{value}{result.limit:>8} {sign:<7} {medians} {result.unit}  {result.note}".rstrip()


def measure(bench: Bench, names: Sequence[str]) -> list[Result]:
    """The lines, each printed as soon as it is there."""
    print(f"{'':<52}{'value':>10}   {'ratio':>10}{'limit':>8}         medians")
    found: list[Result] = []
    for name in names:
        for result in LINES[name](bench):
            print(_row(result), flush=True)
            found.append(result)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="the transcript's speed, in the installed tui-chat")
    parser.add_argument("--short", action="store_true", help="one pair of each, short answers: below 90 seconds")
    parser.add_argument("--only", action="append", choices=LINES, help="this line alone; may be given again")
    parser.add_argument("--pairs", type=int, help=f"how many pairs (default: {PAIRS}, with --short {SHORT_PAIRS})")
    chosen = parser.parse_args()
    pairs = chosen.pairs or (SHORT_PAIRS if chosen.short else PAIRS)
    try:
        with tempfile.TemporaryDirectory() as folder, Endpoint() as endpoint:
            bench = Bench(endpoint, Path(folder), short=chosen.short, pairs=pairs)
            found = measure(bench, chosen.only or list(LINES))
    except MeasureError as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    print("\nall values")
    for result in found:
        print(f"{result.name}: " + "  ".join(":".join(f"{value:.4g}" for value in pair) for pair in result.pairs))
    rows = [
        {"name": r.name, "unit": r.unit, "value": round(r.value, 4), "limit": r.limit, "holds": r.holds,
         "pairs": [[round(value, 5) for value in pair] for pair in r.pairs]}
        for r in found
    ]  # fmt: skip
    print(json.dumps({"bench": "transcript", "short": chosen.short, "cores": os.cpu_count(), "rows": rows}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
