"""The base class of ui/widget_messages.py, separate because the first frame needs it and not the messages."""

from __future__ import annotations

from textual.message import Message


class MessageBase(Message):
    """The base class. The chat screen hands each to the controllers that handle it."""
