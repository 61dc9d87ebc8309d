"""The presets of `config.toml`, reloaded when the file has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tui_chat.core.settings import Settings
from tui_chat.store.config_file import read_config_file
from tui_chat.store.config_problem import Problem
from tui_chat.store.endpoint_table import any_text
from tui_chat.store.validators import Collector


class PresetFile:
    """Use it from one thread at a time. `known` are the names of its presets, and `told` the problems, as read and
    reported at the start."""

    def __init__(self, path: Path, known: Iterable[str] = (), told: Iterable[Problem] = ()) -> None:
        self._path = path
        self.names = frozenset(known)
        self._said = set(map(str, told))
        self._problems: tuple[str, ...] = ()
        self._stamp = self._look()

    def update(self, presets: Mapping[str, Settings]) -> Mapping[str, Settings]:
        """All presets, with those of the file updated. If it cannot be read they stay as they were."""
        stamp = self._look()
        if stamp == self._stamp:
            return presets
        self._stamp = stamp
        collector = Collector(str(self._path))
        found = read_config_file(collector, self._path, any_text, None)
        self._problems = tuple(map(str, collector.problems))
        if any(each.key == "the file" for each in collector.problems):
            return presets
        others = {name: preset for name, preset in presets.items() if name not in self.names}
        self.names = frozenset(found.presets)
        return {**others, **found.presets}

    def has_changed(self) -> bool:
        """Whether the file has changed since it was last read."""
        return self._look() != self._stamp

    def news(self) -> tuple[str, ...]:
        """Problems found and not reported yet: each is reported once."""
        new = tuple(problem for problem in self._problems if problem not in self._said)
        self._said.update(new)
        return new

    def _look(self) -> tuple[int, int, int] | None:
        try:
            about = self._path.stat()
        except (OSError, ValueError):
            return None
        return about.st_mtime_ns, about.st_size, about.st_ino
