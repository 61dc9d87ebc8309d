"""All subcommands with their arguments.

Options may come before or after the subcommand: both parsers know them, with suppressed defaults, so that the second
does not undo the first.
"""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentTypeError, _ActionsContainer
from collections.abc import Callable
from typing import Any

from tui_chat import __version__
from tui_chat.cli.argument_parser import LazyParser, Parser
from tui_chat.cli.shared_options import Shown, shared_options
from tui_chat.cli.subcommand_options import COMMANDS as SAVED_COMMANDS


def build_parser() -> Parser:
    parser = Parser(
        prog="tui-chat",
        parents=[shared_options()],
        argument_default=SUPPRESS,
        description="A terminal chat for large language models: streamed, multi-turn, clear about content filters.",
        epilog="Without an endpoint of your own, a small built-in model answers, or a scripted demo.",
    )
    parser.add_argument("--version", action="version", version=f"tui-chat {__version__}")
    app = parser.add_argument_group("the app")
    app.add_argument("--open", metavar="ID|FILE", help="open this conversation, or the one in this file")
    _add_continue(app)
    app.add_argument("--new", action="store_true", help="begin a new conversation (the default)")
    app.add_argument("--private", action="store_true", help="write nothing of this run")
    app.add_argument("--theme", metavar="NAME", help="colours")
    # The stub knows parsers alone; argparse itself asks for nothing but what a LazyParser has.
    lazy: Any = LazyParser
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=lazy)
    for name, (help_text, shown, add) in COMMANDS.items():
        commands.add_parser(name, help=help_text, make=_maker(shown, add))
    return parser


def _maker(shown: Shown, add: Callable[[Parser], None]) -> Callable[[str], Parser]:
    def make(prog: str) -> Parser:
        made = Parser(prog=prog, parents=[shared_options(shown)], argument_default=SUPPRESS)
        add(made)
        return made

    return make


def _add_ask(ask: Parser) -> None:
    ask.description = (
        "Asks one question and streams the answer to standard output; everything about it goes to "
        "standard error. '-' or a pipe adds standard input below the prompt."
    )
    ask.epilog = (
        "Exit codes: 0 answered, 1 failed or incomplete, 2 wrong use or configuration, 3 prompt rejected by the "
        "content filter, 4 answer cut or withdrawn by it, 5 refused or empty, 75 worth trying again later (rate limit, "
        "overload, network), 130 interrupted."
    )
    ask.add_argument("prompt", metavar="PROMPT", nargs="?", help="the question; '-' reads standard input")
    ask.add_argument("--no-stream", action="store_true", help="ask for the answer in one piece")
    ask.add_argument("--json", action="store_true", help="print one JSON object instead of the answer")
    ask.add_argument("--events", action="store_true", help="with --json: one object for each event, as it happens")
    look = ask.add_mutually_exclusive_group()
    look.add_argument("--plain", action="store_true", help="the answer's Markdown as it is (the default in a pipe)")
    look.add_argument("--render", action="store_true", help="Markdown laid out (the default in a terminal)")
    ask.add_argument("--schema", metavar="FILE", help="a JSON schema that the answer has to match, or exit with 1")
    ask.add_argument("--conversation", metavar="ID", help="continue this conversation")
    _add_continue(ask)
    ask.add_argument("--save", action="store_true", help="keep the exchange in the library")
    ask.add_argument(
        "-a",
        "--attach",
        metavar="FILE",
        action="append",
        help="a text, a picture (PNG, JPEG, WebP, GIF) or a PDF that goes with the prompt; may be repeated",
    )
    _add_verbose(ask)


def _add_chat(chat: Parser) -> None:
    chat.description = (
        "A conversation line by line, in words alone: no colours, no cursor movement. Each line of "
        "standard input is a prompt; one that ends in a backslash continues on the next. /help lists the commands."
    )
    chat.epilog = "Exit codes: 0 the input ended, 1 the library failed, 2 wrong use or configuration, 130 interrupted."
    chat.add_argument("--open", metavar="ID|FILE", help="continue this conversation, or the one in this file")
    chat.add_argument("--new", action="store_true", help="begin a new conversation (the default)")
    chat.add_argument("--private", action="store_true", help="write nothing of this run")
    _add_verbose(chat)


def _add_continue(command: _ActionsContainer) -> None:
    command.add_argument(
        "-c", "--continue", action="store_true", dest="continue_last", help="continue the last conversation"
    )


def _add_verbose(command: Parser) -> None:
    command.add_argument(
        "--verbose", action="store_true", help="after an error, show headers and body of the response (keys masked)"
    )


def _add_serve(serve: Parser) -> None:
    serve.description = (
        "Serves the app to web browsers on this machine and prints the address to open, alone on one line. The address "
        "holds a random token; each window has an app of its own."
    )
    serve.epilog = "Exit codes: 0 ended with ctrl+c, 1 the address cannot be listened on, 2 wrong use or configuration."
    serve.add_argument(
        "--host", metavar="ADDRESS", help="listen there and not on 127.0.0.1; what that exposes is printed"
    )
    serve.add_argument("--port", metavar="N", type=_port, help="default: one that is free")
    serve.add_argument("--open", metavar="ID|FILE", help="open this conversation, or the one in this file")
    _add_continue(serve)
    serve.add_argument("--private", action="store_true", help="write nothing of the apps in the windows")
    serve.add_argument("--theme", metavar="NAME", help="colours")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) < 65_536):
        raise ArgumentTypeError(f"{text!r}: expected a whole number up to 65535")
    return int(text)


COMMANDS: dict[str, tuple[str, Shown, Callable[[Parser], None]]] = {
    "ask": ("one question; the answer goes to standard output", "all", _add_ask),
    "chat": ("a plain conversation, line by line, for screen readers and dumb terminals", "all", _add_chat),
    "serve": ("the app in a web browser", "all", _add_serve),
    **SAVED_COMMANDS,
}
"""Name → (help line, shared options listed in its help, function that adds its arguments)."""
