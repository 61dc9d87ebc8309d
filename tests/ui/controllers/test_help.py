"""Help: the user's own keys, and the words of the demo endpoint only where that is in use."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tui_chat.ui.context import AppContext
from tui_chat.ui.controllers.help import HelpController
from tui_chat.ui.user_keys import Keys

KEYS = Keys({"help": ("f7",)})


class Dialogs:
    def __init__(self) -> None:
        self.keys = Keys()
        self.words: list[str] = []

    async def help(self, keys: Keys, demo: Sequence[tuple[str, str]]) -> None:
        self.keys = keys
        self.words = [word for word, what in demo if what]


@pytest.mark.parametrize("endpoint", ["scripted", "demo"])
async def test_the_words_of_the_demo_are_named_where_they_work(context: AppContext, endpoint: str) -> None:
    context.endpoint = endpoint
    dialogs = Dialogs()
    await HelpController(context, KEYS, dialogs).show()
    assert dialogs.keys is KEYS
    assert ("block prompt" in dialogs.words) == (endpoint == "demo")
