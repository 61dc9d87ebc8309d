"""A dialog that asks for a file, with the files that the path typed so far may mean below the line."""

from __future__ import annotations

import asyncio
import os

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker

from tui_chat.core.slash_completion import SlashChoice
from tui_chat.engine.user_paths import short_path
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.file_dialog import typed_path
from tui_chat.ui.file_suggestions import files_of
from tui_chat.ui.ports import Formats
from tui_chat.ui.screens.ask_text import AskText

SHOWN = 8
"""Files that are seen at once."""

NAME = 44
"""Cells of a name."""


class AskPath(AskText):
    """The line has the focus all the time; up and down choose a file, tab completes, enter takes what is chosen.

    With `formats` these come first in the list, and the suffix in the line is that of the chosen one.
    """

    DEFAULT_CSS = f"""
    AskPath #target {{ color: $text-muted; margin-top: 1; }}
    AskPath OptionList {{ height: auto; max-height: {SHOWN}; border: none; padding: 0; margin-top: 1;
                          background: $surface; scrollbar-size-vertical: 1; text-wrap: nowrap;
                          text-overflow: ellipsis; }}
    """

    BINDINGS = [  # noqa: RUF012 - Textual reads the class attribute
        Binding("down", "choose(1)", show=False),
        Binding("up", "choose(-1)", show=False),
        Binding("tab", "complete", show=False),
    ]
    KEYS = (("↑↓", "move"), ("tab", "complete"), ("enter", "choose"), ("esc", "close"))
    AUTO_FOCUS = "Input"

    def __init__(self, question: str, text: str = "", hint: str = "", formats: Formats = ()) -> None:
        super().__init__(question, text, hint)
        self._choices: tuple[SlashChoice, ...] = ()
        self._formats = formats
        self._format = self._format_of(text)
        if formats:
            self.KEYS = (("↑↓", "format"), ("tab", "complete"), ("enter", "save"), ("esc", "close"))

    def below(self) -> ComposeResult:
        files = OptionList(markup=False)
        files.can_focus = False
        yield files
        if self._formats:
            yield Static("", id="target", markup=False)

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
            lines = [*map(_format_line, self._formats), *(_line(choice, width) for choice in choices)]
            files.clear_options().add_options(map(Option, lines))
            files.display = bool(lines)
            self._mark_format(self._format_of(typed))

    # Formats

    def _format_of(self, text: str) -> int | None:
        low = text.strip().lower()
        return next((at for at, (suffix, _) in enumerate(self._formats) if low.endswith(suffix)), None)

    def _mark_format(self, at: int | None) -> None:
        """The chosen format is that of the suffix, and what is saved is named in full."""
        self._format = self._format if at is None else at
        if self._formats:
            name = self._saved_as()
            self.query_one(OptionList).highlighted = self._format_of(name)
            self.query_one("#target", Static).update(safe_line(short_path(typed_path(name))))

    def _saved_as(self) -> str:
        """The line, with the suffix of the chosen format where it has none."""
        text = self.query_one(Input).value
        bare = text.strip() and not typed_path(text).suffix
        return f"{text.strip()}{self._formats[self._format][0]}" if bare and self._format is not None else text

    def _use_format(self, at: int) -> None:
        line = self.query_one(Input)
        old = self._format_of(line.value)
        text = line.value.strip()
        stem = text if old is None else text[: -len(self._formats[old][0])]
        with self.prevent(Input.Changed):
            self._fill(f"{stem}{self._formats[at][0]}")
        self._mark_format(at)

    @property
    def _file(self) -> int | None:
        """The number of the file that is chosen."""
        at = self.query_one(OptionList).highlighted
        return at - len(self._formats) if at is not None and at >= len(self._formats) else None

    def action_choose(self, by: int) -> None:
        files, count = self.query_one(OptionList), len(self._formats) + len(self._choices)
        if count:
            at = files.highlighted
            at = (0 if by > 0 else count - 1) if at is None else (at + by) % count
            files.highlighted = at
            if at < len(self._formats):
                self._use_format(at)

    def action_complete(self) -> None:
        """The file that is chosen, or the first one; and the letters that all have in common before one is chosen."""
        values, at = [choice.value for choice in self._choices], self._file
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
        if message.option_index < len(self._formats):
            self._use_format(message.option_index)
        else:
            self._take(message.option_index - len(self._formats))

    def enter(self, text: str) -> None:
        at = self._file
        if at is None or not self._choices:
            self.dismiss(self._saved_as())
        else:
            self._take(at)

    def _take(self, at: int) -> None:
        """A folder is gone into."""
        choice = self._choices[at]
        if choice.goes_on:
            self._fill(choice.value)
        else:
            self.dismiss(choice.value)


def _format_line(known: tuple[str, str]) -> Content:
    suffix, use = known
    return Content.assemble(f"{suffix:<10}", (f"  {use}", "dim"))


def _line(choice: SlashChoice, width: int) -> Content:
    name = Content(safe_line(choice.label)).truncate(width, ellipsis=True, pad=True)
    return Content.assemble(name, (f"  {choice.help}", "dim"))
