"""Finding in the conversation: this file owns what the line that is typed in and the transcript tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_chat.ui.screens.chat import ChatScreen
    from tui_chat.ui.widgets.find_bar import FindBar
    from tui_chat.ui.widgets.transcript.search import SearchProgress


class FindController:
    """Works on one chat screen."""

    def __init__(self, screen: ChatScreen) -> None:
        self._screen = screen
        self._last = ""

    @property
    def bar(self) -> FindBar | None:
        if not self._screen.query("FindBar"):
            return None
        from tui_chat.ui.widgets.find_bar import FindBar

        return self._screen.query_one(FindBar)

    async def open(self) -> None:
        """Go to the line; open it with what was looked for last."""
        from tui_chat.ui.widgets.find_bar import FindBar

        bar = self.bar
        if bar is None:
            bar = FindBar()
            await self._screen.query_one("#talk").mount(bar, before=self._screen.prompt)
            bar.query_one("Input").value = self._last  # type: ignore[attr-defined]  # an Input, not loaded here
        bar.focus_input()

    async def close(self) -> bool:
        """Close the line and take the marks away; the text stays where it is. False where it was not open."""
        bar = self.bar
        if bar is None:
            return False
        self._last = bar.query_text
        await bar.remove()
        self._screen.transcript.search.find("")
        self._screen.prompt.focus()
        return True

    def look_for(self, query: str) -> None:
        self.show(self._screen.transcript.search.find(query))

    def step(self, by: int) -> None:
        transcript = self._screen.transcript
        self.show(transcript.search.step(by))

    def show(self, found: SearchProgress) -> None:
        bar = self.bar
        if bar is not None and bar.is_mounted:
            bar.show(found.index, found.total, counting=found.counting)
