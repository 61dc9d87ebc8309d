"""One line of the palette, and the section headings."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.sanitize import safe_line

_BETWEEN_WORDS = lazy_pattern(r"[\W_]+")


class Kind(StrEnum):
    """The kind of a line. The value is the first part of its id, which is saved in saved.toml."""

    COMMAND = "command"
    SETTING = "setting"
    VALUE = "value"
    PRESET = "preset"
    ENDPOINT = "endpoint"
    MODEL = "model"
    THEME = "theme"
    CONVERSATION = "conversation"
    PAGE = "page"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """`value` is what of its kind is meant: a command's id, a theme's name. `key` and `detail` stand at the right.

    `words` are other words for it. `title_text` and `word_text` are what is searched; make entries with `entry`.
    """

    kind: Kind
    value: str
    title: str
    section: str
    key: str = ""
    detail: str = ""
    current: bool = False
    title_text: str = ""
    word_text: str = ""

    @property
    def id(self) -> str:
        """Distinguishes it from all others."""
        return f"{self.kind}:{self.value}"

    @property
    def chosen(self) -> bool:
        """Whether it can be chosen: a note is only read."""
        return self.kind is not Kind.NOTE


@dataclass(frozen=True, slots=True)
class PaletteSection:
    """Entries under a heading."""

    heading: str
    entries: tuple[PaletteEntry, ...]


def entry(
    kind: Kind,
    value: str,
    title: str,
    section: str,
    *,
    key: str = "",
    detail: str = "",
    words: Sequence[str] = (),
    current: bool = False,
) -> PaletteEntry:
    """An entry that can be searched. Texts may be foreign."""
    shown = safe_line(title)
    return PaletteEntry(
        kind,
        value,
        shown,
        section,
        key,
        safe_line(detail),
        current,
        _searched(shown),
        _searched(" ".join(words)) if words else "",
    )


def _searched(text: str) -> str:
    """The words of a text, each with a space before it: a word's beginning is found by one search for it."""
    return f" {folded(text)}"


def folded(text: str) -> str:
    """A text as it is compared: without case, and with one space for whatever separates words."""
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()
