"""What is suggested fits what the user is in the middle of, and is a command that there is."""

from __future__ import annotations

import pytest

from tui_chat.core.message import Outcome
from tui_chat.ui.command_groups import OTHER, Situation, heading_of, headings, likely
from tui_chat.ui.command_table import BY_ID, COMMANDS


@pytest.mark.parametrize(
    ("now", "first"),
    [
        (Situation(), "chat.open"),
        (Situation(no_endpoint=True), "endpoint.add"),
        (Situation(answering=True, empty=False), "chat.stop"),
        (Situation(reading=True, empty=False), "reading.menu"),
        (Situation(in_settings=True), "settings.save"),
        (Situation(in_library=True), "chat.open"),
        (Situation(empty=False, outcome=Outcome.STOPPED), "chat.continue"),
        (Situation(empty=False, outcome=Outcome.LENGTH), "chat.continue"),
        (Situation(empty=False, outcome=Outcome.FAILED), "chat.retry"),
        (Situation(empty=False, outcome=Outcome.PROMPT_BLOCKED), "filter.report"),
        (Situation(empty=False, outcome=Outcome.ANSWER_BLOCKED), "filter.report"),
        (Situation(empty=False, outcome=Outcome.COMPLETE), "chat.retry"),
    ],
)
def test_what_fits_comes_first(now: Situation, first: str) -> None:
    found = likely(now)
    assert found[0] == first
    assert len(set(found)) == len(found)
    assert set(found) <= set(BY_ID)


def test_every_command_has_a_heading_of_the_list() -> None:
    assert {heading_of(command.id) for command in COMMANDS} <= set(headings())
    assert heading_of("pane.settings") == "Settings and model", "the longer name decides"
    assert heading_of("unheard.of") == OTHER
