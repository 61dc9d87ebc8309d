"""Measures in a pty what a token costs while an answer grows: at its end against its beginning, and with a history.

    python tests/bench/transcript_growth.py [--short]

`growth` is CPU per token in the last quarter against the first; it must stay under the limit for every kind of text.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import pty
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from typing import Any

APP = Path(__file__).with_name("transcript_app.py")
KINDS = ("mixed", "fence", "table", "list", "paragraph")
LIMIT = 1.25
ROUNDS = 3


def drain(command: list[str], home: Path) -> None:
    """Run a program in a terminal of 120 by 40 and throw away what it draws: an emulator would take its time too."""
    main, other = pty.openpty()
    fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": str(home)}
    with subprocess.Popen(command, stdin=other, stdout=other, stderr=other, env=env):
        os.close(other)
        with contextlib.suppress(OSError):
            while os.read(main, 65536):
                pass
    os.close(main)


def run(kind: str, tokens: int, per_second: int, history: int) -> dict[str, Any]:
    """One run; see `transcript_app.py` for what comes back."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, str(APP), str(result), kind, str(tokens), str(per_second), str(history)]
        drain(command, Path(folder))
        found: dict[str, Any] = json.loads(result.read_text())
        return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    short = parser.parse_args().short
    tokens, rounds = (1_200, 1) if short else (8_000, ROUNDS)
    rows = []
    print(f"{'text':<12}{'history':>9}{'tokens/s':>10}{'ms/token':>10}{'growth':>8}{'opened ms':>11}{'held up ms':>12}")
    for kind, history, rate in [*((k, 0, 400) for k in KINDS), ("mixed", 0, 100), ("mixed", 10_000, 100)]:
        runs = [run(kind, tokens if rate == 400 else tokens // 4, rate, history) for _ in range(rounds)]
        row = {
            "kind": kind,
            "history": history,
            "per_second": rate,
            "ms_per_token": statistics.median(statistics.mean(r["ms_per_token"]) for r in runs),
            "growth": statistics.median(r["ms_per_token"][-1] / r["ms_per_token"][0] for r in runs),
            "opened_ms": statistics.median(r["opened_ms"] for r in runs),
            "held_up_ms": max(r["held_up_ms"] for r in runs),
        }
        rows.append(row)
        numbers = (
            f"{row['ms_per_token']:>10.2f}{row['growth']:>8.2f}{row['opened_ms']:>11.1f}{row['held_up_ms']:>12.1f}"
        )
        print(f"{kind:<12}{history:>9}{rate:>10}{numbers}", flush=True)
    print(json.dumps({"bench": "transcript_growth", "limit": LIMIT, "short": short, "rows": rows}))
    return 0 if all(row["growth"] <= LIMIT for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
