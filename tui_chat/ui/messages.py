"""Facts that the panes report. They stand apart from the widgets that send them, so that the chat screen can listen
without loading what is not on the screen: every widget that is imported delays the first key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui_chat.core.event import Noted, Sent
    from tui_chat.core.settings import Settings
    from tui_chat.engine.exchange import Exchange


@dataclass
class AnswerEnded(Message):
    """An answer is over, however it ended; it is in the library, or `exchange.problem` says why not."""

    exchange: Exchange


@dataclass
class AnswerChanged(Message):
    """The server has ended an answer, or judged it anew after that; more may come before it is over."""

    exchange: Exchange


@dataclass
class AnswerTold(Message):
    """A request for an answer goes out, or the client notes something that the user should know."""

    exchange: Exchange
    event: Sent | Noted


@dataclass
class SavingChanged(Message):
    """Something could not be saved, or is saved after all. Posted from any thread."""


@dataclass
class LibraryMoved(Message):
    """The library's file was deleted, moved or replaced: `words` say what was done. Posted from any thread."""

    words: str


@dataclass
class SettingsChanged(Message):
    """The user wants these settings for the next request."""

    settings: Settings


@dataclass
class EndpointChosen(Message):
    name: str


@dataclass
class ModelChosen(Message):
    """None: the endpoint's own model."""

    model: str | None


@dataclass
class SaveAsked(Message):
    """Make the settings the default for new conversations."""


@dataclass
class ResetAsked(Message):
    """Go back to the settings of the configuration file."""


@dataclass
class PaneLeft(Message):
    """The user is done in a pane."""


@dataclass
class TunerTurned(Message):
    """A knob of the tuner was turned by so many steps, up if positive."""

    name: str
    steps: int


@dataclass
class TunerCleared(Message):
    """A setting is not to be sent."""

    name: str


@dataclass
class TunerClosed(Message):
    """The user is done with the tuner."""


@dataclass
class FindTyped(Message):
    """This is looked for in the conversation; "" for nothing."""

    query: str


@dataclass
class FindStepped(Message):
    """The next hit (1) or the one before (-1) is wanted."""

    by: int


@dataclass
class FindClosed(Message):
    """The user is done with finding."""


@dataclass
class LibrarySearched(Message):
    """The search line changed; "" asks for all."""

    query: str


@dataclass
class LibraryOpened(Message):
    """This conversation is wanted."""

    id: str


@dataclass
class RenameAsked(Message):
    id: str
    title: str


@dataclass
class DeleteAsked(Message):
    id: str
    title: str


@dataclass
class UndoDeleteAsked(Message):
    """Bring back the conversation that was deleted last."""
