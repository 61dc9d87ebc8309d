"""Links: nothing is opened without asking."""

from __future__ import annotations

import pytest

from tests.ui.controllers.fakes import Answers, Copied, Notices
from tui_chat.ui.controllers.links import LinksController
from tui_chat.ui.link_safety import Link


@pytest.mark.parametrize(("wanted", "starts"), [(True, True), (True, False), (False, True)])
async def test_a_link_is_opened_only_if_that_is_wanted(wanted: bool, starts: bool) -> None:
    opened: list[Link] = []
    notices, copy = Notices(), Copied()

    def opener(link: Link) -> bool:
        opened.append(link)
        return starts

    await LinksController(Answers(wanted), notices, copy, opener).follow("https://a.example/x")
    assert [link.where for link in opened] == ["a.example"] * wanted
    assert copy == ([("https://a.example/x", "address")] if wanted and not starts else [])
    assert bool(notices.said) is wanted


async def test_what_may_not_be_opened_is_said_at_once() -> None:
    notices, dialogs = Notices(), Answers()
    await LinksController(dialogs, notices, Copied()).follow("javascript:alert(1)")
    assert dialogs.asked == []
    assert "Not opened: javascript:" in notices.said[0]
