"""Arguments of the commands on saved conversations, and of `doctor`, `models`, `config` and `themes`."""

from __future__ import annotations

import argparse
from typing import Any

IDS = "an id, or a unique beginning of one"


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Add them to the subparsers `commands`."""

    def add(name: str, help_text: str, description: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(
            name, parents=[shared], argument_default=argparse.SUPPRESS, help=help_text, description=description
        )
        return made

    listed = add("list", "the saved conversations", "Lists the saved conversations, last changed first, one a line.")
    _add_limit(listed, "list at most N (default: all)")
    _add_json(listed)
    search = add("search", "find in the saved conversations", "Lists the messages that hold all words, newest first.")
    search.add_argument("query", metavar="QUERY", help="words, in any order; the last may be a beginning")
    _add_limit(search, "list at most N (default: 50)")
    _add_json(search)
    export = add(
        "export",
        "saved conversations as JSON, Markdown or HTML",
        "Writes saved conversations to standard output or to files: JSON without loss, Markdown or HTML for reading.",
    )
    export.add_argument("ids", metavar="ID", nargs="*", help=f"{IDS} (default: all conversations)")
    export.add_argument("--format", choices=("json", "md", "html"), help="default: derived from PATH, else json")
    export.add_argument("-o", "--output", metavar="PATH", help="a file; or a folder (ending in /) for a file each")
    take = add("import", "import conversations from files", "Imports conversations from files into the library.")
    take.epilog = (
        "Read are .chat.json, Markdown that tui-chat exported, lists of OpenAI messages, ChatGPT's conversations.json."
    )
    take.add_argument("files", metavar="FILE", nargs="+")
    _add_json(take)
    delete = add(
        "delete",
        "delete saved conversations, or bring deleted ones back",
        "Deletes saved conversations. They can be brought back for 30 days, then they are removed for good.",
    )
    delete.add_argument("ids", metavar="ID", nargs="*", help=IDS)
    delete.add_argument("--yes", action="store_true", help="do not ask")
    how = delete.add_mutually_exclusive_group()
    how.add_argument("--restore", action="store_true", help="bring deleted conversations back; without ID: list them")
    how.add_argument("--for-good", action="store_true", help="remove at once, also what was deleted before")
    doctor = add(
        "doctor", "check an endpoint step by step", "Checks one endpoint step by step, from its address to its filter."
    )
    doctor.epilog = "Exit codes: 0 all is well, 1 a step failed (it says which and what to do), 2 configuration."
    models = add(
        "models", "the models of an endpoint", "Lists the models that the endpoint offers for chat, one a line."
    )
    models.epilog = "Exit codes: 0 listed, 1 the endpoint gave no list (it says why), 2 configuration."
    _add_json(models)
    add("config", "what is configured", "Shows every file, every value and where it comes from; keys are masked.")
    add("themes", "the names of the themes", "Lists the themes; a star marks the chosen one.")


def _add_limit(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument("--limit", metavar="N", type=_count, help=help_text)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON array")


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 1")
    return int(text)
