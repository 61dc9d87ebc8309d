"""The transcript's palette for a theme; colours the theme leaves out are derived from those it has."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

from tui_chat.render.styles import Palette, painted


def palette_of(theme: Theme) -> Palette:
    """The transcript's styles for a theme."""
    return painted(_named(theme) if theme.ansi else _derived(theme))


def _named(theme: Theme) -> dict[str, str]:
    """A theme of the terminal's own colours, which have names and no values to be mixed."""
    # A dark blue on black is what terminals show least of.
    primary = "bright_blue" if theme.dark and theme.primary == "ansi_blue" else theme.primary
    secondary = theme.secondary or primary
    colours = {
        "text": theme.foreground or "default",
        "background": theme.background or "default",
        "muted": "bright_black",
        "faint": "bright_black",
        "panel": "default",
        "prompt": "default",
        "primary": primary,
        "secondary": secondary,
        "accent": theme.accent or secondary,
        "success": theme.success or secondary,
        "warning": theme.warning or primary,
        "error": theme.error or primary,
    }
    return {name: colour.removeprefix("ansi_") for name, colour in colours.items()}


def _derived(theme: Theme) -> dict[str, str]:
    background = Color.parse(theme.background or ("#121212" if theme.dark else "#efefef"))
    foreground = Color.parse(theme.foreground or ("#e0e0e0" if theme.dark else "#1c1c1c"))
    primary = theme.primary
    secondary = theme.secondary or primary
    colours = {
        "text": foreground,
        "background": background,
        "muted": background.blend(foreground, 0.6),
        "faint": background.blend(foreground, 0.3),
        "panel": background.blend(foreground, 0.07),
        "prompt": background.blend(foreground, 0.05).blend(Color.parse(primary), 0.08),
        "primary": Color.parse(primary),
        "secondary": Color.parse(secondary),
        "accent": Color.parse(theme.accent or secondary),
        "success": Color.parse(theme.success or secondary),
        "warning": Color.parse(theme.warning or primary),
        "error": Color.parse(theme.error or primary),
    }
    return {name: colour.hex6 for name, colour in colours.items()}
