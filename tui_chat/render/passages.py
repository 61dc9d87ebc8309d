"""Finds passages of a message's source in its drawn lines, where Markdown marks are gone and lines are wrapped.

What both have in common are the letters and digits, so passages are looked for by these alone. Keeping the place in the
source of every drawn character was the alternative: it would have to go through all of the drawing, for a rare need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.line import Line

Places = dict[int, list[tuple[int, int]]]
"""Line → (start, end) in its characters, in order and apart."""

LONGEST = 100_000
"""Characters of a source in which passages are looked for: a tenth of a second on a slow machine."""

EDGE = 12
"""Letters by which the ends of a passage are found if it is drawn differently from its source."""

_LETTER = lazy_pattern(r"[^\W_]")
_TARGET = lazy_pattern(r"\]\([^)\s]*\)|\]\(<[^>]*>\)|<https?://[^>\s]*>")
"""Addresses of links, which are not drawn."""


def passages(lines: Sequence[Line], source: str, spans: Iterable[tuple[int, int]]) -> Places:
    """Where the passages `spans` of the source are. One that cannot be found is left out."""
    wanted = sorted(spans)
    if not wanted or len(source) > LONGEST:
        return {}
    drawn, at = _drawn(lines)
    places: Places = {}
    for first, after in letters_of(drawn, source, wanted):
        ends: dict[int, tuple[int, int]] = {}
        for row, column in at[first:after]:
            ends[row] = (ends.get(row, (column, 0))[0], column + 1)
        for row, part in ends.items():
            places[row] = joined([*places.get(row, []), part])
    return places


def letters_of(drawn: str, source: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The passages as (start, end) among the letters that are drawn; (0, 0) for one that cannot be found."""
    for start, end in spans:
        yield _found(drawn, _letters(source[start:end]), len(_letters(source[:start])))


def joined(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same parts in order, with those that overlap made one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _drawn(lines: Sequence[Line]) -> tuple[str, list[tuple[int, int]]]:
    """The letters of the lines, and the place of each."""
    letters: list[str] = []
    at: list[tuple[int, int]] = []
    for row, line in enumerate(lines):
        plain = line.plain
        for found in _LETTER.finditer(plain, line.lead, max(len(plain) - line.tail, line.lead)):
            letters.append(found[0])
            at.append((row, found.start()))
    return "".join(letters), at


def _letters(source: str) -> str:
    return "".join(_LETTER.findall(_TARGET.sub("]", source)))


def _found(drawn: str, letters: str, near: int) -> tuple[int, int]:
    """Start and end of the letters among what is drawn; of several places the nearest. (0, 0) for none."""
    if not letters:
        return 0, 0
    start = _nearest(drawn, letters, near)
    if start is not None:
        return start, start + len(letters)
    head, tail = letters[:EDGE], letters[-EDGE:]
    start = _nearest(drawn, head, near) if len(letters) > EDGE else None
    end = drawn.find(tail, start) if start is not None else -1
    return (start, end + len(tail)) if start is not None and 0 <= end < start + 2 * len(letters) else (0, 0)


def _nearest(drawn: str, letters: str, near: int) -> int | None:
    before = drawn.rfind(letters, 0, near + len(letters))
    after = drawn.find(letters, near)
    places = [place for place in (before, after) if place >= 0]
    return min(places, key=lambda place: abs(place - near)) if places else None
