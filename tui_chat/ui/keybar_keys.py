"""Chooses the keys that fit the current state, for the key bar. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.keymap import Keys
from tui_chat.ui.state import UiState

Place = Literal["prompt", "start", "reading", "settings", "library", "find", "modal"]
"""Where the keys go."""

SHOWN = 5


@dataclass(frozen=True, slots=True)
class KeyHint:
    """`command` is run by a click; "" where there is none."""

    key: str
    word: str
    command: str = ""


HERE: dict[Place, tuple[KeyHint, ...]] = {
    "start": (KeyHint("↑↓", "move"), KeyHint("enter", "open"), KeyHint("esc", "back")),
    "settings": (
        KeyHint("↑↓", "row"),
        KeyHint("←→", "change"),
        KeyHint("del", "not sent"),
        KeyHint("^z", "undo", "settings.undo"),
        KeyHint("esc", "back"),
    ),
    "library": (
        KeyHint("↑↓", "move"),
        KeyHint("enter", "open"),
        KeyHint("del", "delete"),
        KeyHint("^z", "undo"),
        KeyHint("esc", "back"),
    ),
    "find": (KeyHint("enter", "next"), KeyHint("↑", "previous"), KeyHint("esc", "close")),
    "modal": (KeyHint("esc", "close"),),
}
"""Keys of widgets, which are not in the table of commands."""

READING: tuple[tuple[str, str], ...] = (
    ("reading.menu", "menu"),
    ("reading.copy", "copy"),
    ("reading.copy_code", "code"),
)

WORDS = {
    "chat.send": "send",
    "chat.stop": "stop",
    "chat.new": "new",
    "chat.open": "open",
    "chat.retry": "again",
    "chat.continue": "continue",
    "chat.edit": "edit",
    "chat.copy": "copy",
    "chat.exchange": "look at it",
    "filter.report": "why",
    "reading.enter": "read",
    "pane.settings": "settings",
    "palette": "palette",
    "help": "help",
}

BUSY = ("chat.stop", "chat.new", "chat.open", "palette", "help")
EMPTY = ("chat.send", "chat.open", "palette", "pane.settings", "help")
READY = ("chat.send", "chat.retry", "chat.new", "palette", "help")
RESUMABLE = ("chat.send", "chat.continue", "chat.retry", "palette", "help")
FAILED = ("chat.send", "chat.retry", "chat.exchange", "palette", "help")
BLOCKED = ("chat.send", "filter.report", "chat.edit", "palette", "help")


def hints(place: Place, state: UiState, keys: Keys) -> list[KeyHint]:
    """At most five, the ones that are needed first at the left."""
    if place == "reading":
        return _reading(keys)
    if place != "prompt":
        return list(HERE[place])
    return _of(_commands(state), keys)[:SHOWN]


def _commands(state: UiState) -> Sequence[str]:
    if state.answering:
        return BUSY
    if state.empty:
        return EMPTY
    from tui_chat.core.message import Outcome  # not before the first frame

    match state.ended:
        case Outcome.STOPPED | Outcome.LENGTH | Outcome.INCOMPLETE:
            return RESUMABLE
        case Outcome.FAILED | Outcome.EMPTY | Outcome.REFUSED:
            return FAILED
        case Outcome.PROMPT_BLOCKED | Outcome.ANSWER_BLOCKED:
            return BLOCKED
        case _:
            return READY


def _of(commands: Sequence[str], keys: Keys) -> list[KeyHint]:
    """Commands that have a key."""
    return [KeyHint(keys.first(name), WORDS.get(name, name), name) for name in commands if keys.of(name)]


def _reading(keys: Keys) -> list[KeyHint]:
    own = [KeyHint(keys.first(name), word) for name, word in READING if keys.of(name)]
    return [KeyHint("↑↓", "move"), *own, KeyHint("esc", "back")]
