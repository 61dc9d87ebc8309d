"""The dialogs of the app, each loaded when it is opened."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import ScreenResultType

if TYPE_CHECKING:
    from tui_chat.client.doctor import CheckStep
    from tui_chat.core.attachment import Attachment
    from tui_chat.core.comparison import Variant, Versions
    from tui_chat.core.conversation import Conversation
    from tui_chat.core.filter_table import FilterRow
    from tui_chat.engine.comparison import Comparison
    from tui_chat.engine.context_report import ContextReport
    from tui_chat.help_pages import HelpPage
    from tui_chat.ui.controllers.branches import BranchesController
    from tui_chat.ui.controllers.compare import Offered
    from tui_chat.ui.controllers.content_filter import CaseActions
    from tui_chat.ui.controllers.endpoints import Check, Models
    from tui_chat.ui.controllers.http_trace import NamedExchange
    from tui_chat.ui.controllers.library import LibraryController
    from tui_chat.ui.endpoint_form import EndpointForm
    from tui_chat.ui.filter_rejection_text import FilterRejection
    from tui_chat.ui.item_list_contents import ItemChoice, ItemListContents
    from tui_chat.ui.key_help_layout import HelpSection
    from tui_chat.ui.library_row import OpenAt
    from tui_chat.ui.link_safety import Link
    from tui_chat.ui.palette.contents import ListContents
    from tui_chat.ui.palette.entry import PaletteEntry
    from tui_chat.ui.ports import Copy, Formats, MenuItem
    from tui_chat.ui.screens.add_endpoint import AddEndpoint
    from tui_chat.ui.screens.compare import CompareActions, CompareScreen
    from tui_chat.ui.screens.filter_rejection import FilterRejectionScreen
    from tui_chat.ui.screens.modal import Modal
    from tui_chat.ui.screens.quit_unsaved import Way
    from tui_chat.ui.usage_lines import MeterLine


class AppDialogs:
    """`Dialogs` and its relatives for an app."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    async def _result(self, modal: Modal[ScreenResultType]) -> ScreenResultType | None:
        self._app.push_screen(modal)
        return await modal.closed

    async def ask_text(self, question: str, proposed: str = "", hint: str = "") -> str | None:
        from tui_chat.ui.screens.ask_text import AskText

        return await self._result(AskText(question, proposed, hint))

    async def ask_path(self, question: str, proposed: str = "", hint: str = "", formats: Formats = ()) -> str | None:
        from tui_chat.ui.screens.ask_path import AskPath

        return await self._result(AskPath(question, proposed, hint, formats))

    async def confirm(self, question: str, yes: str, no: str, yes_keys: Collection[str] = ()) -> bool:
        from tui_chat.ui.screens.confirm import Confirm

        answer: bool | None = await self._result(Confirm(question, yes, no, yes_keys))
        return bool(answer)

    async def open_link(self, link: Link) -> bool:
        from tui_chat.ui.screens.open_link import OpenLink

        answer: bool | None = await self._result(OpenLink(link))
        return bool(answer)

    async def choose(
        self,
        contents: ListContents,
        try_out: Callable[[PaletteEntry], object] | None = None,
        point_at: str | None = None,
    ) -> PaletteEntry | None:
        from tui_chat.ui.screens.palette import PaletteScreen

        return await self._result(PaletteScreen(contents, try_out, point_at))

    async def library(self, controller: LibraryController, query: str) -> OpenAt | None:
        from tui_chat.ui.screens.library import LibraryScreen

        return await self._result(LibraryScreen(controller, query))

    async def branches(self, actions: BranchesController) -> str | None:
        from tui_chat.ui.screens.branch_tree import BranchTree

        return await self._result(BranchTree(actions))

    async def menu(self, title: str, offers: Sequence[MenuItem], keys: Mapping[str, Sequence[str]]) -> str | None:
        from tui_chat.ui.screens.turn_menu import TurnMenu

        return await self._result(TurnMenu(title, offers, keys))

    def rejection(
        self, case: FilterRejection, actions: CaseActions, typed: Callable[[str], object] | None
    ) -> FilterRejectionScreen:
        from tui_chat.ui.screens.filter_rejection import FilterRejectionScreen

        modal = FilterRejectionScreen(case, actions, typed)
        self._app.push_screen(modal)
        return modal

    async def filter_table(
        self, conversation: Conversation, copy: Copy, save: Callable[[Sequence[FilterRow]], object]
    ) -> str | None:
        from tui_chat.ui.screens.filter_table import FilterTableScreen

        return await self._result(FilterTableScreen(conversation, copy, save))

    async def check(self, name: str, steps: Callable[[], AsyncGenerator[CheckStep, None]], copy: Copy) -> bool:
        from tui_chat.ui.screens.doctor import Doctor

        wanted: bool | None = await self._result(Doctor(name, steps, copy))
        return bool(wanted)

    async def ask_key(self, title: str, said: str, kept: str, *, keyring: bool, typed: str) -> tuple[str, bool] | None:
        from tui_chat.ui.screens.ask_api_key import AskKey

        return await self._result(AskKey(title, said, kept, keyring=keyring, typed=typed))

    def describe(
        self,
        form: EndpointForm,
        taken: Collection[str],
        check: Check,
        models: Models,
        has_keyring: Callable[[], Awaitable[bool]],
        titles: tuple[str, str],
    ) -> AddEndpoint:
        from tui_chat.ui.screens.add_endpoint import AddEndpoint

        modal = AddEndpoint(form, taken, check, models, has_keyring, titles)
        self._app.push_screen(modal)
        return modal

    async def items(self, contents: ItemListContents) -> ItemChoice | None:
        from tui_chat.ui.screens.item_list import ItemListScreen

        return await self._result(ItemListScreen(contents))

    async def exchanges(self, exchanges: Sequence[NamedExchange], copy: Copy) -> None:
        from tui_chat.ui.screens.http_trace import HttpTraceScreen

        await self._result(HttpTraceScreen(exchanges, copy))

    def comparison(self, comparison: Comparison, actions: CompareActions) -> CompareScreen:
        from tui_chat.ui.screens.compare import CompareScreen

        modal = CompareScreen(comparison, actions)
        self._app.push_screen(modal)
        return modal

    async def pick_comparison(self, offer: Offered) -> Sequence[Variant] | Versions | None:
        from tui_chat.ui.screens.compare_picker import ComparePicker

        return await self._result(ComparePicker(offer))

    async def help_page(self, page: HelpPage) -> bool:
        from tui_chat.ui.screens.help_page import ManualPageScreen

        wanted: bool | None = await self._result(ManualPageScreen(page))
        return bool(wanted)

    async def help(self, sections: Sequence[HelpSection]) -> bool:
        from tui_chat.ui.screens.key_help import KeyHelpScreen

        wanted: bool | None = await self._result(KeyHelpScreen(sections))
        return bool(wanted)

    async def context(self, report: ContextReport, used: Sequence[MeterLine], note: str, *, takes_price: bool) -> bool:
        from tui_chat.ui.screens.context_view import ContextView

        wanted = await self._result(ContextView(report, used, note, takes_price=takes_price))
        return bool(wanted)

    async def attachment(self, attached: Attachment, save: Callable[[], object], show: Callable[[], object]) -> None:
        from tui_chat.ui.screens.attachment_view import AttachmentView

        await self._result(AttachmentView(attached, save, show))

    async def problems(self, problems: Sequence[str]) -> None:
        from tui_chat.ui.screens.problems import Problems

        await self._result(Problems(problems))

    async def unsaved(self, unsaved: str, why: str, offers_file: bool) -> Way | None:
        from tui_chat.ui.screens.quit_unsaved import QuitUnsavedScreen

        return await self._result(QuitUnsavedScreen(unsaved, why, offers_file))
