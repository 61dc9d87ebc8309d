"""`tui-chat serve`: the app in a web browser. Only its address goes to standard output."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec

from tui_chat.cli import output
from tui_chat.cli.early_config import read_early_config
from tui_chat.cli.options import USAGE, Options
from tui_chat.core.settings import NAMES
from tui_chat.web.access import Access, is_local

FAILED = 1

MISSING = (
    "tui-chat serve needs the package textual-serve. Install it with the extra web: "
    "uv run --extra web tui-chat serve, or pip install 'tui-chat[web]'."
)
NO_TERMINALS = "tui-chat serve needs pseudo-terminals, which Linux and macOS have. In Windows, use it within WSL."
EXPOSED = (
    "Other machines can reach this address. Whoever has it can read and delete your conversations, and use your "
    "endpoints and what they cost. Nothing that is sent is encrypted: use it behind a proxy with TLS, or through SSH."
)

_FLAGS = ("config", "data_dir", "endpoint", "url", "key_env", "auth", "dialect", "model", "preset", "theme", "open")
_SWITCHES = ("private", "new")


def run_serve(options: Options) -> int:
    """Serve until ctrl+c; returns the exit code."""
    output.prepare()
    if sys.platform == "win32":
        output.note(NO_TERMINALS)
        return USAGE
    if find_spec("textual_serve") is None or find_spec("aiohttp") is None:
        output.note(MISSING)
        return USAGE
    try:
        return asyncio.run(_serve(options))
    except KeyboardInterrupt:
        return 0


async def _serve(options: Options) -> int:
    from tui_chat.web.server import AppServer, listen

    host = options.host or "127.0.0.1"
    command = [sys.executable, "-m", "tui_chat", *app_arguments(options)]
    made: list[Access] = []

    def server_of(port: int) -> AppServer:
        made.append(Access(host, port))
        return AppServer(made[0], command, environment(os.environ, local=is_local(host)), colours(options))

    try:
        runner, _ = await listen(server_of, host, options.port or 0)
    except OSError as error:
        where = f"{host}:{options.port}" if options.port else host
        output.note(f"tui-chat cannot listen on {where}: {error.strerror}. Choose another --host or --port.")
        return FAILED
    try:
        if not made[0].is_local:
            output.note(EXPOSED)
        if (code := output.write([f"{made[0].address}\n"])) == 0:
            output.note("Open this address in a browser. Ctrl-C ends it, and the app in every window with it.")
            await _ended()
    finally:
        await runner.cleanup()
    return code


async def _ended() -> None:
    """Wait for the signal to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


def app_arguments(options: Options) -> list[str]:
    """The command line of the app in a browser window: the options of `serve` that the app has."""
    return [*_given(options)]


def _given(options: Options) -> Iterator[str]:
    for name in (*_FLAGS, *(each for each in NAMES if each != "stop")):
        value = getattr(options, name)
        if value is not None:
            yield f"--{name.replace('_', '-')}={value}"
    for text in options.stop or ():
        yield f"--stop={text}"
    for name in _SWITCHES:
        if getattr(options, name):
            yield f"--{name}"
    if options.continue_last:
        yield "--continue"


def environment(environ: Mapping[str, str], *, local: bool) -> dict[str, str]:
    """The environment of the app in a window: that of a terminal with all colours."""
    foreign = {"COLUMNS", "LINES", "TMUX", "STY", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "COLORFGBG", "NO_COLOR"}
    if not local:
        # A display of this machine is not the one of the person who looks: neither its clipboard nor its browser.
        foreign |= {"DISPLAY", "WAYLAND_DISPLAY"}
    kept = {name: value for name, value in environ.items() if name not in foreign}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def colours(options: Options) -> dict[str, str]:
    """The theme's background, text and accent colours, as far as given, for the page around the terminal."""
    theme = next(iter(read_early_config(options, environment(os.environ, local=True)).themes), {})
    named = {"ground": theme.get("background"), "text": theme.get("foreground"), "accent": theme.get("primary")}
    return {name: colour for name, colour in named.items() if isinstance(colour, str) and _is_hex(colour)}


def _is_hex(colour: str) -> bool:
    return colour.startswith("#") and len(colour) in (4, 7) and all(ch in "0123456789abcdefABCDEF" for ch in colour[1:])
