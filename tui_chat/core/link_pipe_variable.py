"""How the app in a browser passes its visitor's links to `tui-chat serve`."""

from __future__ import annotations

OPEN_LINKS_FD = "TUI_CHAT_OPEN_LINKS_FD"
"""The environment variable with the descriptor to which the app writes the links that its visitor opens, one
per line."""
