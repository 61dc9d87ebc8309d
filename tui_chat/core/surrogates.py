"""Repairs surrogate halves: joins pairs, replaces lone ones."""

from __future__ import annotations

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def repair_surrogates(text: str) -> str:
    """The text with pairs of surrogates joined and every lone one replaced, so that it can be encoded."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class SurrogateJoiner:
    """Joins surrogate pairs across pieces: a trailing high half waits for the next piece."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        """Add text; returns what can be shown now. Empty input keeps a pending half."""
        if not piece:
            return ""
        text = self._half + piece
        self._half = text[-1] if "\ud800" <= text[-1] <= "\udbff" else ""
        return repair_surrogates(text[:-1] if self._half else text)

    def flush(self) -> str:
        """End the text: a half that still waits has no partner."""
        half, self._half = self._half, ""
        return REPLACEMENT if half else ""
