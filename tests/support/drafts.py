"""Drafts as another process finds them."""

from __future__ import annotations

from pathlib import Path

from tui_chat.store.library import Library


def draft_on_disk(folder: Path, owner: str = "") -> str:
    """What is stored as the draft of a conversation; "" stands for those not begun."""
    library = Library(folder)
    library.open().now()
    try:
        return library.drafts.get(owner).now()
    finally:
        library.close().now()
