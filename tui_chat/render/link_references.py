"""Detects links that are defined after their use, for which committed text must be drawn again."""

from __future__ import annotations

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.parser import References

_LABEL = lazy_pattern(r"\[([^\[\]]{1,999})\]")


class LinkReferences:
    """What committed text may refer to: the labels in it, and how many definitions were known then."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._used: list[tuple[int, set[str]]] = []

    def remember(self, source: str) -> None:
        """Note the labels of text that is committed now."""
        if "[" in source:
            self._used.append((len(self._references), {_label(found[1]) for found in _LABEL.finditer(source)}))

    def defined_later(self) -> bool:
        """One of the labels is defined now but was not when it was drawn."""
        order = {_label(name): index for index, name in enumerate(self._references)}
        return any(order.get(label, -1) >= known for known, labels in self._used for label in labels)


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()
