"""What the facts of ui/messages.py have in common. Those are loaded after the first frame, this before it."""

from __future__ import annotations

from textual.message import Message


class Fact(Message):
    """Something that has happened. The chat screen hands it to the controllers that deal with it."""
