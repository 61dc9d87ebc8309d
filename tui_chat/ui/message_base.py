"""The base class of ui/messages.py, separate because the first frame needs it and not the messages."""

from __future__ import annotations

from textual.message import Message


class Fact(Message):
    """Something that has happened. The chat screen hands it to the controllers that deal with it."""
