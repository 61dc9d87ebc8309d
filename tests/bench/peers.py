"""Measures other chats for terminals beside this one, and prints a Markdown table.

    python tests/bench/peers.py [--runs N] [--keep FOLDER] [--only NAME]

Each program is installed from its package (this one from the checkout) into an environment of its own by uv, gets a
home folder of its own, and is pointed at the loopback endpoint in the way its documentation says. What cannot be
measured is a dash, and the reason stands below the table. README.md says what each column is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.probe import Endpoint, MeasureError, Probe

ROOT = Path(__file__).parents[2]
RUNS = 3
SETTLES_S = 150.0
"""Within which a program has to do the next thing; on a busy machine, more."""

CALMS_S = 10.0
IDLE_PEER = 0.1
"""The part of a processor that a program at rest may use: some blink, poll or animate."""

PIECES = 12
"""Pieces of `mixed` that make 10 kB (see texts.py)."""

KEY = "µ"
FRAME_BYTES = 400
"""More than the sequences with which a program enters its screen."""

_STAMP = "import os, sys, time; os.write(1, b'exec@%r@' % time.monotonic()); os.execvp(sys.argv[1], sys.argv[1:])"
_STAMPED = re.compile(rb"exec@([0-9.]+)@")
_SCREEN = b"\x1b[?1049h"


@dataclass(frozen=True, slots=True)
class Peer:
    """A program. `prepare` writes its configuration into a home folder, for an endpoint at a URL, with the Python of
    its environment; it returns arguments and environment. `send` is the key that sends a prompt."""

    name: str
    package: str
    binary: str
    prepare: Callable[[Path, str, Path], tuple[Sequence[str], Mapping[str, str]]]
    send: str = "\r"
    start_only: str = ""
    """Why no answer can be measured."""


def _tui_chat(home: Path, url: str, python: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    (home / "config.toml").touch()
    env = {"TUI_CHAT_DATA_DIR": str(home / "data"), "TUI_CHAT_CONFIG": str(home / "config.toml")}
    return ["--url", url, "--model", "bench"], env


def _elia(home: Path, url: str, python: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    folder = home / ".config" / "elia"
    folder.mkdir(parents=True, exist_ok=True)
    model = f'[[models]]\nid = "bench"\nname = "openai/bench"\napi_base = "{url}"\napi_key = "none"\n'
    (folder / "config.toml").write_text(f'default_model = "bench"\n{model}')
    return [], {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def _oterm(home: Path, url: str, python: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    """A chat is made beforehand, by its own store: the form for that cannot be filled in blindly."""
    data = home / "oterm"
    data.mkdir(exist_ok=True)
    settings = {"splash-screen": False, "openaiCompatible": {"bench": {"base_url": url, "api_key": "none"}}}
    (data / "config.json").write_text(json.dumps(settings))
    env = {"OTERM_DATA_DIR": str(data), "OLLAMA_URL": "http://127.0.0.1:9"}
    made = (
        "import asyncio\nfrom oterm.store.store import Store\nfrom oterm.types import ChatModel\n"
        "async def main():\n    store = await Store.get_store()\n"
        "    await store.save_chat(ChatModel(name='bench', model='bench', provider='openai-compat/bench'))\n"
        "asyncio.run(main())\n"
    )
    subprocess.run([python, "-c", made], check=True, env={**os.environ, **env, "HOME": str(home)}, capture_output=True)
    return [], env


def _parllama(home: Path, url: str, python: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    data = home / "parllama"
    data.mkdir(exist_ok=True)
    settings = {
        "starting_tab": "Chat",
        "last_tab": "Chat",
        "use_last_tab_on_startup": False,
        "last_llm_config": {"provider": "LlamaCpp", "model_name": "bench", "temperature": 0.5, "num_ctx": 2048},
        "provider": {"provider_base_urls": {"LlamaCpp": url}},
        "ui": {"show_first_run": False, "load_local_models_on_startup": False},
    }
    (data / "settings.json").write_text(json.dumps(settings))
    return ["-d", str(data), "-s", "chat", "-p", "0"], {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}


PEERS = (
    Peer("tui-chat", str(ROOT), "tui-chat", _tui_chat),
    Peer("elia", "elia-chat", "elia", _elia, send="\n"),
    Peer("oterm", "oterm", "oterm", _oterm),
    Peer("parllama", "parllama", "parllama", _parllama, start_only="its model is chosen by hand, in a list"),
)


@dataclass(slots=True)
class Figures:
    """Seconds, megabytes, and why something is missing."""

    values: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(value)

    def shown(self, name: str, form: str) -> str:
        found = self.values.get(name)
        return form.format(statistics.median(found)) if found else "—"


def install(peer: Peer, folder: Path) -> Path:
    """The environment of a program; installed once."""
    env = folder / peer.name
    if not (env / "bin" / peer.binary).exists():
        subprocess.run(["uv", "venv", "--quiet", "--clear", str(env)], check=True)
        python = str(env / "bin" / "python")
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", python, peer.package], check=True)
    return env


def disk_mb(env: Path) -> float:
    """What is installed, without compiled files."""
    files = (file for file in (env / "lib").rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc") / 1e6


def version(env: Path, peer: Peer) -> str:
    name = "tui-chat" if peer.name == "tui-chat" else peer.package
    read = f"import importlib.metadata as m; print(m.version({name!r}))"
    return subprocess.run(
        [env / "bin" / "python", "-c", read], check=True, capture_output=True, text=True
    ).stdout.strip()


def run_once(peer: Peer, env: Path, endpoint: Endpoint, home: Path, figures: Figures, *, counts: bool) -> None:
    """One start and three answers. What a program does not get to is missing from there on."""
    arguments, more = peer.prepare(home, endpoint.url, env / "bin" / "python")
    program = [sys.executable, "-ISc", _STAMP, str(env / "bin" / peer.binary), *arguments]
    step = "start"

    def note(name: str, value: float) -> None:
        if counts:
            figures.add(name, value)

    with Probe(program, home, endpoint, more) as app:
        try:
            _started(app, note, typed=not peer.start_only)
            if peer.start_only:
                figures.missing["answers"] = peer.start_only
            if peer.start_only or not counts:
                return
            step = "answers"
            for name, pieces, number in (("first", 1, 1), ("10 kB", PIECES, 2), ("40 kB", 4 * PIECES, 3)):
                _answered(app, peer, name, pieces, number, note)
                if name == "10 kB":
                    note("memory", app.rss())
        except (MeasureError, AssertionError) as problem:
            figures.missing.setdefault(step, str(problem).splitlines()[0][:160])


def _started(app: Probe, note: Callable[[str, float], None], *, typed: bool) -> None:
    app.until(lambda: _STAMPED.search(app.raw), "the time of exec")
    stamp = _STAMPED.search(app.raw)
    assert stamp
    begun = float(stamp[1])
    app.until(
        lambda: len(app.raw) - app.raw.find(_SCREEN) > FRAME_BYTES and _SCREEN in app.raw, "a first frame", SETTLES_S
    )
    note("first frame", app.came_at - begun)
    note("cpu of the start", app.cpu())
    keys = _typed(app) if typed else 0
    _calm(app)
    note("memory at rest", app.rss())
    app.send("\x7f" * keys)
    _calm(app)


def _typed(app: Probe) -> int:
    """Type a key until it stands on the screen; how often that was."""
    next_key, count = 0.0, 0

    def echoed() -> bool:
        nonlocal next_key, count
        if time.monotonic() >= next_key:
            app.send(KEY)
            next_key, count = time.monotonic() + 0.05, count + 1
        return KEY.encode() in app.raw

    app.until(echoed, "a typed key in the prompt", SETTLES_S)
    return count


def _calm(app: Probe) -> float:
    """The processor time that was used when the program came to rest; some never do, and are taken as they are."""
    app.idle = IDLE_PEER
    try:
        return app.rest(0.4, CALMS_S)
    except MeasureError:
        return app.cpu()


def _answered(app: Probe, peer: Peer, name: str, pieces: int, number: int, note: Callable[[str, float], None]) -> None:
    since = len(app.raw)
    app.endpoint.events.clear()
    app.send(f"mixed {pieces} 0 0 {number}")
    before = _calm(app)
    app.send(peer.send)
    app.until(lambda: app.endpoint.when("got"), "a request", SETTLES_S)
    shown = app.shown(f"Α{number}Α", since, SETTLES_S)
    begun = app.endpoint.when("first")[0]
    if name == "first":
        note("first text", shown - begun)
    done = app.shown(f"Ω{number}Ω", since, SETTLES_S)
    spent = _calm(app) - before
    note(name, done - begun)
    note(f"cpu of {name}", spent)


COLUMNS = (
    ("first frame", lambda f: f.shown("cpu of the start", "{:.1f} s")),
    ("first answer", lambda f: f.shown("cpu of first", "{:.1f} s")),
    ("10 kB at once", lambda f: f.shown("cpu of 10 kB", "{:.1f} s")),
    ("40 kB ÷ 10 kB", lambda f: _growth(f)),
    ("first frame (clock)", lambda f: f.shown("first frame", "{:.1f} s")),
    ("first text (clock)", lambda f: f.shown("first text", "{:.2f} s")),
    ("memory at rest", lambda f: f.shown("memory at rest", "{:.0f} MB")),
    ("installed", lambda f: f.shown("disk", "{:.0f} MB")),
)


def _growth(figures: Figures) -> str:
    pairs = zip(figures.values.get("cpu of 40 kB", []), figures.values.get("cpu of 10 kB", []), strict=False)
    ratios = [long / short for long, short in pairs]
    return f"{statistics.median(ratios):.1f}" if ratios else "—"


def report(found: Mapping[str, tuple[str, Figures]]) -> str:
    heads = ["", *(name for name, _ in COLUMNS)]
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * len(COLUMNS)]
    for name, (which, figures) in found.items():
        lines.append("| " + " | ".join([f"{name} {which}", *(column(figures) for _, column in COLUMNS)]) + " |")
    reasons = [
        f"- {name}, {step}: {reason}"
        for name, (_, figures) in found.items()
        for step, reason in figures.missing.items()
    ]
    return "\n".join([*lines, "", *reasons]).rstrip()


def main() -> int:
    parser = argparse.ArgumentParser(description="other chats for terminals beside this one")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how often each is started (default: {RUNS})")
    parser.add_argument("--keep", type=Path, help="where the environments stay for the next time")
    parser.add_argument("--only", action="append", choices=[peer.name for peer in PEERS])
    chosen = parser.parse_args()
    peers = [peer for peer in PEERS if not chosen.only or peer.name in chosen.only]
    with tempfile.TemporaryDirectory() as temporary, Endpoint() as endpoint:
        folder = chosen.keep or Path(temporary, "environments")
        folder.mkdir(parents=True, exist_ok=True)
        environments = {peer.name: install(peer, folder) for peer in peers}
        found = {peer.name: (version(environments[peer.name], peer), Figures()) for peer in peers}
        for peer in peers:
            found[peer.name][1].add("disk", disk_mb(environments[peer.name]))
        load = os.getloadavg()[0]
        for turn in range(chosen.runs + 1):  # the first fills the disk's cache and makes folders; it does not count
            for peer in peers:
                home = Path(temporary, peer.name)
                home.mkdir(exist_ok=True)
                run_once(peer, environments[peer.name], endpoint, home, found[peer.name][1], counts=turn > 0)
    print(report(found))
    cores, day = os.cpu_count(), time.strftime("%Y-%m-%d")
    print(f"\n{day}, {chosen.runs} runs, medians; Python {platform.python_version()}, {cores} cores, load {load:.1f}")
    values = {name: {"version": which, **figures.values} for name, (which, figures) in found.items()}
    print(json.dumps({"bench": "peers", "cores": cores, "load": load, "values": values}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
