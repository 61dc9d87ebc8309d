"""One answer alone, drawn and scrolled like the conversation: a column of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui_chat.core.conversation import Node
from tui_chat.core.message import Turn
from tui_chat.core.word_differences import Word, words_of
from tui_chat.ui.widgets.transcript import Transcript
from tui_chat.ui.widgets.transcript.selection import place, unplace


class AnswerPane(Transcript, can_focus=False):
    """Never has the focus: the keys are those of the screen around it."""

    DEFAULT_CSS = "AnswerPane { width: 1fr; height: 1fr; }"
    BINDINGS = []  # noqa: RUF012 - Textual reads the class attribute
    bare = True


def show_answer(pane: AnswerPane, node_id: str, turn: Turn, prompt: Node | None = None) -> None:
    """Show an answer, below its prompt where that is given, in place of what was shown, from its beginning."""
    above = [] if prompt is None else [prompt]
    contents = pane.entries.prepared([*above, Node(node_id, None, turn)])
    pane.show(contents)
    if turn.outcome is not None:
        pane.action_scroll("start")


def shown_words(pane: AnswerPane) -> list[Word] | None:
    """The words of all that is shown, by the places of their lines; None while they are not all drawn."""
    entries = pane.viewport.entries
    for position, entry in enumerate(entries):
        if not entry.drawn:
            pane.viewport.draw(position)
    if not all(entry.layout.complete for entry in entries):
        return None
    return words_of(
        [
            (place(entry.key, index), line.lead, line.text)
            for entry in entries
            for index in entry.layout.body
            for line in (entry.layout.line(index)[0],)
        ]
    )


def mark_words(pane: AnswerPane, marks: Mapping[int, Sequence[tuple[int, int]]]) -> None:
    """Mark these parts of lines, by their places, and no others."""
    if pane.painter.marks != marks:
        pane.painter.marks = marks
        pane.repaint()


def show_marked(pane: AnswerPane) -> None:
    """Bring the first marked line into view, unless one of them is."""
    viewport, marks = pane.viewport, pane.painter.marks
    if not marks or any(place(entry.key, index) in marks for entry, index in viewport.rows()):
        return
    key, line = unplace(min(marks))
    if (position := viewport.position(key)) is not None:
        viewport.to_view(position, line)
        pane.repaint()
