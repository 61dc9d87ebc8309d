"""How keys are written on the screen, and the keys of each command after the user's changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from tui_chat.core.quick_dataclass import dataclass

_NAMES = {
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "comma": ",",
    "full_stop": ".",
    "slash": "/",
    "backslash": "\\",
    "minus": "-",
    "plus": "+",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def shown(key: str) -> str:
    """A key as the screen writes it: `ctrl+n` → `^n`, `escape` → `esc`."""
    *modifiers, last = key.split("+")
    last = _NAMES.get(last, last)
    if modifiers == ["ctrl"] and len(last) == 1:
        return f"^{last}"
    return "+".join([*modifiers, last])


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys in force, by command id."""

    by_command: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, command: str) -> tuple[str, ...]:
        return self.by_command.get(command, ())

    def first(self, command: str) -> str:
        """The first key of a command as the screen writes it; "" where it has none."""
        return next(map(shown, self.of(command)), "")

    def all(self, command: str) -> str:
        """All keys of a command in one phrase."""
        return ", ".join(map(shown, self.of(command))) or "no key"
