"""Everything the interface works with, assembled by the command line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from textual.theme import Theme

from tui_chat.client.backend import Backend
from tui_chat.client.discover_servers import DiscoveredServer
from tui_chat.client.keyring_store import KeyringStore
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.engine.backends import Backends
from tui_chat.engine.session import Session
from tui_chat.store.preset_file import PresetFile
from tui_chat.store.prompt_templates import PromptTemplates
from tui_chat.store.theme_files import ThemeFiles
from tui_chat.ui.context_use import ContextUse
from tui_chat.ui.pane_widths import Pane
from tui_chat.ui.saved_choices import Saved

if TYPE_CHECKING:
    from tui_chat.core.conversation_usage import Meters


@dataclass(slots=True)
class AppContext:
    """`endpoint` is the name of the endpoint in use; `no_endpoint`: it is only a fallback."""

    session: Session
    backends: Backends
    endpoint: str
    no_endpoint: bool = False
    open_id: str | None = None
    """The conversation to begin with; None: an empty one."""
    open_file: Path | None = None
    """A file with the conversation to open."""
    continue_last: bool = False
    """Begin with the conversation that was changed last."""
    saved: Saved | None = None
    """None: nothing of this run is written."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where the settings come from that a new conversation begins with, by `settings.NAME`."""
    config_settings: Settings = field(default_factory=Settings)
    """The configuration file's own settings, for a reset."""
    own_models: Mapping[str, str | None] = field(default_factory=dict)
    """The models that the endpoints are described with, to go back to."""
    presets: Mapping[str, Settings] = field(default_factory=dict)
    preset_file: PresetFile | None = None
    """Where presets may have been edited meanwhile; None: nowhere."""
    reasoning: str = "collapsed"
    """How a model's thinking is shown: collapsed, open or hidden."""
    vim: bool = False
    """Vim's keys in the prompt."""
    mouse: bool = True
    """False leaves the mouse to the terminal."""
    notify: str = "auto"
    """How to draw attention when an answer ends while the user looks elsewhere: auto, off, or a form."""
    theme: str = ""
    """The theme that was chosen; "" for none, so that the terminal decides."""
    themes: Sequence[Theme] = ()
    """Those that come with tui-chat."""
    user_themes: Sequence[Theme] = ()
    theme_files: ThemeFiles | None = None
    """Where the user's themes are, to be looked at again."""
    recent: Sequence[str] = ()
    """Recent choices in the palette, newest first."""
    contexts: Mapping[str, int] = field(default_factory=dict)
    """Context lengths that are remembered, by `ENDPOINT/MODEL`; the oldest first."""
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Keys that the user changed, by command id."""
    problems: Sequence[str] = ()
    """Problems of the configuration, one sentence each, shown once."""
    notes: Sequence[str] = ()
    """Other notices for the start, one sentence each."""
    discover: Callable[[], Awaitable[Sequence[DiscoveredServer]]] | None = None
    """Looks for servers on this machine; None: does not look."""
    key_store: Callable[[], Awaitable[KeyringStore | None]] | None = None
    """Looks for a keyring that can hold keys; None: does not look."""
    found: dict[str, DiscoveredServer] = field(default_factory=dict)
    """The servers that were found, by the name under which they can be chosen."""
    system_prompts: PromptTemplates | None = None
    """The user's library of system prompts."""
    templates: PromptTemplates | None = None
    """The user's prompt templates."""
    budget: float | None = None
    """The budget of a conversation, in the currency of the endpoint's price; None: no limit."""
    meters: Meters | None = None
    """The open conversation's usage; None until it was counted."""
    use: ContextUse = field(default_factory=ContextUse)
    reduced_motion: bool = False
    """Nothing moves or blinks that need not."""
    hint_read: bool = False
    """The banner about the missing endpoint was read."""
    pane_widths: Mapping[Pane, int] = field(default_factory=lambda: {"settings": 40, "library": 34})
    settings_open: bool = False
    settings_seen: bool = False
    """The settings pane was opened in this run."""
    library_open: bool = False

    @property
    def backend(self) -> Backend:
        return self.backends.get(self.endpoint)
