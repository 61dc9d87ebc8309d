"""The commands on saved conversations: `list`, `search`, `export`, `import` and `delete`.

None of them reads the configuration, so they work while it is broken.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from tui_chat.cli import output
from tui_chat.cli.listing import run_list, run_search
from tui_chat.cli.options import USAGE, Options
from tui_chat.store.database import FILE_NAME, is_interrupted
from tui_chat.store.library import Library, LibraryError
from tui_chat.store.paths import find_paths, missing_config


def run_saved(options: Options) -> int:
    """Run one of these commands; returns the exit code."""
    output.prepare()
    run = COMMANDS[options.command]
    paths = find_paths(options.config, options.data_dir, os.environ)
    if (missing := missing_config(paths)) is not None:
        output.note(str(missing))
        return USAGE
    folder = paths.data
    library = Library(folder) if options.command == "import" or is_there(folder) else Library.private()
    try:
        library.open().now()
        return run(library, options)
    except LibraryError as error:
        output.note(str(error))
        return 1
    finally:
        library.close().now()
        for news in library.news:
            output.note(news)


def is_there(folder: Path) -> bool:
    """Whether there is a library: reading should not create one."""
    try:
        # A relative folder is left only where the working folder was deleted.
        return not folder.is_absolute() or (folder / FILE_NAME).exists() or is_interrupted(folder / FILE_NAME)
    except OSError:
        return True  # opening it says what is wrong


def _export(library: Library, options: Options) -> int:
    from tui_chat.cli.exporting import run_export

    return run_export(library, options)


def _delete(library: Library, options: Options) -> int:
    from tui_chat.cli.deleting import run_delete

    return run_delete(library, options)


def _import(library: Library, options: Options) -> int:
    from tui_chat.cli.importing import run_import

    return run_import(library, options)


COMMANDS: Mapping[str, Callable[[Library, Options], int]] = {
    "list": run_list,
    "search": run_search,
    "export": _export,
    "import": _import,
    "delete": _delete,
}
