"""A dialog that asks for a file, with the files that the path typed so far may mean below the line."""

from __future__ import annotations

import asyncio
import os

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import Worker

from tui_chat.core.slash_completion import SlashChoice
from tui_chat.render.safe import safe_line
from tui_chat.ui.path_choices import files_of
from tui_chat.ui.screens.ask_text import AskText

SHOWN = 8
"""Files that are seen at once."""

NAME = 44
"""Cells of a name."""


class AskPath(AskText):
    """The line has the focus all the time; up and down choose a file, tab completes, enter takes what is chosen."""

    DEFAULT_CSS = f"""
    AskPath OptionList {{ height: auto; max-height: {SHOWN}; border: none; padding: 0; margin-top: 1;
                          background: $surface; scrollbar-size-vertical: 1; text-wrap: nowrap;
                          text-overflow: ellipsis; }}
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("down", "choose(1)", show=False),
        Binding("up", "choose(-1)", show=False),
        Binding("tab", "complete", show=False),
    ]
    KEYS = (("↑↓", "choose"), ("tab", "complete"), ("enter", "take"), ("esc", "close"))
    AUTO_FOCUS = "Input"

    def __init__(self, question: str, text: str = "", hint: str = "") -> None:
        super().__init__(question, text, hint)
        self._choices: tuple[SlashChoice, ...] = ()

    def below(self) -> ComposeResult:
        files = OptionList(markup=False)
        files.can_focus = False
        yield files

    def on_mount(self) -> None:
        self._look(self.query_one(Input).value)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self._look(message.value)

    def _look(self, typed: str) -> None:
        async def look() -> None:  # no coroutine yet: one that the next letter replaces would never be awaited
            await self._list(typed)

        _: Worker[None] = self.run_worker(look, group="files", exclusive=True)

    async def _list(self, typed: str) -> None:
        """In a thread: a folder may be on a slow disk."""
        choices = (await asyncio.to_thread(files_of, *os.path.split(typed))).all
        for files in self.query(OptionList):
            self._choices = choices
            width = min(max((len(choice.label) for choice in choices), default=0), NAME)
            files.clear_options().add_options(Option(_line(choice, width)) for choice in choices)
            files.display = bool(choices)

    def action_choose(self, by: int) -> None:
        files = self.query_one(OptionList)
        if self._choices:
            at = files.highlighted
            files.highlighted = (0 if by > 0 else -1) if at is None else at + by
            files.highlighted = (files.highlighted or 0) % len(self._choices)

    def action_complete(self) -> None:
        """The file that is chosen, or the first one; and the letters that all have in common before one is chosen."""
        values, at = [choice.value for choice in self._choices], self.query_one(OptionList).highlighted
        line = self.query_one(Input)
        shared = os.path.commonprefix(values)  # noqa: RUF071 - the letters are what is wanted
        if at is None and len(values) > 1 and len(shared) > len(line.value):
            self._fill(shared)
        elif values:
            self._fill(values[at or 0])

    def _fill(self, text: str) -> None:
        line = self.query_one(Input)
        line.value = text
        line.cursor_position = len(text)

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._take(message.option_index)

    def enter(self, text: str) -> None:
        at = self.query_one(OptionList).highlighted
        if at is None or not self._choices:
            self.dismiss(text)
        else:
            self._take(at)

    def _take(self, at: int) -> None:
        """A folder is gone into."""
        choice = self._choices[at]
        if choice.goes_on:
            self._fill(choice.value)
        else:
            self.dismiss(choice.value)


def _line(choice: SlashChoice, width: int) -> Content:
    name = Content(safe_line(choice.label)).truncate(width, ellipsis=True, pad=True)
    return Content.assemble(name, (f"  {choice.help}", "dim"))
