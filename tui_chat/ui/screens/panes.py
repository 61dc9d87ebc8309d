"""Opens and closes the side panes, the tuner, the find bar and the queue list. Each is loaded on first use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from textual.screen import Screen

from tui_chat.ui.pane_widths import Pane, PaneWidths, within
from tui_chat.ui.widgets.chat_column import ChatColumn
from tui_chat.ui.widgets.keybar import KeyBar
from tui_chat.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from tui_chat.ui.widgets.library_pane import LibraryPane
    from tui_chat.ui.widgets.library_view import LibraryView
    from tui_chat.ui.widgets.settings_pane import SettingsPane
    from tui_chat.ui.widgets.transcript.search import SearchProgress

    SidePane = SettingsPane | LibraryPane


class Panes:
    """Works on the screen's widgets `#middle` (side by side), `#talk` (one below the other), `Prompt` and `KeyBar`."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self.kept: PaneWidths | None = None
        """The layout saved by an earlier run, once known."""

    def leave(self) -> None:
        """Back to the prompt."""
        self._screen.query_one(Prompt).focus()

    def type_on(self, text: str) -> None:
        """To the prompt, and a text into it, at its cursor."""
        self._screen.query_one(ChatColumn).jump(text)

    def take_back(self) -> bool:
        """Back to reading, where a letter has just led to the prompt."""
        return self._screen.query_one(ChatColumn).take_back()

    def note(self, text: str) -> bool:
        """Say something on the row below the conversation, if that is seen and there is room."""
        return self._screen.is_active and self._screen.query_one(ChatColumn).note(text)

    def toggle_reading(self) -> None:
        """From the prompt into the conversation, and back; elsewhere to the widget before."""
        if self._screen.query_one(Prompt).has_focus:
            self._enter_conversation()
        elif not self.leave_reading():
            self._screen.focus_previous()

    def leave_reading(self) -> bool:
        """From the conversation to the prompt. False where the focus is elsewhere."""
        if self._screen.query_one("Transcript").has_focus or self._screen.query_one("StartPage").has_focus:
            self.leave()
            return True
        return False

    def _enter_conversation(self) -> None:
        """To the conversation, or the start page where it is empty."""
        if self._screen.query_one("#pane").display:
            self._screen.query_one("Transcript").focus()
        else:
            from tui_chat.ui.widgets.start_page import StartPage

            self._screen.query_one(StartPage).enter(1)

    async def toggle_settings(self) -> None:
        """Show the settings pane and go there, or hide it."""
        from tui_chat.ui.widgets.settings_pane import SettingsPane

        await self._toggle("settings", SettingsPane)

    async def toggle_library(self) -> None:
        """Show the library pane and go there, or hide it."""
        from tui_chat.ui.widgets.library_pane import LibraryPane

        await self._toggle("library", LibraryPane, first=True)

    def enter_pane(self) -> None:
        """To the pane that is open, from there to the other one, and from the last one back to the prompt."""
        panes = list(self._open_panes.values())
        at = next((place for place, pane in enumerate(panes, 1) if pane.has_focus_within), 0)
        if at < len(panes):
            panes[at].focus_first()
        else:
            self.leave()

    def resized(self, pane: Pane, width: int) -> None:
        """A pane was dragged to this width."""
        if self.kept is not None:
            self.kept.resized(pane, width)

    def widen(self, by: int) -> bool:
        """Make the pane with the focus wider by so many cells, or else each that is open. False where none is."""
        found = self._open_panes
        focused = {name: pane for name, pane in found.items() if pane.has_focus_within}
        for name, pane in (focused or found).items():
            width = within(pane.outer_size.width + by)
            pane.styles.width = width
            self.resized(name, width)
        return bool(found)

    @property
    def _open_panes(self) -> dict[Pane, SidePane]:
        kinds: dict[Pane, str] = {"settings": "SettingsPane", "library": "LibraryPane"}
        found = {name: self._screen.query(kind) for name, kind in kinds.items()}
        # By their names: they are not loaded unless they are open.
        return {name: cast("SidePane", panes.first()) for name, panes in found.items() if panes}

    async def _toggle(self, name: Pane, kind: type[SidePane], *, first: bool = False) -> None:
        """Show a pane and go there, or hide it, wherever the focus is."""
        keybar, shown = self._screen.query_one(KeyBar), self._open_panes.get(name)
        if self.kept is not None:
            self.kept.toggled(name, is_open=shown is None)
        if shown is not None:
            had_focus = shown.has_focus_within
            await shown.remove()
            keybar.panes -= {name}
            if had_focus:
                self.leave()
            return
        pane = kind()
        if self.kept is not None:
            pane.styles.width = self.kept.width(name)
        await self._screen.query_one("#middle").mount(pane, before=0 if first else None)
        keybar.panes |= {name}
        pane.focus_first()

    async def open_tuner(self) -> None:
        """One line with all knobs in place of the key bar."""
        from tui_chat.ui.widgets.setting_tuner import SettingTuner

        if not self._screen.query(SettingTuner):
            keybar = self._screen.query_one(KeyBar)
            keybar.display = False
            await self._screen.mount(SettingTuner(), after=keybar)
        self._screen.query_one(SettingTuner).focus()

    async def close_tuner(self) -> None:
        await self._screen.query("SettingTuner").remove()
        self._screen.query_one(KeyBar).display = True
        self.leave()

    def lists(self) -> Iterator[LibraryView]:
        """The lists of conversations: in the pane, and on the library's own screen."""
        screens = {self._screen, self._screen.app.screen}
        # By its name: it is not loaded unless it is open.
        yield from (cast("LibraryView", found) for screen in screens for found in screen.query("LibraryView"))

    # Above the prompt

    def show_queue(self, texts: Sequence[str], held: str) -> None:
        """The prompts that wait to be sent; none: the list goes."""
        if texts or self._screen.query("QueueList"):
            from tui_chat.ui.widgets.prompt.queue_list import QueueList

            found = self._screen.query(QueueList)
            shown = found.first() if found else QueueList()
            if not found:
                self._screen.query_one("#talk").mount(shown, before=self._screen.query_one(Prompt))
            shown.show(texts, held)

    # Finding

    async def open_find(self, query: str) -> None:
        from tui_chat.ui.widgets.find_bar import FindBar

        for bar in self._screen.query(FindBar):
            bar.focus_input()
            return
        bar = FindBar(query)
        await self._screen.query_one("#talk").mount(bar, before=self._screen.query_one(Prompt))
        bar.focus_input()

    async def close_find(self) -> str | None:
        if not self._screen.query("FindBar"):
            return None
        from tui_chat.ui.widgets.find_bar import FindBar

        bar = self._screen.query_one(FindBar)
        query = bar.query_text
        await bar.remove()
        self.leave()
        return query

    def show_found(self, found: SearchProgress) -> None:
        if self._screen.query("FindBar"):
            from tui_chat.ui.widgets.find_bar import FindBar

            bar = self._screen.query_one(FindBar)
            if bar.is_mounted:
                bar.show(found.index, found.total, counting=found.counting)
