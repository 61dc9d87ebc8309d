"""Recognizes pictures by their bytes (PNG, JPEG, WebP, GIF), since file names can lie, and those without their end."""

from __future__ import annotations

import struct
from struct import unpack_from

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_MARKER = lazy_pattern(rb"\xff([\x01-\xcf\xd8-\xfe])")
"""A marker of a JPEG that is followed by a segment; what is left out stands in the data of a picture."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    media_type: str
    width: int
    height: int


def image_size(data: bytes) -> ImageHeader | None:
    """Type and size of a picture; None for anything else, or if the size is missing."""
    try:
        return _png(data) or _gif(data) or _webp(data) or _jpeg(data)
    except (struct.error, IndexError):
        return None


def is_cut(data: bytes) -> bool:
    """Whether this begins as a picture, and its end is missing, as of a download that broke off. What follows after the
    end does not matter."""
    try:
        if data.startswith(PNG):
            return _is_cut_png(data)
        if data.startswith(JPEG):
            return _is_cut_jpeg(data)
        if _gif(data):
            return _is_cut_gif(data)
        # The last byte may be an omitted filler.
        return data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) + 1 < 8 + unpack_from("<I", data, 4)[0]
    except (struct.error, IndexError):
        return True


def _is_cut_png(data: bytes) -> bool:
    at = len(PNG)
    while data[at + 4 : at + 8] != b"IEND":
        at += 12 + unpack_from(">I", data, at)[0]
    return False


def _is_cut_jpeg(data: bytes) -> bool:
    at = 2
    while (found := _MARKER.search(data, at)) is not None and found[1] != b"\xd9":
        at = found.end()
        if found[1] not in b"\x01\xd8":
            at += max(unpack_from(">H", data, at)[0], 2)
    return found is None


def _is_cut_gif(data: bytes) -> bool:
    """Programs show one without the byte that ends it, too, if its picture is there."""
    at, has_picture = 13 + _palette(data[10]), False
    while at < len(data):
        match data[at : at + 1]:
            case b"!":
                at = _after_blocks(data, at + 2)
            case b",":
                at, has_picture = _after_blocks(data, at + 11 + _palette(data[at + 9])), True
            case b"\0":  # a filler of careless programs
                at += 1
            case _:
                return False
    return not has_picture


def _palette(flags: int) -> int:
    """The bytes of a list of colours."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while size := data[at]:
        at += 1 + size
    return at + 1


def _png(data: bytes) -> ImageHeader | None:
    if data[:8] != PNG or data[12:16] != b"IHDR":
        return None
    return _header("image/png", *unpack_from(">II", data, 16))


def _gif(data: bytes) -> ImageHeader | None:
    # Each part of one ends with a zero; a text may begin with the same letters.
    if data[:6] not in (b"GIF87a", b"GIF89a") or b"\0" not in data:
        return None
    return _header("image/gif", *unpack_from("<HH", data, 6))


def _webp(data: bytes) -> ImageHeader | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    match data[12:16]:
        case b"VP8X":
            wide = int.from_bytes(data[24:27], "little") + 1
            high = int.from_bytes(data[27:30], "little") + 1
        case b"VP8L" if data[20] == 0x2F:
            bits = unpack_from("<I", data, 21)[0]
            wide, high = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if data[23:26] == b"\x9d\x01\x2a":
            wide, high = (each & 0x3FFF for each in unpack_from("<HH", data, 26))
        case _:
            return None
    return _header("image/webp", wide, high) if len(data) >= 30 or data[12:16] == b"VP8L" else None


def _jpeg(data: bytes) -> ImageHeader | None:
    """The size is in the first frame, after segments of any length."""
    if data[:3] != JPEG:
        return None
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = unpack_from(">HH", data, at + 5)
            return _header("image/jpeg", wide, high)
        else:
            at += 2 + max(unpack_from(">H", data, at + 2)[0], 2)
    return None


def _header(media_type: str, width: int, height: int) -> ImageHeader | None:
    return ImageHeader(media_type, width, height) if width and height else None
