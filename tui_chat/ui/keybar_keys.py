"""Chooses the keys that fit the current state, for the key bar. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.state import UiState

Place = Literal[
    "prompt", "start", "reading", "library", "find", "modal",
    "setting", "setting word", "setting text", "setting typed", "setting list", "setting name", "setting button",
    "system prompt",
]  # fmt: skip
"""Where the keys go; in the settings pane, to which kind of row."""

SHOWN = 5


@dataclass(frozen=True, slots=True)
class KeyHint:
    """`command` is run by a click; "" where there is none."""

    key: str
    word: str
    command: str = ""


ROW, NOT_SENT, BACK, UNDO = (
    KeyHint("↑↓", "row"),
    KeyHint("del", "not sent"),
    KeyHint("esc", "back"),
    KeyHint("^z", "undo", "settings.undo"),
)

HERE: dict[Place, tuple[KeyHint, ...]] = {
    "start": (KeyHint("↑↓", "move"), KeyHint("enter", "open"), KeyHint("esc", "back")),
    "setting": (ROW, KeyHint("←→", "change"), KeyHint("0-9", "set"), BACK, NOT_SENT),
    "setting word": (ROW, KeyHint("←→", "change"), KeyHint("a-z", "set"), BACK, NOT_SENT),
    "setting text": (ROW, KeyHint("enter", "edit"), BACK, NOT_SENT, UNDO),
    "setting typed": (KeyHint("enter", "set it"), KeyHint("esc", "as before"), KeyHint("↑↓", "set it, next row")),
    "setting list": (ROW, KeyHint("enter", "choose"), BACK),
    "setting name": (ROW, KeyHint("enter", "use"), KeyHint("^l", "list", "model.pick"), BACK),
    "system prompt": (ROW, KeyHint("enter", "new line"), BACK),
    "setting button": (ROW, KeyHint("enter", "do it"), BACK),
    "library": (
        KeyHint("↑↓", "move"),
        KeyHint("enter", "open"),
        KeyHint("del", "delete"),
        BACK,
        KeyHint("^z", "undo"),
    ),
    "find": (KeyHint("enter", "next"), KeyHint("↑", "previous"), KeyHint("esc", "close")),
    "modal": (KeyHint("esc", "close"),),
    "reading": (),
}
"""Keys of widgets, which are not in the table of commands. Those of reading depend on what is chosen: see
ui/reading_hints.py."""

CLOSES: dict[Place, str] = dict.fromkeys(
    (place for place in HERE if "sett" in place or place == "system prompt"), "pane.settings"
) | {"library": "pane.library"}
"""The commands that close the pane that a place is in."""

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
    "filter.report": "filter report",
    "model.pick": "model",
    "reading.enter": "read",
    "pane.settings": "settings",
    "pane.library": "library",
    "palette": "palette",
    "help": "help",
}

BUSY = ("chat.stop", "chat.send", "chat.new", "reading.enter", "palette")
EMPTY = ("chat.send", "chat.open", "model.pick", "palette")
READY = ("chat.send", "chat.retry", "chat.edit", "reading.enter", "palette")
RESUMABLE = ("chat.send", "chat.continue", "chat.retry", "chat.edit", "palette")
FAILED = ("chat.send", "chat.retry", "chat.edit", "chat.exchange", "palette")
BLOCKED = ("chat.send", "filter.report", "chat.edit", "reading.enter", "palette")

EDGE = ("pane.settings", "pane.library", "help")
"""At the right edge whatever the state: the panes, the likelier first, and where all other keys are said."""

STAY = 2
"""Those at the far right that stay while a pane is open: the way there, and help."""


def hints(place: Place, state: UiState, keys: Keymap) -> list[KeyHint]:
    """At most five, the ones that are needed first at the left."""
    if place != "prompt":
        return list(HERE[place])
    if state.editing:
        return [
            *_of(("chat.send",), keys, {"chat.send": "send"}),
            *_of(("chat.stop",), keys, {"chat.stop": "cancel the edit"}),
            *_of(("chat.editor", "palette"), keys, {"chat.editor": "$EDITOR", **WORDS}),
        ]
    words = WORDS | {"chat.send": "queue"} if state.answering else WORDS
    return _of(_commands(state), keys, words)[:SHOWN]


def edge_hints(place: Place, keys: Keymap, panes: Collection[str] = ()) -> list[KeyHint]:
    """Those at the right edge, the one that stays longest at the right. `panes` are open."""
    if place == "prompt" and not panes:
        return _of(EDGE, keys, WORDS)
    if place == "prompt":
        name, *more = sorted(panes)
        closes = {f"pane.{each}": f"close {each}" if more else "close" for each in (name, *more)}
        words = {**WORDS, **closes, "pane.enter": "to the panes" if more else f"to {name}"}
        shown = sorted(EDGE[:-1], key=lambda command: command not in closes)
        return _of((*shown, "pane.enter", "help"), keys, words)
    if place == "reading":
        return [KeyHint("?", "all keys", "help")]
    closing = CLOSES.get(place)
    return _of((closing,), keys, {closing: "close"}) if closing else []


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


def _of(commands: Sequence[str], keys: Keymap, words: dict[str, str]) -> list[KeyHint]:
    return [KeyHint(keys.first(name), words.get(name, name), name) for name in commands if keys.of(name)]
