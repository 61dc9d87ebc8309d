"""Recognizes pictures by their first bytes (PNG, JPEG, WebP, GIF), since file names can lie."""

from __future__ import annotations

import struct
from struct import unpack_from

from tui_chat.core.quick_dataclass import dataclass


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


def _png(data: bytes) -> ImageHeader | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        return None
    return _header("image/png", *unpack_from(">II", data, 16))


def _gif(data: bytes) -> ImageHeader | None:
    if data[:6] not in (b"GIF87a", b"GIF89a"):
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
    if data[:3] != b"\xff\xd8\xff":
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
