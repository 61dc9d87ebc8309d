"""Runs the app as this process, and makes sure the process ends."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tui_chat.ui.app import ChatApp, theme_of
from tui_chat.ui.shutdown import Report
from tui_chat.ui.textual_fixes.light_imports import light_imports

if TYPE_CHECKING:
    from tui_chat.ui.app_context import AppContext
    from tui_chat.ui.watchdog import Watchdog

LEFTOVERS_S = 0.5
"""Seconds that threads get once everything is saved and the terminal restored: nothing waits for their work."""


def run(
    opener: Callable[[], AppContext],
    themes: Sequence[Mapping[str, Any]],
    report: Report,
    *,
    mouse: bool,
    escape_s: float,
) -> int:
    """Run the app in this terminal; the exit code. What is to be said afterwards goes to stderr.

    `themes` are the unchecked tables of the theme for the first frames and, where the terminal may decide, of those for
    a light and a dark ground. `report` makes the words for a bug.
    `escape_s` is how long an escape waits for the rest of a key's sequence.
    """
    first, *others = map(theme_of, themes)
    with light_imports():  # for its driver
        app = ChatApp(opener, first, report)
    app.themes.free_between([theme for theme in others if theme is not None])
    app.escape_s = escape_s
    watchdog = app.ending.own_process()
    try:
        with asyncio.Runner() as runner:
            try:
                runner.run(_run(app, watchdog, mouse))
            except BaseException as error:
                # A KeyboardInterrupt is ctrl+c, as long as the app does not take signals itself.
                if isinstance(error, KeyboardInterrupt) and not app.ending.takes_signals:
                    raise
                # Before the runner cancels all there is, and what was typed with it.
                app.ending.record(error)
    finally:
        app.ending.give_back_terminal()
    if app.ending.last_words:
        with suppress(OSError):  # the terminal is gone
            print(app.ending.last_words, file=sys.stderr, flush=True)
        app.ending.last_words = ""  # said; the watchdog need not
    return app.ending.exit_code


async def _run(app: ChatApp, watchdog: Watchdog, mouse: bool) -> None:
    try:
        await app.run_async(mouse=mouse)
    except Exception as error:
        app.ending.record(error)
    finally:
        await app.ending.store_answers()
        app.ending.close_library()
        # From here on there are only threads that nothing waits for.
        watchdog.arm(app.ending.exit_code, LEFTOVERS_S)
