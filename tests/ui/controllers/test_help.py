"""Help: what fits the moment, the user's templates, and the words of the demo only where that answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tui_chat.core.message import Outcome
from tui_chat.ui.command_groups import Situation
from tui_chat.ui.context import AppContext
from tui_chat.ui.controllers.help import HelpController


class Shown:
    """Sections are made of what they are asked for, and shown."""

    def __init__(self) -> None:
        self.likely: list[str] = []
        self.asked: dict[str, Any] = {}

    def sections(self, likely: Sequence[str], **asked: Any) -> Any:
        self.likely, self.asked = [*likely], asked
        return ["sections"]

    async def help(self, sections: Sequence[Any]) -> None:
        assert sections == ["sections"]


@pytest.mark.parametrize("endpoint", ["scripted", "demo"])
async def test_what_fits_the_moment_is_shown(context: AppContext, endpoint: str) -> None:
    context.endpoint = endpoint
    shown = Shown()
    now = Situation(outcome=Outcome.FAILED, empty=False, reading=True)
    templates = [("review", "Read this code")]
    await HelpController(context, shown.sections, lambda: now, lambda: templates, shown).show()
    assert shown.asked["reading"]
    assert shown.asked["templates"] == templates
    assert "reading.copy" in shown.likely
    assert ("block prompt" in dict(shown.asked["demo"])) == (endpoint == "demo")
