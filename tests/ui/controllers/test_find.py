"""Finding: the line and the transcript, connected."""

from __future__ import annotations

from tui_chat.ui.controllers.find import FindController
from tui_chat.ui.widgets.transcript.search import SearchProgress


class Text:
    def __init__(self) -> None:
        self.query = ""
        self.at = 1

    def find(self, query: str) -> SearchProgress:
        self.query = query
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
    assert line.shown == [1, 2, 3, 2]
    assert await find.close()
    assert text.query == "", "the marks are taken away"
    await find.open()
    assert line.query == "owl"


async def test_enter_that_overtakes_the_text_steps_to_the_first_hit_of_it() -> None:
    text, line = Text(), Line()
    find = FindController(text, line)
    await find.open()
    find.step(1, "owl")
    find.search("owl")  # the news that the text has changed
    assert (text.query, text.at) == ("owl", 2)
    assert line.shown == [1, 2]
