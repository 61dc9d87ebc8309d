"""Buffers streamed text into whole words, so that a screen reader never gets half of one.

A screen reader speaks what appears: half a word is spoken as a wrong one, and half a sentence without its melody. Also,
text can only be made safe as a whole: joined signs, line ends of two characters and piled-up marks are recognized only
if both sides are known. Making each piece safe by itself was rejected: it takes emoji apart and doubles line ends.
"""

from __future__ import annotations

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.sanitize import clean, unify_newlines

TAB = 4
LONG = 40
"""Characters without a space after which a word is split: Chinese has no spaces."""
ENDLESS = 4096
"""Characters without any place to cut after which the text is cut anywhere: it is an attack."""


_SENTENCE = lazy_pattern(r"[.!?…:][)\]\"'»”’*_]*\s+|[。！？]|\n")
"""The end of a sentence, or of a line."""

BREATH = 280
"""Characters after which a sentence is split instead of waiting for its end."""


class WordBuffer:
    """The pieces from `feed` and `rest` together are `safe_text` of the whole. `sentences`: only whole ones are
    returned."""

    def __init__(self, *, sentences: bool = False) -> None:
        self._sentences = sentences
        self._held = ""
        self._column = 0

    def feed(self, text: str) -> str:
        """Add text; returns what can be shown now."""
        self._held += text
        end = self._end()
        ready, self._held = self._held[:end], self._held[end:]
        return self._safe(ready)

    def _end(self) -> int:
        """How much of the held text can be shown."""
        if self._sentences:
            end = _end_of_sentences(self._held)
            if end or len(self._held) < BREATH:
                return end
        return _end_of_words(self._held) or _inside_a_word(self._held)

    def pause(self) -> str:
        """The whole words of an unfinished sentence."""
        end = _end_of_words(self._held)
        ready, self._held = self._held[:end], self._held[end:]
        return self._safe(ready)

    def rest(self) -> str:
        """The remaining text, at the end."""
        ready, self._held = self._held, ""
        shown = self._safe(ready)
        self._column = 0
        return shown

    def _safe(self, text: str) -> str:
        """`safe_text`, continuing the open line: the width of a tab depends on what precedes it."""
        shown = (" " * self._column + clean(unify_newlines(text))).expandtabs(TAB)[self._column :]
        newline = shown.rfind("\n")
        # The column alone counts, and of it what is left after the last tab stop.
        self._column = (len(shown) - newline - 1 if newline >= 0 else self._column + len(shown)) % TAB
        return shown


def _end_of_sentences(text: str) -> int:
    """Where the last whole sentence ends; 0 if there is none."""
    return max((match.end() for match in _SENTENCE.finditer(text)), default=0)


def _end_of_words(text: str) -> int:
    """Where the last whole word ends, with its space; 0 if there is none."""
    return max(text.rfind(space) for space in " \n\t") + 1


def _inside_a_word(text: str) -> int:
    """Where a very long word can be cut: between two letters. 0 if it is not that long."""
    if len(text) <= LONG:
        return 0
    for end in range(len(text) - 1, 0, -1):
        if text[end].isalnum() and text[end - 1].isalnum():
            return end
    return len(text) if len(text) > ENDLESS else 0
