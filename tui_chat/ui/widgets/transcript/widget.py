"""The conversation as one widget: this file owns what the screen may ask of it, and the pace of painting."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from textual.timer import Timer

from tui_chat.core.conversation import Node
from tui_chat.core.message import Turn
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings
from tui_chat.render.extract import code_blocks
from tui_chat.ui.widgets.transcript.entry import BUDGET, Entry
from tui_chat.ui.widgets.transcript.live import Live
from tui_chat.ui.widgets.transcript.reading import ReadingPane
from tui_chat.ui.widgets.transcript.seen import Seen
from tui_chat.ui.widgets.transcript.shelf import NO_VERSIONS, Shelf

FRAME = 1 / 30
"""Seconds between two pictures of a growing answer."""

SHARE = 3
"""A picture that took long is followed by a pause of so many times its own length."""

REST = 0.008
"""Seconds left to keys and the network between two steps of drawing a long message."""

FIRST = 1 / 120
"""Seconds between two looks at an answer that has not begun: the first words are waited for."""

BEAT = 0.13
"""Seconds for one turn of the spinner."""

UNKNOWN = Settings()


class Transcript(ReadingPane):
    """A window onto the messages of one path of a conversation.

    Several conversations can be answered at once and one is shown: what is said about a message that is not shown
    (`stream`, `put`, `drop`, `notice`) changes nothing. Asking for the text of one raises KeyError.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id, classes=classes)
        self._shelf = Shelf(self.window)
        self._lives: dict[str, Live] = {}
        self._unfinished: dict[str, Entry] = {}
        self._pulse: Timer | None = None
        self._stepping = False
        self._waiting = False
        self._not_before = 0.0
        self.window.busy = self._is_unfinished

    def show(self, nodes: Sequence[Node], versions: Mapping[str, tuple[int, int]] = NO_VERSIONS) -> None:
        """Show a path of a conversation, from its end; replaces all that was shown. Nothing streams then.

        `versions` tells of turns that have siblings: (which from 1, of how many), by id.
        """
        self._lives.clear()
        self._unfinished.clear()
        self._shelf.fill(nodes, versions)
        self.finder.look_again()
        self.repaint()
        self.keep_counting()

    def append(self, node: Node) -> None:
        """Show one more message below the others; one that is there already is only brought up to date."""
        if node.id in self._shelf:
            self.put(node.id, node.turn)
            return
        position = self._shelf.add(node)
        self.unseen(self.window.settled(position))
        self._shelf.mark_exchange(position, {node.id, *self._lives})
        self.repaint()
        self.keep_counting()

    def stream(self, node_id: str, reply: Reply) -> None:
        """Paint an answer as it comes into the message `node_id`, until the reply is over.

        The reply holds all that came so far; what was saved of it in the meantime is not shown twice.
        """
        if node_id not in self._shelf:
            return
        position = self._shelf.position(node_id)
        entry = self.window.entries[position]
        entry.restart()
        # What was seen to come stays as it is when it is all there: nothing is folded under the reader's eyes.
        entry.seen = entry.seen or Seen()
        entry.seen.fold = False
        live = self._lives[node_id] = Live(entry, reply)
        self._shelf.mark_exchange(position, set(self._lives))
        self.window.settled(position)
        live.take(_beat())
        self.window.changed(position)
        self.finder.changed(position)
        self._run()
        self.repaint()

    def touch(self) -> None:
        """Something came for a streamed answer: paint it now if the last picture is old enough. Cheap."""
        if self._lives and time.perf_counter() >= self._not_before:
            self._frame()

    def put(self, node_id: str, turn: Turn) -> None:
        """Another state of a message. While it streams only an outcome counts, and ends the streaming."""
        if node_id not in self._shelf:
            return
        live = self._lives.get(node_id)
        if live is not None:
            if turn.outcome is None:
                return
            del self._lives[node_id]
            live.take(_beat())
            live.entry.live = None
        self._change(node_id, turn)
        self.repaint()

    def drop(self, node_id: str) -> None:
        """Take a message out of the picture."""
        if node_id not in self._shelf:
            return
        self._lives.pop(node_id, None)
        self._unfinished.pop(node_id, None)
        self._shelf.take_out(node_id)
        self.finder.look_again()
        self.repaint()
        self.keep_counting()

    def notice(self, text: str, after: str | None = None) -> None:
        """A line between messages: below the message `after`, or below the last. The same line stands there once.

        Settings that differ between two answers are noted without asking, by `show` and `append`.
        """
        if after is None or after in self._shelf:
            self._shelf.notice(text, after)
            self.repaint()

    def mark(self, text: str, after: str | None) -> None:
        """A line of which there is one, below the message `after`: it moves when it is set again. None removes it."""
        self._shelf.mark(text, after)
        self.repaint()

    def markdown_of(self, node_id: str) -> str:
        """The source of a message for the clipboard, as it was written."""
        live = self._lives.get(node_id)
        return live.reply.text if live is not None else self._shelf.entry(node_id).turn.text

    def code_blocks_of(self, node_id: str) -> list[tuple[str, str]]:
        """(language, code) of each code block in a message, without decoration."""
        return code_blocks(self.markdown_of(node_id))

    def to_message(self, node_id: str) -> None:
        """Bring a message's first line to the top of the pane."""
        self.window.to_entry(self._shelf.position(node_id))
        self.repaint()

    def toggle(self, node_id: str) -> None:
        """Fold or unfold the thinking of a message."""
        if node_id in self._shelf:
            self._shelf.entry(node_id).toggle()
            self.window.changed(self._shelf.position(node_id))
            self.repaint()

    def toggle_source(self, node_id: str) -> None:
        """Show the Markdown source of a message as it was written, or what it means again."""
        if node_id in self._shelf:
            entry = self._shelf.entry(node_id)
            entry.seen = entry.seen or Seen()
            entry.seen.raw = not entry.seen.raw
            self._look_anew(entry)

    def toggle_details(self, node_id: str) -> None:
        """Show or hide all that is known about an answer, under its footer."""
        if node_id in self._shelf:
            entry = self._shelf.entry(node_id)
            entry.seen = entry.seen or Seen()
            entry.seen.detailed = not entry.seen.detailed
            entry.frame()
            self._after_change(node_id)

    def fold_code(self, node_id: str, number: int, *, folded: bool) -> None:
        """Fold or unfold a long code block of a message, by its number among the code blocks there."""
        if node_id in self._shelf:
            self._shelf.entry(node_id).fold_code(number, folded=folded)
            self._after_change(node_id)

    def toggle_folds(self, node_id: str, number: int | None) -> bool:
        """Fold or unfold one code block, or all that is long in a message, its thinking too. False: nothing to do."""
        entry = self._shelf.entry(node_id)
        folding = entry.folding
        if number is not None and folding is not None:
            folded = any(fold.number == number for fold in folding.folds)
            blocks = folding.blocks
            self.fold_code(node_id, number, folded=not folded)
            return blocks > 0
        if folding is not None and folding.blocks:
            entry.seen = entry.seen or Seen()
            entry.seen.fold, entry.seen.folds = not folding.folds, {}
            entry.fold_again()
            self._after_change(node_id)
            return True
        self.toggle(node_id)
        return bool(entry.turn.reasoning)

    def point_at(self, node_id: str) -> None:
        """Put the reading cursor on a message, in view."""
        if node_id in self._shelf:
            position = self._shelf.position(node_id)
            self.window.settled(position)
            self.cursor.put(position)
            self.cursor.show()
            self.repaint()

    def _look_anew(self, entry: Entry) -> None:
        entry.look_anew()
        if entry.started and not entry.settled:
            self._is_unfinished(entry)
        self._after_change(entry.id)

    def _after_change(self, node_id: str) -> None:
        """The lines of a message are others now: keep what is pointed at in view."""
        position = self._shelf.position(node_id)
        self.window.changed(position)
        self.window.clamp()
        if self.cursor.position == position and self.has_focus:
            self.cursor.show()
        self.repaint()

    def veil(self, node_id: str) -> None:
        """Hide what the content filter rejected of a message, or show it; the choice is kept while the app runs."""
        if node_id in self._shelf:
            self._shelf.veil(node_id, not self.hides(node_id))
            self.window.changed(self._shelf.position(node_id))
            self.repaint()

    def hides(self, node_id: str) -> bool:
        """The text of this message is not shown, because the content filter rejected it."""
        return node_id in self._shelf and self._shelf.entry(node_id).hides

    @property
    def streaming(self) -> bool:
        """An answer is coming in."""
        return bool(self._lives)

    def _is_unfinished(self, entry: Entry) -> None:
        if entry.id not in self._lives:
            self._unfinished[entry.id] = entry
            self._run()

    def on_mount(self) -> None:
        self._run()

    def _run(self) -> None:
        """Keep the pulse going while answers come, and the steps while a long message is not drawn to its end."""
        if not self.is_attached:
            return
        waiting = not all(live.begun for live in self._lives.values())
        if self._lives and (self._pulse is None or waiting != self._waiting):
            if self._pulse is not None:
                self._pulse.stop()
            self._waiting = waiting
            self._pulse = self.set_interval(FIRST if waiting else FRAME, self._tick)
        if (self._unfinished or self.finder.counting) and not self._stepping:
            self._stepping = True
            self.set_timer(REST, self._step)

    def _tick(self) -> None:
        if time.perf_counter() >= self._not_before - FRAME / 2:
            self._frame()
        if self._lives:
            self._run()
        elif self._pulse is not None:
            self._pulse.stop()
            self._pulse = None

    def _step(self) -> None:
        """Draw on at long messages, then leave the loop to others for a moment."""
        self._stepping = False
        for entry in list(self._unfinished.values()):
            self._work_on(entry)
            self.finder.arrived(entry)
        self.finder.count_on()
        self.tell_found()
        self.repaint()
        self._run()

    def keep_counting(self) -> None:
        self._run()

    def _frame(self) -> None:
        """One picture of what is growing."""
        began = time.perf_counter()
        changed = [self._follow(live) for live in list(self._lives.values())]
        if True not in changed:
            return
        self.repaint()
        self.tell_found()
        now = time.perf_counter()
        self._not_before = max(began + FRAME, now + (now - began) * SHARE)

    def _follow(self, live: Live) -> bool:
        """Take what is new of an answer; True when lines changed."""
        # What comes after the end (usage, late verdicts) may take seconds; the answer is all there.
        entry, over = live.entry, live.reply.settled
        before = entry.height
        changed = live.take(_beat())
        if over:
            del self._lives[entry.id]
            entry.live = None
            turn = entry.turn
            self._change(entry.id, live.reply.turn(turn.created, turn.settings or UNKNOWN, turn.endpoint or ""))
        if changed:
            self.window.changed(self._shelf.position(entry.id))
            self.finder.changed(self._shelf.position(entry.id))
            self.unseen(entry.height - before)
        return changed or over

    def _change(self, node_id: str, turn: Turn) -> None:
        position = self._shelf.position(node_id)
        entry = self.window.entries[position]
        before = entry.height
        entry.change(turn)
        if entry.started and not entry.settled:
            self._is_unfinished(entry)
        self.window.changed(position)
        self.finder.changed(position)
        self.unseen(entry.height - before)
        self._shelf.mark_exchange(position, set(self._lives))
        self.window.changed(position)

    def _work_on(self, entry: Entry) -> None:
        """Draw on at a long message."""
        entry.settle(self.window.look, BUDGET)
        if entry.settled:
            del self._unfinished[entry.id]
        if entry.id in self._shelf:
            self.window.changed(self._shelf.position(entry.id))


def _beat() -> int:
    return int(time.perf_counter() / BEAT)
