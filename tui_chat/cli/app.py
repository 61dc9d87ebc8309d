"""Starts the app: checks the terminal, wires everything, and prints any last messages on exit."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from tui_chat.cli import terminal
from tui_chat.cli.options import USAGE, Options

if TYPE_CHECKING:
    from tui_chat.cli.wiring import Wired
    from tui_chat.client.discover_servers import DiscoveredServer
    from tui_chat.engine.session import Session
    from tui_chat.ui.app_context import AppContext

FPS = "240"
"""Textual's repaint grid. At its default of 60 a key is echoed after up to 33 ms, at 240 after 10; frames are only
painted when something changed, so this costs nothing while the screen is still."""


def run_app(options: Options) -> int:
    """Run the app; returns the exit code."""
    reason = terminal.refusal(os.environ)
    if reason is not None:
        return _say(reason, USAGE)
    os.environ.setdefault("TEXTUAL_FPS", FPS)  # read when textual is imported
    gc.disable()  # what is loaded now stays; `GarbageCollector.calm` enables it once the app has begun

    from tui_chat.cli.early_config import read_early_config
    from tui_chat.cli.entry_point import report_for
    from tui_chat.ui.textual_fixes.light_imports import light_imports

    with light_imports():
        from tui_chat.ui.run_app import run

        look = read_early_config(options)
    return run(lambda: _open(options), look.themes, report_for(options), mouse=look.mouse, escape_s=look.escape_s)


def _open(options: Options) -> AppContext:
    """Load everything that the first frame does not need. Raises StartError."""
    from tui_chat.cli.wiring import wire
    from tui_chat.core.message import ServerError
    from tui_chat.engine.clock import SystemClock
    from tui_chat.engine.exchange import Services
    from tui_chat.engine.session import Session
    from tui_chat.engine.unsaved_writes import BUSY_S
    from tui_chat.engine.user_paths import file_named
    from tui_chat.store.ids import Ids
    from tui_chat.store.library import Library, LibraryError
    from tui_chat.ui.app import StartError
    from tui_chat.ui.command_table import BY_ID

    wired = wire(options, BY_ID)
    if isinstance(wired, ServerError):
        raise StartError(f"{wired.message} {wired.hint or ''}".rstrip(), USAGE)
    library = Library.private() if options.private else Library(wired.configuration.paths.data)
    file = file_named(options.open) if options.open else None
    try:
        library.open().now()
        library.wait_for_others(BUSY_S)
        open_id = library.resolve_prefix(options.open).now() if options.open and file is None else None
    except LibraryError as error:
        library.close().now()
        raise StartError(str(error), 1) from error
    session = Session(Services(library, SystemClock(), Ids()), wired.configuration.settings, wired.run_settings)
    return replace(
        _context(options, wired, session), open_id=open_id, open_file=file, continue_last=options.continue_last
    )


def _context(options: Options, wired: Wired, session: Session) -> AppContext:
    from tui_chat.cli.saved_choices import SavedFile
    from tui_chat.client.keyring_store import working_key_store
    from tui_chat.store.prompt_templates import FOLDER, PromptTemplates, system_prompts
    from tui_chat.store.theme_files import ThemeFiles
    from tui_chat.store.themes import load_themes
    from tui_chat.ui.app_context import AppContext
    from tui_chat.ui.key_bindings import valid_keys
    from tui_chat.ui.themes import theme_of, unknown

    async def discover() -> Sequence[DiscoveredServer]:
        import asyncio

        # Imported when it is needed, and off the event loop: it brings in httpx.
        await asyncio.to_thread(import_module, "httpx")
        from tui_chat.client import discover_servers

        return await discover_servers.discover()

    configuration = wired.configuration
    keys, clashing = valid_keys(configuration.keys)
    themes, invalid = load_themes()
    files = ThemeFiles(configuration.paths.themes)
    own = files.load()
    chosen = options.theme or configuration.origins.get("ui.theme") != "default"
    theme = (options.theme or configuration.ui.theme) if chosen else ""
    no_theme = unknown(theme, [*themes, *own.themes]) if theme else None
    # An endpoint given by --url has no name under which it could be found again.
    remembers = not (options.private or options.url)
    return AppContext(
        session=session,
        backends=wired.backends,
        endpoint=wired.choice.name,
        no_endpoint=wired.no_endpoint,
        theme=theme,
        themes=[theme_of(data) for data in themes],
        user_themes=[theme_of(data) for data in own.themes],
        theme_files=files,
        recent=configuration.ui.recent,
        contexts=configuration.ui.contexts,
        saved=SavedFile(configuration.paths.saved) if remembers else None,
        origins={name: place for name, place in configuration.origins.items() if place != "default"},
        config_settings=configuration.config_settings,
        own_models=configuration.own_models,
        presets=configuration.presets,
        preset_file=configuration.preset_file,
        reasoning=configuration.ui.show_reasoning,
        notify=configuration.ui.notify,
        vim=configuration.ui.vim,
        mouse=configuration.ui.mouse,
        reduced_motion=configuration.ui.reduced_motion,
        budget=configuration.ui.budget,
        discover=discover,
        key_store=working_key_store,
        keys=keys,
        system_prompts=system_prompts(configuration.paths.config),
        templates=PromptTemplates(configuration.paths.config.with_name(FOLDER)),
        problems=[*map(str, (*configuration.problems, *invalid, *own.problems)), *clashing, *filter(None, (no_theme,))],
        notes=(*wired.notes, *session.services.library.notes),
        hint_read=configuration.ui.hint_read,
        pane_widths={"settings": configuration.ui.settings_width, "library": configuration.ui.library_width},
        settings_open=configuration.ui.settings_pane,
        library_open=configuration.ui.library_pane,
    )


def _say(text: str, code: int) -> int:
    from tui_chat.core.recognize_api_keys import mask_keys

    text = mask_keys(text)
    print(f"tui-chat: {text}", file=sys.stderr)
    if terminal.is_terminal(sys.stdout) and not terminal.is_terminal(sys.stderr):
        print(f"tui-chat: {text}")  # where it is visible
    return code
