"""Key events of escape sequences: the older forms of xterm, rxvt and consoles, modifyOtherKeys, and kitty's protocol.

Textual 8.2.8 ends the program at key reports with an event type or alternate keys, takes control+f3 for the position
of the cursor, and sends alt with a key as escape and the key, so that alt+up would stop an answer.
"""

from __future__ import annotations

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

MODIFIERS = ("shift", "alt", "ctrl", "super", "hyper", "meta")
"""By bit. The two bits above these are caps lock and num lock, which change the text of a key and not its name."""
CAPS_LOCK = 1 << 6
RELEASE = "3"

_LOCKS = MODIFIER_FUNCTIONAL_KEYS | {"caps_lock", "num_lock", "scroll_lock"}
"""Keys that do nothing by themselves; kitty reports them all the same."""
_CHARACTERS = {
    "enter": "\r", "tab": "\t", "backspace": "\x7f", "escape": "\x1b", "decimal": ".", "divide": "/", "multiply": "*",
    "subtract": "-", "add": "+", "equal": "=", "separator": ",",
}  # fmt: skip
_KEY = lazy_pattern(r"\x1b\[([\d:]{0,30})(?:;([\d:]{0,20}))?(?:;([\d:]{0,900}))?([u~ABCDEFHPQRS])")
_OTHER_KEY = lazy_pattern(r"\x1b\[27;(\d{1,4});(\d{1,7})~")
_POSITION = lazy_pattern(r"\x1b\[(?!1;(?:[2-9]|1[0-6])R)\d+;\d+R")
"""A cursor position report, which is never requested here. In the first row it looks like f3 with modifiers."""
_SS3_WITH_MODIFIERS = lazy_pattern(r"\x1bO(\d{1,2})([A-Z])")


@dataclass(frozen=True, slots=True)
class _Report:
    """A key report of kitty's protocol. `code` is the key, `final` the letter at the end."""

    code: int
    shifted: int | None
    bits: int
    released: bool
    text: str
    final: str


def key_events(sequence: str) -> list[events.Key]:
    """The keys of a complete sequence; none for a released key, or an unknown one."""
    if sequence == "\x1b":
        return [events.Key("escape", "\x1b")]
    if sequence == "\x1b\n":
        return [events.Key("alt+enter", None)]  # terminals whose enter key sends a line feed
    if sequence.startswith("\x1b\x1b"):
        return _alt(key_events(sequence[1:])) or [events.Key("escape", "\x1b"), *key_events(sequence[1:])]
    if found := _OTHER_KEY.fullmatch(sequence):
        return _from_report(_Report(int(found[2]), None, _bits(found[1]), False, "", "u"))
    if found := _SS3_WITH_MODIFIERS.fullmatch(sequence):
        sequence = f"\x1b[1;{found[1]}{found[2]}"
    if _POSITION.fullmatch(sequence):
        return []
    report = _report(*found.groups(default="")) if (found := _KEY.fullmatch(sequence)) else None
    if report is not None and (name := _name(report)) is not None:
        return _from_report(report, name)
    if sequence in ANSI_SEQUENCES_KEYS:
        return _from_table(sequence)
    return _alt(character_keys(sequence[1:])) if _is_alt(sequence) else []


def character_keys(text: str) -> list[events.Key]:
    """The keys that type these characters, control characters among them."""
    return [_character(char) for char in text]


def _character(char: str) -> events.Key:
    match ANSI_SEQUENCES_KEYS.get(char):
        case (Keys() as key,):
            return events.Key(key.value, char)
        case _:
            name = char if char.isalnum() else _character_to_key(char)
            return events.Key(KEY_NAME_REPLACEMENTS.get(name, name), char)


def _is_alt(sequence: str) -> bool:
    return len(sequence) == 2


