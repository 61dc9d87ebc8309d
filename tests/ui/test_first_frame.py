"""The first frame waits for nothing that it does not show."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest
from textual.theme import Theme

from tui_chat.ui.app import ChatApp
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.garbage_collection import GarbageCollector

BEFORE_THE_FIRST_FRAME = """
import os, sys
from tui_chat import cli
from tui_chat.cli import terminal
terminal.refusal = lambda environ: None

class NoTerminal:
    def find_spec(self, name, path=None, target=None):
        if name == "tui_chat.ui.textual_fixes.driver":
            sys.meta_path.remove(self)
            import tui_chat.ui.textual_fixes.driver
            print(*(name for name, module in sys.modules.items() if module.__spec__), flush=True)  # no stand-ins
            os._exit(0)

sys.meta_path.insert(0, NoTerminal())
cli.main([])
"""
"""Starts the app, as far as to where it takes the terminal."""

LATER = (
    "argparse difflib html httpx ipaddress json.decoder locale markdown_it platform sqlite3 ssl subprocess "
    "tempfile textual.command textual.widgets._input textual.widgets._option_list textwrap tokenize traceback "
    "typing_extensions urllib.parse uuid tui_chat.client tui_chat.core.dialects "
    "tui_chat.core.fuzzy_matching tui_chat.core.message tui_chat.core.request_secrets tui_chat.engine "
    "tui_chat.render.document tui_chat.store.library tui_chat.store.config_problem tui_chat.store.toml_file "
    "tui_chat.ui.widget_messages tui_chat.ui.wiring tui_chat.wire"
)


def test_what_the_first_frame_does_not_show_is_loaded_after_it() -> None:
    done = subprocess.run([sys.executable, "-c", BEFORE_THE_FIRST_FRAME], capture_output=True, text=True, check=True)
    assert set(LATER.split()) & set(done.stdout.split()) == set()


async def test_the_first_theme_is_worn_from_the_start_and_no_style_sheet_is_parsed_for_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui_chat.ui.app.OPEN_AFTER", 3600)

    def never_opened() -> AppContext:
        raise AssertionError("the first frame comes before it")

    app = ChatApp(never_opened, Theme("mine", primary="#123456", background="#101010", variables={"mark": "#abcdef"}))
    async with app.run_test():
        worn = app.stylesheet._variables
        assert (app.theme, worn["primary"], worn["mark"]) == ("mine", "#123456", "#abcdef")
        assert app.screen.styles.background.hex == "#101010"
        assert app._css_update_count == 0, "all style sheets are parsed again"


@pytest.fixture
def _collecting_as_before() -> Iterator[None]:
    before = gc.isenabled(), gc.get_threshold()
    yield
    (gc.enable if before[0] else gc.disable)()
    gc.set_threshold(*before[1])


@pytest.mark.usefixtures("_collecting_as_before")
def test_garbage_is_collected_once_the_app_has_begun() -> None:
    """It is not while the program is loaded."""
    gc.disable()
    GarbageCollector(list, lambda: False).calm()
    assert gc.isenabled()
