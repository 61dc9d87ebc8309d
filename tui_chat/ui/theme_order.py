"""The themes that can be chosen, in the order in which they are offered: ours, the user's, Textual's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from textual.theme import BUILTIN_THEMES, Theme

OURS, YOURS, TEXTUALS = "tui-chat", "Yours", "Textual"
"""Their headings."""


@dataclass(frozen=True, slots=True)
class OfferedTheme:
    """`words` are other words for its name. `group` is a heading."""

    name: str
    dark: bool
    group: str
    words: str = ""


_WORDS = {
    "high-contrast": "accessible readable",
    "mono": "monochrome grey gray black white plain",
    "terminal": "ansi 16 colours own",
    "okabe-ito": "colour blind safe accessible",
    "okabe-ito-light": "colour blind safe accessible",
}


def offered(themes: Iterable[Theme], users: Collection[str]) -> list[OfferedTheme]:
    """The registered `themes` in order; `users` are the names of those that the user has made."""
    found = [
        OfferedTheme(
            theme.name,
            theme.dark,
            YOURS if theme.name in users else TEXTUALS if theme.name in BUILTIN_THEMES else OURS,
            _WORDS.get(theme.name, ""),
        )
        for theme in themes
    ]
    order = (OURS, YOURS, TEXTUALS)
    return sorted(found, key=lambda each: (order.index(each.group), not each.dark if each.group == OURS else False))
