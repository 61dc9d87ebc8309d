"""How an app in a browser hands its visitor's links to `tui-chat serve`."""

from __future__ import annotations

OPEN_LINKS_FD = "TUI_CHAT_OPEN_LINKS_FD"
"""The variable with the descriptor to which the app writes the links that its visitor opens, one a line."""
