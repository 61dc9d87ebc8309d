"""Adjusts a theme's text colours to be readable on the backgrounds they are used on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.color_triplet import ColorTriplet
from textual.color import Color, ColorParseError
from textual.theme import Theme

from tui_chat.render.styles import READABLE, contrast, lifted

FAINT = 3.3
"""The contrast of what is read last: placeholders, what is switched off. Text in a tinted row has it at least."""

_GROUNDS = ("background", "surface", "panel")
_TINTED = ("primary-muted", "warning-muted")
_TERMINALS_OWN = dict.fromkeys(("ansi-background", "ansi-foreground"), "ansi_default")
"""Variables that Textual 8.2.8 needs of a theme in the terminal's own colours, and that not each of them names."""

_NEEDED = ("foreground", *_GROUNDS, *_TINTED)
_TEXTS = ("text-primary", "text-secondary", "text-accent", "text-warning", "text-error", "text-success")
_LAID_OVER = {"input-selection-background": READABLE, "block-cursor-blurred-background": FAINT}
"""Grounds that are laid over others, and the contrast of plain text on them."""

_SHARES = {"text-muted": (0.6, READABLE), "text-disabled": (0.45, FAINT)}
"""The share of the plain text's colour in less important text, if a theme does not set its colour."""


def readable_variables(variables: Mapping[str, str], theme: Theme) -> dict[str, str]:
    """A theme's variables with readable text colours. Anything but a colour value stays as it is."""
    if theme.ansi:
        named = {**_TERMINALS_OWN, **variables}
        return named if theme.dark else {**named, **dict.fromkeys(_TINTED, "ansi_white")}
    # Only those that are looked at: a value that is no colour is dear, Textual looks for the name that was meant.
    colours = {
        name: colour
        for name in (*_NEEDED, *_TEXTS, *_SHARES, *_LAID_OVER)
        if (colour := _colour(variables.get(name, ""))) is not None
    }
    if not set(_NEEDED) <= set(colours):
        return {**variables}
    text = _rgb(colours["foreground"])
    plain = [_rgb(colours[name]) for name in _GROUNDS]
    colours |= {name: _weaker(colours[name], plain[:1], text, FAINT) for name in _TINTED}
    tinted = [(_rgb(colours[name]), FAINT) for name in _TINTED]
    for name, (share, _) in _SHARES.items():
        if not variables[name].startswith("#"):
            colours[name] = Color(*plain[0]).blend(Color(*text), share)
    found = {**variables, **{name: colours[name].hex for name in _TINTED}}
    for name in (name for name in (*_TEXTS, *_SHARES) if name in colours):
        least = _SHARES[name][1] if name in _SHARES else READABLE
        found[name] = lifted(_rgb(colours[name]), text, [*((each, least) for each in plain), *tinted]).hex
    for name, least in _LAID_OVER.items():
        if name in colours:
            found[name] = _weaker(colours[name], plain, text, least).hex
    return found


def _weaker(tint: Color, grounds: Sequence[ColorTriplet], text: ColorTriplet, least: float) -> Color:
    """The tint of a row or of selected text: the theme's own, with less and less of it until text can be read."""
    for step in range(10, 1, -1):
        weaker = tint.multiply_alpha(step / 10)
        laid = [Color(*ground) + weaker for ground in grounds]
        if all(contrast(text, _rgb(each)) >= least for each in laid):
            return weaker if len(laid) > 1 else laid[0]
    return tint.multiply_alpha(0.1)


def _colour(value: str) -> Color | None:
    """A colour with a value, such as `#7aa2c9` or `#7aa2c9 35%`."""
    colour, _, share = value.partition(" ")
    if colour in ("", "auto"):
        return None
    try:
        found = Color.parse(colour)
        return None if found.ansi is not None else found.multiply_alpha(float(share.rstrip("%")) / 100 if share else 1)
    except (ColorParseError, ValueError):
        return None


def _rgb(colour: Color) -> ColorTriplet:
    return ColorTriplet(*colour.rgb)
