"""Measures exec to first echoed key, in a pty, of the installed `tui-chat` and of a minimal Textual program, in turn.

    python tests/bench/startup.py [--short] [--command "tui-chat --endpoint demo"]

A key is typed as soon as the terminal is in raw mode, and again every few milliseconds, as an impatient person does it,
until it stands on the screen. The first pair warms the disk's cache and makes the data folder; it does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.pty.terminal import Terminal

PAIRS = 7
SHORT_PAIRS = 3
LIMIT = 1.4
"""How many times as long as the minimal program the app may take."""

KEY = "µ"
"""A letter that no program shows of its own accord."""
TYPE_EVERY_S = 0.01
SIZE = (120, 40)

_RAW_MODE = b"\x1b[?1004h"
"""Textual writes it just after it has turned the terminal's own echo off."""
_STAMP = "import os, sys, time; os.write(1, b'exec@%r@' % time.monotonic()); os.execvp(sys.argv[1], sys.argv[1:])"
_STAMPED = re.compile(rb"exec@([0-9.]+)@")


def first_echo_s(command: Sequence[str], home: Path, timeout_s: float = 60.0) -> float:
    """Seconds from the exec of `command` to the first key on its screen. AssertionError where none appears in time."""
    env = {"TUI_CHAT_DATA_DIR": str(home / "data"), "TUI_CHAT_CONFIG": str(home / "config.toml")}
    # The stamp is written in the process that becomes the command: what starts it is not measured.
    with Terminal([sys.executable, "-ISc", _STAMP, *command], size=SIZE, home=home, env=env) as terminal:
        terminal.wait_for(lambda t: _STAMPED.search(t.raw), what="the time of exec")
        terminal.wait_for(lambda t: _RAW_MODE in t.raw, timeout_s, "raw mode")
        stamp = _STAMPED.search(terminal.raw)
        assert stamp
        begun = float(stamp[1])
        next_key = 0.0
        while KEY not in terminal.text:
            now = time.monotonic()
            assert now - begun < timeout_s, f"no key on the screen within {timeout_s} s:\n{terminal.text}"
            if now >= next_key:
                terminal.send(KEY)
                next_key = now + TYPE_EVERY_S
            terminal.pump(0.001)
        return time.monotonic() - begun


def measure(commands: Mapping[str, Sequence[str]], pairs: int) -> dict[str, list[float]]:
    """Times in seconds for each name; the commands take turns, after one round that does not count."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(pairs + 1):
            for name, command in commands.items():
                home = Path(folder, name)
                home.mkdir(exist_ok=True)
                (home / "config.toml").touch()
                found = first_echo_s(command, home)
                if turn:
                    times[name].append(found)
    return times


def report(times: Mapping[str, Sequence[float]]) -> dict[str, object]:
    """Prints the table; returns what goes into the line of JSON."""
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{'exec to first echoed key':<26}{'median':>9}{'least':>9}{'most':>9}   (seconds)")
    for name, values in times.items():
        print(f"{name:<26}{medians[name]:>9.3f}{min(values):>9.3f}{max(values):>9.3f}")
    ratio = medians["tui-chat"] / medians["minimal"]
    print(f"{'ratio':<26}{ratio:>9.2f}   (at most {LIMIT})")
    rounded = {name: [round(value, 4) for value in values] for name, values in times.items()}
    return {"bench": "startup", "ratio": round(ratio, 3), "limit": LIMIT, "cores": os.cpu_count(), "seconds": rounded}


def installed() -> str:
    """The command of this environment, else the first one on the path."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("tui-chat", path=beside) or shutil.which("tui-chat") or "tui-chat"


def main() -> int:
    """Exit code 0 where the ratio keeps to its limit, else 1."""
    parser = argparse.ArgumentParser(description="exec to first echoed key, compared with a minimal Textual program")
    parser.add_argument("--short", action="store_true", help=f"{SHORT_PAIRS} pairs instead of {PAIRS}")
    parser.add_argument("--command", default=shlex.quote(installed()), help="what to measure (default: %(default)s)")
    chosen = parser.parse_args()
    minimal = [sys.executable, str(Path(__file__).with_name("minimal.py"))]
    commands = {"minimal": minimal, "tui-chat": shlex.split(chosen.command)}
    found = report(measure(commands, SHORT_PAIRS if chosen.short else PAIRS))
    print(json.dumps(found))
    return 0 if float(str(found["ratio"])) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
