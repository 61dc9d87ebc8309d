"""The texts sent to the terminal itself: its title and notifications. Pure.

Every text passes `harmless`: no key, no control character, nothing that could end the sequence or begin another.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Literal

from tui_chat.core.recognize_api_keys import mask_keys
from tui_chat.core.short_text import shortened
from tui_chat.core.symbols import Sign
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.state import UiState

Form = Literal["bell", "osc9", "osc777", "osc99"]
"""How a terminal is asked for attention: BEL, or the notification of iTerm2, of rxvt and of kitty."""

NAME = "tui-chat"
LONGEST = 80
"""Characters of a title: more than any tab shows."""

BY_PROGRAM: Mapping[str, Form] = {
    "iTerm.app": "osc9",
    "ghostty": "osc777",
    "WezTerm": "osc777",
    "rio": "osc777",
}
BY_TERM: tuple[tuple[str, Form], ...] = (
    ("xterm-kitty", "osc99"),
    ("xterm-ghostty", "osc777"),
    ("foot", "osc777"),
    ("rxvt-unicode", "osc777"),
    ("wezterm", "osc777"),
)
UNTITLED = ("linux", "dumb", "vt", "cons", "sun")
"""Beginnings of terminals without a title: some of them would draw its letters."""


def form_for(environ: Mapping[str, str], wanted: str = "auto") -> Form | None:
    """How to ask for attention in this terminal; None if the user does not want it."""
    if wanted == "off":
        return None
    if wanted in ("bell", "osc9", "osc777", "osc99"):
        return wanted  # type: ignore[return-value]
    term = environ.get("TERM", "")
    if environ.get("TMUX") or environ.get("STY") or term.startswith(("tmux", "screen")):
        return "bell"
    if environ.get("KITTY_WINDOW_ID"):
        return "osc99"
    by_term = next((form for begin, form in BY_TERM if term.startswith(begin)), None)
    return by_term or BY_PROGRAM.get(environ.get("TERM_PROGRAM", ""), "bell")


def has_title(environ: Mapping[str, str]) -> bool:
    return not environ.get("TERM", "").startswith(UNTITLED)


def harmless(text: str) -> str:
    """One line without keys, control characters, and the sign that parts the fields of a sequence."""
    shown = " ".join(safe_line(mask_keys(text)).replace(";", ",").split())
    return shortened(shown, LONGEST)


def title_of(state: UiState, *, done: bool = False) -> str:
    """The conversation, with a mark while it is answered, or once it was and has not been looked at (`done`)."""
    name = harmless(state.title)
    mark = f"{Sign.BUSY} " if state.answering else f"{Sign.DONE} " if done or state.unread else ""
    return f"{mark}{name} · {NAME}" if name else f"{mark}{NAME}"


def notification(form: Form, text: str) -> str:
    """The sequence that says this in a notification of the desktop; it begins with the program's name."""
    said = harmless(text)
    match form:
        case "bell":
            return "\x07"
        case "osc9":
            return f"\x1b]9;{NAME}: {said}\x07"
        case "osc777":
            return f"\x1b]777;notify;{NAME};{said}\x07"
        case "osc99":
            head, body = (b64encode(part.encode()).decode() for part in (NAME, said))
            return f"\x1b]99;i=1:d=0:e=1;{head}\x1b\\\x1b]99;i=1:d=1:e=1:p=body;{body}\x1b\\"
