"""The manual in the app: pages are found by what stands in them, and one leads back to the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tui_chat.help_pages import HelpPage
from tui_chat.ui.controllers.help_pages import ManualController
from tui_chat.ui.palette.contents import ListContents
from tui_chat.ui.palette.entry import PaletteEntry


class Reader:
    """Types each of these into the list, takes the first entry, and reads; goes on to the list while there are more."""

    def __init__(self, *typed: str) -> None:
        self._typed = [*typed]
        self.read: list[str] = []
        self.pointed: list[str | None] = []

    async def choose(
        self,
        contents: ListContents,
        try_out: Callable[[PaletteEntry], object] | None = None,
        point_at: str | None = None,
    ) -> PaletteEntry | None:
        self.pointed.append(point_at)
        found = contents.sections(self._typed.pop(0))
        return found[0].entries[0] if found else None

    async def help_page(self, page: HelpPage) -> bool:
        self.read.append(page.topic)
        return bool(self._typed)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("azure", "azure"),
        ("429", "troubleshooting"),
        ("NO_PROXY", "troubleshooting"),
        ("jq", "shell"),
        ("telemetry", "privacy"),
    ],
)
async def test_a_page_is_found_by_what_stands_in_it(typed: str, topic: str) -> None:
    reader = Reader(typed)
    await ManualController(reader).choose()
    assert reader.read == [topic]


async def test_a_page_leads_back_to_the_others_where_it_was() -> None:
    reader = Reader("themes", "privacy")
    await ManualController(reader).choose()
    assert reader.read == ["themes", "privacy"]
    assert reader.pointed == [None, "page:themes"]


async def test_a_remembered_page_that_is_gone_opens_the_list() -> None:
    reader = Reader("setup")
    await ManualController(reader).open("from an older version")
    assert reader.read == ["setup"]


@pytest.mark.parametrize(
    ("words", "read"),
    [("azure", ["azure"]), ("jq", ["shell"]), ("colours", ["themes"]), ("screen reader", ["screen-reader"])],
)
async def test_a_page_is_opened_by_what_it_is_about(words: str, read: list[str]) -> None:
    reader = Reader()
    assert await ManualController(reader).open_about(words) is None
    assert reader.read == read


async def test_of_several_pages_one_is_chosen_and_none_is_said() -> None:
    reader = Reader("")
    assert await ManualController(reader).open_about("key") is None
    assert len(reader.pointed) == 1
    said = await ManualController(Reader()).open_about("whales")
    assert said is not None
    assert "whales" in said
