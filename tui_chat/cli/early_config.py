"""Reads what the first frame needs (theme, mouse, keyboard) before the full configuration is loaded.

The whole configuration is checked and reported later. Here, anything not clearly valid means the default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tui_chat.cli.options import Options
from tui_chat.core.escape_delay import escape_s
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.regular_file import read_regular_file
from tui_chat.store.paths import MAX_SIZE, find_paths, theme_folder

DEFAULT, LIGHT, FEW_COLOURS = "tui-chat-dark", "tui-chat-light", "terminal"

_FINE = lazy_pattern(r"256color$|kitty$|direct$")
"""Terminals with 256 or more colours, by the end of their name."""

_LIGHT_GROUNDS = ("7", "15")
"""White, in the colour numbers of `COLORFGBG`."""


@dataclass(frozen=True, slots=True)
class EarlyConfig:
    """`themes` are unchecked tables: of the first theme, {} for one of Textual's; and, if nobody has chosen one, of the
    themes between which the terminal's background decides. `mouse` False leaves it alone.

    `escape_s` is how long an escape waits for the rest of a key's sequence before it counts as the escape key.
    """

    themes: tuple[dict[str, Any], ...]
    mouse: bool
    escape_s: float


def read_early_config(options: Options, environ: Mapping[str, str] = os.environ) -> EarlyConfig:
    """Read the part of the configuration that the first frame needs."""
    paths = find_paths(options.config, options.data_dir, environ)
    saved, config = _ui(paths.saved), _ui(paths.config)
    chosen = options.theme or _text(saved.get("theme")) or _text(config.get("theme"))
    names = [chosen] if chosen else unchosen(environ)
    mouse = saved.get("mouse", config.get("mouse", True))
    escape_ms = config.get("escape_ms", saved.get("escape_ms"))
    themes = tuple(_theme(name, paths.themes) for name in names)
    return EarlyConfig(themes, mouse is not False, escape_s(escape_ms, environ))


def unchosen(env: Mapping[str, str]) -> list[str]:
    """The default theme, then those between which the terminal's background decides.

    With sixteen colours the terminal's own look best, and need no decision.
    """
    kind = env.get("TERM", "")
    if env.get("COLORTERM", "").strip().lower() not in ("truecolor", "24bit") and kind and not _FINE.search(kind):
        return [FEW_COLOURS]
    last = env.get("COLORFGBG", "").rpartition(";")[2]
    return [LIGHT if last in _LIGHT_GROUNDS else DEFAULT, DEFAULT, LIGHT]


def _theme(name: str, users: Path) -> dict[str, Any]:
    if Path(name).name != name:
        return {}
    if (path := users / f"{name}.toml").is_file():
        return _checked(path)
    data = _table(theme_folder() / f"{name}.toml")
    return data if data.get("name") == name else {}


def _checked(path: Path) -> dict[str, Any]:
    """One of the user's themes. Its mistakes are reported once everything is loaded."""
    from tui_chat.store.themes import read_theme

    theme, _ = read_theme(path)
    return {} if theme is None or theme.name != path.stem else {**asdict(theme), "variables": dict(theme.variables)}


def _ui(path: Path) -> dict[str, Any]:
    ui = _table(path).get("ui")
    return ui if isinstance(ui, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_regular_file(path, MAX_SIZE).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
