"""Parses the command line into one value.

Options may come before or after the subcommand: both parsers know them, with suppressed defaults, so that the second
does not undo the first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from tui_chat import __version__

if TYPE_CHECKING:
    # Loaded where there are arguments to parse: the app starts without any most of the time, and its first frame waits.
    import argparse

    from tui_chat.cli.argument_parser import Parser
    from tui_chat.core.settings import Settings

USAGE = 2


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line said. None: it did not say."""

    command: str = "app"
    config: str | None = None
    data_dir: str | None = None
    endpoint: str | None = None
    url: str | None = None
    key_env: str | None = None
    auth: str | None = None
    dialect: str | None = None
    model: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: tuple[str, ...] | None = None
    system: str | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    reasoning_effort: str | None = None
    preset: str | None = None
    # the app
    open: str | None = None
    new: bool = False
    continue_last: bool = False
    private: bool = False
    theme: str | None = None
    # ask
    prompt: str | None = None
    no_stream: bool = False
    json: bool = False
    verbose: bool = False
    conversation: str | None = None
    save: bool = False
    attach: tuple[str, ...] = ()
    # the saved conversations
    query: str | None = None
    limit: int | None = None
    ids: tuple[str, ...] = ()
    format: str | None = None
    output: str | None = None
    files: tuple[str, ...] = ()
    yes: bool = False
    restore: bool = False
    for_good: bool = False

    @property
    def settings(self) -> Settings:
        """The settings for this run."""
        from tui_chat.core.settings import NAMES, Settings

        return Settings(**{name: getattr(self, name) for name in NAMES})


