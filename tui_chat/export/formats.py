"""Export formats by file suffix."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui_chat.core.conversation import Conversation


def as_markdown(conversation: Conversation) -> str:
    from tui_chat.export.markdown import markdown  # imported late: it needs the Markdown parser

    return markdown(conversation)


def as_html(conversation: Conversation) -> str:
    from tui_chat.export.html import html

    return html(conversation)


FORMATS: Mapping[str, Callable[[Conversation], str]] = {".md": as_markdown, ".html": as_html}
"""Suffix → function that makes the file's text. `engine/conversation_files.save_file` takes them, and knows the
portable file itself."""
