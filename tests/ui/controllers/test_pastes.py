"""Pastes: unfolded, and a curl command that becomes an endpoint or stays a text."""

from __future__ import annotations

import pytest

from tests.ui.controllers.fakes import Answers, Notices, Typed
from tui_chat.ui.controllers.pastes import PastesController

COMMAND = "curl https://h.example -H 'api-key: 0f1e2d3c4b5a69788796a5b4c3d2e1f0'"


class Folded(Typed):
    folds = 0

    def unfold(self) -> bool:
        self.folds -= 1
        return self.folds >= 0


@pytest.mark.parametrize("is_endpoint", [True, False])
async def test_a_curl_command_goes_into_the_form_or_where_it_was_pasted(is_endpoint: bool) -> None:
    prompt, dialogs, added = Folded("What is this?"), Answers(is_endpoint), list[str]()
    prompt.cursor = len("What is ")

    async def add(command: str) -> None:
        added.append(command)

    await PastesController(prompt, add, dialogs, Notices()).offer_endpoint(COMMAND)
    assert dialogs.asked == [("This is a curl command. Add it as an endpoint?", "Add an endpoint")]
    assert added == ([COMMAND] if is_endpoint else [])
    assert prompt.text == ("What is this?" if is_endpoint else f"What is {COMMAND}this?"), (
        "its key is not in the prompt"
    )


async def test_unfolding_where_nothing_is_folded_is_said() -> None:
    prompt, notices = Folded(), Notices()
    prompt.folds = 1
    pastes = PastesController(prompt, lambda _: None, Answers(), notices)  # type: ignore[arg-type, return-value]
    pastes.unfold()
    assert notices.said == []
    pastes.unfold()
    assert notices.said == ["Nothing to unfold: there is no long paste in the prompt."]
