"""The start page's controller: what it lists, and what a chosen line does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.ui.controllers.fakes import Notices, Tasks, Written
from tui_chat.store.errors import LibraryError
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.cells import fitting_parts
from tui_chat.ui.controllers.start import StartController
from tui_chat.ui.library_row import LibraryRow
from tui_chat.ui.saved_choices import SavedChoices
from tui_chat.ui.state import derive
from tui_chat.ui.widgets.banner import leave_out


class View:
    def __init__(self) -> None:
        self.rows: list[str] | None = None
        self.entered: list[int] = []

    def show(self, rows: Sequence[LibraryRow], now: datetime) -> None:
        self.rows = [row.title for row in rows]

    def enter(self, by: int) -> bool:
        self.entered.append(by)
        return True


class Elsewhere:
    """The library and the endpoints."""

    def __init__(self, *, broken: bool = False) -> None:
        self.done: list[str] = []
        self._broken = broken

    async def recent(self, count: int) -> list[LibraryRow]:
        if self._broken:
            raise LibraryError("It cannot be read.", "Mend it.")
        return [LibraryRow("a", "Owls", datetime(2026, 1, 1, tzinfo=UTC))][:count]

    async def open(self, conversation_id: str | None) -> None:
        self.done.append(f"open {conversation_id}")

    def choose(self, name: str) -> None:
        self.done.append(f"choose {name}")

    async def add(self) -> None:
        self.done.append("add")

    async def ask_key(self) -> None:
        self.done.append("key")


def made(context: AppContext, view: View, elsewhere: Elsewhere) -> tuple[StartController, Written]:
    prompt, choices = Written(), SavedChoices(None, Notices())
    return StartController(context, view, elsewhere, elsewhere, elsewhere.ask_key, choices, prompt, Tasks()), prompt


async def test_the_last_conversations_are_listed_while_none_is_open(context: AppContext) -> None:
    view = View()
    controller, _ = made(context, view, Elsewhere())
    await controller.fill_if_empty()
    assert view.rows == ["Owls"]
    await context.session.ask("question")
    view.rows = None
    await controller.fill_if_empty()
    assert view.rows is None


async def test_a_library_that_cannot_be_read_leaves_the_page_as_it_is(context: AppContext) -> None:
    view = View()
    await made(context, view, Elsewhere(broken=True))[0].fill_if_empty()
    assert view.rows == []


async def test_each_line_does_what_it_says(context: AppContext) -> None:
    elsewhere = Elsewhere()
    controller, prompt = made(context, View(), elsewhere)
    for item in ("open:c1", "use:demo", "add", "key", "nonsense"):
        await controller.choose(item)
    assert elsewhere.done == ["open c1", "choose demo", "add", "key"]
    controller.typed("abc")
    assert (prompt.text, prompt.focused) == ("abc", True)


async def test_the_banner_is_read_once_and_only_where_there_is_one(context: AppContext) -> None:
    controller, _ = made(context, View(), Elsewhere())
    assert not controller.banner_read()
    context.no_endpoint = True
    assert controller.banner_read()
    assert context.hint_read
    assert not controller.banner_read()


BANNER = {
    98: "No endpoint is configured · the built-in toy model, often wrong · F1: add your own · esc hides",
    78: "No endpoint is configured · F1: add your own · esc hides",
    58: "No endpoint is configured · F1: add your own · esc hides",
    50: "No endpoint is configured · F1: add your own",
    40: "F1: add your own",
}


@pytest.mark.parametrize("width", BANNER)
def test_the_banner_leaves_out_whole_parts_where_there_is_little_room(context: AppContext, width: int) -> None:
    context.endpoint, context.no_endpoint = "local", True
    assert fitting_parts(derive(context).banner, width, leave_out) == BANNER[width]
