"""Hints of keys as they stand in borders and on last lines: the key in bold, the word dim."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content


def key_hints(pairs: Iterable[tuple[str, str]], gap: str = "   ") -> Content:
    """`^o open   esc close` from ("^o", "open"), ("esc", "close")."""
    hints = [Content.assemble((key, "bold $foreground"), (f" {word}", "$text-muted")) for key, word in pairs if key]
    return Content(gap).join(hints)
