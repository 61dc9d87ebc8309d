"""Finding: the line and the transcript, connected."""

from __future__ import annotations

from tui_chat.ui.controllers.find import FindController
from tui_chat.ui.widgets.transcript.search import SearchProgress


class Text:
    def __init__(self) -> None:
        self.query = ""
        self.at = 0

    def find(self, query: str) -> SearchProgress:
        self.query, self.at = query, 0
        return self.found()

    def step(self, by: int) -> SearchProgress:
        self.at += by
        return self.found()

    def found(self) -> SearchProgress:
        return SearchProgress(self.at, 3)


class Line:
    def __init__(self) -> None:
        self.query: str | None = None
        self.shown: list[int] = []

    async def open_find(self, query: str) -> None:
        self.query = query

    async def close_find(self) -> str | None:
        query, self.query = self.query, None
        return query

    def show_found(self, found: SearchProgress) -> None:
        self.shown.append(found.index)


async def test_the_line_opens_with_what_was_searched_last() -> None:
    text, line = Text(), Line()
    find = FindController(text, line)
    assert not await find.close(), "it is not open"
    await find.open()
    line.query = "owl"
    find.search("owl")
    for by in (1, 1, -1):
        find.step(by, "owl")
    assert line.shown == [1, 2, 3, 2], "typing goes to the first hit"
    assert await find.close()
    assert text.query == "", "the marks are taken away"
    await find.open()
    assert line.query == "owl"
    find.search("owl")
    assert text.at == 0, "marked, but the view stays until enter or another text"
    find.step(1, "owl")
    assert text.at == 1
    find.search("owls")
    assert (text.query, text.at) == ("owls", 1)
    find.search("")
    find.search("owl")
    assert (text.query, text.at) == ("owl", 1), "typed again it is like any other text"


async def test_a_query_of_a_command_goes_to_its_first_hit() -> None:
    text, line = Text(), Line()
    find = FindController(text, line)
    await find.find("owl")
    find.search("owl")  # the news that the line has it
    assert (text.query, text.at) == ("owl", 1)


async def test_enter_that_overtakes_the_text_goes_on_from_the_first_hit_of_it() -> None:
    text, line = Text(), Line()
    find = FindController(text, line)
    await find.open()
    find.step(1, "owl")
    find.search("owl")  # the news that the text has changed
    assert (text.query, text.at) == ("owl", 2)
    assert line.shown == [1, 2]
