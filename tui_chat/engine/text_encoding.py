"""Detects the encoding of a text that is not UTF-8 and has no mark.

A text in the wrong encoding decodes without an error more often than not, so each candidate has to show what is
frequent in its languages: kana in Japanese, Hangul in Korean, the first level of characters in Chinese, small letters
in Russian.
"""

from __future__ import annotations

import codecs
import re

from tui_chat.core.lazy_pattern import lazy_pattern

_LOOKED_AT = 2**16

_FEWEST = 6
"""Bytes beyond ASCII below which nothing can be told."""

_KANA = lazy_pattern("[\u3041-\u3096\u30a1-\u30fa]")
_HANGUL = lazy_pattern("[\uac00-\ud7a3]")
_HAN_OR_HANGUL = lazy_pattern("[\u4e00-\u9fff\uac00-\ud7a3]")
_BEYOND_ASCII = lazy_pattern(r"[^\x00-\x7f]")
_HIGH_RUN = lazy_pattern(rb"[\x80-\xff]+")
_LEVEL_1_GB = lazy_pattern(rb"[\xb0-\xd7][\xa1-\xfe]")
_LEVEL_1_BIG5 = lazy_pattern(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]")
_RUSSIAN = "оеаинтслвр"
"""Half of the letters of a Russian text."""

_CYRILLIC_WORD = lazy_pattern("[a-zA-Z]*[\u0400-\u04ff][a-zA-Z\u0400-\u04ff]*")
_ASCII_LETTER = lazy_pattern("[a-zA-Z]")
_CYRILLIC = ("cp1251", "koi8_r", "cp866")
_NAMES = {
    "iso2022_jp": "iso-2022-jp",
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "cp949": "euc-kr",
    "cp950": "big5",
    "cp1251": "windows-1251",
    "koi8_r": "koi8-r",
    "cp1252": "windows-1252",
    "latin_1": "iso-8859-1",
}
"""The usual name of a codec, where Python calls it something else."""


WESTERN = frozenset({"", "utf-8", "windows-1252", "iso-8859-1"})
"""The names that say nothing about a language."""


def decode_unmarked(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; "" for valid UTF-8, *utf-8* for one with errors, shown as U+FFFD."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if (repaired := _damaged_utf8(data, error)) is not None:
            return repaired, "utf-8"
    else:
        if not (b"\x1b$" in data and _decodes(data[:_LOOKED_AT], "iso2022_jp")):
            return text, ""
    codec = _codec(data[:_LOOKED_AT])
    return data.decode(codec, "replace"), _NAMES.get(codec, codec)


def utf16_of(data: bytes) -> str | None:
    """The codec of UTF-16 without its mark: the zero bytes of its ASCII all stand at one of two places."""
    sample = data[: _LOOKED_AT - _LOOKED_AT % 2]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or (first and second) or not (first or second):
        return None
    codec = "utf-16-be" if first else "utf-16-le"
    text = _decoded(sample, codec)
    return (
        codec if text is not None and text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable() else None
    )


def _damaged_utf8(data: bytes, error: UnicodeDecodeError) -> str | None:
    """A text of UTF-8 in which little is wrong, such as one that was cut within its last character."""
    text = data.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    right = len(_BEYOND_ASCII.findall(text, 0, _LOOKED_AT)) - text.count("\ufffd", 0, _LOOKED_AT)
    # A single byte may as well be the last letter of a Western text.
    was_cut = error.reason == "unexpected end of data" and error.end - error.start > 1
    return text if right >= 4 * wrong or (was_cut and wrong == 1) else None


def _codec(sample: bytes) -> str:
    if _is_wide(sample):
        for codec in ("iso2022_jp", "cp932", "euc_jp"):
            if _share(_decoded(sample, codec), _KANA) >= 0.2:
                return codec
        if (text := _decoded(sample, "cp949")) and _share(text, _HAN_OR_HANGUL) >= 0.5:
            hangul = len(_HANGUL.findall(text)) / len(_HAN_OR_HANGUL.findall(text))
            if hangul >= 0.95:
                return "cp949"
        if _decodes(sample, "gb18030") and _level(sample, _LEVEL_1_GB) >= 0.7:
            return "gb18030"
        if _decodes(sample, "cp950") and _level(sample, _LEVEL_1_BIG5) >= 0.7:
            return "cp950"
        shares = {codec: _russian(sample, codec) for codec in _CYRILLIC}
        if (share := max(shares.values())) >= 0.4:
            return next(codec for codec in _CYRILLIC if shares[codec] == share)
    return "cp1252" if _decodes(sample, "cp1252") else "latin_1"


def _is_wide(sample: bytes) -> bool:
    """Whether bytes beyond ASCII follow each other; in Western texts most of them stand alone."""
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs))
    return b"\x1b$" in sample or (high >= _FEWEST and high >= 1.4 * len(runs))


def _decoded(sample: bytes, codec: str) -> str | None:
    """A text whose last character may have been cut off; None if it is not in this encoding."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(sample, final=len(sample) < _LOOKED_AT)
    except UnicodeDecodeError:
        return None


def _decodes(sample: bytes, codec: str) -> bool:
    return _decoded(sample, codec) is not None


def _share(text: str | None, wanted: re.Pattern[str]) -> float:
    """How much of a text beyond ASCII is of this kind."""
    found = len(_BEYOND_ASCII.findall(text or ""))
    return len(wanted.findall(text)) / found if text and found else 0


def _level(sample: bytes, pairs: re.Pattern[bytes]) -> float:
    """How much of the bytes beyond ASCII belongs to frequent characters of two bytes."""
    high = sum(map(len, _HIGH_RUN.findall(sample)))
    return sum(sum(byte > 127 for byte in pair) for pair in pairs.findall(sample)) / high if high else 0


def _russian(sample: bytes, codec: str) -> float:
    """How much of a text beyond ASCII are frequent small letters of Russian; 0 where words are of both cases, or of two
    scripts."""
    text = _decoded(sample, codec)
    if text is None:
        return 0
    words = _CYRILLIC_WORD.findall(text)
    odd = sum(
        _ASCII_LETTER.search(word) is not None or not (word[1:] == word[1:].lower() or word.isupper()) for word in words
    )
    beyond = len(_BEYOND_ASCII.findall(text))
    return sum(map(text.count, _RUSSIAN)) / beyond if beyond and odd <= len(words) / 4 else 0