def _knob(name: str, kind: Callable[[str], Any]) -> Callable[[str], Any]:
    from argparse import ArgumentTypeError

    from tui_chat.core.settings import check

    def convert(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = text
        problem = check(name, value)
        if problem is not None:
            raise ArgumentTypeError(f"{text!r}: {problem}")
        return value

    return convert


def _shared() -> argparse.ArgumentParser:
    """The options that every subcommand takes."""
    import argparse

    from tui_chat.core import dialects
    from tui_chat.core.endpoint import AUTHS

    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    where = shared.add_argument_group("where")
    where.add_argument("--endpoint", metavar="NAME", help="an endpoint of the configuration, or local, or demo")
    where.add_argument("--url", help="an endpoint by its address")
    where.add_argument("--key-env", metavar="NAME", help="the variable that holds the key for --url")
    where.add_argument("--auth", choices=AUTHS, help="how the key is sent (default: derived from the address)")
    where.add_argument(
        "--dialect", choices=dialects.table(), help="what the server speaks (default: derived from the address)"
    )
    where.add_argument("-m", "--model", metavar="NAME", help="the model to ask for")
    how = shared.add_argument_group("settings for this run (what is not set is not sent)")
    how.add_argument("-t", "--temperature", metavar="X", type=_knob("temperature", float))
    how.add_argument("--top-p", metavar="X", type=_knob("top_p", float))
    how.add_argument("--max-tokens", metavar="N", type=_knob("max_tokens", int))
    how.add_argument("--seed", metavar="N", type=_knob("seed", int))
    how.add_argument("--stop", metavar="TEXT", action="append", help="ends the answer; may be repeated")
    how.add_argument("--presence-penalty", metavar="X", type=_knob("presence_penalty", float))
    how.add_argument("--frequency-penalty", metavar="X", type=_knob("frequency_penalty", float))
    how.add_argument(
        "--reasoning-effort", metavar="WORD", type=_knob("reasoning_effort", str), help="such as low, medium, high"
    )
    how.add_argument("-s", "--system", metavar="TEXT", help="the system prompt")
    how.add_argument(
        "--preset", metavar="NAME", help="a preset of the configuration; what is given here goes before it"
    )
    files = shared.add_argument_group("files")
    files.add_argument("--config", metavar="FILE", help="the configuration file (env TUI_CHAT_CONFIG)")
    files.add_argument("--data-dir", metavar="DIR", help="where conversations live (env TUI_CHAT_DATA_DIR)")
    return shared


def _parser() -> Parser:
    from tui_chat.cli.argument_parser import SUPPRESS, Parser
    from tui_chat.cli.saved_options import add_commands

    shared = _shared()
    parser = Parser(
        prog="tui-chat",
        parents=[shared],
        argument_default=SUPPRESS,
        description="A terminal chat for large language models: streamed, multi-turn, clear about content filters.",
        epilog="Without an endpoint of your own, a small built-in model answers, or a scripted demo.",
    )
    parser.add_argument("--version", action="version", version=f"tui-chat {__version__}")
    app = parser.add_argument_group("the app")
    app.add_argument("--open", metavar="ID|FILE", help="open this conversation, or the one in this file")
    _add_continue(app, "go on with the last conversation")
    app.add_argument("--new", action="store_true", help="begin a new conversation (the default)")
    app.add_argument("--private", action="store_true", help="write nothing of this run")
    app.add_argument("--theme", metavar="NAME", help="colours")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    _add_ask(commands, shared)
    _add_chat(commands, shared)
    add_commands(commands, shared)
    return parser


def _add_ask(commands: Any, shared: argparse.ArgumentParser) -> None:
    from argparse import SUPPRESS

    ask = commands.add_parser(
        "ask",
        parents=[shared],
        argument_default=SUPPRESS,
        help="one question; the answer goes to standard output",
        description="Asks one question and streams the answer to standard output; everything about it goes to "
        "standard error. '-' or a pipe adds standard input below the prompt.",
        epilog="Exit codes: 0 answered, 1 failed or incomplete, 2 wrong use or configuration, 3 prompt rejected by the "
        "content filter, 4 answer cut or withdrawn by it, 5 refused or empty, 130 interrupted.",
    )
    ask.add_argument("prompt", metavar="PROMPT", nargs="?", help="the question; '-' reads standard input")
    ask.add_argument("--no-stream", action="store_true", help="ask for the answer in one piece")
    ask.add_argument("--json", action="store_true", help="print one JSON object instead of the answer")
    ask.add_argument("--conversation", metavar="ID", help="continue this conversation")
    _add_continue(ask, "continue the last conversation")
    ask.add_argument("--save", action="store_true", help="keep the exchange in the library")
    ask.add_argument(
        "-a",
        "--attach",
        metavar="FILE",
        action="append",
        help="a text, a picture (PNG, JPEG, WebP, GIF) or a PDF that goes with the prompt; may be repeated",
    )
    _add_verbose(ask)


def _add_chat(commands: Any, shared: argparse.ArgumentParser) -> None:
    from argparse import SUPPRESS

    chat = commands.add_parser(
        "chat",
        parents=[shared],
        argument_default=SUPPRESS,
        help="a plain conversation, line by line, for screen readers and dumb terminals",
        description="A conversation line by line, in words alone: no colours, no cursor movement. Each line of "
        "standard input is a prompt; one that ends in a backslash continues on the next. /help lists the commands.",
        epilog="Exit codes: 0 the input ended, 1 the library failed, 2 wrong use or configuration, 130 interrupted.",
    )
    chat.add_argument("--open", metavar="ID|FILE", help="continue this conversation, or the one in this file")
    chat.add_argument("--new", action="store_true", help="begin a new conversation (the default)")
    chat.add_argument("--private", action="store_true", help="write nothing of this run")
    _add_verbose(chat)


def _add_continue(command: argparse._ActionsContainer, text: str) -> None:
    command.add_argument("-c", "--continue", action="store_true", dest="continue_last", help=text)


def _add_verbose(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--verbose", action="store_true", help="after an error, show headers and body of the response (keys masked)"
    )


def parse(argv: Sequence[str]) -> Options:
    """Arguments to options. Wrong use ends the process with 2, --help and --version with 0, as argparse does."""
    if not argv:
        return Options()
    found = vars(_parser().parse_args(list(argv)))
    known = {f.name for f in fields(Options)}
    values = {name: value for name, value in found.items() if name in known and value is not None}
    for name in ("stop", "ids", "files", "attach"):
        if name in values:
            values[name] = tuple(values[name])
    options = Options(**values)
    problem = _contradiction(options)
    if problem:
        print(f"tui-chat: {problem}\nSee tui-chat --help.", file=sys.stderr)
        raise SystemExit(USAGE)
    return options


def _contradiction(options: Options) -> str | None:
    if options.url and options.endpoint:
        return "--url and --endpoint name two endpoints; give one of them."
    others = {"--open": options.open, "--new": options.new, "--conversation": options.conversation}
    if options.continue_last and (other := next((name for name, value in others.items() if value), None)):
        return f"-c and {other} ask for two conversations; give one of them."
    if options.stop and "" in options.stop:
        return "--stop needs a text that is not empty."
    extras = {"--key-env": options.key_env, "--auth": options.auth, "--dialect": options.dialect}
    lonely = [name for name, value in extras.items() if value and not options.url]
    if lonely:
        return f"{lonely[0]} goes with --url."
    return None
