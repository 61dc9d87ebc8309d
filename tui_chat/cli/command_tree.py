"""The command line as plain values, read from its parsers. Completion scripts are generated from it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from tui_chat.cli.subcommand_options import SHELLS
from tui_chat.cli.subcommands import build_parser
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.help_pages import ORDER

_ASKED = {"endpoint": "endpoints", "preset": "presets", "theme": "themes", "conversation": "ids", "ids": "ids"}
_NAMED = {"topic": tuple(ORDER), "shell": SHELLS, "safe_prompt": ("true", "false")}
_FILES = frozenset({"config", "schema", "attach", "output", "files", "ca_file"})
_FOLDERS = frozenset({"data_dir"})


@dataclass(frozen=True, slots=True)
class Argument:
    """An option by its `flags`, or a positional argument (no flags).

    Its value: one of `choices`; one of `asked` (endpoints, presets, themes or ids, which only the configuration and the
    library know); a file, a folder; `free` text; or none.
    """

    flags: tuple[str, ...]
    help: str
    choices: tuple[str, ...] = ()
    asked: str = ""
    file: bool = False
    folder: bool = False
    free: bool = False

    @property
    def has_value(self) -> bool:
        return bool(self.choices or self.asked or self.file or self.folder or self.free)


@dataclass(frozen=True, slots=True)
class CommandNode:
    """A command with its arguments; "" is the app itself."""

    name: str
    help: str
    arguments: tuple[Argument, ...]

    @property
    def options(self) -> tuple[Argument, ...]:
        return tuple(each for each in self.arguments if each.flags)

    @property
    def positional(self) -> Argument | None:
        return next((each for each in self.arguments if not each.flags), None)


def command_tree() -> tuple[CommandNode, ...]:
    """The app, then all commands."""
    parser = build_parser()
    found = [CommandNode("", "", tuple(_arguments(parser)))]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            about = {each.dest: each.help or "" for each in action._choices_actions}
            found += [CommandNode(name, about[name], tuple(_arguments(sub))) for name, sub in action.choices.items()]
    return tuple(found)


def _arguments(parser: argparse.ArgumentParser) -> Iterator[Argument]:
    for action in parser._actions:
        if action.help != argparse.SUPPRESS and not isinstance(action, argparse._SubParsersAction):
            yield _argument(action)


def _argument(action: argparse.Action) -> Argument:
    flags, about = tuple(action.option_strings), action.help or ""
    if action.nargs == 0:
        return Argument(flags, about)
    dest = action.dest
    if dest == "open":  # an id or a file
        return Argument(flags, about, asked="ids", file=True)
    choices = _NAMED.get(dest) or tuple(action.choices or ())
    described = Argument(
        flags, about, tuple(choices), _ASKED.get(dest, ""), file=dest in _FILES, folder=dest in _FOLDERS
    )
    return described if described.has_value else Argument(flags, about, free=True)
