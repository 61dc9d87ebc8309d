"""Facts that the panes report. They stand apart from the widgets that send them, so that the chat screen can listen
without loading what is not on the screen: every widget that is imported delays the first key."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.message_base import Fact

if TYPE_CHECKING:
    from tui_chat.core.conversation import Conversation
    from tui_chat.core.event import Noted, Sent
    from tui_chat.core.settings import Settings
    from tui_chat.engine.exchange import Exchange
    from tui_chat.ui.library_row import ConversationList, OpenAt, Row
    from tui_chat.ui.pane_widths import Pane


@dataclass
class PromptSubmitted(Fact):
    """The user sent this text. It stays in the prompt until it is safe."""

    text: str


@dataclass
class CurlPasted(Fact):
    """A curl command with an address was pasted for the prompt, which has not taken it."""

    command: str = field(repr=False)


@dataclass
class PathPasted(Fact):
    """A possible file path was pasted; the prompt has not inserted it. `path` is without quotes."""

    text: str
    path: str


@dataclass
class FileChipClicked(Fact):
    """Show a file that is attached to the prompt."""

    reference: str


@dataclass
class AttachmentsClicked(Fact):
    """The files of a prompt in the conversation are wanted on the screen."""

    node_id: str


@dataclass
class EmptySubmitted(Fact):
    """Enter was struck in an empty prompt while prompts are queued."""


@dataclass
class QueueWalked(Fact):
    """The queued prompt before (-1) or behind (1) the one in the prompt is wanted there."""

    step: int


@dataclass
class QueueClicked(Fact):
    """The queued prompt in this place of the list is wanted in the prompt, or not to be sent."""

    index: int
    remove: bool


@dataclass
class ConversationShown(Fact):
    """Another conversation is on the screen, or the same one again."""

    conversation: Conversation


@dataclass
class HelpAsked(Fact):
    """`?` was typed into an empty prompt."""


@dataclass
class PromptEdgeReached(Fact):
    """Up (-1) or down (1) was struck in an empty prompt that has nothing more to show that way."""

    by: int


@dataclass
class TypedOutside(Fact):
    """Text was typed or pasted where nothing can be typed."""

    text: str


@dataclass
class StartItemChosen(Fact):
    """A line of the start page was chosen; see ui/start_page_contents.py for the ids."""

    id: str


@dataclass
class BannerRead(Fact):
    """The user has seen the banner and wants it gone."""


@dataclass
class AnswerEnded(Fact):
    """An answer is over, however it ended; it is in the library, or `exchange.problem` says why not."""

    exchange: Exchange


@dataclass
class ComparedEnded(Fact):
    """The same of one of several answers that are compared."""

    exchange: Exchange


@dataclass
class ComparedChanged(Fact):
    """As `AnswerChanged`, of one of several answers that are compared."""

    exchange: Exchange


@dataclass
class AnswerChanged(Fact):
    """The server has ended an answer, or changed its verdict afterwards; more may come before it is over."""

    exchange: Exchange


@dataclass
class AnswerNoted(Fact):
    """A request for an answer goes out, or the client notes something that the user should know."""

    exchange: Exchange
    event: Sent | Noted


@dataclass
class SavingChanged(Fact):
    """A write failed, or succeeded after all. Posted from any thread."""


@dataclass
class LibraryMoved(Fact):
    """The library's file was deleted, moved or replaced: `words` say what was done. Posted from any thread."""

    words: str


@dataclass
class LibraryChanged(Fact):
    """The library's contents have changed."""


@dataclass
class SettingsChanged(Fact):
    """The user wants these settings for the next request."""

    settings: Settings


@dataclass
class EndpointChosen(Fact):
    name: str


@dataclass
class ModelChosen(Fact):
    """None: the endpoint's own model."""

    model: str | None


@dataclass
class SettingsSeen(Fact):
    """The settings pane is on the screen."""


@dataclass
class SaveAsked(Fact):
    """Make the settings the default for new conversations."""


@dataclass
class ResetAsked(Fact):
    """Go back to the settings of the configuration file."""


@dataclass
class PaneLeft(Fact):
    """The user is done in a pane."""


@dataclass
class PaneResized(Fact):
    """The pane of this name has another width, in cells."""

    pane: Pane
    width: int


@dataclass
class TunerTurned(Fact):
    """A knob of the tuner was turned by so many steps, up if positive."""

    name: str
    steps: int


@dataclass
class TunerCleared(Fact):
    """A setting is not to be sent."""

    name: str


@dataclass
class TunerClosed(Fact):
    """The user is done with the tuner."""


@dataclass
class LinkFollowed(Fact):
    """A link in the conversation was clicked."""

    url: str


@dataclass
class TypedWhileReading(Fact):
    """A text that is meant for the prompt came while the conversation was read."""

    text: str


@dataclass
class CommandWanted(Fact):
    """A hint was clicked: do what its command does."""

    command: str


@dataclass
class VersionWanted(Fact):
    """The older (-1) or newer (1) version of a message is to be shown."""

    node_id: str
    by: int


@dataclass
class CodeWanted(Fact):
    """A code block of a message is to be copied, by its number from 0."""

    node_id: str
    number: int


@dataclass
class FindTyped(Fact):
    """This is looked for in the conversation; "" for nothing."""

    query: str


@dataclass
class FindStepped(Fact):
    """The next hit of a query (1) or the one before (-1) is wanted."""

    by: int
    query: str


@dataclass
class FindClosed(Fact):
    """The user is done with finding."""


@dataclass
class LibrarySearched(Fact):
    """A list of conversations is there, or what its search line asks for has changed."""

    view: ConversationList


@dataclass
class LibraryOpened(Fact):
    """This conversation is wanted, or a message of it. `deleted`: it is in the trash."""

    spot: OpenAt
    deleted: bool = False


@dataclass
class ConversationsAction(Fact):
    """Run an action on these conversations: see ui/controllers/library_actions.py."""

    action: str
    rows: tuple[Row, ...]
    view: ConversationList


@dataclass
class RenameAsked(Fact):
    id: str
    title: str


@dataclass
class DeleteAsked(Fact):
    id: str
    title: str
    view: ConversationList


@dataclass
class UndoDeleteAsked(Fact):
    """Restore the conversation deleted last."""

    view: ConversationList


@dataclass
class SlashInvoked(Fact):
    """Run a slash command. `typed` is the prompt's text for it."""

    name: str
    argument: str
    typed: str


@dataclass
class SlashPicked(Fact):
    """An item of the list over the prompt was clicked."""

    index: int


@dataclass
class SlashTurned(Fact):
    """The wheel was turned over the list, down if positive."""

    by: int
