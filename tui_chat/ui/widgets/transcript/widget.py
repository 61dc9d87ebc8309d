"""The conversation as one widget: this file owns what the screen may ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui_chat.core.conversation import Node
from tui_chat.core.message import Turn
from tui_chat.core.reply import Reply
from tui_chat.render.extract import code_blocks
from tui_chat.ui.widgets.transcript.contents import NO_VERSIONS, Contents
from tui_chat.ui.widgets.transcript.live_answer import LiveAnswer
from tui_chat.ui.widgets.transcript.message_views import LookingPane
from tui_chat.ui.widgets.transcript.stream_driver import beat


class Transcript(LookingPane):
    """A window onto the messages of one path of a conversation.

    Several conversations can be answered at once and one is shown: what is said about a message that is not shown
    (`stream`, `put`, `drop`, `notice`) changes nothing. Asking for the text of one raises KeyError.
    """

    def show(self, nodes: Sequence[Node], versions: Mapping[str, tuple[int, int]] = NO_VERSIONS) -> None:
        """Show a path of a conversation, from its end; replaces all that was shown. Nothing streams then.

        `versions` tells of turns that have siblings: (which from 1, of how many), by id.
        """
        self.show_prepared(self.prepared(nodes, versions))

    def prepared(self, nodes: Sequence[Node], versions: Mapping[str, tuple[int, int]] = NO_VERSIONS) -> Contents:
        """What `show_prepared` takes. It takes its time with a long path, and may run in another thread."""
        return self.shelf.prepared(nodes, versions)

    def show_prepared(self, contents: Contents) -> None:
        """`show`, where the work was done before."""
        self.lives.clear()
        self.unfinished.clear()
        self.shelf.fill(contents)
        self.finder.look_again()
        self.tell_found()
        self.repaint()
        self.keep_counting()

    def append(self, node: Node) -> None:
        """Show one more message below the others; one that is there already is only brought up to date."""
        if node.id in self.shelf:
            self.put(node.id, node.turn)
            return
        position = self.shelf.add(node)
        self.unseen(self.window.settled(position))
        self.shelf.mark_exchange(position, {node.id, *self.lives})
        self.repaint()
        self.keep_counting()

    def stream(self, node_id: str, reply: Reply) -> None:
        """Paint an answer as it comes into the message `node_id`, until the reply is over.

        The reply holds all that came so far; what was saved of it in the meantime is not shown twice.
        """
        if node_id not in self.shelf:
            return
        position = self.shelf.position(node_id)
        entry = self.window.entries[position]
        entry.restart()
        # What was seen to come stays as it is when it is all there: nothing is folded under the reader's eyes.
        self.shelf.see(node_id, fold=False)
        live = self.lives[node_id] = LiveAnswer(entry, reply)
        self.shelf.mark_exchange(position, set(self.lives))
        self.window.settled(position)
        live.take(beat())
        self.window.changed(position)
        self.count_again(node_id)
        self.run_on()
        self.repaint()

    def put(self, node_id: str, turn: Turn) -> None:
        """Another state of a message. While it streams only an outcome counts, and ends the streaming."""
        if node_id not in self.shelf:
            return
        entry, live = self.shelf.entry(node_id), self.lives.get(node_id)
        before, grows = entry.height, live is not None or turn.text != entry.source
        if live is not None:
            if turn.outcome is None:
                return
            del self.lives[node_id]
            live.take(beat())
            live.entry.live = None
        self.change_turn(node_id, turn)
        # A mark or a note on what stands there already is nothing new to be read.
        self.unseen(entry.height - before if grows else 0)
        self.repaint()

    def drop(self, node_id: str) -> None:
        """Take a message out of the picture."""
        if node_id not in self.shelf:
            return
        self.lives.pop(node_id, None)
        self.unfinished.pop(node_id, None)
        self.shelf.take_out(node_id)
        self.finder.look_again()
        self.tell_found()
        self.repaint()
        self.keep_counting()

    def notice(self, text: str, after: str | None = None) -> None:
        """A line between messages: below the message `after`, or below the last. The same line stands there once.

        Settings that differ between two answers are noted without asking, by `show` and `append`.
        """
        if after is None or after in self.shelf:
            self.shelf.notice(text, after)
            self.repaint()

    def mark(self, text: str, after: str | None) -> None:
        """A line of which there is one, below the message `after`: it moves when it is set again. None removes it."""
        self.shelf.mark(text, after)
        self.repaint()

    def mark_unsaved(self, ids: set[str]) -> None:
        """Only these messages are marked as not saved, now and when they are shown again."""
        if self.shelf.mark_unsaved(ids):
            self.repaint()

    def mark_versions(self, versions: Mapping[str, tuple[int, int]]) -> None:
        """Only these messages have versions: (which from 1, of how many), by id."""
        if self.shelf.mark_versions(versions):
            self.repaint()

    def markdown_of(self, node_id: str) -> str:
        """The source of a message for the clipboard, as it was written."""
        live = self.lives.get(node_id)
        return live.reply.text if live is not None else self.shelf.entry(node_id).turn.text

    def code_blocks_of(self, node_id: str) -> list[tuple[str, str]]:
        """(language, code) of each code block in a message, without decoration."""
        return code_blocks(self.markdown_of(node_id))

    def to_message(self, node_id: str) -> None:
        """Bring a message's first line to the top of the pane."""
        self.window.to_entry(self.shelf.position(node_id))
        self.repaint()

    def point_at(self, node_id: str) -> None:
        """Put the reading cursor on a message, in view."""
        if node_id in self.shelf:
            position = self.shelf.position(node_id)
            self.window.settled(position)
            self.cursor.put(position)
            self.cursor.show()
            self.repaint()
