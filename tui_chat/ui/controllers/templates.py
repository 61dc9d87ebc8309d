"""Prompt templates in the app: loaded off the event loop, inserted into the prompt, and filled in place by place."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from tui_chat.core.prompt_template import TemplateText, expand
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_completion import SlashChoice
from tui_chat.render.sanitize import safe_line
from tui_chat.store.prompt_templates import PromptTemplate, PromptTemplates
from tui_chat.ui.ports import Notifier


class FilledPrompt(Protocol):
    @property
    def text(self) -> str: ...

    def replace_text(self, text: str) -> None: ...

    def select(self, start: int, end: int) -> None:
        """Select a part of the text, with the cursor at its end."""
        ...

    def accepted(self, text: str) -> None: ...

    def focus(self) -> object: ...


@dataclass(eq=False)
class TemplatesController:
    """`source` is None without a folder for templates."""

    _prompt: FilledPrompt
    _source: PromptTemplates | None
    _notifier: Notifier
    _known: Mapping[str, PromptTemplate] = field(default_factory=dict, init=False)
    _is_read: bool = field(default=False, init=False)
    _text: TemplateText | None = field(default=None, init=False)
    """The template in the prompt; None if there is none, or it is filled in."""

    @property
    def is_read(self) -> bool:
        return self._is_read or self._source is None

    @property
    def names(self) -> Collection[str]:
        return self._known.keys()

    @property
    def choices(self) -> Sequence[SlashChoice]:
        return tuple(SlashChoice(each.name, safe_line(each.first_line)) for each in self._known.values())

    async def refresh(self) -> None:
        """Reload changed files, and report each problem once."""
        if self._source is None:
            return
        self._known, self._is_read = await asyncio.to_thread(self._source.read), True
        if problems := self._source.news():
            self._notifier.warn("\n".join(problems))  # in one notice: a second one would take its place

    def expand(self, name: str, rest: str, typed: str) -> None:
        """Put a template into the prompt, in place of the command that names it."""
        self._prompt.accepted(typed)
        self._text = expand(self._known[name].text, rest)
        self._prompt.replace_text(self._text.text)
        self._prompt.focus()
        self.next_field()

    def next_field(self) -> bool:
        """Select the next place to fill in. False if there is no template."""
        if self._text is None:
            return False
        text = self._text.edited(self._prompt.text).advanced()
        if text.text != self._prompt.text:
            self._prompt.replace_text(text.text)
        self._text = text if text.current is not None else None
        start, end = (text.current.start, text.current.end) if text.current else (len(text.text), len(text.text))
        self._prompt.select(start, end)
        return True

    def typed(self) -> None:
        """The prompt has changed."""
        if self._text is not None:
            edited = self._text.edited(self._prompt.text)
            self._text = edited if edited.left or edited.current else None

    def key(self, key: str) -> bool:
        """Tab goes to the next place, while there is one."""
        return key == "tab" and self.next_field()
