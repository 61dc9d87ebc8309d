"""Arguments of the commands for saved conversations, and of `doctor`, `models`, `config` and `themes`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tui_chat.cli.argument_parser import Parser
from tui_chat.cli.shared_options import Shown

SHELLS = ("bash", "zsh", "fish")
IDS = "an id, or a unique beginning of one"


def _add_list(listed: Parser) -> None:
    listed.description = "Lists the saved conversations, last changed first, one a line."
    _add_limit(listed, "list at most N (default: all)")
    _add_json(listed)


def _add_search(search: Parser) -> None:
    search.description = "Lists the messages that hold all words, newest first."
    search.add_argument("query", metavar="QUERY", help="words, in any order; the last may be a beginning")
    search.add_argument("--order", choices=("newest", "best"), help="which messages come first (default: newest)")
    search.epilog = (
        'Words in a row: "as quoted". Filters: tag:NAME, model:NAME, title:WORD, role:user or role:assistant,'
        " before:DATE, after:DATE (2026-11-30, 2026-11, 2026, today, yesterday, 7d, 2w, 3m, 1y), is:blocked,"
        " is:stopped, is:failed, is:incomplete, is:cut, is:refused, is:empty, is:pinned, is:archived, is:deleted."
    )
    _add_limit(search, "list at most N (default: 50)")
    _add_json(search)


def _add_export(export: Parser) -> None:
    export.description = (
        "Writes saved conversations to standard output or to files: JSON without loss, Markdown or HTML for reading."
    )
    export.add_argument("ids", metavar="ID", nargs="*", help=f"{IDS} (default: all conversations)")
    export.add_argument("--format", choices=("json", "md", "html"), help="default: derived from PATH, else json")
    export.add_argument("-o", "--output", metavar="PATH", help="a file; or a folder (ending in /) for a file each")


def _add_import(take: Parser) -> None:
    take.description = "Imports conversations from files into the library."
    take.epilog = (
        "Read are .chat.json, Markdown that tui-chat exported, the exports of ChatGPT and Claude (also the zip), of "
        "Open WebUI and LibreChat, conversations of LM Studio, sessions and messages.md of aichat, what llm logs "
        "--json prints, and OpenAI messages, in a list or as JSON lines."
    )
    take.add_argument("files", metavar="FILE", nargs="+")
    _add_json(take)


def _add_delete(delete: Parser) -> None:
    delete.description = (
        "Deletes saved conversations. They can be brought back for 30 days, then they are removed for good."
    )
    delete.add_argument("ids", metavar="ID", nargs="*", help=IDS)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    how = delete.add_mutually_exclusive_group()
    how.add_argument("--restore", action="store_true", help="bring deleted conversations back; without ID: list them")
    how.add_argument("--for-good", action="store_true", help="remove at once, also what was deleted before")


def _add_doctor(doctor: Parser) -> None:
    doctor.description = "Checks one endpoint step by step, from its address to its filter."
    doctor.epilog = "Exit codes: 0 all is well, 1 a step failed (it says which and what to do), 2 configuration."


def _add_models(models: Parser) -> None:
    models.description = "Lists the models that the endpoint offers for chat, one a line."
    models.epilog = "Exit codes: 0 listed, 1 the endpoint gave no list (it says why), 2 configuration."
    _add_json(models)


def _add_config(config: Parser) -> None:
    config.description = "Shows every file, every value and where it comes from; keys are masked."


def _add_themes(themes: Parser) -> None:
    themes.description = "Lists the themes; a star marks the chosen one."


def _add_help(page: Parser) -> None:
    page.description = "Shows a page of the manual, or lists the pages. Words that are no topic are looked for."
    page.add_argument("topic", metavar="TOPIC", nargs="*", help="a page, or words that are in one")
    look = page.add_mutually_exclusive_group()
    look.add_argument("--plain", action="store_true", help="the Markdown as it is (the default in a pipe)")
    look.add_argument("--render", action="store_true", help="Markdown laid out (the default in a terminal)")


def _add_completion(completion: Parser) -> None:
    completion.description = "Prints a completion script. tui-chat help shell says where it belongs."
    completion.add_argument("shell", metavar="SHELL", nargs="?", help=", ".join(SHELLS))
    # For the scripts, which ask when tab is struck.
    completion.add_argument("--values", choices=("endpoints", "presets", "themes", "ids"), help=argparse.SUPPRESS)


def _add_limit(parser: Parser, help_text: str) -> None:
    parser.add_argument("--limit", metavar="N", type=_count, help=help_text)


def _add_json(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON array")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1")
    return int(text)


COMMANDS: dict[str, tuple[str, Shown, Callable[[Parser], None]]] = {
    "list": ("the saved conversations", "files", _add_list),
    "search": ("find in the saved conversations", "files", _add_search),
    "export": ("saved conversations as JSON, Markdown or HTML", "files", _add_export),
    "import": ("import conversations from files", "files", _add_import),
    "delete": ("delete saved conversations, or bring deleted ones back", "files", _add_delete),
    "doctor": ("check an endpoint step by step", "endpoint", _add_doctor),
    "models": ("the models of an endpoint", "endpoint", _add_models),
    "config": ("what is configured", "all", _add_config),
    "themes": ("the names of the themes", "files", _add_themes),
    "completion": ("a completion script for bash, zsh or fish", "files", _add_completion),
    "help": ("a page of the manual", "files", _add_help),
}
"""As in `commands.COMMANDS`."""
