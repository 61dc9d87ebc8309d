"""Help: what fits the moment, the user's templates, and the words of the demo only where that answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tui_chat.core.message import Outcome
from tui_chat.help_pages import HelpPage
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.command_groups import Situation
from tui_chat.ui.controllers.help_pages import ManualController
from tui_chat.ui.controllers.key_help import KeyHelpController


class Shown:
    """Sections are made of what they are asked for, and shown."""

    def __init__(self, *, manual: bool = False) -> None:
        self.manual = manual
        self.chosen = 0
        self.likely: list[str] = []
        self.asked: dict[str, Any] = {}

    def sections(self, likely: Sequence[str], **asked: Any) -> Any:
        self.likely, self.asked = [*likely], asked
        return ["sections"]

    async def help(self, sections: Sequence[Any]) -> bool:
        assert sections == ["sections"]
        return self.manual

    async def choose(self, *_: Any) -> None:
        self.chosen += 1

    async def help_page(self, page: HelpPage) -> bool:
        raise AssertionError(page)


@pytest.mark.parametrize("endpoint", ["scripted", "demo"])
async def test_what_fits_the_moment_is_shown(context: AppContext, endpoint: str) -> None:
    context.endpoint = endpoint
    shown = Shown()
    now = Situation(outcome=Outcome.FAILED, empty=False, reading=True)
    templates = [("review", "Read this code")]
    await KeyHelpController(
        context, shown.sections, lambda: now, lambda: templates, shown, ManualController(shown)
    ).show()
    assert shown.asked["reading"]
    assert shown.asked["templates"] == templates
    assert "reading.copy" in shown.likely
    assert ("block prompt" in dict(shown.asked["demo"])) == (endpoint == "demo")


@pytest.mark.parametrize("manual", [False, True])
async def test_the_manual_is_one_key_away(context: AppContext, manual: bool) -> None:
    shown = Shown(manual=manual)
    await KeyHelpController(context, shown.sections, Situation, list, shown, ManualController(shown)).show()
    assert shown.chosen == manual
