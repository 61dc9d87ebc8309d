"""Chooses a theme from a list that previews each one on the whole screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.palette.contents import ListContents
from tui_chat.ui.palette.entry import Kind, PaletteEntry
from tui_chat.ui.palette.fixed_contents import FixedContents
from tui_chat.ui.palette.sources import THEMES, theme_entries
from tui_chat.ui.theme_order import OfferedTheme


class Wardrobe(Protocol):
    """What the app wears."""

    @property
    def worn(self) -> str: ...

    def show(self, name: str) -> None:
        """Wear a theme for a look."""
        ...

    def back(self) -> None:
        """Wear again what was worn before."""
        ...

    def take(self, name: str) -> None:
        """Wear a theme from now on, and at the next start."""
        ...


class ThemeList(Protocol):
    @property
    def offered(self) -> Sequence[OfferedTheme]: ...


class ThemeDialogs(Protocol):
    async def choose(
        self,
        contents: ListContents,
        try_out: Callable[[PaletteEntry], object] | None = None,
        point_at: str | None = None,
    ) -> PaletteEntry | None: ...


@dataclass(eq=False)
class ThemesController:
    _wardrobe: Wardrobe
    _list: ThemeList
    _dialogs: ThemeDialogs

    def entries(self) -> list[PaletteEntry]:
        """All themes as entries of the palette."""
        return list(theme_entries(self._list.offered, self._wardrobe.worn, lambda _: THEMES))

    async def pick(self) -> None:
        """Choose from a list; what is pointed at is seen on the whole screen, and escape brings back the one before."""
        worn = self._wardrobe.worn
        entries = theme_entries(self._list.offered, worn, lambda theme: theme.group)
        chosen = await self._dialogs.choose(
            FixedContents(list(entries), "Themes", "A name, light, dark …"),
            lambda entry: self._wardrobe.show(entry.value),
            f"{Kind.THEME}:{worn}",
        )
        if chosen is None:
            self._wardrobe.back()
        else:
            self.choose(chosen.value)

    def choose(self, name: str) -> None:
        """Wear a theme from now on."""
        self._wardrobe.take(name)
