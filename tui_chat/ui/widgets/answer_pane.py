"""One answer alone, drawn and scrolled like the conversation: a column of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui_chat.core.conversation import Node
from tui_chat.core.message import Turn
from tui_chat.core.word_differences import Word, words_of
from tui_chat.ui.widgets.transcript import Transcript


class AnswerPane(Transcript, can_focus=False):
    """Never has the focus: the keys are those of the screen around it."""

    DEFAULT_CSS = "AnswerPane { width: 1fr; height: 1fr; }"
    BINDINGS = []  # noqa: RUF012 - Textual reads the class attribute
    bare = True


def show_answer(pane: AnswerPane, node_id: str, turn: Turn) -> None:
    """Show an answer in place of what was shown, from its beginning."""
    contents = pane.entries.prepared([Node(node_id, None, turn)])
    pane.show(contents)
    if turn.outcome is not None:
        pane.action_scroll("start")


def shown_words(pane: AnswerPane) -> list[Word] | None:
    """The words of the answer by the lines in which they are drawn; None while they are not all drawn."""
    if not pane.viewport.entries:
        return []
    layout = pane.viewport.entries[0].layout
    if not layout.complete:
        return None
    lines = [(index, layout.line(index)[0]) for index in layout.body]
    return words_of([(index, line.lead, line.text) for index, line in lines])


def mark_words(pane: AnswerPane, marks: Mapping[int, Sequence[tuple[int, int]]]) -> None:
    """Mark these places, by line, and no others."""
    if pane.painter.marks != marks:
        pane.painter.marks = marks
        pane.repaint()
