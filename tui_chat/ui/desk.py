"""What the interface works with, wired in one place by the command line. No widget knows where its data comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from textual.theme import Theme

from tui_chat.client.backend import Backend
from tui_chat.engine.backends import Backends
from tui_chat.engine.session import Session


@dataclass(slots=True)
class Desk:
    """`endpoint` is the name of the endpoint in use; `no_endpoint` is True where it was only fallen back to."""

    session: Session
    backends: Backends
    endpoint: str
    no_endpoint: bool = False
    open_id: str | None = None
    """The conversation to open; None: the latest."""
    start_new: bool = False
    theme: str = ""
    themes: Sequence[Theme] = ()
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Keys that the user changed, by command id."""
    problems: Sequence[str] = ()
    """Problems of the configuration, one sentence each, shown once."""

    @property
    def backend(self) -> Backend:
        return self.backends.get(self.endpoint)
