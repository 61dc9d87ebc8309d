"""Finds the configuration and data folders from an option, the environment or the platform."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.regular_file import MIB

if TYPE_CHECKING:
    from tui_chat.store.config_problem import ConfigurationError

APP = "tui-chat"

MAX_SIZE = 4 * MIB
"""Bytes of a configuration file."""


@dataclass(frozen=True, slots=True)
class Paths:
    """`config` is the user's file, `saved` the app's, `themes` the user's folder next to it, `data` the library's
    folder.

    `config_given`: the file was named explicitly, so it must exist.
    """

    config: Path
    saved: Path
    data: Path
    config_given: bool = False

    @property
    def themes(self) -> Path:
        return self.config.with_name("themes")


def find_paths(config: str | None, data_dir: str | None, env: Mapping[str, str]) -> Paths:
    """From `--config`, `--data-dir` (None or "": not given), the environment, or the platform. Creates nothing."""
    named = config or env.get("TUI_CHAT_CONFIG")
    folder = data_dir or env.get("TUI_CHAT_DATA_DIR")
    file = _absolute(named) if named else _config_folder() / "config.toml"
    data = _absolute(folder) if folder else _data_folder()
    return Paths(file, file.with_name("saved.toml"), data, bool(named))


def missing_config(paths: Paths) -> ConfigurationError | None:
    """The problem if an explicitly named configuration file is missing or a folder; the default one may be missing."""
    if not paths.config_given:
        return None
    from tui_chat.store.config_problem import ConfigurationError  # not needed for the first frame

    try:
        paths.config.stat()
        if paths.config.is_dir():
            return ConfigurationError(
                f"{paths.config} is a folder, not a configuration file.",
                f"Name the file in it, as in --config {paths.config / 'config.toml'}.",
            )
    except (FileNotFoundError, NotADirectoryError):
        return ConfigurationError(
            f"There is no configuration file {paths.config}.",
            "Check the name given with --config or in TUI_CHAT_CONFIG, or make the file.",
        )
    except (OSError, ValueError):
        pass  # it is there, and reading it says why that does not work
    return None


def _absolute(path: str) -> Path:
    named = Path(path)
    with contextlib.suppress(RuntimeError):  # no home folder
        named = named.expanduser()
    # A working folder that was deleted has no path; the relative one then leads nowhere, which its user reports.
    with contextlib.suppress(OSError):
        return named.absolute()
    return named


def _config_folder() -> Path:
    from platformdirs import user_config_path

    return user_config_path(APP, appauthor=False)


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path(APP, appauthor=False)


def theme_folder() -> Path:
    """The folder of the themes that come with tui-chat: inside the package, or next to it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"
