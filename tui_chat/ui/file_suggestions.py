"""Suggests files while a path is typed: those in its folder, and deeper ones by name.

Only names and sizes are looked at. To be called off the event loop: a folder may be on a slow disk.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import monotonic

from tui_chat.core.attachment import short_size
from tui_chat.core.slash_completion import SlashChoice, SlashChoices
from tui_chat.engine.user_paths import expanded
from tui_chat.render.sanitize import safe_line

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
FILES = 200
DEEP = 20
"""Files of folders below that are offered."""

DEEP_S = 0.15
"""Seconds for looking into folders below."""

_PASSED_BY = frozenset({"node_modules", "__pycache__", "target", "build", "dist", "venv", "site-packages"})


def files_of(folder: str, begun: str) -> SlashChoices:
    """Folders and files of a folder whose names begin with what was typed."""
    found: list[SlashChoice] = []
    between = os.sep if folder and not folder.endswith(os.sep) else ""
    try:
        with os.scandir(expanded(Path(folder or "."))) as entries:
            for entry in entries:
                if not entry.name.lower().startswith(begun.lower()) or (entry.name[0] == "." and begun[:1] != "."):
                    continue
                is_folder = entry.is_dir()
                name = entry.name + (os.sep if is_folder else "")
                about = "" if is_folder else _about(entry)
                found.append(SlashChoice(f"{folder}{between}{name}", about, safe_line(name), goes_on=is_folder))
                if len(found) >= FILES:
                    break
    except (OSError, ValueError):
        return SlashChoices(is_found=True)
    return SlashChoices(tuple(sorted(found, key=lambda each: (not each.goes_on, each.label.lower()))), is_found=True)


def _about(entry: os.DirEntry[str]) -> str:
    """What a file seems to be, by its name, and its size."""
    suffix = Path(entry.name).suffix.lower()
    kind = "picture" if suffix in PICTURES else "PDF" if suffix == ".pdf" else ""
    try:
        size = short_size(entry.stat().st_size)
    except OSError:
        return kind
    return " · ".join(filter(None, (kind, size)))


def mentioned_files(typed: str) -> tuple[SlashChoice, ...]:
    """Files that `@` and this text may mean: those in the folder first, then deeper ones."""
    folder, begun = os.path.split(typed)
    near = files_of(folder if folder != typed else typed, begun).all
    if folder or len(begun) < 2:
        return near
    known = {choice.value for choice in near}
    deep = (path for path in _below(begun.lower()) if path not in known)
    return (*near, *(SlashChoice(path, label=safe_line(path)) for path in islice(deep, DEEP)))


def _below(part: str) -> Iterator[str]:
    """Files below the working folder that have this in their names, those near first; hidden folders are passed by."""
    until = monotonic() + DEEP_S
    waiting = ["."]
    while waiting and monotonic() < until:
        later: list[str] = []
        for folder in waiting:
            if monotonic() > until:
                return
            try:
                with os.scandir(folder) as entries:
                    for entry in sorted(entries, key=lambda each: each.name):
                        if entry.name.startswith(".") or entry.name in _PASSED_BY:
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            later.append(entry.path)
                        elif part in entry.name.lower():
                            yield os.path.normpath(entry.path)
            except OSError:
                continue
        waiting = later
