"""`tui-chat completion SHELL`: prints a completion script.

The script gets local names (endpoints, presets, themes, ids) with `--values`, so that it is never out of date.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from tui_chat.cli import output
from tui_chat.cli.options import Options
from tui_chat.core.endpoint import BUILT_IN
from tui_chat.store.config import Configuration, load_configuration
from tui_chat.store.paths import find_paths

NEWEST = 100
"""Conversations whose ids are offered."""


def run_completion(options: Options) -> int:
    """Print the script; returns the exit code."""
    output.prepare()
    if options.values is not None:
        return output.write(f"{line}\n" for line in _values(options) if line.replace("\t", "").isprintable())
    from tui_chat.cli.command_tree import command_tree
    from tui_chat.cli.completion_scripts import SCRIPTS

    return output.write([SCRIPTS[options.shell or "bash"](command_tree())])


def _values(options: Options) -> Iterator[str]:
    """One per line, with its description after a tab. Mistakes in a file are ignored while completing."""
    match options.values:
        case "endpoints":
            known = _configuration(options)
            yield from dict.fromkeys((*known.environment, *known.endpoints, *BUILT_IN))
        case "presets":
            yield from _configuration(options).presets
        case "themes":
            yield from _themes(options)
        case _:
            yield from _ids(options)


def _configuration(options: Options) -> Configuration:
    return load_configuration(find_paths(options.config, options.data_dir, os.environ), os.environ)


def _themes(options: Options) -> Iterator[str]:
    from tui_chat.store.theme_files import ThemeFiles
    from tui_chat.store.themes import load_themes

    ours, _ = load_themes()
    users = ThemeFiles(find_paths(options.config, options.data_dir, os.environ).themes).load()
    yield from (theme.name for theme in (*ours, *users.themes))


def _ids(options: Options) -> Iterator[str]:
    from tui_chat.cli.saved_conversations import is_there
    from tui_chat.store.library import Library, LibraryError

    folder = find_paths(options.config, options.data_dir, os.environ).data
    if not is_there(folder):
        return
    library = Library(folder)
    try:
        library.open().now()
        for summary in library.list(NEWEST, counted=False).now():
            yield f"{summary.id}\t{' '.join(summary.title.split())}"
    except LibraryError:
        return
    finally:
        library.close().now()
