"""The largest files that can be attached."""

from __future__ import annotations

from tui_chat.regular_file import MIB

MAX_FILE = 64 * MIB
MAX_TEXT = 16 * MIB
MAX_IMAGE = 10 * MIB
MAX_SIDE = 8_000
"""The longest side of a picture, in pixels. Providers refuse larger ones, each at its own limit."""
