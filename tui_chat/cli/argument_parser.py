"""An argument parser with one-line errors that builds a subcommand's parser only when that command is named."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.recognize_api_keys import mask_keys

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

USAGE = 2
_QUOTED = 60
"""Characters of a question that are quoted in an error."""


class Parser(argparse.ArgumentParser):
    """Reports an error in one line and says where help is, instead of printing the whole usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {mask_keys(message)}\nSee {self.prog} --help.\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Overridden: argparse silently drops a help text that cannot be written."""
        (file or sys.stderr).write(message)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Overridden: argparse lists all commands; a suggestion is more useful."""
        if isinstance(action, argparse._SubParsersAction) and value not in action.choices:
            self.error(_no_command(value, list(action.choices)))
        super()._check_value(action, value)


def _no_command(word: str, commands: list[str]) -> str:
    quoted = shlex.quote(" ".join(word.split()))
    ask = f"tui-chat ask {quoted}" if len(quoted) <= _QUOTED else 'tui-chat ask "…"'
    if " " in word.strip():
        return f"A question goes to the command ask: {ask}"
    near = nearest(word, commands)
    others = f"Did you mean {near}?" if near is not None else f"Commands: {', '.join(commands)}."
    return f'There is no command "{word[:_QUOTED]}". {others} To ask a question: {ask}'


class LazyParser:
    """The parser of a subcommand, built on first use: one run needs only one."""

    def __init__(self, *, make: Callable[[str], argparse.ArgumentParser], prog: str) -> None:
        self._make = make
        self._prog = prog
        self._made: argparse.ArgumentParser | None = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make(self._prog)
        return getattr(self._made, name)
