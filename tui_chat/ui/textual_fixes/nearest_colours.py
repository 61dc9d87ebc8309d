"""Colours for terminals with 256 or 16 of them, in place of rich 15's own choice.

Rich rounds each of red, green and blue for itself: a dark slate becomes navy, because its blue is just above the point
where a dark grey has none, and a header and a footer in it stand out like a wound. Here the nearest colour is the one
that looks most alike, and text keeps the contrast that it had, as far as there are colours for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache

from rich.color import Color as RichColor
from rich.color import ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.color import Color
from textual.filter import LineFilter

from tui_chat.render.styles import READABLE, contrast

_OWN = 16
"""The first colours of 256 are the terminal's own, whose looks are unknown."""


_GREYS = (0, 7, 8, 15)
_GREY = 0.05
"""How far from grey (Oklab) a colour may be and still look like one."""


class NearestColours(LineFilter):
    """Segments in the colours of the terminal, numbered, so that rich has nothing left to choose."""

    def __init__(self, numbers: tuple[int, ...]) -> None:
        super().__init__()
        self._numbers = numbers

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, None if style is None else _mapped(style, self._numbers), control)
            for text, style, control in segments
        ]


@cache
def filters_for(colour_system: str | None) -> Sequence[LineFilter]:
    """The filters that a console with these colours needs; none if it has all of them, or none."""
    match colour_system:
        case "256":
            return (NearestColours(tuple(range(_OWN, 256))),)
        case "standard":
            return (NearestColours(tuple(range(_OWN))),)
        case _:
            return ()


@lru_cache(4096)
def _mapped(style: Style, numbers: tuple[int, ...]) -> Style:
    ink, ground = _value(style.color), _value(style.bgcolor)
    if ink is None and ground is None:
        return style
    below = None if ground is None else _nearest(ground, numbers)
    above = None if ink is None else _nearest(ink, numbers)
    if ink is not None and below is not None and ground is not None:
        wanted = min(contrast(ink, ground), READABLE)
        above = _readable(ink, numbers, below, wanted)
    return style + Style(color=_numbered(above), bgcolor=_numbered(below))


def _value(colour: RichColor | None) -> ColorTriplet | None:
    return colour.triplet if colour is not None and colour.type is ColorType.TRUECOLOR else None


def _numbered(number: int | None) -> RichColor | None:
    return None if number is None else RichColor.from_ansi(number)


@lru_cache(4096)
def _nearest(colour: ColorTriplet, numbers: tuple[int, ...]) -> int:
    return min(_like(colour, numbers), key=_distances(colour))


def _like(colour: ColorTriplet, numbers: tuple[int, ...]) -> Sequence[int]:
    """Among sixteen colours every dark brown is next to red: what is nearly grey stays grey there."""
    _, green_red, blue_yellow = _oklab(colour)
    nearly_grey = green_red**2 + blue_yellow**2 < _GREY**2
    return _GREYS if nearly_grey and numbers[0] < _OWN else numbers


def _readable(ink: ColorTriplet, numbers: tuple[int, ...], ground: int, wanted: float) -> int:
    """The nearest colour that is readable on a background; if none is, the one with the most contrast."""
    below = _triplet(ground)
    nearest = _nearest(ink, numbers)
    if contrast(_triplet(nearest), below) >= wanted:
        return nearest
    enough = [number for number in numbers if contrast(_triplet(number), below) >= wanted]
    if not enough:
        return max(numbers, key=lambda number: contrast(_triplet(number), below))
    return min(enough, key=_distances(ink))


@cache
def _triplet(number: int) -> ColorTriplet:
    """The look of a numbered colour, as far as it is known."""
    return RichColor.from_ansi(number).get_truecolor(DEFAULT_TERMINAL_THEME)


def _distances(colour: ColorTriplet) -> Callable[[int], float]:
    """How different a numbered colour looks from this one (Oklab). Written out: the first frame waits for it."""
    light, green_red, blue_yellow = _oklab(colour)

    def distance(number: int) -> float:
        other = _numbered_oklab(number)
        return (light - other[0]) ** 2 + (green_red - other[1]) ** 2 + (blue_yellow - other[2]) ** 2

    return distance


@cache
def _numbered_oklab(number: int) -> tuple[float, float, float]:
    return _oklab(_triplet(number))


@lru_cache(4096)
def _oklab(colour: ColorTriplet) -> tuple[float, float, float]:
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour.normalized)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
