"""A parser of arguments that says what is wrong in one line and where help is, without the whole usage."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser
from typing import TYPE_CHECKING, NoReturn

from tui_chat.core.api_keys import mask_keys

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = ["SUPPRESS", "Parser"]


class Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {mask_keys(message)}\nSee {self.prog} --help.\n")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Overridden: argparse drops a help text that cannot be written without a word."""
        (file or sys.stderr).write(message)
