"""`@path` in the prompt: completes file names and attaches the chosen file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import field
from typing import Any, Protocol

from tui_chat.core.mention import Mention, mention_at, whole_name
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.slash_completion import CompletionItem, SlashChoice
from tui_chat.ui.file_suggestions import mentioned_files
from tui_chat.ui.ports import Jobs, Notifier
from tui_chat.ui.slash_state import SlashState, SlashView

ENDS = ("space", "quotation_mark")
"""Keys that end a name."""

SAID_AFTER = 0.3
"""Seconds after which it is said that a prompt waits."""

KEYS = (("↑↓", "move"), ("tab", "attach"), ("esc", "close"))


class MentionPrompt(Protocol):
    """The prompt. `cursor` is an index into `text`."""

    @property
    def text(self) -> str: ...

    @property
    def cursor(self) -> int: ...

    @property
    def has_sign(self) -> bool: ...

    def enter(self) -> None:
        """Do what the key that sends does."""
        ...

    def put_typed(self, text: str, start: int, end: int) -> None:
        """Replace a part of the text, with the cursor behind it."""
        ...


@dataclass(eq=False)
class MentionsController:
    """`attach` attaches a file in place of a part of the prompt, or says why that does not work."""

    _prompt: MentionPrompt
    _view: SlashView
    _attach: Callable[[str, str, int], Coroutine[Any, Any, str | None]]
    _notifier: Notifier
    _jobs: Jobs
    _send_keys: frozenset[str] = frozenset({"enter"})
    _find: Callable[[str], tuple[SlashChoice, ...]] = mentioned_files
    _mention: Mention | None = field(default=None, init=False)
    _choices: tuple[SlashChoice, ...] = field(default=(), init=False)
    _state: SlashState | None = field(default=None, init=False)
    _closed: bool = field(default=False, init=False)
    """Escape closed the list of this mention."""
    _looking: bool = field(default=False, init=False)
    _struck: str = field(default="", init=False)
    """A key that was pressed before its list appeared."""
    _late: list[Mention] = field(default_factory=list, init=False)
    """Whole names that were typed before it was known whether there is such a file."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    _attaching: list[int] = field(default_factory=list, init=False)
    """Where the names of files stand that are being looked for or read."""
    _held: bool = field(default=False, init=False)
    """The key that sends was pressed meanwhile: nothing is sent before they are there."""

    def typed(self) -> None:
        """The prompt or its cursor has changed."""
        text = "" if self._prompt.has_sign else self._prompt.text
        if self._mention is None and "@" not in text:
            return
        before, self._mention = self._mention, mention_at(text, self._prompt.cursor) if "@" in text else None
        if self._mention is None:
            looking, closed = self._looking, self._closed
            self._closed = self._looking = False
            self._struck = ""
            self._show(None)
            if before is not None and not closed and before.start not in self._attaching:
                self._attach_typed(before, text, looking=looking)
        elif self._mention != before and not self._closed:
            self._struck, self._looking = "", True
            self._jobs.run(self._look(self._mention), "mentions")

    def _attach_typed(self, mention: Mention, text: str, *, looking: bool) -> None:
        """A space after the complete name of a file attaches it, and so does a closing quote."""
        typed, at = whole_name(mention, text) or ("", 0)
        if typed and looking:
            self._attach_late(mention)
        elif typed and self._prompt.cursor == mention.end + 1 and _is_file(mention.path, self._choices):
            self._begin(at, self._attached(mention.path, typed, at))

    def _attach_late(self, mention: Mention) -> None:
        """The same for a name that was typed faster than it was found."""
        if mention not in self._late:
            self._late.append(mention)
            self._begin(mention.start, self._attach_found(mention))

    async def _attach_found(self, mention: Mention) -> bool:
        async with self._turn:  # an attached file moves the names behind it
            choices = await asyncio.to_thread(self._find, mention.path)
            self._late.remove(mention)
            found = whole_name(mention, self._prompt.text)
            return found is None or not _is_file(mention.path, choices) or await self._attached(mention.path, *found)

    def _begin(self, at: int, attaching: Coroutine[Any, Any, bool]) -> None:
        self._attaching.append(at)
        self._jobs.run(self._finish(at, attaching))

    async def _finish(self, at: int, attaching: Coroutine[Any, Any, bool]) -> None:
        """What was to be sent meanwhile follows, unless a file cannot be attached."""
        done = False
        try:
            done = await attaching
        finally:
            self._attaching.remove(at)
            self._held = self._held and done
        if self._held and not self._attaching:
            self._held = False
            self._prompt.enter()

    async def _say_waiting(self) -> None:
        await asyncio.sleep(SAID_AFTER)
        if self._held:
            self._notifier.say("A file is being read. The prompt is sent as soon as it is attached.")

    async def _look(self, mention: Mention) -> None:
        choices = await asyncio.to_thread(self._find, mention.path)
        if mention != self._mention or self._closed:
            return
        self._choices, self._looking = choices, False
        struck, self._struck = self._struck, ""
        items = tuple(_item(choice) for choice in choices)
        self._show(SlashState(items, 0 if mention.path else None, keys=KEYS) if items else None)
        if struck and not self.key(struck) and struck != "tab":
            self._prompt.enter()

    def _show(self, state: SlashState | None) -> None:
        if state is not None or self._state is not None:
            self._state = state
            self._view.show(state)

    # Keys

    def key(self, key: str) -> bool:
        """Take a key before the prompt does; False leaves it to the prompt."""
        sends = key == "enter" or key in self._send_keys
        if not sends:
            self._held = False  # there is more to say
        if not sends and key not in ("tab", "up", "down", *ENDS):
            return False
        self.typed()  # the last letter may not have been dealt with yet
        if sends and self._attaching:
            if not self._held:
                self._held = True
                self._jobs.run(self._say_waiting(), "mentions")
            return True
        if key in ENDS:
            mention = self._mention if self._looking and not self._closed else None
            if mention is not None and mention.path and mention.start not in self._attaching:
                self._attach_late(mention)
            return False
        state = self._state
        if self._looking and self._mention is not None and self._mention.path and (sends or key == "tab"):
            self._struck = key
            return True
        if state is None:
            return False
        if key in ("up", "down"):
            self.step(-1 if key == "up" else 1)
        elif key == "tab":
            self._take(state.chosen or 0)
        elif sends and state.chosen is not None:
            self._take(state.chosen)
        else:
            return False
        return True

    def step(self, by: int) -> None:
        """Choose another one."""
        if (state := self._state) is not None:
            self._show(state.stepped(by))

    def pick(self, index: int) -> None:
        """The pointer chose one."""
        if self._state is not None and 0 <= index < len(self._choices):
            self._take(index)

    def close(self) -> bool:
        """Close the list. False if it is not open."""
        if self._state is None:
            return False
        self._closed = True
        self._show(None)
        return True

    def _take(self, index: int) -> None:
        choice, mention = self._choices[index], self._mention
        if mention is None:
            return
        if choice.goes_on:
            quote = '"' if " " in choice.value else ""
            self._prompt.put_typed(f"@{quote}{choice.value}", mention.start, mention.end)
        else:
            self._show(None)
            self._put(choice.value, mention)

    def _put(self, path: str, mention: Mention) -> None:
        """In place of what is typed now, unless that changes meanwhile."""
        self._mention = None
        typed = self._prompt.text[mention.start : mention.end]
        self._begin(mention.start, self._attached(path, typed, mention.start))

    async def _attached(self, path: str, typed: str, at: int) -> bool:
        """False, after saying why, where that does not work."""
        if (why := await self._attach(path, typed, at)) is not None:
            self._notifier.warn(why)
        return why is None


def _is_file(path: str, choices: Iterable[SlashChoice]) -> bool:
    return any(each.value == path and not each.goes_on for each in choices)


def _item(choice: SlashChoice) -> CompletionItem:
    return CompletionItem(choice.label or choice.value, choice.help, choice.value)
