"""Where the files are. This file owns the order: option, environment, the platform's own folders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

APP = "tui-chat"


@dataclass(frozen=True, slots=True)
class Paths:
    """`config` is the user's file, `saved` the app's beside it, `data` the folder of the library.

    `config_given`: somebody named the file, so it must exist.
    """

    config: Path
    saved: Path
    data: Path
    config_given: bool = False


def find_paths(config: str | None, data_dir: str | None, env: Mapping[str, str]) -> Paths:
    """From `--config`, `--data-dir` (None or "": not given), the environment, or the platform. Makes nothing."""
    named = config or env.get("TUI_CHAT_CONFIG")
    folder = data_dir or env.get("TUI_CHAT_DATA_DIR")
    file = _absolute(named) if named else _config_folder() / "config.toml"
    data = _absolute(folder) if folder else _data_folder()
    return Paths(file, file.with_name("saved.toml"), data, bool(named))


def _absolute(path: str) -> Path:
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:  # no home folder
        return Path(path).absolute()


def _config_folder() -> Path:
    from platformdirs import user_config_path

    return user_config_path(APP, appauthor=False)


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path(APP, appauthor=False)


def theme_folder() -> Path:
    """Where the themes that come with tui-chat are: inside the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"
