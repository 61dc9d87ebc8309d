"""Textual 8.2.8, Rich and asyncio load modules that a program may never use, which is a sixth of the start of this one.

This file must not import Textual.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tui_chat.core.late_modules import postponed
from tui_chat.core.quick_dataclass import quick_everywhere

LATE = {
    "asyncio.sslproto": "",
    "difflib": "get_close_matches",
    "mimetypes": "",
    "platformdirs": "user_downloads_path",
    "rich.table": "Table",
    "ssl": "",
    "subprocess": "",
    "tempfile": "TemporaryFile gettempdir",
    "textual.command": "CommandListItem CommandPalette DiscoveryHit Hit Hits SimpleProvider",
    "traceback": "extract_stack",
    "typing_extensions": "",
    "uuid": "uuid4",
}
"""Modules, with the functions and classes that others import from them and call. `textual.command` is the command
palette, which is not the app's, and loads eight widgets; `uuid` loads `platform`, `platformdirs` loads `tempfile`."""

KNOWN: Mapping[str, Mapping[str, object]] = {
    "subprocess": {"PIPE": -1, "STDOUT": -2, "DEVNULL": -3},
    "textual.command": {"Provider": type("Provider", (), {})},  # something that Textual's themes can inherit from
    "typing_extensions": {name: getattr(typing, name) for name in typing.__all__},
}


@contextmanager
def light_imports() -> Iterator[None]:
    """Import Textual, and what is made with it, in here."""
    with postponed(LATE, KNOWN), quick_everywhere():
        yield
