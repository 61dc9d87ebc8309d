"""Stand-ins for the ports of the controllers. None of them needs Textual."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from tui_chat.store.library import Order
from tui_chat.ui.item_list_contents import ItemChoice, ItemListContents
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.ports import ExplainedError, Formats
from tui_chat.ui.queue_offer import QueueOffer
from tui_chat.ui.widget_message_base import MessageBase


class Notices:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.saved_path: Path | None = None

    def saved(self, path: Path) -> None:
        self.saved_path = path
        self.say(f"Saved to {path}.")

    def say(self, text: str) -> None:
        self.said.append(text)

    inform = warn = note = say

    def report(self, error: ExplainedError) -> None:
        self.said.append(f"{error.message} {error.hint}")


class Answers:
    """Dialogs that are answered at once, with these answers in this order; remembers what was asked."""

    def __init__(self, *answers: object) -> None:
        self._answers = deque(answers)
        self.asked: list[tuple[str, str]] = []

    async def ask_text(self, question: str, proposed: str = "", hint: str = "") -> Any:
        self.asked.append((question, proposed))
        return self._answers.popleft()

    async def ask_path(self, question: str, proposed: str = "", hint: str = "", formats: Formats = ()) -> Any:
        return await self.ask_text(question, proposed, hint)

    async def confirm(self, question: str, yes: str, no: str, yes_keys: Collection[str] = ()) -> Any:
        self.asked.append((question, yes))
        return self._answers.popleft()

    async def open_link(self, link: object) -> Any:
        self.asked.append(("link", str(link)))
        return self._answers.popleft()

    async def menu(self, title: str, offers: Sequence[Any], keys: Mapping[str, Sequence[str]]) -> Any:
        self.asked.append((title, " ".join(offer.name for offer in offers)))
        return self._answers.popleft()


class Lists(Answers):
    """Lists of the user's own items in which these choices are made one after the other; remembers each list."""

    def __init__(self, choices: Iterable[ItemChoice | None], *answers: object) -> None:
        super().__init__(*answers)
        self._choices = deque(choices)
        self.lists: list[ItemListContents] = []

    async def items(self, contents: ItemListContents) -> ItemChoice | None:
        self.lists.append(contents)
        return self._choices.popleft()


class ConversationRows:
    """A list of conversations on the screen; `wanted` is what is searched for, None where it is closed."""

    def __init__(self, wanted: str | None = "") -> None:
        self.wanted = wanted
        self.order: Order = "newest"
        self.rows: list[LibraryRow] = []
        self.in_view = range(60)
        self.hints: list[str] = []
        self.said = ""

    @property
    def titles(self) -> list[str]:
        return [row.title for row in self.rows]

    def show(self, rows: Sequence[LibraryRow], point_at: str | None = None, hints: Sequence[str] = ()) -> None:
        self.rows, self.hints = list(rows), list(hints)

    def say(self, text: str) -> None:
        self.said = text

    def neighbour(self, conversation_id: str) -> str | None:
        return None


class Tasks:
    """Jobs that can be waited for."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[object]] = []

    def run(self, work: Coroutine[Any, Any, object], group: str = "jobs") -> None:
        self._tasks.append(asyncio.create_task(work))

    async def done(self) -> None:
        while self._tasks:
            await self._tasks.pop(0)


class Written:
    """A prompt: a text, its title, and what is one key up."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.title = ""
        self.aside: tuple[str, ...] = ()
        self.prompts: tuple[str, ...] = ()
        self.focused = False
        self.queued = QueueOffer()

    @property
    def past(self) -> Self:
        return self

    def sent(self, text: str) -> None:
        self.prompts = (*self.prompts, text)

    def replace_text(self, text: str) -> None:
        self.text = text

    def insert(self, text: str) -> None:
        self.text += text

    type_in = insert

    def recall_later(self, text: str) -> None:
        if text.strip():
            self.aside = (*self.aside, text)

    def remember(self, prompts: Sequence[str], aside: Sequence[str] = ()) -> None:
        self.prompts, self.aside = tuple(prompts), tuple(aside)

    def stash(self) -> bool:
        self.recall_later(self.text)
        stashed, self.text = bool(self.text.strip()), ""
        return stashed

    def take(self, text: str) -> None:
        self.text = self.text.removeprefix(text)

    accepted = take

    def dealt_with(self, text: str) -> None:
        return

    def set_title(self, title: str) -> None:
        self.title = title

    def focus(self) -> None:
        self.focused = True


class Typed(Written):
    """A prompt with a cursor, into which a test types; `selected` is a part of the text, `entered` counts enter."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.cursor = len(text)
        self.is_recalled = False
        self.selected = ""
        self.entered = 0

    @property
    def has_sign(self) -> bool:
        return self.text.startswith("/")

    def replace_text(self, text: str) -> None:
        self.text, self.cursor = text, len(text)

    def put_typed(self, text: str, start: int, end: int) -> None:
        self.text, self.cursor = self.text[:start] + text + self.text[end:], start + len(text)

    def put_chip(self, text: str, typed: str = "", at: int = 0) -> None:
        self.put_typed(text, at, at + len(typed))

    def type_in(self, text: str, *, is_text: bool = False) -> None:
        self.put_typed(text, self.cursor, self.cursor)

    def select(self, start: int, end: int) -> None:
        self.selected, self.cursor = self.text[start:end], end

    def enter(self) -> None:
        self.entered += 1


class Posted(list[MessageBase]):
    """Facts that were posted."""

    def __call__(self, fact: MessageBase) -> None:
        self.append(fact)


class Copied(list[tuple[str, str]]):
    """What was copied, with its name."""

    def __call__(self, text: str, what: str) -> None:
        self.append((text, what))
