"""A preview of the conversation under the library's cursor."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tui_chat.render.safe import safe_text

MOST = 4_000
"""Characters of a message that are laid out: no screen shows more."""


class LibraryPreview(Widget):
    """The last messages, as many as fit, the newest at the bottom; with a found text, the message that has it."""

    DEFAULT_CSS = """
    LibraryPreview { width: 1fr; height: 1fr; padding: 0 1 0 2; border-left: vkey $primary-muted; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._messages: Sequence[tuple[str, str]] = ()
        self._found = ""

    def show(self, messages: Sequence[tuple[str, str]], found: str = "") -> None:
        """Show these messages, each as (who, text); `found` is marked, and scrolled into view in the last one."""
        self._messages, self._found = messages, found
        self.refresh()

    def render(self) -> Content:
        width, height = max(self.content_size.width, 1), max(self.content_size.height, 1)
        lines: list[Content] = []
        for who, text in self._messages:
            lines += [Content(""), Content.assemble((safe_text(who), "bold $text-accent"))]
            lines += self._wrapped(text[:MOST] if self._found not in text[MOST:] else text[-MOST:], width)
        marked = [y for y, line in enumerate(lines) if self._found and self._found.casefold() in line.plain.casefold()]
        last = min(marked[-1] + height // 2, len(lines)) if marked else len(lines)
        return Content("\n").join(lines[1:][max(last - height - 1, 0) :][:height])

    def _wrapped(self, text: str, width: int) -> list[Content]:
        content = Content(safe_text(text).strip())
        found, at = self._found.casefold(), 0
        plain = content.plain.casefold()
        while found and len(plain) == len(content.plain) and (at := plain.find(found, at)) >= 0:
            content = content.stylize("bold $text-primary", at, at + len(found))
            at += len(found)
        return [line for part in content.split("\n", allow_blank=True) for line in part.wrap(width)]
