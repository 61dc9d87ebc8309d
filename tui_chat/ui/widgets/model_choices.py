"""The models that a server lists, below the field for a model: those that fit what is typed there."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_chat.core.fuzzy_matching import match
from tui_chat.render.sanitize import safe_line


class ModelChoices(OptionList):
    """Not there while there is nothing to choose."""

    DEFAULT_CSS = """
    ModelChoices, ModelChoices:focus {
        height: auto; max-height: 6; border: none; background: $background; padding: 0; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis; display: none;
    }
    """

    def __init__(self) -> None:
        super().__init__(compact=True)
        self.listed: Sequence[str] = ()

    def narrow(self, typed: str) -> None:
        """Show the models that fit; none where one of them is typed."""
        ranked = [(found.rank, name) for name in self.listed if (found := match(typed, name)) is not None]
        names = [] if typed in self.listed else [name for _, name in sorted(ranked, key=lambda each: each[0])]
        self.set_options([Option(Content(safe_line(name)), str(self.listed.index(name))) for name in names])
        self.display = bool(names)
        self.highlighted = 0 if names else None

    def name_of(self, option_id: str | None) -> str:
        return self.listed[int(option_id or 0)]
