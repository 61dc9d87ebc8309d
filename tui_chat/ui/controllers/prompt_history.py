"""Searches earlier prompts: the open conversation's first, then the library's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Protocol

from tui_chat.core.fuzzy_matching import SCATTERED, match
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_commands import SIGN
from tui_chat.core.slash_completion import SlashChoice, SlashChoices
from tui_chat.engine.session import Session
from tui_chat.render.sanitize import safe_line
from tui_chat.store.errors import LibraryError
from tui_chat.ui.ports import PromptText

COMMAND = "history"
LISTED = 50


class PromptList(Protocol):
    """The list over the prompt."""

    def choose(self, name: str) -> None: ...

    def close(self) -> bool: ...


@dataclass(eq=False)
class PromptHistoryController:
    """The prompt being written is kept: escape restores it, and after choosing another it is one key up."""

    _prompt: PromptText
    _list: PromptList
    _draft: str | None = field(default=None, init=False)
    """None while no prompt is looked for."""

    def search(self, words: str = "") -> None:
        """Open the list of prompts, with words to look for."""
        if not self._searches():
            self._draft = self._prompt.text
            self._prompt.past.recall_later(self._prompt.text)
        self._prompt.focus()
        self._list.choose(f"{COMMAND} {words}".rstrip())

    def close(self) -> bool:
        """Close the list over the prompt, whatever it lists. False if there is none."""
        closed = self._list.close()
        if closed and self._draft is not None and self._searches():
            self._prompt.replace_text(self._draft)
        self._draft = None
        return closed

    def _searches(self) -> bool:
        return self._prompt.text.startswith(f"{SIGN}{COMMAND} ")


def own_prompts(session: Session, typed: str) -> SlashChoices:
    """Of the open conversation, the newest first."""
    texts = dict.fromkeys(node.turn.text for node in session.conversation.upward() if node.turn.role == "user")
    return SlashChoices(tuple(_choice(text) for text in texts if _fits(typed, text)), is_found=True)


async def all_prompts(session: Session, typed: str) -> SlashChoices:
    """Those, and behind them the library's."""
    own = own_prompts(session, typed).all
    try:
        found = await session.services.library.prompts.find(typed, LISTED)
    except LibraryError as error:
        return SlashChoices(own, error.message, is_found=True)
    known = {choice.value for choice in own}
    choices = (*own, *_others(found, known))
    words = f"No sent prompt contains “{typed}”." if typed else "No prompt was sent yet."
    return SlashChoices(choices, "" if choices else words, is_found=True)


def _others(found: list[tuple[str, str]], known: set[str]) -> Iterator[SlashChoice]:
    for text, title in found:
        if text not in known:
            known.add(text)
            yield _choice(text, title)


def _choice(text: str, title: str = "") -> SlashChoice:
    return SlashChoice(text, safe_line(title), safe_line(" ".join(text[:500].split())) or "(empty)")


def _fits(typed: str, text: str) -> bool:
    fits = match(typed, text)
    return fits is not None and fits.rank < SCATTERED
