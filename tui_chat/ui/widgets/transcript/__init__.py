"""The conversation pane."""

from tui_chat.ui.widgets.transcript.widget import Transcript

__all__ = ["Transcript"]
