"""Reports that come in floods, in place of Textual 8.2.8's handling: it looks for the widget under the pointer at each
move of the mouse, and restyles everything whenever the window gains or loses the focus. A terminal that sends hundreds
of either at once (a slow line that catches up, a window manager gone wild) would hold up the keys for seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual import events
from textual.message import Message


def newest(messages: Iterable[Message]) -> Iterator[Message]:
    """The messages of one read without those that the next one makes void: moves of the pointer with the same buttons,
    changes of the window's focus. Keys, clicks and their order stay."""
    held: Message | None = None
    try:
        for message in messages:
            if held is not None and not _replaces(message, held):
                yield held
            held = message
    except Exception:
        # Events before the unreadable one still count.
        if held is not None:
            yield held
        raise
    if held is not None:
        yield held


def _replaces(message: Message, before: Message) -> bool:
    match before, message:
        case events.MouseMove(), events.MouseMove():
            return (before.button, before.shift, before.ctrl, before.meta) == (
                message.button,
                message.shift,
                message.ctrl,
                message.meta,
            )
        case ((events.AppFocus() | events.AppBlur()), (events.AppFocus() | events.AppBlur())):
            return True
        case _:
            return False
