"""Segments texts for the full-text index, so that SQLite's tokenizer finds words it would otherwise miss.

- Scripts that are written without spaces, and Korean, whose particles are glued to words: pairs of neighbouring
  characters, and the last one alone. `使用Python` becomes `使用 用 Python`, and any part of it is found as a phrase.
- Full width, ligatures, and letters with accents that the tokenizer keeps (Greek, Cyrillic, Vietnamese): folded.
- Signs that may be written or not (the points of Arabic, Hebrew, Syriac, the dot below of Indian letters, soft
  hyphens), at which the tokenizer would end a word: left out, and letters that were written in one with them, or in
  a form of a place in the word, taken apart.
- `C++` and `C#`: followed by one token for word and signs together.

The index can only forget a text if it is given the same tokens again, so what is made here must never change without
a migration that makes the index new. Nothing in it depends on the version of Python: the ranges are fixed, and the
normal form of a character that Unicode has assigned is stable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from tui_chat.core.lazy_pattern import lazy_pattern

_THAI = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ede\u1000-\u103f\u1780-\u17d3"
_UNSPACED = lazy_pattern(
    f"[{_THAI}\u3005\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uffdc\u1100-\u11ff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb"
    "\U00020000-\U0002a6df\U0002f800-\U0002fa1f]+"
)
_WITH_MARKS = lazy_pattern(f"[{_THAI}\u3099\u309a]")
_FOLDED = lazy_pattern(
    "[\u00aa\u00b2\u00b3\u00b9\u00ba\u00bc-\u00be\u00c6\u00d8\u00df\u00e6\u00f8\u0110\u0111\u0131-\u0133\u013f-\u0142"
    "\u0152\u0153\u01c4-\u0233\u0386-\u0390\u03aa-\u03b0\u03ca-\u03ce\u0400\u0401\u0403\u0407\u040c-\u040e\u0419\u0439"
    "\u0450\u0451\u0453\u0457\u045c-\u045e\u04c1\u04c2\u04d0-\u04f9\u1e00-\u1fff\ufb00-\ufb06\uff01-\uff5e]"
)
MARKS = (
    "\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u08d3-\u08e1\u08e3-\u08ff"
    "\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc\u1ab0-\u1abd\u1dc0-\u1df9\u1dfb-\u1dff\u20d0-\u20dc\u20e1\u20e5-\u20f0\ufe20-\ufe2f"
)
"""Signs within words that make no other word, for a class of a pattern."""
_MARKED = lazy_pattern(
    f"[{MARKS}\u0622-\u0626\u0629\u0649\u06a9\u06c0\u06c2\u06cc\u06d3\u0929\u0931\u0934\u0958-\u095f\u09dc\u09dd\u09df"
    "\u0a33\u0a36\u0a59-\u0a5b\u0a5e\u0b5c\u0b5d\ufb1d-\ufb4f\ufb50-\ufdfb\ufe70-\ufefc]+"
)
_BEYOND_ASCII = lazy_pattern(r"[^\x00-\x7f]+")
_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ς": "σ",
    "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "\u0640": "", "\u00ad": "",
}  # fmt: skip
"""Substitutes for letters without a decomposition, as other keyboards write them."""
_TYPED = str.maketrans("‘’“”„‐–", '\'\'"""--')
"""What models write for the quotes and the hyphen of a keyboard. The index takes both as gaps between words."""

_SIGNED = lazy_pattern(r"(?<![^\W_])([^\W_]+)([+#]{1,3})")
_SIGNS = {ord("+"): "\ue02b", ord("#"): "\ue023"}
"""Private use characters, which are letters to the tokenizer."""

_ENDS = ".,;:!?\"'…。、！？”’"
"""Characters that may follow a searched word without belonging to it."""


def segmented(text: str) -> str:
    """The text as the index gets it."""
    return segmented_with_marks(without_marks(text))


def without_marks(text: str) -> str:
    return text if text.isascii() else _MARKED.sub(_fold_match, text)


def segmented_with_marks(text: str) -> str:
    """The text as the index got it up to version 8 of the library."""
    if not text.isascii():
        text = _UNSPACED.sub(_pairs, _FOLDED.sub(_fold_match, text))
    if "+" in text or "#" in text:
        text = _SIGNED.sub(_with_signs, text)
    return text


def on_value(segment: Callable[[str], str], value: str | bytes | float | None) -> str | float | None:
    """`segmented` and the like for SQL, whatever a damaged column holds."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return segment(text) if isinstance(text, str) else text


def phrase(word: str, *, begins: bool) -> tuple[str, bool]:
    """A search word as a phrase of index tokens; and whether its last token is a prefix.

    `begins`: the word may be a prefix.
    """
    made = segmented(word).strip()
    if not _UNSPACED.fullmatch(made[-1:]):
        return made, begins
    head, _, last = made.rpartition(" ")
    # A single character is indexed only at the end of a run; the pair before it covers it elsewhere.
    pair = head.rstrip().rpartition(" ")[2]
    in_pair = len(pair) > 1 and pair.endswith(last) and _UNSPACED.fullmatch(pair)
    return (head.rstrip(), False) if in_pair else (made, True)


def needs_comparing(word: str) -> bool:
    """Whether the index alone cannot tell if a text contains this word, because it has signs, which separate words."""
    word = without_marks(word)
    rest = _SIGNED.sub("", word) if "+" in word or "#" in word else word
    return any(not _is_letter(char) for char in rest) or _WITH_MARKS.search(word) is not None


def is_indexed(word: str) -> bool:
    """Whether any part of this word is in the index."""
    return any(_is_letter(char) for char in without_marks(word))


def without_end(word: str) -> str:
    """A word without trailing punctuation."""
    return word.rstrip(_ENDS) or word


def folded(text: str) -> str:
    """Lower case, without accents and full width: equal for texts that should match."""
    # Most texts that are not ASCII have a few dashes and quotes: taking all of them apart takes twenty times as long.
    return text.lower() if text.isascii() else _BEYOND_ASCII.sub(_bare, text.lower())


def _bare(run: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKD", run[0]).translate(_TYPED)
    return "".join(_LETTERS.get(char, char) for char in plain if not unicodedata.combining(char))


def holds(text: object, word: str) -> bool:
    """Whether a text contains a word (as returned by `folded`), including its signs.

    SQL passes bytes: invalid UTF-8 in a damaged file would fail before reaching this function.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return isinstance(text, str) and word in folded(text)


def _is_letter(char: str) -> bool:
    if ord(char) > 0x2A6DF and not 0x2F800 <= ord(char) <= 0x2FA1F:
        return False  # the tokenizer knows Unicode 6.1
    return unicodedata.category(char)[0] in "LN" or unicodedata.combining(char) > 0


def _pairs(run: re.Match[str]) -> str:
    text = unicodedata.normalize("NFKC", run[0])
    if _WITH_MARKS.search(text):
        text = "".join(char for char in text if unicodedata.category(char) != "Mn")
    pairs = [text[at : at + 2] for at in range(len(text) - 1)]
    return f" {' '.join((*pairs, text[-1:]))} "


def _fold_match(found: re.Match[str]) -> str:
    return folded(found[0])


def _with_signs(found: re.Match[str]) -> str:
    return f"{found[0]} {found[1]}{found[2].translate(_SIGNS)} "
