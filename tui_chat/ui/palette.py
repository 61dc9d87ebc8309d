"""A theme's colours for the transcript: what the theme leaves out is derived from what it names."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

from tui_chat.render.palette import Palette, painted


def palette_of(theme: Theme) -> Palette:
    """The transcript's styles for a theme."""
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
        "primary": Color.parse(primary),
        "secondary": Color.parse(secondary),
        "accent": Color.parse(theme.accent or secondary),
        "success": Color.parse(theme.success or secondary),
        "warning": Color.parse(theme.warning or primary),
        "error": Color.parse(theme.error or primary),
    }
    return painted({name: colour.hex6 for name, colour in colours.items()})
