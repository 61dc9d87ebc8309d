"""Themes: chosen from a list that previews each; escape brings the one before back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.controllers.fakes import Notices
from tui_chat.ui.controllers.themes import ThemesController
from tui_chat.ui.palette.contents import ListContents
from tui_chat.ui.palette.entry import PaletteEntry
from tui_chat.ui.theme_order import OURS, YOURS, OfferedTheme


class App:
    """A theme on the screen, and a list in which `tried` are pointed at and the last one is taken, or none."""

    offered = (
        OfferedTheme("ember", "dark", OURS),
        OfferedTheme("paper", "light", OURS),
        OfferedTheme("my", "dark", YOURS),
    )

    def __init__(self, *tried: str, taken: bool = True, is_kept: bool = True) -> None:
        self.current, self.screen, self.saved = "ember", list[str](), list[str]()
        self._tried, self._taken = tried, taken
        self.notifier = Notices()
        self.themes = ThemesController(self, self, self, self.notifier, is_kept)

    def preview(self, name: str) -> None:
        self.screen.append(name)

    def revert(self) -> None:
        self.screen.append(self.current)

    def apply(self, name: str) -> None:
        self.current = name
        self.saved.append(name)

    def apply_named(self, name: str) -> str | None:
        if name not in {theme.name for theme in self.offered}:
            return f"There is no theme {name}."
        self.apply(name)
        return None

    async def choose(
        self,
        contents: ListContents,
        try_out: Callable[[PaletteEntry], object] | None = None,
        point_at: str | None = None,
    ) -> PaletteEntry | None:
        assert try_out is not None
        self.pointed_at = point_at
        entries = {each.value: each for each in self.themes.entries()}
        for name in self._tried:
            try_out(entries[name])
        return entries[self._tried[-1]] if self._taken else None


@pytest.mark.parametrize(
    ("taken", "screen", "saved"),
    [(True, ["paper", "my"], ["my"]), (False, ["paper", "my", "ember"], [])],
)
async def test_each_is_previewed_and_only_the_chosen_one_is_kept(
    taken: bool, screen: list[str], saved: list[str]
) -> None:
    app = App("paper", "my", taken=taken)
    await app.themes.pick()
    assert (app.screen, app.saved) == (screen, saved)
    assert app.pointed_at == "theme:ember", "the list begins at the one in use"


@pytest.mark.parametrize(
    ("is_kept", "said"), [(True, "paper is the theme from now on."), (False, "paper is the theme until tui-chat ends")]
)
async def test_what_was_chosen_is_said_and_how_long_it_holds(is_kept: bool, said: str) -> None:
    app = App("paper", is_kept=is_kept)
    await app.themes.pick()
    assert app.themes.choose_named("no such") == "There is no theme no such."
    assert app.themes.choose_named("paper") is None
    first, second = app.notifier.said
    assert first == second
    assert first.startswith(said)


async def test_a_preview_that_is_left_says_nothing() -> None:
    app = App("paper", taken=False)
    await app.themes.pick()
    assert app.notifier.said == []


def test_the_palette_lists_all_of_them() -> None:
    assert [each.value for each in App().themes.entries()] == ["ember", "paper", "my"]
