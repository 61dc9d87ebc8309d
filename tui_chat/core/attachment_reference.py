"""References to attached files in the text of an unsent prompt.

They look like links, `[app.log](attachment:HASH:SIZE:TOKENS:text/plain "200 lines")`, because $EDITOR shows them, and
they travel with the prompt's text through drafts, the queue, the history of prompts and undo. A separate list would
have to be kept in step with the text in all of these places.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tui_chat.core.attachment import Attachment, about
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_number import short_number

_REFERENCE = lazy_pattern(
    r"\[(?P<name>[^\[\]\n]{1,150})\]"
    r"\(attachment:(?P<sha256>[0-9a-f]{64}):(?P<size>\d{1,15}):(?P<tokens>\d{1,12})"
    r":(?P<type>[\w.+-]+/[\w.+-]+(?:;charset=[\w-]+)?)"
    r'(?: "(?P<about>[^"\n]{0,60})")?\)'
)


_LEADING = lazy_pattern(rf"\A\s*(?:{re.sub(r'[?]P<[^>]*>', '?:', _REFERENCE.pattern)}\s*)+")


@dataclass(frozen=True, slots=True)
class AttachmentReference:
    """`tokens` is an estimate; `about` describes it in a few words."""

    name: str
    sha256: str
    size: int
    tokens: int
    media_type: str
    about: str = ""

    @property
    def text(self) -> str:
        """As written in a prompt."""
        kind = self.media_type.replace("; ", ";")
        title = f' "{self.about}"' if self.about else ""
        return f"[{self.name}](attachment:{self.sha256}:{self.size}:{self.tokens}:{kind}{title})"

    @property
    def shown(self) -> str:
        """As drawn: `[app.log · 200 lines · ~5k tok]`."""
        return f"[{' · '.join(filter(None, (self.name, self.about, f'~{short_number(self.tokens)} tok')))}]"

    def with_data(self, data: bytes) -> Attachment:
        return Attachment(self.name, self.media_type, self.size, self.sha256, data)


def reference(attached: Attachment, tokens: int) -> AttachmentReference:
    return AttachmentReference(
        attached.name, attached.sha256, attached.size, tokens, attached.media_type, about(attached)
    )


def has_references(text: str) -> bool:
    """Quick check: most texts have none."""
    return "](attachment:" in text and _REFERENCE.search(text) is not None


def references(text: str) -> list[AttachmentReference]:
    """The references in a text, each once, in order."""
    found = [_made(match) for match in _REFERENCE.finditer(text)] if "](attachment:" in text else []
    return list(dict.fromkeys(found))


def read_reference(text: str) -> AttachmentReference | None:
    """The reference, if the text is exactly one."""
    match = _REFERENCE.fullmatch(text)
    return None if match is None else _made(match)


def replaced(text: str, replace: Callable[[AttachmentReference], str]) -> str:
    return _REFERENCE.sub(lambda match: replace(_made(match)), text) if "](attachment:" in text else text


def without_references(text: str) -> str:
    """The text besides the files. A reference among words leaves its name, as in `see app.log`; references before all
    words and lines of references alone are dropped. If nothing else is left, the names are."""
    if not has_references(text):
        return text
    kept = [
        replaced(line, lambda each: each.name)
        for line in _LEADING.sub("", text).split("\n")
        if not has_references(line) or replaced(line, lambda each: "").strip()
    ]
    said = "\n".join(kept).strip("\n")
    return said if said.strip() else ", ".join(each.name for each in references(text))


def with_references(text: str, found: Sequence[AttachmentReference]) -> str:
    """A sent prompt, to be edited again: its files are on a line above it."""
    return f"{' '.join(each.text for each in found)}\n{text}" if found else text


def shown_references(text: str) -> str:
    """The text with its references as drawn."""
    return replaced(text, lambda each: each.shown)


def _made(match: re.Match[str]) -> AttachmentReference:
    return AttachmentReference(
        match["name"],
        match["sha256"],
        int(match["size"]),
        int(match["tokens"]),
        match["type"].replace(";", "; "),
        match["about"] or "",
    )
