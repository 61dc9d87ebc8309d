"""Reads what the first frame needs (theme, mouse, keyboard) before the whole configuration is loaded.

The whole configuration is checked and reported later. Here, anything that is not plainly valid means the default.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_chat.cli.options import Options
from tui_chat.core.keyboard import escape_s
from tui_chat.regular_file import read_regular_file
from tui_chat.store.paths import find_paths, theme_folder
from tui_chat.store.toml_file import MAX_SIZE

DEFAULT = "tui-chat-dark"


@dataclass(frozen=True, slots=True)
class EarlyConfig:
    """`theme` is the unchecked table of the theme; {} for one of Textual's. `mouse` False leaves it alone.

    `escape_s` is how long an escape waits for the rest of a key's sequence until it is the escape key.
    """

    theme: dict[str, Any]
    mouse: bool
    escape_s: float


def read_early_config(options: Options) -> EarlyConfig:
    """What the first frame needs of the configuration."""
    paths = find_paths(options.config, options.data_dir, os.environ)
    saved, config = _ui(paths.saved), _ui(paths.config)
    name = options.theme or _text(saved.get("theme")) or _text(config.get("theme")) or DEFAULT
    mouse = config.get("mouse", saved.get("mouse", True))
    escape_ms = config.get("escape_ms", saved.get("escape_ms"))
    return EarlyConfig(_theme(name), mouse is not False, escape_s(escape_ms, os.environ))


def _theme(name: str) -> dict[str, Any]:
    if Path(name).name != name:
        return {}
    data = _table(theme_folder() / f"{name}.toml")
    return data if data.get("name") == name else {}


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
