"""The settings that were changed by hand in this run: they go on into a new conversation, where dropping them would go
unseen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tui_chat.core.settings import Settings, differing


class SettingsByHand:
    """`base` and `kept` are of the newest conversation: its settings by default, and the names of those that differ."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self.base = Settings()
        self.kept: tuple[str, ...] = ()

    def changed(self, before: Settings, after: Settings) -> None:
        self._values |= {name: getattr(after, name) for name in differing(before, after)}

    def over(self, base: Settings) -> Settings:
        """The settings of a new conversation."""
        settings = replace(base, **self._values)
        self.base, self.kept = base, differing(base, settings)
        return settings

    def forget(self) -> None:
        """The defaults are what the hand wants."""
        self._values.clear()