def _alt(keys: list[events.Key]) -> list[events.Key]:
    """The same key with alt; none if that has no name."""
    if len(keys) != 1 or "alt" in (parts := keys[0].key.split("+")):
        return []
    *modifiers, name = parts
    if len(name) == 1 and name.isupper():
        modifiers, name = [*modifiers, "shift"], name.lower()
    return [events.Key("+".join([*sorted({*modifiers, "alt"}), name]), None)]


def _from_table(sequence: str) -> list[events.Key]:
    match ANSI_SEQUENCES_KEYS[sequence]:
        case (Keys.Escape, Keys() as key):
            return _alt([events.Key(key.value, None)])
        case tuple() as keys:
            return [events.Key(key.value, _CHARACTERS.get(key.value)) for key in keys]
        case str() as text:
            return character_keys(text)
        case _:
            return []


def _bits(modifiers: str) -> int:
    """Modifiers are sent with one added; 0 and nothing mean none."""
    return max(0, int(modifiers or "1") - 1)


def _report(keys: str, modifiers: str, text: str, final: str) -> _Report | None:
    """Parse a report; None if a part is invalid."""
    code, shifted, *_ = [*keys.split(":"), ""]
    held, kind, *_ = [*modifiers.split(":"), ""]
    if max(map(len, (code, shifted, held, kind))) > 7:
        return None
    points = [int(point[:8]) for point in text.split(":") if point]
    return _Report(
        int(code or "1"),
        int(shifted) if shifted and _is_text(int(shifted)) else None,
        _bits(held),
        kind == RELEASE,
        "".join(map(chr, filter(_is_text, points))),
        final,
    )


def _is_text(point: int) -> bool:
    return 0x20 <= point <= 0x10FFFF and not 0x7F <= point < 0xA0 and not 0xD800 <= point < 0xE000


def _name(report: _Report) -> str | None:
    """The key's name without modifiers, if it is a key. A key of 0 only carries text."""
    if (name := FUNCTIONAL_KEYS.get(f"{report.code}{report.final}")) is not None:
        return name
    if report.final != "u" or not (_is_text(report.code) or (report.code == 0 and report.text)):
        return None
    return _character(chr(report.code)).key if report.code else ""


def _from_report(report: _Report, name: str | None = None) -> list[events.Key]:
    name = _name(report) if name is None else name
    if name is None or report.released or name in _LOCKS:
        return []
    held = {modifier for bit, modifier in enumerate(MODIFIERS) if report.bits & (1 << bit)}
    if name == "left_square_bracket" and held == {"ctrl"}:
        return key_events("\x1b")  # what ctrl and [ have always sent, and vim's users press for it
    text = _typed(report, name) if held <= {"shift"} else _composed(report, held)
    if not text:
        if len(name) == 1 and name.isupper():
            name, held = name.lower(), held | {"shift"}
        return [events.Key("+".join([*sorted(held), name]), None)]
    if text == _CHARACTERS.get(name):
        return [events.Key(name, text)]
    # Shift has gone into the character already, unless it is white space.
    prefix = "shift+" if "shift" in held and text.isspace() else ""
    return [events.Key(prefix + key.key, key.character) for key in character_keys(text)]


def _composed(report: _Report, held: set[str]) -> str:
    """The text of a key with modifiers: on a Mac alt+a types å, and AltGr may come as control and alt."""
    return report.text if "alt" in held and held <= {"alt", "ctrl", "shift"} else ""


def _typed(report: _Report, name: str) -> str:
    """The text of a key. A terminal may report all keys and leave out what they type."""
    shift = report.bits & 1 > 0
    if report.text:
        return report.text
    if name in _CHARACTERS:
        return "" if shift else _CHARACTERS[name]
    if f"{report.code}{report.final}" in FUNCTIONAL_KEYS:
        return name if len(name) == 1 else ""  # a digit of the number pad
    caps = report.bits & CAPS_LOCK > 0
    char = chr(report.shifted if shift and report.shifted else report.code)
    cased = char.upper() if shift != caps else char.lower()
    return cased if (shift or caps) and char.isalpha() and len(cased) == 1 else char
