"""The headings of commands in the palette and the help, and the commands that fit the current state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.core.message import Outcome
from tui_chat.core.quick_dataclass import dataclass

if TYPE_CHECKING:
    from tui_chat.engine.session import Session

GROUPS: tuple[tuple[str, str], ...] = (
    (
        "Conversation",
        "chat.new chat.open chat.rename chat.delete chat.deleted chat.open_file "
        "chat.tree branch chat.tag chat.save_as chat.copy_path find",
    ),
    ("Answer", "chat.stop chat.retry chat.continue chat.copy chat.copy_code version compare chat.exchange"),
    (
        "Prompt",
        "chat.send chat.newline chat.edit chat.editor chat.interrupt chat.attachments chat.history chat.context "
        "prompt queue",
    ),
    ("Settings and model", "settings pane.settings model preset"),
    ("Endpoints", "endpoint"),
    ("Content filter", "filter"),
    ("Moving and reading", "view reading"),
    ("Program", "pane app help palette"),
)
"""Heading, and the commands below it: ids, or what ids begin with. The longest name decides."""

OTHER = "More"
"""The heading of what no group names."""

MOST_LIKELY = 5


def heading_of(command: str) -> str:
    names = {name: heading for heading, listed in GROUPS for name in listed.split()}
    return names.get(command) or names.get(command.partition(".")[0], OTHER)


def headings() -> tuple[str, ...]:
    return (*(heading for heading, _ in GROUPS), OTHER)


@dataclass(frozen=True, slots=True)
class Situation:
    """The user's current situation. `outcome` is the last answer's; None without one."""

    answering: bool = False
    reading: bool = False
    outcome: Outcome | None = None
    empty: bool = True
    no_endpoint: bool = False
    in_settings: bool = False
    in_library: bool = False


def situation_of(session: Session, *, no_endpoint: bool, reading: bool, pane: str = "") -> Situation:
    """The situation of the open conversation; `pane` is the id of the pane that has the focus."""
    conversation = session.conversation
    last = next(conversation.upward(), None)
    return Situation(
        answering=session.current is not None,
        reading=reading,
        outcome=last.turn.outcome if last is not None and last.turn.role == "assistant" else None,
        empty=last is None,
        no_endpoint=no_endpoint,
        in_settings=pane == "settings",
        in_library=pane == "library",
    )


def likely(now: Situation) -> tuple[str, ...]:
    """The commands that fit the situation, the likeliest first."""
    match now:
        case Situation(answering=True):
            ids = "chat.stop chat.new chat.open pane.settings find.open"
        case Situation(reading=True):
            ids = "reading.menu reading.copy reading.copy_code reading.select find.open"
        case Situation(in_settings=True):
            ids = "settings.save model.pick settings.tune endpoint.check pane.settings"
        case Situation(in_library=True):
            ids = "chat.open chat.new chat.open_file chat.save_as pane.library"
        case Situation(empty=True, no_endpoint=True):
            ids = "endpoint.add chat.open model.pick app.theme help"
        case Situation(empty=True):
            ids = "chat.open model.pick pane.settings chat.editor help"
        case Situation(outcome=Outcome(rejected=True)):
            ids = "filter.report chat.edit filter.view filter.send chat.new"
        case Situation(outcome=Outcome.LENGTH | Outcome.STOPPED | Outcome.INCOMPLETE):
            ids = "chat.continue chat.retry chat.edit chat.copy chat.new"
        case Situation(outcome=Outcome.FAILED):
            ids = "chat.retry chat.exchange endpoint.check model.pick chat.edit"
        case _:
            ids = "chat.retry chat.copy chat.edit model.pick chat.new"
    return tuple(ids.split())[:MOST_LIKELY]
