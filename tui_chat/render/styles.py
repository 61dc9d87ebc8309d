"""The palette of rendered text: one style for each kind of text.

Each kind also differs by weight, slant or a sign, so that a monochrome terminal loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from rich.color import Color, ColorSystem, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style

from tui_chat.core.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Palette:
    """Styles, one for each kind of text. A style is laid over `text`; `code_block` and `prompt` bring a background.

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
    prompt: Style
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
    selected: Style
    different: Style
    syntax: tuple[tuple[str, Style], ...]
    addresses: bool = False
    """Where links lead is written out: nothing can be clicked."""


def painted(colours: Mapping[str, str]) -> Palette:
    """A palette from a theme's colours, each as `#rrggbb` or a terminal's colour name: text, background, muted, faint,
    panel, prompt, primary, secondary, accent, success, warning and error.

    `muted` is for what is read second (times, notes), `faint` for lines and bars, `panel` is behind code and `prompt`
    behind what the user said.
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
        prompt=parse(f"on {c['prompt']}"),
        assistant=parse(f"bold {c['primary']}"),
        system=parse(f"bold {c['warning']}"),
        reasoning=parse(f"italic {c['muted']}"),
        error=parse(f"bold {c['error']}"),
        warning=parse(c["warning"]),
        good=parse(c["success"]),
        notice=parse(f"italic {c['muted']}"),
        thumb=parse(c["muted"]),
        track=parse(c["faint"]),
        new_lines=parse("bold") + _reversed(c, "primary"),
        found=parse("underline") + _reversed(c, "accent"),
        found_here=parse("bold") + _reversed(c, "warning"),
        selected=_selected(c),
        different=parse(f"bold underline {c['primary']}"),
        syntax=_syntax(c),
    )


def _reversed(c: Mapping[str, str], name: str) -> Style:
    """Text on a ground of that colour. What the terminal's own colours look like is not known, except that each can be
    read on the terminal's own ground: so they change places with it."""
    if _has_values(c):
        return _marked(c, _rgb(c[name]))
    return Style.parse(f"reverse {c[name]} on default")


def _marked(c: Mapping[str, str], ground: ColorTriplet) -> Style:
    """Text on a strong background: in the colour of the plain background, or in black or white if that is too close."""
    black_or_white = sorted(
        (ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)), key=lambda ink: -contrast(ink, ground)
    )
    inks = [ink for ink in (_rgb(c["background"]), *black_or_white) if _told_apart(ink, ground, READABLE)]
    return Style.parse(f"{(inks or black_or_white)[0].hex} on {ground.hex}")


_TINTS = (0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25)
"""How much of a theme's first colour is in the ground of selected text, the strongest first."""


def _selected(c: Mapping[str, str]) -> Style:
    """Selected text, all of it in one colour: of those that a text has, some cannot be read on any other ground.

    Where a tinted ground is too close to the text or to the plain ground, be it in 256 or in 16 colours, the two change
    places, which can always be read.
    """
    if not _has_values(c):
        return Style.parse("reverse default on default")
    text, background, panel, primary = (_rgb(c[name]) for name in ("text", "background", "panel", "primary"))
    grounds = (background, panel, _rgb(c["prompt"]))
    for share in _TINTS:
        ground = blend_rgb(background, primary, share)
        seen = all(_told_apart(ground, around, _VISIBLE) for around in grounds)
        if seen and _told_apart(text, ground, READABLE):
            return Style.parse(f"{text.hex} on {ground.hex}")
    return _marked(c, text)


def _told_apart(one: ColorTriplet, other: ColorTriplet, least: float) -> bool:
    """Whether two colours have that contrast, and some contrast even on a terminal with 256 or 16 colours."""
    if contrast(one, other) < least:
        return False
    for system, enough in ((ColorSystem.EIGHT_BIT, least), (ColorSystem.STANDARD, min(least, 3))):
        seen = (Color.from_triplet(each).downgrade(system).get_truecolor() for each in (one, other))
        if contrast(*seen) < enough:
            return False
    return True


def _has_values(c: Mapping[str, str]) -> bool:
    """The colours are no names of the terminal's own."""
    return all(c[name].startswith("#") for name in ("text", "background", "panel", "primary", "accent", "warning"))


READABLE = 4.5
"""The contrast that text needs against its background (WCAG 2, level AA)."""

_VISIBLE = 1.5
"""The contrast by which a ground is seen to differ from the one around it."""

_GROUNDS = ("background", "panel", "prompt")
_TEXTS = ("muted", "primary", "secondary", "accent", "success", "warning", "error")


def readable(colours: Mapping[str, str]) -> dict[str, str]:
    """The colours with each text colour mixed with the plain one until it can be read, also on the panel and on the
    ground of a prompt.

    Themes are made for blocks and borders; their accents as text on a light ground often cannot be read at all.
    Colours given by name belong to the terminal and stay.
    """
    found = dict(colours)
    if not all(found[name].startswith("#") for name in _GROUNDS):
        return found
    text = _rgb(found["text"])
    grounds = [(_rgb(found[name]), READABLE) for name in _GROUNDS]
    for name in _TEXTS:
        if found[name].startswith("#"):
            found[name] = lifted(_rgb(found[name]), text, grounds).hex
    return found


def lifted(colour: ColorTriplet, text: ColorTriplet, grounds: Sequence[tuple[ColorTriplet, float]]) -> ColorTriplet:
    """A colour, mixed with that of plain text until it has the contrast wanted on each of the grounds."""
    for step in range(10):
        mixed = blend_rgb(colour, text, step / 10)
        if all(contrast(mixed, ground) >= least for ground, least in grounds):
            return mixed
    return text


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
    """For a dark background, unless a theme says otherwise."""
    return painted(
        {
            "text": "#e0e0e0",
            "background": "#121212",
            "muted": "#8a8f98",
            "faint": "#4a4f58",
            "panel": "#1e2127",
            "prompt": "#20242b",
            "primary": "#6cb6ff",
            "secondary": "#8ddb8c",
            "accent": "#e3b341",
            "success": "#7ee787",
            "warning": "#f0b26a",
            "error": "#ff7b72",
        }
    )


@cache
def terminal_colours() -> Palette:
    """The terminal's own sixteen colours, for text that is printed and not drawn on a screen."""
    named = dict.fromkeys(("text", "background", "panel", "prompt"), "default")
    named |= {"muted": "bright_black", "faint": "bright_black", "primary": "bright_blue", "secondary": "cyan"}
    named |= {"accent": "magenta", "success": "green", "warning": "yellow", "error": "red"}
    return replace(painted(named), addresses=True)
