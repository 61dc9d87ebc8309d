"""What the keys of the chat screen do: each action in a line or two, the work itself in turns, tuning and shelf."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from textual import on

from tui_chat.render.safe import safe_line
from tui_chat.ui.screens.reading_actions import NEED_TRANSCRIPT, ReadingActions
from tui_chat.ui.widgets.header import Header
from tui_chat.ui.widgets.keybar import KeyBar
from tui_chat.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from tui_chat.core.settings import Settings
    from tui_chat.ui.controllers.content_filter import ContentFilterController
    from tui_chat.ui.controllers.conversation import ConversationController
    from tui_chat.ui.controllers.drafts import DraftsController
    from tui_chat.ui.controllers.endpoints import EndpointsController
    from tui_chat.ui.controllers.files import FilesController
    from tui_chat.ui.controllers.library import LibraryController
    from tui_chat.ui.controllers.notices import NoticesController
    from tui_chat.ui.controllers.other_windows import OtherWindowsController
    from tui_chat.ui.controllers.saving import SavingController
    from tui_chat.ui.controllers.settings import SettingsController
    from tui_chat.ui.widgets.library_view import LibraryView


NEED_DESK = frozenset(
    {
        *NEED_TRANSCRIPT,
        "new",
        "save_as",
        "open_file",
        "library",
        "library_pane",
        "retry",
        "copy",
        "settings",
        "tune",
        "turn",
        "help",
        "go_on",
        "exchange",
        "check_endpoint",
        "add_endpoint",
        "edit_endpoint",
        "copy_curl",
        "filter_report",
        "filter_view",
        "filter_send",
    }
)


class ChatActions(ReadingActions):
    """The actions that `ui/commands.py` names. `ChatScreen` provides what they work on."""

    drafts: DraftsController
    turns: ConversationController
    rejections: ContentFilterController
    remarks: NoticesController
    saving: SavingController
    endpoints: EndpointsController
    tuning: SettingsController
    shelf: LibraryController
    transfer: FilesController
    other_windows: OtherWindowsController
    _begun: asyncio.Event

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the desk is open, keys that need it do nothing; typing and quitting work."""
        return self._begun.is_set() or action not in NEED_DESK

    @property
    def begun(self) -> bool:
        """The desk is open and the first conversation shown."""
        return self._begun.is_set()

    async def until_begun(self) -> None:
        await self._begun.wait()

    @property
    def library_view(self) -> LibraryView | None:
        """The list in the library pane, where that is open."""
        if not self.query("LibraryPane"):
            return None
        from tui_chat.ui.widgets.library_pane import LibraryPane

        return self.query_one(LibraryPane).view

    def show_settings(self, settings: Settings) -> None:
        """Bring the settings pane and the tuner up to date, where they are open."""
        for shown in self.query("SettingsPane, Tuner"):
            shown.settings = settings  # type: ignore[attr-defined]  # both have it; neither is loaded unless it is open

    def tell_origins(self) -> None:
        """Say in the settings pane where each setting comes from."""
        from tui_chat.ui.widgets.settings_pane import SettingsPane

        origins = self._desk.origins.items()
        places = {name.removeprefix("settings."): place for name, place in origins if name.startswith("settings.")}
        for pane in self.query(SettingsPane):
            pane.tell(places)

    def refresh_library(self) -> None:
        raise NotImplementedError

    def later(self, work: Coroutine[Any, Any, object], group: str = "later") -> None:
        """Do something that waits for the disk, without holding up the screen. An exception in it is a bug."""
        self.app.run_worker(work, group=group)

    def refresh_state(self) -> None:
        raise NotImplementedError

    async def action_stop(self) -> None:
        """Close the innermost thing; only where nothing is open, stop the answer."""
        if self._begun.is_set() and not await self.close_innermost() and not self.transfer.cancel():
            self.turns.stop()

    def action_interrupt(self) -> None:
        """Copy a selection; else stop the answer; else put the prompt aside; else ask whether to quit."""
        if selected := self.get_selected_text() or self.prompt.selected_text:
            self.copy(selected, "selection")
        elif self._begun.is_set() and self.turns.stop():
            pass
        elif self.prompt.stash():
            self.say("The prompt is put aside: the up key brings it back.")
        else:
            from tui_chat.ui.screens.confirm import Confirm

            again = self.keys_of("chat.interrupt")
            self.app.push_screen(Confirm("Quit tui-chat?", "Quit", "Stay", yes_keys=again), self._quit_if)

    async def _quit_if(self, wanted: bool | None) -> None:
        if wanted:
            await self.app.action_quit()

    async def action_quit(self) -> None:
        await self.app.action_quit()

    def action_new(self) -> None:
        self.turns.new()
        self.prompt.focus()
        self.refresh_library()

    def action_library(self) -> None:
        """Find, open, rename and delete conversations, on a screen of its own."""
        from tui_chat.ui.screens.library import LibraryScreen

        self.app.push_screen(LibraryScreen(self.shelf), self._open)

    def action_save_as(self) -> None:
        self.transfer.save_as()

    def action_open_file(self) -> None:
        self.transfer.open()

    def _open(self, conversation_id: str | None) -> None:
        self.later(self.shelf.open(conversation_id))

    async def action_library_pane(self) -> None:
        """Show the library pane and go there; from there, hide it."""
        from tui_chat.ui.widgets.library_pane import LibraryPane

        panes = self.query(LibraryPane)
        if panes and panes.first().has_focus_within:
            await panes.remove()
            self.prompt.focus()
        else:
            if not panes:
                await self.query_one("#middle").mount(LibraryPane(), before=0)
                self.refresh_library()
            self.query_one(LibraryPane).view.focus_search()

    def action_retry(self) -> None:
        self.later(self.turns.retry())

    async def action_copy(self) -> None:
        """What is selected or under the reading cursor, else the last answer."""
        if self.transcript.has_focus and self.transcript.cursor.spot is not None:
            await self.reading.do("copy")
        elif selected := self.get_selected_text():
            self.copy(selected, "selection")
        elif text := self.turns.last_answer():
            self.copy(text, "answer")
        else:
            self.say("There is no answer to copy yet.")

    async def action_settings(self) -> None:
        """Show the settings pane and go there; from there, hide it."""
        from tui_chat.ui.widgets.settings_pane import SettingsPane

        panes = self.query(SettingsPane)
        if panes and panes.first().has_focus_within:
            await panes.remove()
            self.prompt.focus()
            return
        if not panes:
            await self._mount_settings()
        self.query_one(SettingsPane).focus_first()

    async def _mount_settings(self) -> None:
        from tui_chat.ui.widgets.settings_pane import SettingsPane

        desk = self._desk
        await self.query_one("#middle").mount(
            SettingsPane(desk.backends.names, desk.endpoint, desk.backend.model, desk.session.settings)
        )
        self.tell_origins()

    async def refresh_settings(self) -> None:
        """Bring the settings pane up to date with the endpoints that there are, where it is open."""
        if panes := self.query("SettingsPane"):
            await panes.remove()
            await self._mount_settings()

    async def action_tune(self) -> None:
        """One line with all knobs in place of the key bar."""
        from tui_chat.ui.widgets.tuner import Tuner

        if not self.query(Tuner):
            keybar = self.query_one(KeyBar)
            keybar.display = False
            await self.mount(Tuner(self._desk.session.settings), after=keybar)
        self.query_one(Tuner).focus()

    def action_turn(self, name: str, steps: int) -> None:
        self.tuning.turn(name, steps)
        value = getattr(self._desk.session.settings, name)
        self.query_one(Header).flash(f"{name} {'not sent' if value is None else f'{value:g}'}")

    def action_go_on(self) -> None:
        self.later(self.turns.go_on())

    def action_exchange(self) -> None:
        self.endpoints.show_exchange()

    def action_copy_curl(self) -> None:
        self.endpoints.copy_curl()

    def action_check_endpoint(self) -> None:
        self.endpoints.check()

    def action_add_endpoint(self) -> None:
        self.endpoints.add()

    def action_edit_endpoint(self) -> None:
        self.endpoints.choose_added()

    def keys_of(self, command: str) -> tuple[str, ...]:
        """The keys of a command, as the user has them."""
        return self._keys.get(command, ())

    def action_filter_report(self) -> None:
        """Once more what the content filter said of the last turn that it found something in."""
        self.rejections.show_last()

    def action_filter_send(self) -> None:
        """Leave the last answer and its prompt out of what is sent, or take them back in."""
        self.rejections.turn_around_last()

    def action_filter_view(self) -> None:
        """All that the content filter said in this conversation, as a table."""
        self.rejections.show_table()

    @on(Prompt.HelpAsked)
    def action_help(self) -> None:
        from tui_chat.demo.scenarios import SCENARIOS
        from tui_chat.ui.screens.help import Help

        words = [(s.keyword, safe_line(s.help)) for s in SCENARIOS] if self._desk.endpoint == "demo" else []
        self.app.push_screen(Help(self._keys, words))
