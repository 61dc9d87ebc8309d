"""The ports of controllers: what they may ask of the interface. Small, so that tests can fake them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.widget_message_base import MessageBase


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of a menu: the name of its action, and what the line says."""

    name: str
    words: str


class ExplainedError(Protocol):
    """An error that says what went wrong and what to do: of the library, a file or the configuration."""

    @property
    def message(self) -> str: ...

    @property
    def hint(self) -> str: ...


Formats = Sequence[tuple[str, str]]
"""Suffixes of the formats in which a file can be written, each with what it is for."""


class Notifier(Protocol):
    """Notices on top of the screen. Texts may be foreign."""

    @property
    def saved_path(self) -> Path | None:
        """The file of which it was said last that it was saved."""
        ...

    def saved(self, path: Path) -> None:
        """Say where a file was saved."""
        ...

    def say(self, text: str) -> None:
        """Show a short notice."""
        ...

    def note(self, text: str) -> None:
        """Show a short notice about the conversation, on the row below it where there is room."""
        ...

    def inform(self, text: str) -> None:
        """Show a notice for a while longer."""
        ...

    def warn(self, text: str) -> None:
        """Show a notice that takes a while to be read."""
        ...

    def report(self, error: ExplainedError) -> None:
        """Say that something could not be read or written."""
        ...


class Dialogs(Protocol):
    """Questions on top of the screen, awaited in a job."""

    async def ask_text(self, question: str, proposed: str = "", hint: str = "") -> str | None:
        """A line of text; None if the user cancels. `hint` says what may be typed."""
        ...

    async def ask_path(self, question: str, proposed: str = "", hint: str = "", formats: Formats = ()) -> str | None:
        """As `ask_text`, with the files that may be meant, and the formats to choose from."""
        ...

    async def confirm(self, question: str, yes: str, no: str, yes_keys: Collection[str] = ()) -> bool:
        """True for yes. `yes_keys` answer yes as well."""
        ...


class Jobs(Protocol):
    """Runs what waits for the disk, the network or the user, without holding up keys. An exception in it is a bug."""

    def run(self, work: Coroutine[Any, Any, object], group: str = "jobs") -> object: ...


class ShowsPaths(Protocol):
    async def show_path(self, pointed_at: str) -> None:
        """Put another path of the open conversation on the screen, with a turn of it in view."""
        ...


class Opens(Protocol):
    """Shows conversations of the library."""

    async def open(self, conversation_id: str) -> bool: ...


class Recall(Protocol):
    """The history of the up key."""

    def recall_later(self, text: str) -> None:
        """Add a text to the history of the up key."""
        ...


class PromptText(Protocol):
    """The text being written."""

    @property
    def past(self) -> Recall: ...

    @property
    def text(self) -> str: ...

    def replace_text(self, text: str) -> None: ...

    def focus(self) -> object: ...


Copy = Callable[[str, str], object]
"""Puts a text on the clipboard; the second argument names it in the notice."""

Post = Callable[[MessageBase], object]
"""Posts a message to the controllers that handle it."""


class MenuDialogs(Protocol):
    async def menu(self, title: str, offers: Sequence[MenuItem], keys: Mapping[str, Sequence[str]]) -> str | None:
        """The name of the chosen item; None for none."""
        ...


async def one_of_several(dialogs: MenuDialogs, title: str, lines: Sequence[str]) -> int | None:
    """Let the user choose one of these lines, by its digit too; None for none. A single one is not asked about."""
    if len(lines) == 1:
        return 0
    offers = [MenuItem(str(at), line) for at, line in enumerate(lines)]
    chosen = await dialogs.menu(title, offers, {str(at): (str(at + 1),) for at in range(9)})
    return None if chosen is None else int(chosen)
