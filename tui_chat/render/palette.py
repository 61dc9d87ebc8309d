"""The colours of rendered text: this file owns which kinds of text are told apart.

Each kind also differs by weight, slant or a sign, so that a monochrome terminal loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rich.style import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Styles, one for each kind of text. A style is laid over `text`; only `code_block` brings a background.

    `heading` holds levels 1 to 6. `syntax` maps pygments' token names ("Keyword", "Literal.String") to styles; a
    name stands for its sub-tokens too.
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
    syntax: tuple[tuple[str, Style], ...]


COLOURS = (
    "text", "background", "muted", "faint", "panel", "primary", "secondary", "accent", "success", "warning", "error"
)  # fmt: skip
"""What `painted` needs a colour for, each as `#rrggbb` or a terminal's colour name."""


def painted(colours: Mapping[str, str]) -> Palette:
    """A palette from a theme's colours (see `COLOURS`).

    `muted` is for what is read second (times, notes), `faint` for lines and bars, `panel` lies behind code.
    """
    c = colours
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
        syntax=_syntax(c),
    )


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
