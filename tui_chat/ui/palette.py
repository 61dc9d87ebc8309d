"""A theme's colours as the transcript's palette: which colour stands for which kind of text is decided here."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tui_chat.render.palette import Palette


def palette_of(theme: Theme) -> Palette:
    """The transcript's styles for a theme; what the theme leaves out is derived from what it names."""
    shades = _Shades(theme)
    if theme.variables.get("monochrome") == "true":
        return _monochrome(shades)
    fg, muted, code_bg = shades.foreground, shades.muted, shades.code_background
    return Palette(
        text=_fg(fg),
        muted=_fg(muted),
        strong=_fg(fg, bold=True),
        emphasis=_fg(fg, italic=True),
        strike=_fg(muted, strike=True),
        heading=(
            _fg(shades.accent, bold=True, underline=True),
            _fg(shades.accent, bold=True),
            _fg(shades.primary, bold=True),
            _fg(shades.primary, italic=True, bold=True),
            _fg(fg, bold=True),
            _fg(muted, bold=True),
        ),
        code=_fg(shades.secondary) + _bg(code_bg),
        code_block=_fg(fg) + _bg(code_bg),
        code_label=_fg(muted) + _bg(code_bg),
        quote=_fg(shades.quiet, italic=True),
        quote_bar=_fg(shades.primary),
        link=_fg(shades.primary, underline=True),
        rule=_fg(muted),
        marker=_fg(shades.accent, bold=True),
        table_line=_fg(muted),
        table_head=_fg(fg, bold=True),
        user=_fg(shades.success, bold=True),
        assistant=_fg(shades.primary, bold=True),
        system=_fg(shades.warning, bold=True),
        reasoning=_fg(muted, italic=True),
        error=_fg(shades.error, bold=True),
        warning=_fg(shades.warning),
        notice=_fg(muted),
        good=_fg(shades.success),
        scroll_thumb=_fg(shades.quiet),
        scroll_track=_fg(shades.faint),
        new_lines=_fg(shades.background, bold=True) + _bg(shades.accent),
        syntax=_syntax(shades),
    )


class _Shades:
    """The theme's colours, and mixtures of them with its background."""

    def __init__(self, theme: Theme) -> None:
        dark = theme.dark
        self.background = Color.parse(theme.background or ("#121212" if dark else "#efefef"))
        self.foreground = Color.parse(theme.foreground or ("#e0e0e0" if dark else "#1c1c1c"))
        self.primary = Color.parse(theme.primary)
        self.secondary = Color.parse(theme.secondary or theme.primary)
        self.accent = Color.parse(theme.accent or theme.primary)
        self.warning = Color.parse(theme.warning or theme.primary)
        self.error = Color.parse(theme.error or theme.primary)
        self.success = Color.parse(theme.success or theme.secondary or theme.primary)
        self.muted = self.background.blend(self.foreground, 0.58)
        self.quiet = self.background.blend(self.foreground, 0.78)
        self.faint = self.background.blend(self.foreground, 0.12)
        self.code_background = self.background.blend(self.foreground, 0.07)


def _monochrome(shades: _Shades) -> Palette:
    """Weight, slant and signs alone: the defaults of the palette, without their hues."""
    plain = Palette()
    same = {
        name: _without_hue(getattr(plain, name))
        for name in plain.__slots__
        if name not in ("heading", "syntax", "text")
    }
    return Palette(
        text=_fg(shades.foreground),
        heading=plain.heading,
        syntax=tuple((name, _without_hue(style)) for name, style in plain.syntax),
        **(same | {"code_block": _bg(shades.code_background), "code_label": Style(dim=True)}),
    )


def _without_hue(style: Style) -> Style:
    return style.without_color


def _syntax(shades: _Shades) -> tuple[tuple[str, Style], ...]:
    return (
        ("Comment", _fg(shades.muted, italic=True)),
        ("Keyword", _fg(shades.primary, bold=True)),
        ("Keyword.Constant", _fg(shades.warning)),
        ("Keyword.Type", _fg(shades.secondary)),
        ("Operator.Word", _fg(shades.primary, bold=True)),
        ("Literal.String", _fg(shades.success)),
        ("Literal.Number", _fg(shades.warning)),
        ("Name.Function", _fg(shades.accent)),
        ("Name.Class", _fg(shades.accent, bold=True)),
        ("Name.Decorator", _fg(shades.secondary)),
        ("Name.Builtin", _fg(shades.secondary)),
        ("Name.Tag", _fg(shades.primary)),
        ("Name.Attribute", _fg(shades.secondary)),
        ("Generic.Heading", _fg(shades.foreground, bold=True)),
        ("Generic.Deleted", _fg(shades.error)),
        ("Generic.Inserted", _fg(shades.success)),
        ("Generic.Prompt", _fg(shades.muted, bold=True)),
    )


def _fg(
    color: Color, *, bold: bool = False, italic: bool = False, underline: bool = False, strike: bool = False
) -> Style:
    # False would not mean "leave as it is" but "switch off" where styles are laid over each other.
    return Style(
        color=color.rich_color,
        bold=bold or None,
        italic=italic or None,
        underline=underline or None,
        strike=strike or None,
    )


def _bg(color: Color) -> Style:
    return Style(bgcolor=color.rich_color)
