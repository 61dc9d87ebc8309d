"""`tui-chat config` and `tui-chat themes`: show the configuration and the themes."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tui_chat.cli import output
from tui_chat.cli.curl_arguments import unpacked
from tui_chat.cli.options import USAGE, Options
from tui_chat.render.sanitize import safe_line
from tui_chat.store.config import Configuration, load_configuration
from tui_chat.store.config_report import report
from tui_chat.store.paths import Paths, find_paths, missing_config


def run_show(options: Options) -> int:
    """Run one of the two; returns the exit code. Problems of the configuration go to standard error and change
    nothing."""
    output.prepare()
    paths = find_paths(options.config, options.data_dir, os.environ)
    if (missing := missing_config(paths)) is not None:
        output.note(str(missing))
        return USAGE
    configuration, problems = _configuration(options, paths)
    lines = _config(configuration) if options.command == "config" else _themes(options, configuration, problems)
    code = output.write(f"{line}\n" for line in lines)
    for problem in problems:
        output.note(problem)
    return code


def _configuration(options: Options, paths: Paths) -> tuple[Configuration, list[str]]:
    from tui_chat.ui.command_table import BY_ID
    from tui_chat.wire.address import wrong_address

    found = load_configuration(
        paths, os.environ, options=options.settings, preset=options.preset, check_url=wrong_address, key_ids=BY_ID
    )
    taken = unpacked(found)
    return taken.configuration, [*map(str, found.problems), *taken.notes]


def _config(configuration: Configuration) -> Iterator[str]:
    for entry in report(configuration, os.environ):
        yield safe_line(f"{entry.key} = {entry.value}  ({entry.origin})")


def _themes(options: Options, configuration: Configuration, problems: list[str]) -> list[str]:
    from tui_chat.store.theme_files import ThemeFiles
    from tui_chat.store.themes import load_themes
    from tui_chat.ui.theme_order import offered
    from tui_chat.ui.themes import themes_by_name, unknown

    ours, invalid = load_themes()
    users = ThemeFiles(configuration.paths.themes).load()
    problems.extend(map(str, (*invalid, *users.problems)))
    chosen = options.theme or configuration.ui.theme
    if (missing := unknown(chosen, [*ours, *users.themes])) is not None:
        problems.append(missing)
    themes = themes_by_name([*ours, *users.themes])
    listed = offered(themes.values(), {theme.name for theme in users.themes})
    return [f"{'*' if each.name == chosen else ' '} {safe_line(each.name)}" for each in listed]
