"""Reads and validates a file to attach. Its type is determined by its bytes, not its name."""

from __future__ import annotations

import codecs
import errno
from collections.abc import Iterable
from pathlib import Path

from tui_chat.core import attachment_limits as limits
from tui_chat.core.attachment import Attachment, attachment, plain_name
from tui_chat.core.image_header import image_size, is_cut
from tui_chat.core.text_only_models import takes_no_images
from tui_chat.engine.conversation_files import FileError, unreadable
from tui_chat.engine.text_encoding import decode_unmarked, utf16_of
from tui_chat.engine.user_paths import expanded
from tui_chat.regular_file import MIB, read_regular_file

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", ""),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_NOT_IN_TEXT = bytes(set(range(32)) - set(b"\a\b\t\n\v\f\r\x1a\x1b"))

_PLAIN = "text/plain"


def read_attachment(path: Path) -> Attachment:
    """Read a file to attach to a prompt. Never waits for a pipe or a device. Raises FileError, worded for the user."""
    name, target = plain_name(path.name or str(path)), expanded(path)
    try:
        data = read_regular_file(target, limits.MAX_FILE)
    except OSError as error:
        raise _unread(path, error) from None
    if data[:1024].lstrip().startswith(b"%PDF-"):
        from tui_chat.engine.pdf_text import pdf_text

        return attachment(name, "application/pdf", len(data), _limited(path, pdf_text(path, data)))
    if is_cut(data):
        raise FileError(f"The picture {path} is not whole: its end is missing.", "Copy or download it again.")
    if (header := image_size(data)) is not None:
        if len(data) > limits.MAX_IMAGE:
            raise _too_large(path, f"{len(data) / MIB:.1f} MiB; at most {limits.MAX_IMAGE // MIB} MiB can be sent")
        if max(header.width, header.height) > limits.MAX_SIDE:
            raise _too_large(
                path, f"{header.width}×{header.height} pixels; at most {limits.MAX_SIDE:,} a side can be sent"
            )
        return attachment(name, header.media_type, len(data), data)
    text, charset = _decoded(path, data)
    media_type = f"{_PLAIN}; charset={charset}" if charset else _PLAIN
    return attachment(name, media_type, len(data), _limited(path, text))


def encoding_words(attached: Attachment) -> str:
    """The notice about a text that is empty or not in UTF-8; "" for any other."""
    if not attached.size:
        return f"{attached.name} is empty."
    charset = attached.media_type.partition("charset=")[2]
    if charset == "utf-8":
        return f"{attached.name} is not whole: what cannot be read of it is shown as \ufffd."
    return f"{attached.name} is not UTF-8; it was read as {charset}." if charset else ""


def no_images(attached: Iterable[Attachment], model: str | None) -> FileError | None:
    """Why a model known to take no pictures cannot be sent these; None if it can."""
    picture = next((each for each in attached if each.is_image), None)
    if picture is None or not takes_no_images(model):
        return None
    return FileError(
        f"{picture.name} was not sent: the model {model} takes no pictures.",
        "Choose a model that does, or leave the picture out.",
    )


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    """The text and its detected encoding; "" for UTF-8."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(codec), name
            except UnicodeDecodeError:
                break
    if b"\0" in data:
        if (wide := utf16_of(data)) is None:
            raise _binary(path)
        return data.decode(wide, "replace"), wide
    text, charset = decode_unmarked(data)
    if charset and len(data.translate(None, _NOT_IN_TEXT)) < len(data):
        raise _binary(path)
    return text, charset


def _limited(path: Path, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if len(data) > limits.MAX_TEXT:
        size = f"{len(data) / MIB:.1f} MiB of text; at most {limits.MAX_TEXT // MIB} MiB can be sent"
        raise FileError(f"{path} is too large to attach: it has {size}.", "Attach a part of it.")
    return data


def _too_large(path: Path, size: str) -> FileError:
    return FileError(f"The picture {path} is too large: it has {size}.", "Make it smaller, then attach it again.")


def _binary(path: Path) -> FileError:
    return FileError(
        f"{path} cannot be attached: it is neither a text, a picture (PNG, JPEG, WebP, GIF) nor a PDF.",
        "Save it as one of these first.",
    )


def _unread(path: Path, error: OSError) -> FileError:
    if error.errno == errno.EFBIG:
        return FileError(f"{path} is too large to attach: it is {error.strerror}.", "Attach a part of it.")
    return unreadable(path, error)
