"""Finds a secret in every form in which a server may echo it: escaped, encoded, in other case, split."""

from __future__ import annotations

import base64
import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.request_secrets import SHORTEST
from tui_chat.core.spans import merged

_ESCAPED = lazy_pattern(
    r"""%(?:25)*(?P<url>[0-9a-f]{2})
      | \\\\*(?:u(?P<json>[0-9a-f]{4}) | x(?P<hex>[0-9a-f]{2}) | (?P<itself>[/"'\\]))
      | &(?:amp;)*(?:\#0*(?P<decimal>[0-9]{1,5}); | \#x0*(?P<entity>[0-9a-f]{1,4}); | (?P<name>[a-z]{2,16});)""",
    re.VERBOSE,
)
"""Escapes, for lower-case text. Each kind begins with a character of its own, which makes the search fast."""

_BEGUN = lazy_pattern(
    r"""(?:%(?:25)*[0-9a-f]? | \\+(?:u[0-9a-f]{0,3}|x[0-9a-f]?)? | &(?:amp;)*(?:\#x?[0-9a-f]{0,8}|[a-z]{0,16}))\Z""",
    re.IGNORECASE | re.VERBOSE,
)
"""An escape whose end has not arrived. It includes what may still become a doubled one, such as `%25`."""

_HELD = 4
"""Characters of a secret's beginning from which on a stream is held back. Fewer mean nothing: they are in every
text."""


_SHORT = 200
"""The longest piece for which a quick check pays off before the search."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without its escapes, in lower case.

    `runs` are the places in it and in the original text from which both run in parallel. From `cut` on it is the
    beginning of an escape.
    """

    text: str
    cut: int
    runs: tuple[list[int], list[int]] = ([0], [0])

    def outer(self, index: int) -> int:
        """The place in the original text."""
        return _across(index, *self.runs)

    def inner(self, place: int) -> int:
        """The place in this text."""
        return _across(place, *reversed(self.runs))


def _across(index: int, here: list[int], there: list[int]) -> int:
    run = bisect_right(here, index) - 1
    place = there[run] + index - here[run]
    return min(place, there[run + 1]) if run + 1 < len(there) else place  # an escape is longer than what it means


def plain(text: str) -> Plain:
    """Undo every known escape, also mixed and doubled ones."""
    low = text.lower()
    if len(low) != len(text):  # a few letters become two
        low = "".join(map(_lower, text))
    if "%" not in low and "\\" not in low and "&" not in low:
        return Plain(low, len(low))
    pieces: list[str] = []
    inner, outer = [0], [0]
    for found in _ESCAPED.finditer(low):
        literal = low[outer[-1] : found.start()]
        pieces += (literal, _meant(found))
        at = inner[-1] + len(literal)
        inner += (at, at + 1)
        outer += found.span()
    pieces.append(low[outer[-1] :])
    begun = _BEGUN.search(low, max(0, len(low) - 64))
    whole = begun.start() if begun else len(low)
    return Plain("".join(pieces), _across(whole, outer, inner), (inner, outer))


def _lower(char: str) -> str:
    return low if len(low := char.lower()) == 1 else char


def _meant(found: re.Match[str]) -> str:
    """The character that an escape stands for."""
    kind, value = found.lastgroup, found[found.lastgroup or 0]
    match kind:
        case "url" | "json" | "hex" | "entity":
            char = chr(int(value, 16))
        case "decimal":
            char = chr(int(value))
        case "name":
            char = html.unescape(f"&{value};")
        case _:
            char = value
    return _lower(char) if len(char) == 1 else "\0"


