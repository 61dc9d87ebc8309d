"""The user's themes in the folder `themes` next to config.toml, reloaded while the app runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store.config_problem import Problem
from tui_chat.store.themes import ThemeData, read_theme

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ThemeChanges:
    """`themes` can be taken; `problems` name what is wrong in the files."""

    themes: Sequence[ThemeData] = ()
    problems: Sequence[Problem] = ()


class ThemeFiles:
    """Remembers the stamp of each file, so that a problem is reported once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stamps: dict[Path, Stamp] = {}

    def load(self) -> ThemeChanges:
        """All themes, each without its invalid values. For the start."""
        return self._read(whole=False)

    def changes(self) -> ThemeChanges:
        """New and changed themes since the last look. An invalid file changes nothing."""
        return self._read(whole=True)

    def _read(self, *, whole: bool) -> ThemeChanges:
        themes: list[ThemeData] = []
        problems: list[Problem] = []
        for path in self._changed():
            theme, wrong = read_theme(path)
            problems += wrong
            if theme is not None and not (whole and wrong):
                themes.append(theme)
        return ThemeChanges(themes, problems)

    def _changed(self) -> list[Path]:
        stamps = _stamps(self.folder)
        changed = [path for path in sorted(stamps) if self._stamps.get(path) != stamps[path]]
        self._stamps = stamps
        return changed


def _stamps(folder: Path) -> dict[Path, Stamp]:
    found: dict[Path, Stamp] = {}
    try:
        for path in folder.glob("*.toml"):
            status = path.stat()
            found[path] = status.st_mtime_ns, status.st_size
    except OSError:
        pass  # a file that goes away meanwhile is seen at the next look
    return found
