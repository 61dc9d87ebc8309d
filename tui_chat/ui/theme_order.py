"""Orders the themes for selection: ours, the user's, Textual's."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from textual.theme import BUILTIN_THEMES, Theme

from tui_chat.core.quick_dataclass import dataclass

OURS, YOURS, TEXTUALS = "tui-chat", "Yours", "Textual"
"""Their headings."""


@dataclass(frozen=True, slots=True)
class OfferedTheme:
    """`kind` is dark, light, or that it is as the terminal is. `words` are other words for its name."""

    name: str
    kind: str
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
            "as the terminal" if theme.ansi else "dark" if theme.dark else "light",
            YOURS if theme.name in users else TEXTUALS if theme.name in BUILTIN_THEMES else OURS,
            _WORDS.get(theme.name, ""),
        )
        for theme in themes
    ]
    return sorted(found, key=_place)


def _place(theme: OfferedTheme) -> tuple[int, int, bool]:
    """Of ours the dark ones come first, and the plain one before its relatives; the others stay as they are."""
    group = (OURS, YOURS, TEXTUALS).index(theme.group)
    if theme.group != OURS:
        return group, 0, False
    return group, ("dark", "light", "as the terminal").index(theme.kind), not theme.name.startswith("tui-chat")
