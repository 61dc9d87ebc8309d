"""Formats key hints for borders and last lines: the key bold, the word dim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content


def key_label(key: str, word: str) -> Content:
    """What a button says: its key in bold, and the word in the button's own colour."""
    return Content.assemble((f"{key} ", "bold"), word)


def hints_of(text: str) -> Content:
    """The same from a text: `enter open   esc close`, with three spaces between two hints."""
    pairs = (hint.partition(" ") for hint in text.split("   ") if hint)
    return key_hints([(key, word) for key, _, word in pairs])


def key_rows(text: str, width: int, rows: int) -> Content:
    """The hints of a text in so many rows at most, none of them cut; what there is no room for is left out."""
    lines: list[Content] = []
    for hint in (hints_of(each) for each in text.split("   ") if each):
        longer = Content("   ").join([*lines[-1:], hint])
        if lines and longer.cell_length <= width:
            lines[-1] = longer
        elif len(lines) < rows and hint.cell_length <= width:
            lines.append(hint)
    return Content("\n").join(lines)


def key_hints(pairs: Iterable[tuple[str, str]], gap: str = "   ") -> Content:
    """`^o open   esc close` from ("^o", "open"), ("esc", "close")."""
    hints = [Content.assemble((key, "bold $foreground"), (f" {word}", "$text-muted")) for key, word in pairs if key]
    return Content(gap).join(hints)


def fitting_hints(pairs: Sequence[tuple[str, str]], room: int) -> Content:
    """The hints that fit: where there is not enough room, they move together, then the last but one gives way."""
    kept = list(pairs)
    while True:
        for gap in ("   ", "  "):
            if (hints := key_hints(kept, gap)).cell_length <= room:
                return hints
        if len(kept) <= 2:
            return hints
        del kept[-2]
