"""Loads themes as plain data, one per file.

Textual can rely on the result: a broken theme is a problem to report, never a crash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.store import validators
from tui_chat.store.config_problem import Problem
from tui_chat.store.paths import theme_folder
from tui_chat.store.toml_file import read_toml
from tui_chat.store.validators import Check, Collector, InvalidValueError

_HEX = lazy_pattern(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_ANSI = frozenset(
    f"ansi_{bright}{name}"
    for bright in ("", "bright_")
    for name in ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
) | {"ansi_default"}
_STYLES = frozenset({"none", "not", "bold", "dim", "italic", "underline", "reverse", "strike"})
_PERCENT = lazy_pattern(r"(?:100|\d{1,2})%")
_VARIABLE = lazy_pattern(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class ThemeData:
    """The fields of a Textual theme: `Theme(**asdict(data))` creates one.

    Colours are `#rgb`, `#rrggbb`, `#rrggbbaa` or `ansi_…`; None leaves one to Textual. `variables` are Textual's own,
    such as `input-selection-background`.
    """

    name: str
    primary: str
    dark: bool = True
    ansi: bool = False
    secondary: str | None = None
    accent: str | None = None
    warning: str | None = None
    error: str | None = None
    success: str | None = None
    foreground: str | None = None
    background: str | None = None
    surface: str | None = None
    panel: str | None = None
    boost: str | None = None
    luminosity_spread: float = 0.15
    text_alpha: float = 0.95
    variables: Mapping[str, str] = field(default_factory=dict)


def _colour(value: object) -> str:
    if isinstance(value, str) and (_HEX.fullmatch(value) or value in _ANSI):
        return value
    raise InvalidValueError('expected a colour such as "#7aa2c9" or "ansi_blue"')


def _name(value: object) -> str:
    if isinstance(value, str) and value.strip() and value.isprintable() and len(value) <= 60:
        return value
    raise InvalidValueError("expected a name of up to 60 printable characters")


def _variables(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise InvalidValueError("expected a table of texts")
    for name, item in value.items():
        if not _VARIABLE.fullmatch(name) or not isinstance(item, str) or not _fits(name, item.split()):
            kind = 'a style such as "bold"' if "style" in name else 'a colour such as "#7aa2c9" or "#7aa2c9 35%"'
            raise InvalidValueError(f"expected {kind}", name, item)
    return dict(value)


def _fits(name: str, words: Sequence[str]) -> bool:
    """Whether Textual can paint with it: a style in place of a colour would crash the app once the theme is applied."""
    if "style" in name:
        return bool(words) and all(word in _STYLES for word in words)
    colour, *share = words or [""]
    return bool(_HEX.fullmatch(colour) or colour in _ANSI) and len(share) < 2 and all(map(_PERCENT.fullmatch, share))


_COLOURS = (
    "primary",
    "secondary",
    "accent",
    "warning",
    "error",
    "success",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)
THEME: dict[str, Check] = {
    "name": _name,
    "dark": validators.flag,
    "ansi": validators.flag,
    **dict.fromkeys(_COLOURS, _colour),
    "luminosity_spread": validators.number(0, 1),
    "text_alpha": validators.number(0.1, 1),
    "variables": _variables,
}


def load_themes(folders: Iterable[Path] | None = None) -> tuple[list[ThemeData], list[Problem]]:
    """The themes of some folders (default: our own), by file name.

    A later theme replaces an earlier one of the same name. A missing folder has no themes.
    """
    found: dict[str, ThemeData] = {}
    problems: list[Problem] = []
    for folder in [theme_folder()] if folders is None else folders:
        for path in sorted(folder.glob("*.toml")):
            theme, wrong = read_theme(path)
            problems.extend(wrong)
            if theme is not None:
                found[theme.name] = theme
    return list(found.values()), problems


def read_theme(path: Path) -> tuple[ThemeData | None, list[Problem]]:
    """One theme, without its invalid values; None without a name or a primary colour."""
    data, problems = read_toml(path, must_exist=True)
    broken = bool(problems)
    collector = Collector(str(path), problems)
    valid: dict[str, Any] = collector.take(data, "", THEME)
    for name in ("name", "primary"):
        if name not in data and not broken:
            collector.report(name, "nothing", f"expected the {name} of the theme")
    if "name" not in valid or "primary" not in valid:
        return None, collector.problems
    return ThemeData(**valid), collector.problems
