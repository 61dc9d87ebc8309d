"""The content filter's table to a file. This file owns which suffix means which format, that nothing is replaced
without asking, and that a name with which it did not work is there again to be mended."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from textual.screen import Screen

from tui_chat.core.filter_table import FilterRow
from tui_chat.engine.files import FileError, write_file
from tui_chat.engine.user_paths import is_file
from tui_chat.export.filter_table import as_csv, as_json, as_text
from tui_chat.render.safe import safe_text

TEXT_WIDTH = 100

FORMATS: Mapping[str, Callable[[Sequence[FilterRow]], str]] = {
    ".csv": as_csv,
    ".json": as_json,
    ".txt": lambda rows: as_text(rows, TEXT_WIDTH) + "\n",
}
HINT = "The suffix says the format: .csv (spreadsheets), .json (programs), .txt"


class FilterSaving:
    """Works on one screen, and asks on top of it."""

    def __init__(self, screen: Screen[Any], rows: Sequence[FilterRow], title: str) -> None:
        self._screen = screen
        self._rows = rows
        self._proposed = "-".join([*re.findall(r"\w+", title, re.UNICODE)[:8], "filter"])[:60] + ".csv"

    def ask(self) -> None:
        """Ask for a file name and save the rows there."""
        self._ask(self._proposed)

    def _ask(self, proposed: str) -> None:
        from tui_chat.ui.screens.ask_text import AskText

        self._screen.app.push_screen(AskText("Save the table as", proposed, HINT), self._named)

    def _named(self, text: str | None) -> None:
        self._screen.app.run_worker(self._save_there(text))

    async def _save_there(self, text: str | None) -> None:
        if not text or not text.strip():
            return
        path = Path(text.strip().strip("'\""))
        made = FORMATS.get(path.suffix.lower())
        if made is None:
            self._tell(f"{path} cannot be saved: its name does not say in which format.", HINT)
            self._ask(text)
            return
        if await asyncio.to_thread(is_file, path):
            from tui_chat.ui.screens.confirm import Confirm

            def replace(wanted: bool | None) -> None:
                if wanted:
                    self._screen.app.run_worker(self._save(path, made, text))
                else:
                    self._ask(text)

            question = safe_text(f"{path} is there already. Replace it?")
            self._screen.app.push_screen(Confirm(question, "Replace", "Keep"), replace)
        else:
            await self._save(path, made, text)

    async def _save(self, path: Path, made: Callable[[Sequence[FilterRow]], str], typed: str) -> None:
        try:
            await asyncio.to_thread(write_file, path, made(self._rows))
        except FileError as error:
            self._tell(error.message, error.hint)
            self._ask(typed)
        else:
            self._screen.notify(safe_text(f"Saved to {path}."), markup=False)

    def _tell(self, message: str, hint: str) -> None:
        self._screen.notify(
            safe_text(f"{message}\n{hint}"), title="That did not work", severity="error", timeout=20, markup=False
        )
