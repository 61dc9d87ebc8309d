"""Chooses a theme from a list that previews each one on the whole screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.palette.contents import ListDialogs
from tui_chat.ui.palette.entry import Kind, PaletteEntry
from tui_chat.ui.palette.fixed_contents import FixedContents
from tui_chat.ui.palette.sources import THEMES, theme_entries
from tui_chat.ui.ports import Notifier
from tui_chat.ui.theme_order import OfferedTheme


class ThemePreview(Protocol):
    """The app's theme, which can be previewed."""

    @property
    def current(self) -> str: ...

    def preview(self, name: str) -> None:
        """Apply a theme without saving it."""
        ...

    def revert(self) -> None:
        """End the preview: back to the chosen theme."""
        ...

    def apply(self, name: str) -> None:
        """Choose a theme, also for the next start."""
        ...

    def apply_named(self, name: str) -> str | None:
        """Choose a theme by a typed name. Returns a sentence if there is none."""
        ...


class ThemeList(Protocol):
    @property
    def offered(self) -> Sequence[OfferedTheme]: ...


@dataclass(eq=False)
class ThemesController:
    _theme: ThemePreview
    _list: ThemeList
    _dialogs: ListDialogs
    _notifier: Notifier
    _is_kept: bool
    """Whether what is chosen holds at the next start, too."""

    def entries(self) -> list[PaletteEntry]:
        return list(theme_entries(self._list.offered, self._theme.current, lambda _: THEMES))

    async def pick(self) -> None:
        """Choose from a list that previews the theme under its cursor; escape reverts to the one before."""
        current = self._theme.current
        entries = theme_entries(self._list.offered, current, lambda theme: theme.group)
        chosen = await self._dialogs.choose(
            FixedContents(list(entries), "Themes", "A name, light, dark …"),
            lambda entry: self._theme.preview(entry.value),
            f"{Kind.THEME}:{current}",
        )
        if chosen is None:
            self._theme.revert()
        else:
            self.choose(chosen.value)

    def choose(self, name: str) -> None:
        self._theme.apply(name)
        self._say(name)

    def choose_named(self, name: str) -> str | None:
        """Choose a theme by a typed name. Returns a sentence if there is none."""
        problem = self._theme.apply_named(name)
        if problem is None:
            self._say(name)
        return problem

    def _say(self, name: str) -> None:
        until = "from now on" if self._is_kept else "until tui-chat ends: nothing of this run is written"
        self._notifier.say(f"{name} is the theme {until}.")
