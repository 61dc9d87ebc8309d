"""Theme files as Textual's themes."""

from __future__ import annotations

from dataclasses import fields

from textual.theme import Theme

from tui_chat.store.themes import ThemeData

_KNOWN = frozenset(field.name for field in fields(Theme))


def theme_of(data: ThemeData) -> Theme:
    """The theme that a file describes; what it leaves out is Textual's to derive."""
    values = {f.name: getattr(data, f.name) for f in fields(data) if f.name in _KNOWN}
    values["variables"] = dict(data.variables)
    return Theme(**values)
