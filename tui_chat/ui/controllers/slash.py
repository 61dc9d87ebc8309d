"""Slash commands in the prompt: the completion list, its keys, and what enter does.

This file owns that nothing that begins with a slash is sent by itself, and that what was typed comes back where a
command did nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine
from dataclasses import field, replace
from typing import Any, Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_text import on_one_line
from tui_chat.core.slash_commands import (
    SIGN,
    Misused,
    PlainPrompt,
    SlashCall,
    Takes,
    TemplateCall,
    UnknownSlash,
    named,
    read_prompt,
    split_name,
    unknown_sentence,
)
from tui_chat.core.slash_completion import Completion, CompletionItem, Sources, by_value, complete, corrected
from tui_chat.ui.ports import Post, Recall
from tui_chat.ui.slash_state import SlashState, SlashView
from tui_chat.ui.widget_messages import SlashInvoked

SEND_KEY = "ctrl+s"
"""In the question about an unknown command: send the text as it is."""

PAUSE_S = 0.4
"""An enter that comes sooner after the question belongs to the one that raised it."""

LABEL = 30
"""Characters that are shown of a command that may have been meant, with what follows it."""

CHOOSING = (("↑↓", "move"), ("tab", "complete"), ("enter", "run"), ("esc", "close"))
ASKING = (("↑↓", "move"), ("enter", "choose"), ("esc", "back"))


class SlashPrompt(Protocol):
    """The prompt for slash commands. `cursor` is an index into `text`."""

    @property
    def past(self) -> Recall: ...

    @property
    def text(self) -> str: ...

    @property
    def cursor(self) -> int: ...

    @property
    def is_recalled(self) -> bool:
        """Whether the up key recalled the text: up and down then keep walking the history."""
        ...

    @property
    def has_sign(self) -> bool:
        """Whether the text begins with a slash; cheap, because each key asks it."""
        ...

    def replace_text(self, text: str) -> None: ...

    def accepted(self, text: str) -> None: ...

    def dealt_with(self, text: str) -> None: ...


class Preview(Protocol):
    def preview(self, name: str) -> None:
        """Apply a theme without saving it."""
        ...

    def revert(self) -> None: ...


class ExpandedTemplates(Protocol):
    @property
    def is_read(self) -> bool:
        """Whether the files were looked at."""
        ...

    @property
    def names(self) -> Collection[str]:
        """Those that are known by now."""
        ...

    async def refresh(self) -> None: ...

    def expand(self, name: str, rest: str, typed: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Question:
    """About a text that is neither a command nor a template. `at` is when it was asked."""

    text: str
    at: float


@dataclass(eq=False)
class SlashController:
    """`send` sends a text; its second argument is the prompt's text for it. `now` is a clock in seconds."""

    _prompt: SlashPrompt
    _view: SlashView
    _sources: Sources
    _templates: ExpandedTemplates
    _preview: Preview
    _send: Callable[[str, str], Coroutine[Any, Any, object]]
    _run: Callable[[Coroutine[Any, Any, object]], object]
    _post: Post
    _now: Callable[[], float]
    _send_keys: frozenset[str] = frozenset({"enter"})
    _seen: tuple[str, int] = field(default=("", 0), init=False)
    """Text and cursor of the list as it is."""
    _takes: Takes = field(default=Takes.NOTHING, init=False)
    _state: SlashState | None = field(default=None, init=False)
    _stepped: bool = field(default=False, init=False)
    """The user chose an item of this list."""
    _stale: bool = field(default=False, init=False)
    """The list is that of an earlier text, until the one for this text is found."""
    _closed: bool = field(default=False, init=False)
    """Escape closed the list of this text; it stays closed until the prompt is something else."""
    _question: _Question | None = field(default=None, init=False)

    # What is typed

    def typed(self, *, again: bool = False) -> None:
        """The prompt or its cursor has changed; `again`: what there is to choose from has."""
        if not self._prompt.has_sign:
            if self._state is not None or self._closed:
                self._closed = False
                self._show(None)
            return
        seen = self._prompt.text, self._prompt.cursor
        if seen == self._seen and self._state is not None and not again:
            return
        if self._question is not None and self._question.text == seen[0]:
            return
        if self._prompt.is_recalled:
            if self._state is not None and not self._state.is_problem:
                self._show(None)
            return
        if again and self._state is not None and self._state.is_problem:
            return  # the problem is about this text
        self._question = None
        if not self._prompt_was_begun(seen[0]):
            self._closed = False
        self._list(seen, keep=self._chosen_label() if again and self._stepped else "")

    def _prompt_was_begun(self, text: str) -> bool:
        """Whether the text is the one before, typed on."""
        before = self._seen[0]
        return bool(before) and (text.startswith(before) or before.startswith(text))

    def _list(self, seen: tuple[str, int], keep: str = "") -> None:
        opening = self._state is None
        self._stepped = bool(keep)
        self._seen = seen
        if self._closed:
            return
        found = complete(*seen, self._sources)
        if found is None:
            self._takes = Takes.NOTHING
            self._show(None)
        else:
            if opening:
                self._run(self._templates_known())
            self._takes, self._stale = found.takes, found.is_stale
            kept = next((i for i, item in enumerate(found.items) if keep and item.label == keep), None)
            self._show(_listed(found, found.first if kept is None else kept))

    async def _templates_known(self) -> None:
        await self._templates.refresh()
        self.typed(again=True)

    def _chosen_label(self) -> str:
        item = self._chosen()
        return item.label if item else ""

    def _show(self, state: SlashState | None) -> None:
        if state is None:
            self._question = None
        self._state = state
        self._view.show(state)
        item = self._chosen()
        if self._takes is Takes.THEME and item is not None:
            self._preview.preview(item.label)
        else:
            self._preview.revert()

    def _chosen(self) -> CompletionItem | None:
        state = self._state
        return None if state is None or state.chosen is None else state.items[state.chosen]

    # Keys

    def key(self, key: str, time: float) -> bool:
        """Take a key before the prompt does; False leaves it to the prompt."""
        if not self._prompt.has_sign:
            return False
        self.typed()
        state = self._state
        if key == "tab":
            self._complete()
            return True
        if state is None or not state.items:
            return False
        if key in ("up", "down"):
            self._step(-1 if key == "up" else 1)
            return True
        if self._question is not None and key == SEND_KEY:
            self._send_asked()
            return True
        if key == "enter" or key in self._send_keys:
            return self._enter(time)
        return False

    def _step(self, by: int) -> None:
        assert self._state is not None
        self._stepped = True
        self._show(self._state.stepped(by))

    def _complete(self) -> None:
        """Tab: put the chosen item, or the first, into the prompt; open the list where escape closed it."""
        if self._state is None:
            self._closed = False
            self._list((self._prompt.text, self._prompt.cursor))
        elif self._state.items:
            item = self._chosen() or self._state.items[0]
            if item.text:
                self._put(item.text)

    def _enter(self, time: float) -> bool:
        item = self._chosen()
        if self._question is not None and time - self._question.at < PAUSE_S:
            return True
        if self._stale and not self._stepped and self._question is None:
            return False  # enter means what is typed, not what an earlier text has found
        if item is None or (item.is_guess and not self._templates.is_read):
            return False  # what is only like a name may be that of a template
        if self._question is not None and not item.text:
            self._send_asked()
        elif item.run:
            self._put(item.run)
            self._state = None
            self._decide(item.run)
        else:
            self._put(item.text)
        return True

    def pick(self, index: int) -> None:
        """The pointer chose an item."""
        if self._state is not None and 0 <= index < len(self._state.items):
            self._stepped = True
            self._show(replace(self._state, chosen=index))
            self._enter(self._now() + PAUSE_S)

    def step(self, by: int) -> None:
        """The wheel turns the list."""
        if self._state is not None and self._state.items:
            self._step(by)

    def _put(self, text: str) -> None:
        self._question = None
        self._prompt.replace_text(text)
        self._list((text, self._prompt.cursor))

    def close(self) -> bool:
        """Close the list. False if it is not open."""
        if self._state is None:
            return False
        self._closed = True
        self._takes = Takes.NOTHING
        self._show(None)
        return True

    # Enter

    async def submit(self, text: str) -> None:
        """A text was submitted: send it, or do what it says."""
        if not text.startswith(SIGN):
            await self._send(text, text)
            return
        if named(split_name(text)[0].lower()) is None:
            await self._templates.refresh()
        self._prompt.dealt_with(text)
        match read_prompt(text, self._templates.names):
            case PlainPrompt(plain):
                await self._send(plain, text)
            case TemplateCall(name, rest):
                self._templates.expand(name, rest, text)
            case Misused(sentence):
                self.refuse(text, sentence)
            case UnknownSlash() as unknown:
                self._ask(text, by_value(unknown, self._sources))
            case SlashCall(command, argument):
                self._post(SlashInvoked(command.name, argument, text))

    def _decide(self, text: str) -> None:
        """Run an item's text: a command at once, a template once its file was read."""
        read = read_prompt(text, self._templates.names)
        if isinstance(read, SlashCall):
            self._post(SlashInvoked(read.command.name, read.argument, text))
        else:
            self._run(self.submit(text))

    def _ask(self, text: str, unknown: UnknownSlash) -> None:
        """It is never sent by itself."""
        self._question = _Question(text, self._now())
        self._seen = text, self._prompt.cursor
        self._closed = False
        items = [CompletionItem("Send it as text", "", "", command=SEND_KEY)]
        if unknown.instead:
            command = named(unknown.near.partition(" ")[0])
            help_ = command.help if command else "a template"
            items.insert(0, CompletionItem(on_one_line(unknown.instead, LABEL), help_, unknown.instead))
        self._takes = Takes.NOTHING
        self._show(SlashState(tuple(items), 0, unknown_sentence(unknown), True, ASKING))

    def _send_asked(self) -> None:
        if self._question is not None:
            text = self._question.text
            self.close()
            self._run(self._send(text, text))

    def begun(self, typed: str) -> None:
        """A command is at work: it may show another conversation, or put a text into the prompt."""
        self._prompt.accepted(typed)
        self._seen, self._closed = ("", 0), False
        self._state = self._question = None
        self._view.show(None)

    def refuse(self, typed: str, sentence: str) -> None:
        """A command did nothing: say why, above what was typed."""
        if self._prompt.text not in ("", typed):
            self._prompt.past.recall_later(typed)
        elif self._prompt.text != typed:
            self._prompt.replace_text(typed)
        self._preview.revert()
        self._seen = typed, self._prompt.cursor
        self._closed = False
        self._takes = Takes.NOTHING
        instead = corrected(typed, self._sources) if self._prompt.text == typed else ""
        items = (CompletionItem(on_one_line(instead, LABEL), "what may have been meant", instead),) if instead else ()
        keys = (*((("enter", "take it"),) if items else ()), ("esc", "close"))
        self._show(SlashState(items, 0 if items else None, sentence, is_problem=True, keys=keys))

    def choose(self, name: str) -> None:
        """Open the list of what may follow a command, in place of doing nothing."""
        self._closed = False
        self._put(f"{SIGN}{name} ")


def _listed(found: Completion, chosen: int | None) -> SlashState:
    return SlashState(found.items, chosen, found.note, keys=CHOOSING if found.items else ())
