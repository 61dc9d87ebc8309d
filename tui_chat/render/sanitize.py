"""Makes foreign text harmless for a terminal. Which characters may pass is decided here only.

Whatever a terminal obeys is shown as a symbol, whatever is invisible or reorders text is taken out, and everything a
person reads stays as it is: right-to-left scripts, Indic joiners, emoji sequences, private-use icons. Escaping ANSI
sequences as a whole lost as an alternative: a parser for them can be fooled, a character that is not there cannot.
"""

from __future__ import annotations

import re
from functools import cache

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.combining_marks import character_class

MAX_MARKS = 6
"""Most combining marks in a row. Cantillated Hebrew and Tibetan stacks need five."""


_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202c\u2060-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""Soft hyphen, joiners and invisible marks, fillers, tags, selectors: they hide text or split words."""

_STRANGE = "\u202d\u202e\ufdd0-\ufdef\ufffe\uffff" + "".join(
    f"{chr((plane << 16) | 0xFFFE)}{chr((plane << 16) | 0xFFFF)}" for plane in range(1, 16)
)
"""Overrides (which turn a file name around) and noncharacters: shown as U+FFFD, so that a reader sees something."""

_IMAGES = "\U00100000-\U0010ffff"
"""Private use in the last plane: one terminal draws images for it. Icons live in the other private planes."""

_LETTERS = (
    "\u0590-\u17af\u17b6-\u1fff\ua800-\uabff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
_PICTURES = "\u00a9\u00ae\u203c-\u3299\ufe0e\ufe0f\U0001f000-\U0001fbff"

_JOINS = (
    f"(?<![{_INVISIBLE}])(?:(?<=[{_LETTERS}])[\u200c\u200d](?=[{_LETTERS}])|(?<=[{_PICTURES}])\u200d(?=[{_PICTURES}]))"
    f"(?![{_INVISIBLE}])"
)
"""Where a joiner is legitimate: between letters of scripts that join, and between the parts of one emoji. Next to
removed characters it joins nothing, even though it is between them."""

_ORDINARY = lazy_pattern("[\n\t -~\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2bff]*")
"""Western letters, quotes, arrows, frames: nothing among them is suspicious, and most lines hold nothing else. Asking
this first saves the start the 15 ms that compiling the other questions takes."""

_ASCII_CONTROL = lazy_pattern("[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = lazy_pattern("[\ud800-\udfff]")
_NEWLINE = lazy_pattern("\r\n?|[\u2028\u2029\x85]")
_FOLDED = lazy_pattern("[\n\r\u2028\u2029\x85]+")


@cache
def _unsafe() -> re.Pattern[str]:
    """Compiled for the first suspicious text: 12 ms that a start with plain text does not pay."""
    return re.compile(
        f"(?P<joins>{_JOINS})|(?P<gone>[{_INVISIBLE}\u200c\u200d])|(?P<control>[{_CONTROL}])"
        f"|(?P<strange>[{_STRANGE}{_IMAGES}])|(?P<marks>[{character_class()}]{{{MAX_MARKS + 1},}})"
    )


@cache
def _suspicious() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Two plain searches that run ten times as fast as the alternatives of `_unsafe`, for text that has nothing."""
    marks = character_class()
    single = re.compile(f"[{_INVISIBLE}\u200c\u200d{_CONTROL}{_STRANGE}{_IMAGES}\ud800-\udfff]")
    return single, re.compile(f"[{marks}][{marks}]{{{MAX_MARKS}}}")


def is_plain(text: str) -> bool:
    """True for printable ASCII, which needs no cleaning: the quick way out."""
    return text.isascii() and text.isprintable()


def join_surrogates(text: str) -> str:
    """Surrogate halves that arrived separately become the character; a lone half becomes U+FFFD."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def unify_newlines(text: str) -> str:
    """Every kind of line end becomes a newline."""
    return _NEWLINE.sub("\n", text)


def clean(text: str) -> str:
    """Text without anything that a terminal obeys; newlines and tabs stay as they are."""
    if is_plain(text) or not is_suspicious(text):
        return text
    return _unsafe().sub(_harmless, join_surrogates(text))


def is_suspicious(text: str) -> bool:
    """True if cleaning may change something. False is certain."""
    if text.isascii():
        return _ASCII_CONTROL.search(text) is not None
    if _ORDINARY.fullmatch(text):
        return False
    single, marks = _suspicious()
    return single.search(text) is not None or marks.search(text) is not None


def safe_text(text: str) -> str:
    """Text of any number of lines: line ends become newlines, tabs spaces to the next multiple of four."""
    if is_plain(text):
        return text
    return clean(unify_newlines(text)).expandtabs(4)


def safe_line(text: str) -> str:
    """Text for one line: line ends become one return symbol, tabs one space."""
    if is_plain(text):
        return text
    return clean(_FOLDED.sub("⏎", text.strip("\r\n")).replace("\t", " "))


def _harmless(match: re.Match[str]) -> str:
    text = match[0]
    match match.lastgroup:
        case "joins":
            return text
        case "control":
            code = ord(text)
            return "\u2421" if code == 0x7F else chr(0x2400 + code) if code < 0x20 else "\ufffd"
        case "strange":
            return "\ufffd"
        case "marks":
            return text[:MAX_MARKS]
    return ""