class SecretForms:
    """Finds a set of secrets in texts, ignoring case and escapes of any kind."""

    def __init__(self, secrets: Iterable[str]) -> None:
        needles = {needle for secret in secrets for needle in _needles(secret) if len(needle) >= SHORTEST}
        self._needles = sorted(needles, key=len, reverse=True)
        self._by_first: dict[str, list[str]] = {}
        for needle in self._needles:
            self._by_first.setdefault(needle[0], []).append(needle)
        self.longest = len(self._needles[0]) if needles else 0
        self._shortest = len(self._needles[-1]) if needles else 0
        heads = sorted({needle[:2] for needle in needles})
        ways = (rf"{re.escape(head)}|{re.escape(head[0])}\Z" for head in heads)
        self._head = re.compile("|".join((r"[%\\&]", *ways)))
        self._telling = frozenset(self._by_first) | set("%\\&")

    def __bool__(self) -> bool:
        return bool(self._needles)

    def may_begin(self, text: str) -> bool:
        """Quick check: False if nothing in a piece can begin a secret."""
        low = text.lower()
        return not self._telling.isdisjoint(low) and (len(low) > _SHORT or self._head.search(low) is not None)

    def find(self, text: str) -> list[tuple[int, int]]:
        """The places of secrets in a plain text, in order and without overlaps."""
        if len(text) < self._shortest:
            return []
        return merged(span for needle in self._needles for span in _all(needle, text))

    def spans(self, text: Plain) -> list[tuple[int, int]]:
        """The places of secrets in the original text."""
        return [(text.outer(start), text.outer(end)) for start, end in self.find(text.text)]

    def begun(self, text: Plain, after: int = 0) -> tuple[int, int]:
        """Where a secret begins at the end of a text, not before the place `after`, and how many characters of it there
        are, not counting a possible escape."""
        start = text.inner(after)
        at = self._begun(text.text[: text.cut], start)
        length = text.cut - at
        if text.cut < len(text.text) and (literal := self._begun(text.text, start)) <= at:
            at, length = literal, len(text.text) - literal
        return text.outer(max(at, start)), max(length, 0)

    def _begun(self, text: str, start: int) -> int:
        for at in range(max(start, len(text) - self.longest + 1), len(text)):
            needles = self._by_first.get(text[at])
            if needles is not None:
                rest = text[at:]
                if any(needle.startswith(rest) for needle in needles):
                    return at
        return len(text)


def _all(needle: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(needle)
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + len(needle))


def _needles(secret: str) -> Iterator[str]:
    """What is searched in texts without escapes: the secret itself, hexadecimal, and base64."""
    raw = secret.encode("utf-8", "surrogatepass")
    for text in (secret, raw.decode("latin-1")):  # URLs spell bytes, JSON and HTML letters
        yield from (text.lower(), text.replace(" ", "+").lower(), plain(text).text)
    yield raw.hex()
    for offset, encode in ((offset, encode) for offset in range(3) for encode in _ENCODERS):
        whole = encode(b"\0" * offset + raw).decode().rstrip("=")
        # a character of base64 may share its bits with what comes before or after
        first = (0, 2, 3)[offset]
        last = len(whole) - ((offset + len(raw)) % 3 != 0)
        yield whole[first:last].lower()


_ENCODERS = (base64.b64encode, base64.urlsafe_b64encode)


@dataclass(slots=True)
class Stream:
    """One text that arrives in pieces. What may begin a secret is held back until that is decided.

    `raw` is the text since the last place where no secret can have begun; `shown` characters of it were returned.
    """

    forms: SecretForms
    mask: str
    raw: str = ""
    shown: int = 0

    def feed(self, piece: str) -> str:
        """Add text; returns what can be shown now."""
        if not self.forms or not (self.raw or self.forms.may_begin(piece)):
            return piece
        self.raw += piece
        text = plain(self.raw)
        spans = self.forms.spans(text)
        after = spans[-1][1] if spans else 0
        kept, length = self.forms.begun(text, after)
        upto = kept if length >= _HELD else len(self.raw)
        out = _without(self.raw, spans, self.mask, self.shown, upto)
        self.shown = max(self.shown, upto) - kept
        self.raw = self.raw[kept:]
        if len(self.raw) > 16 * self.forms.longest + 64:  # an escape that never ends
            out += self.flush()
            self.raw, self.shown = "", 0
        return out

    def flush(self) -> str:
        """Release the held text at the end; a truncated secret is masked, too."""
        rest, self.shown = self.raw[self.shown :], len(self.raw)
        if not rest:
            return ""
        return self.mask if len(plain(self.raw).text) >= SHORTEST else rest

    @property
    def holds(self) -> bool:
        return self.shown < len(self.raw)

    def held(self, more: str = "") -> str:
        """What `flush` would return if the text ended here, or after this much more."""
        ahead = replace(self)
        return ahead.feed(more) + ahead.flush()


def without(text: str, forms: SecretForms, mask: str) -> str:
    """Mask the secrets of a complete text, including one cut off at its end."""
    if not forms:
        return text
    bare = text.rstrip("….")
    flat = plain(bare)
    spans = forms.spans(flat)
    at, length = forms.begun(flat, spans[-1][1] if spans else 0)
    if length >= SHORTEST:
        spans.append((at, len(bare)))
    return _without(text, spans, mask, 0, len(text)) if spans else text


def _without(text: str, spans: list[tuple[int, int]], mask: str, start: int, end: int) -> str:
    """The text from `start` to `end`; a span that was partly shown is masked from there on."""
    pieces, at = [], start
    for first, last in spans:
        if last > start:
            pieces += [text[at:first], mask] if first >= at else [mask]
            at = last
    return "".join([*pieces, text[at:end]])
