"""Compares the screen with what was approved: `tests/ui/goldens/NAME.txt`. `GOLDEN=write` in the environment writes it.

A file holds the text of the cells, and below it, for themes that are named, which cells of a line look alike: `a3 b12`
are three cells of one look and twelve of another. A look is colours and weight; its letter is given in the order of
appearance, so that other colours in a theme change nothing here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from string import ascii_letters

from rich.cells import cell_len
from rich.style import Style

from tests.waiting import until
from tui_chat.ui.app import ChatApp

GOLDENS = Path(__file__).parents[1] / "ui" / "goldens"

PATIENCE_S = 20.0
"""Seconds for the screen to become what was approved, on busy cores."""

STILL_S = 0.4
"""Seconds without a change after which a screen that is to be approved is taken to be whole; a cursor blinks after
half a second."""

Columns = tuple[int, int] | None
"""From where to where a line counts; None for all of it."""


async def check(
    name: str, app: ChatApp, *, looks: bool = False, rows: Sequence[int] | None = None, columns: Columns = None
) -> None:
    """The screen becomes the approved one. With `looks`, so does what looks alike, in the theme that is on.

    `rows` and `columns` are the only ones that count, where others move or belong to another test.
    """
    file, found = GOLDENS / f"{name}.txt", partial(screen, app, looks=looks, rows=rows, columns=columns)
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(await _settled(found), encoding="utf-8")
    approved = file.read_text(encoding="utf-8") if file.exists() else ""
    with suppress(TimeoutError):  # what moves or is drawn in steps may not be there yet
        await until(lambda: found() == approved, PATIENCE_S)
        return  # at another look the cursor may have blinked
    assert found() == approved, f"{file} differs; GOLDEN=write approves this:\n{found()}"


async def _settled(found: Callable[[], str]) -> str:
    """The screen once it has not changed for a while."""
    shot, since = found(), time.monotonic()

    def still() -> bool:
        nonlocal shot, since
        if (now := found()) != shot:
            shot, since = now, time.monotonic()
        return time.monotonic() - since > STILL_S

    await until(still)
    return shot


def screen(app: ChatApp, *, looks: bool = False, rows: Sequence[int] | None = None, columns: Columns = None) -> str:
    """The cells of the top screen, line by line."""
    strips = app.screen._compositor.render_strips(app.size)[: app.size.height]
    if rows is not None:
        strips = [strips[row] for row in rows if row < len(strips)]  # the size may change yet
    strips = strips if columns is None else [strip.crop(*columns) for strip in strips]
    lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
    if looks:
        letters: dict[str, str] = {}
        lines += ["", *(_looks([(s.text, s.style) for s in strip], letters) for strip in strips)]
    return "\n".join(lines).rstrip() + "\n"


def _looks(cells: list[tuple[str, Style | None]], letters: dict[str, str]) -> str:
    runs = [(_letter(style, letters), cell_len(text)) for text, style in cells]
    return " ".join(f"{letter}{sum(n for _, n in run)}" for letter, run in groupby(runs, key=lambda run: run[0]))


def _letter(style: Style | None, letters: dict[str, str]) -> str:
    look = "" if style is None else str(style.without_color) + str(style.color) + str(style.bgcolor)
    return letters.setdefault(look, ascii_letters[len(letters) % len(ascii_letters)])
