"""The prompt: where the user types."""

from tui_chat.ui.widgets.prompt.widget import MAX_LINES, Prompt

__all__ = ["MAX_LINES", "Prompt"]
