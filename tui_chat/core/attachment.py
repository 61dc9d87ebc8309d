"""An attached file, as stored and as sent.

A text is sent before the prompt, between `<file name="…">` and `</file>`; a picture as a part of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.short_number import counted

NAME_LENGTH = 120
"""The longest file name that is kept, in characters."""

_NOT_IN_A_NAME = lazy_pattern(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\[\]<>\"]+"
)
_CLOSED = lazy_pattern(r"</?file(-\d+)?\b")


@dataclass(frozen=True, slots=True)
class Attachment:
    """`size` is that of the file in bytes. `data` is what is stored: the bytes of a picture, else a text in UTF-8 (of a
    PDF, its text). `sha256` is its hash, in hexadecimal digits. `media_type` includes the text's original encoding."""

    name: str
    media_type: str
    size: int
    sha256: str
    data: bytes = field(repr=False, compare=False)

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def text(self) -> str:
        """The text; "" for a picture."""
        return "" if self.is_image else self.data.decode("utf-8", "replace")

    @property
    def lines(self) -> int:
        """Lines of a text."""
        return 0 if self.is_image or not self.data else self.data.count(b"\n") + (not self.data.endswith(b"\n"))

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of a picture; (0, 0) if unknown."""
        from tui_chat.core.image_header import image_size

        found = image_size(self.data) if self.is_image else None
        return (0, 0) if found is None else (found.width, found.height)


def attachment(name: str, media_type: str, size: int, data: bytes) -> Attachment:
    """Make an attachment with this content."""
    return Attachment(plain_name(name), media_type, size, digest(data), data)


def digest(data: bytes) -> str:
    # Not at the top: what no prompt has need not be loaded for the first key.
    from hashlib import sha256

    return sha256(data).hexdigest()


def plain_name(name: str) -> str:
    """A file's name without characters that could be misread on a screen, in a request or in a link."""
    plain = _NOT_IN_A_NAME.sub("_", name.strip()) or "file"
    if len(plain) <= NAME_LENGTH:
        return plain
    stem, dot, suffix = plain.rpartition(".")
    if not stem or len(suffix) > 10:
        return plain[:NAME_LENGTH]
    return f"{plain[: NAME_LENGTH - len(suffix) - 2]}…{dot}{suffix}"


def about(attached: Attachment) -> str:
    """A short description: `200 lines`, `640×480`, `windows-1252, 12 lines`."""
    if attached.is_image:
        width, height = attached.pixels
        return f"{width}×{height}" if width else short_size(attached.size)
    lines = counted(attached.lines, "line")
    charset = attached.media_type.partition("charset=")[2]
    return f"{charset}, {lines}" if charset else lines


def short_size(size: int) -> str:
    """A number of bytes: `812 B`, `20 kB`, `5.0 MB`."""
    for unit, letters in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= unit:
            scaled = size / unit
            return f"{scaled:.1f} {letters}" if scaled < 9.95 else f"{scaled:.0f} {letters}"
    return f"{size} B"


def with_files(prompt: str, attachments: Iterable[Attachment]) -> str:
    """The prompt, preceded by the texts of its files."""
    files = [_block(each) for each in attachments if not each.is_image]
    return "\n\n".join([*files, prompt]) if prompt else "\n\n".join(files)


def _block(attached: Attachment) -> str:
    """A text between tags that do not occur in it."""
    text = attached.text
    taken = {found[1] or "" for found in _CLOSED.finditer(text)}
    tag = "file" + next(end for end in ("", *(f"-{n}" for n in range(2, len(taken) + 3))) if end not in taken)
    between = "" if text.endswith("\n") or not text else "\n"
    return f'<{tag} name="{attached.name}">\n{text}{between}</{tag}>'


def images(attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    return tuple(each for each in attachments if each.is_image)


def data_uri(attached: Attachment) -> str:
    """A picture as a data: address."""
    from base64 import b64encode

    return f"data:{attached.media_type};base64,{b64encode(attached.data).decode('ascii')}"
