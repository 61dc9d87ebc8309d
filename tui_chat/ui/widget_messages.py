"""Facts that the panes report. They stand apart from the widgets that send them, so that the chat screen can listen
without loading what is not on the screen: every widget that is imported delays the first key."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.widget_message_base import MessageBase

if TYPE_CHECKING:
    from tui_chat.core.conversation import Conversation
    from tui_chat.core.event import Noted, Sent
    from tui_chat.core.settings import Settings
    from tui_chat.engine.exchange import Exchange
    from tui_chat.ui.library_row import ConversationList, LibraryRow, OpenAt
    from tui_chat.ui.pane_widths import Pane


@dataclass
class PromptSubmitted(MessageBase):
    """The user sent this text. It stays in the prompt until it is safe."""

    text: str


@dataclass
class CurlPasted(MessageBase):
    """A curl command with an address was pasted for the prompt, which has not taken it."""

    command: str = field(repr=False)


@dataclass
class KeyPasted(MessageBase):
    """A key was pasted for the prompt, which has not taken it, while the endpoint's key is missing."""

    key: str = field(repr=False)


@dataclass
class PathPasted(MessageBase):
    """A possible file path was pasted; the prompt has not inserted it. `path` is without quotes."""

    text: str
    path: str


@dataclass
class FileChipClicked(MessageBase):
    """Show a file that is attached to the prompt."""

    reference: str


@dataclass
class AttachmentsClicked(MessageBase):
    """The files of a prompt in the conversation are wanted on the screen."""

    node_id: str


@dataclass
class EmptySubmitted(MessageBase):
    """Enter was struck in an empty prompt while prompts are queued."""


@dataclass
class PromptCounted(MessageBase):
    """The number of tokens that the next request takes is another one."""


@dataclass
class QueueWalked(MessageBase):
    """The queued prompt before (-1) or behind (1) the one in the prompt is wanted there."""

    step: int


@dataclass
class QueueClicked(MessageBase):
    """The queued prompt in this place of the list is wanted in the prompt, or not to be sent."""

    index: int
    remove: bool


@dataclass
class ConversationShown(MessageBase):
    """Another conversation is on the screen, or the same one again."""

    conversation: Conversation


@dataclass
class HelpAsked(MessageBase):
    """`?` was typed into an empty prompt, or while reading."""


@dataclass
class PromptEdgeReached(MessageBase):
    """Up (-1) or down (1) was struck in an empty prompt that has nothing more to show that way."""

    by: int


@dataclass
class TypedOutside(MessageBase):
    """Text was typed or pasted where nothing can be typed."""

    text: str


@dataclass
class StartItemChosen(MessageBase):
    """A line of the start page was chosen; see ui/start_page_contents.py for the ids."""

    id: str


@dataclass
class BannerRead(MessageBase):
    """The user has seen the banner and wants it gone."""


@dataclass
class AnswerEnded(MessageBase):
    """An answer is over, however it ended; it is in the library, or `exchange.problem` says why not."""

    exchange: Exchange


@dataclass
class ComparedEnded(MessageBase):
    """The same of one of several answers that are compared."""

    exchange: Exchange


@dataclass
class ComparedChanged(MessageBase):
    """As `AnswerChanged`, of one of several answers that are compared."""

    exchange: Exchange


@dataclass
class AnswerChanged(MessageBase):
    """The server has ended an answer, or changed its verdict afterwards; more may come before it is over."""

    exchange: Exchange


@dataclass
class AnswerNoted(MessageBase):
    """A request for an answer goes out, or the client notes something that the user should know."""

    exchange: Exchange
    event: Sent | Noted


@dataclass
class SavingChanged(MessageBase):
    """A write failed, or succeeded after all. Posted from any thread."""


@dataclass
class LibraryMoved(MessageBase):
    """The library's file was deleted, moved or replaced: `words` say what was done. Posted from any thread."""

    words: str


@dataclass
class LibraryChanged(MessageBase):
    """The library's contents have changed."""


@dataclass
class SettingsChanged(MessageBase):
    """The user wants these settings for the next request."""

    settings: Settings


@dataclass
class EndpointChosen(MessageBase):
    name: str


@dataclass
class ModelChosen(MessageBase):
    """None: the endpoint's own model."""

    model: str | None


@dataclass
class SettingsSeen(MessageBase):
    """The settings pane is on the screen."""


@dataclass
class SaveAsked(MessageBase):
    """Make the settings the default for new conversations."""


@dataclass
class ResetAsked(MessageBase):
    """Go back to the settings of the configuration file."""


@dataclass
class PaneLeft(MessageBase):
    """The user is done in a pane."""


@dataclass
class PaneResized(MessageBase):
    """The pane of this name has another width, in cells."""

    pane: Pane
    width: int


@dataclass
class TunerTurned(MessageBase):
    """A knob of the tuner was turned by so many steps, up if positive."""

    name: str
    steps: int


@dataclass
class TunerCleared(MessageBase):
    """A setting is not to be sent."""

    name: str


@dataclass
class TunerClosed(MessageBase):
    """The user is done with the tuner."""


@dataclass
class LinkFollowed(MessageBase):
    """A link in the conversation was clicked."""

    url: str


@dataclass
class TypedWhileReading(MessageBase):
    """A text that is meant for the prompt came while the conversation was read."""

    text: str


@dataclass
class CommandWanted(MessageBase):
    """A hint was clicked: do what its command does."""

    command: str


@dataclass
class VersionWanted(MessageBase):
    """The older (-1) or newer (1) version of a message is to be shown."""

    node_id: str
    by: int


@dataclass
class CodeWanted(MessageBase):
    """A code block of a message is to be copied, by its number from 0."""

    node_id: str
    number: int


@dataclass
class FindTyped(MessageBase):
    """This is looked for in the conversation; "" for nothing."""

    query: str


@dataclass
class FindStepped(MessageBase):
    """The next hit of a query (1) or the one before (-1) is wanted."""

    by: int
    query: str


@dataclass
class FindClosed(MessageBase):
    """The user is done with finding."""


@dataclass
class LibrarySearched(MessageBase):
    """A list of conversations is there, or what its search line asks for has changed."""

    view: ConversationList


@dataclass
class LibraryOpened(MessageBase):
    """This conversation is wanted, or a message of it. `deleted`: it is in the trash."""

    spot: OpenAt
    deleted: bool = False


@dataclass
class ConversationsAction(MessageBase):
    """Run an action on these conversations: see ui/controllers/library_actions.py."""

    action: str
    rows: tuple[LibraryRow, ...]
    view: ConversationList


@dataclass
class RenameAsked(MessageBase):
    id: str
    title: str


@dataclass
class DeleteAsked(MessageBase):
    id: str
    title: str
    view: ConversationList


@dataclass
class UndoDeleteAsked(MessageBase):
    """Restore the conversation deleted last."""

    view: ConversationList


@dataclass
class SlashInvoked(MessageBase):
    """Run a slash command. `typed` is the prompt's text for it."""

    name: str
    argument: str
    typed: str


@dataclass
class SlashPicked(MessageBase):
    """An item of the list over the prompt was clicked."""

    index: int


@dataclass
class SlashTurned(MessageBase):
    """The wheel was turned over the list, down if positive."""

    by: int
