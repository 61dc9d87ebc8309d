"""The theme for the first frame, found without reading the whole configuration, which comes a moment later.

What is read here is checked then, and every mistake is told then. Here, anything that is not plainly sound means the
default colours of the first frames.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from tui_chat.cli.options import Options
from tui_chat.store.paths import find_paths, theme_folder

DEFAULT = "tui-chat-dark"


def first_theme(options: Options) -> dict[str, Any]:
    """The table of the theme of the option, of saved.toml or of config.toml; {} where it is none of our own."""
    paths = find_paths(options.config, options.data_dir, os.environ)
    name = options.theme or _named(paths.saved) or _named(paths.config) or DEFAULT
    if Path(name).name != name:
        return {}
    data = _table(theme_folder() / f"{name}.toml")
    return data if data.get("name") == name else {}


def _named(path: Path) -> str | None:
    ui = _table(path).get("ui")
    name = ui.get("theme") if isinstance(ui, dict) else None
    return name if isinstance(name, str) else None


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
