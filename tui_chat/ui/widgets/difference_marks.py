"""Marks the words that differ between compared answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from tui_chat.core.word_differences import Word, differences, spans
from tui_chat.ui.widgets.answer_pane import AnswerPane, mark_words, show_marked, shown_words

AGAIN_S = 0.05
"""Seconds until words are looked for again that are not drawn yet."""


class WordMarks:
    """`run` runs work in place of the same that is under way, `later` calls back after so many seconds. `chosen` is the
    number of the answer from which the others differ."""

    def __init__(
        self,
        panes: Sequence[AnswerPane],
        chosen: Callable[[], int],
        run: Callable[[Callable[[], Coroutine[Any, Any, None]]], object],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self.wanted = False
        self.to_show = False
        """The marks were asked for just now: they must be in view."""
        self._panes = panes
        self._chosen = chosen
        self._run = run
        self._later = later
        self._round = 0
        """Counts what makes marks that are still looked for wrong."""

    def clear(self) -> None:
        """The drawn lines have changed, or marks are turned off."""
        self._round += 1
        for pane in self._panes:
            mark_words(pane, {})

    def look(self) -> None:
        """Look for differences as soon as all answers are drawn."""
        if not self.wanted:
            return
        found = [words for pane in self._panes if (words := shown_words(pane)) is not None]
        if len(found) == len(self._panes):
            # Not the coroutine itself: work that takes its place before it begins would leave it never awaited. Not a
            # partial either: Textual spells that out with all of its words, which takes longer than to find the marks.
            chosen = self._chosen()

            async def mark() -> None:
                await self._mark(found, chosen)

            self._run(mark)
        else:
            self._later(AGAIN_S, self.look)

    async def _mark(self, words: Sequence[Sequence[Word]], chosen: int) -> None:
        this_round = self._round
        # In a thread: a very long answer takes a second.
        marked = await asyncio.to_thread(differences, words, chosen)
        if this_round == self._round and self.wanted:
            for pane, its in zip(self._panes, marked, strict=True):
                mark_words(pane, spans(its))
                if self.to_show:
                    show_marked(pane)
            self.to_show = False
