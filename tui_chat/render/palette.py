"""The colours of rendered text: this file owns which kinds of text are told apart.

Each kind also differs by weight, slant or a sign, so that a monochrome terminal loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Palette:
    """Styles, one for each kind of text. A style is laid over `text`; only `code_block` brings a background.

    `heading` holds levels 1 to 6. `syntax` maps pygments' token names ("Keyword", "Literal.String") to styles; a
    name stands for its sub-tokens too.

    Two palettes are equal only where they are the same object: caches ask for it with every line.
    """

    text: Style
    muted: Style
    strong: Style
    emphasis: Style
    strike: Style
    heading: tuple[Style, Style, Style, Style, Style, Style]
    code: Style
    code_block: Style
    code_label: Style
    quote: Style
    quote_bar: Style
    link: Style
    rule: Style
    marker: Style
    table_line: Style
    table_head: Style
    user: Style
    assistant: Style
    system: Style
    reasoning: Style
    error: Style
    warning: Style
    good: Style
    notice: Style
    thumb: Style
    track: Style
    new_lines: Style
    found: Style
    found_here: Style
    syntax: tuple[tuple[str, Style], ...]


COLOURS = (
    "text", "background", "muted", "faint", "panel", "primary", "secondary", "accent", "success", "warning", "error"
)  # fmt: skip
"""What `painted` needs a colour for, each as `#rrggbb` or a terminal's colour name."""


def painted(colours: Mapping[str, str]) -> Palette:
    """A palette from a theme's colours (see `COLOURS`).

    `muted` is for what is read second (times, notes), `faint` for lines and bars, `panel` lies behind code.
    """
    c = readable(colours)
    panel = Style.parse(f"{c['text']} on {c['panel']}")
    parse = Style.parse
    return Palette(
        text=parse(c["text"]),
        muted=parse(c["muted"]),
        strong=parse("bold"),
        emphasis=parse("italic"),
        strike=parse(f"strike {c['muted']}"),
        heading=(
            parse(f"bold underline {c['primary']}"),
            parse(f"bold {c['primary']}"),
            parse(f"bold italic {c['primary']}"),
            parse("bold"),
            parse("italic"),
            parse(f"italic {c['muted']}"),
        ),
        code=parse(f"{c['accent']} on {c['panel']}"),
        code_block=panel,
        code_label=parse(f"italic {c['muted']}"),
        quote=parse(f"italic {c['muted']}"),
        quote_bar=parse(c["faint"]),
        link=parse(f"underline {c['secondary']}"),
        rule=parse(c["faint"]),
        marker=parse(c["primary"]),
        table_line=parse(c["faint"]),
        table_head=parse(f"bold {c['primary']}"),
        user=parse(f"bold {c['success']}"),
        assistant=parse(f"bold {c['primary']}"),
        system=parse(f"bold {c['warning']}"),
        reasoning=parse(f"italic {c['muted']}"),
        error=parse(f"bold {c['error']}"),
        warning=parse(c["warning"]),
        good=parse(c["success"]),
        notice=parse(f"italic {c['muted']}"),
        thumb=parse(c["muted"]),
        track=parse(c["faint"]),
        new_lines=parse(f"bold {c['background']} on {c['primary']}"),
        found=parse(f"underline {c['background']} on {c['accent']}"),
        found_here=parse(f"bold {c['background']} on {c['warning']}"),
        syntax=_syntax(c),
    )


READABLE = 4.5
"""The contrast that text needs against what lies behind it (WCAG 2, level AA)."""

_TEXTS = ("muted", "primary", "secondary", "accent", "success", "warning", "error")


def readable(colours: Mapping[str, str]) -> dict[str, str]:
    """The colours with each text colour mixed with the plain one until it can be read, also on the panel.

    Themes are made for blocks and borders; their accents as text on a light ground often cannot be read at all.
    Colours given by name belong to the terminal and stay.
    """
    found = dict(colours)
    if not all(found[name].startswith("#") for name in ("text", "background", "panel")):
        return found
    text = _rgb(found["text"])
    grounds = [_rgb(found["background"]), _rgb(found["panel"])]
    for name in _TEXTS:
        if found[name].startswith("#"):
            found[name] = _lifted(_rgb(found[name]), text, grounds)
    return found


def _lifted(colour: ColorTriplet, text: ColorTriplet, grounds: Sequence[ColorTriplet]) -> str:
    for step in range(10):
        mixed = blend_rgb(colour, text, step / 10)
        if all(contrast(mixed, ground) >= READABLE for ground in grounds):
            return mixed.hex
    return text.hex


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """1 (none) to 21 (black on white)."""
    dark_one, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark_one + 0.05)


def _luminance(colour: ColorTriplet) -> float:
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _rgb(colour: str) -> ColorTriplet:
    return Color.parse(colour).get_truecolor()


def _syntax(c: Mapping[str, str]) -> tuple[tuple[str, Style], ...]:
    kinds = {
        "Comment": f"italic {c['muted']}",
        "Keyword": f"bold {c['primary']}",
        "Keyword.Constant": c["warning"],
        "Keyword.Type": c["accent"],
        "Operator.Word": f"bold {c['primary']}",
        "Literal.String": c["success"],
        "Literal.Number": c["warning"],
        "Name.Function": c["secondary"],
        "Name.Class": f"bold {c['secondary']}",
        "Name.Decorator": c["accent"],
        "Name.Builtin": c["accent"],
        "Name.Tag": c["primary"],
        "Name.Attribute": c["accent"],
        "Generic.Heading": "bold",
        "Generic.Deleted": c["error"],
        "Generic.Inserted": c["success"],
        "Generic.Prompt": f"bold {c['muted']}",
    }
    return tuple((name, Style.parse(definition)) for name, definition in kinds.items())


@cache
def dark() -> Palette:
    """For a dark background, where no theme says otherwise."""
    return painted(
        {
            "text": "#e0e0e0",
            "background": "#121212",
            "muted": "#8a8f98",
            "faint": "#4a4f58",
            "panel": "#1e2127",
            "primary": "#6cb6ff",
            "secondary": "#8ddb8c",
            "accent": "#e3b341",
            "success": "#7ee787",
            "warning": "#f0b26a",
            "error": "#ff7b72",
        }
    )
