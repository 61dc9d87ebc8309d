"""What the keys for reading, finding, editing and copying do. Each action takes a line or two; the work is done in
reading, finding, editing, following, copying and editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.screen import Screen

from tui_chat.ui.messages import FindClosed, FindStepped, FindTyped
from tui_chat.ui.widgets.keybar import KeyBar
from tui_chat.ui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from tui_chat.ui.context import AppContext
    from tui_chat.ui.controllers.copy import CopyController
    from tui_chat.ui.controllers.editing import EditingController
    from tui_chat.ui.controllers.find import FindController
    from tui_chat.ui.controllers.links import LinksController
    from tui_chat.ui.controllers.reading import ReadingController
    from tui_chat.ui.widgets.transcript import Transcript

NEED_TRANSCRIPT = frozenset(
    {"page", "half_page", "prompt", "start", "end", "read", "find", "edit", "editor", "turn_menu", "on_turn"}
)
"""Actions that there is nothing for before the first conversation is shown."""


class ReadingActions(Screen[None]):
    """`ChatScreen` provides what these work on."""

    transcript: Transcript
    copying: CopyController
    editing: EditingController
    finding: FindController
    following: LinksController
    reading: ReadingController
    _desk: AppContext
    _keys: dict[str, tuple[str, ...]]

    def begin_reading(self, desk: AppContext) -> None:
        """The transcript is there."""
        from tui_chat.ui.controllers.copy import CopyController
        from tui_chat.ui.controllers.editing import EditingController
        from tui_chat.ui.controllers.find import FindController
        from tui_chat.ui.controllers.links import LinksController
        from tui_chat.ui.controllers.reading import ReadingController

        self.copying = CopyController(self)  # type: ignore[arg-type]  # it is a ChatScreen
        self.editing = EditingController(self, desk)  # type: ignore[arg-type]
        self.finding = FindController(self)  # type: ignore[arg-type]
        self.following = LinksController(self)  # type: ignore[arg-type]
        self.reading = ReadingController(self, desk)  # type: ignore[arg-type]
        self.transcript.price = desk.backends.price

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    def say(self, text: str) -> None:
        raise NotImplementedError

    def copy(self, text: str, what: str) -> None:
        """Put a text on the clipboard, without control characters; a notice says which way it took."""
        self.copying.start(text, what)
        self.clear_selection()

    async def close_innermost(self) -> bool:
        """Close what lies on top: a selection, the find line, reading, an edited prompt. False: nothing is open."""
        prompt = self.prompt
        if self.selections:
            self.clear_selection()
        elif prompt.has_focus and not prompt.selection.is_empty:
            prompt.move_cursor(prompt.cursor_location)
        elif await self.finding.close():
            pass
        elif self.transcript.has_focus:
            prompt.focus()
        else:
            return self.editing.leave()
        return True

    def _key_escape(self) -> None:
        """Textual's screen takes back a selection here; the binding of the same key would then close one thing more."""

    # Moving through the conversation

    def action_page(self, pages: int) -> None:
        self.transcript.action_scroll("page", pages)

    def action_half_page(self, halves: int) -> None:
        self.transcript.action_scroll("half_page", halves)

    def action_prompt(self, by: int) -> None:
        self.transcript.action_scroll("prompt", by)

    def action_start(self) -> None:
        self.transcript.action_scroll("start")

    def action_end(self) -> None:
        self.transcript.action_scroll("end")

    # ReadingController

    def action_read(self) -> None:
        """From the prompt into the conversation, and back; elsewhere this key goes to what stands before."""
        if self.prompt.has_focus:
            self.transcript.focus()
        elif self.transcript.has_focus:
            self.prompt.focus()
        else:
            self.app.action_focus_previous()

    async def action_on_turn(self, name: str) -> None:
        await self.reading.do(name)

    def action_turn_menu(self) -> None:
        """What can be done with what the cursor is on, as a list."""
        from tui_chat.ui.controllers.reading import NOTHING
        from tui_chat.ui.screens.turn_menu import TurnMenu

        offers = self.reading.offers()
        spot = self.transcript.cursor.spot
        if not offers or spot is None:
            self.say(NOTHING)
            return
        keys = {offer.name: self._keys.get(f"reading.{offer.name}", ()) for offer in offers}

        async def chosen(name: str | None) -> None:
            if name is not None:
                await self.reading.do(name)

        self.app.push_screen(TurnMenu("Block" if spot.block is not None else "Message", offers, keys), chosen)

    def on_transcript_reading_changed(self) -> None:
        self.query_one(KeyBar).reading = self.transcript.has_focus

    def on_transcript_link_clicked(self, message: Transcript.LinkClicked) -> None:
        self.following.ask(message.url)

    # FindController

    async def action_find(self) -> None:
        await self.finding.open()

    def on_transcript_found_changed(self, message: Transcript.FoundChanged) -> None:
        self.finding.show(message.found)

    @on(FindTyped)
    def _find_typed(self, message: FindTyped) -> None:
        self.finding.look_for(message.query)

    @on(FindStepped)
    def _find_stepped(self, message: FindStepped) -> None:
        self.finding.step(message.by)

    @on(FindClosed)
    async def _find_closed(self) -> None:
        await self.finding.close()

    # EditingController

    def action_edit(self) -> None:
        """The last prompt back into its widget, to be sent as a branch."""
        prompts = [node.id for node in self._desk.session.conversation.prompts()]
        if prompts:
            self.editing.begin(prompts[-1])
        else:
            self.say("There is no prompt to edit yet.")

    def action_editor(self) -> None:
        from tui_chat.ui.editor import GROUP, edit_outside

        if not any(worker.group == GROUP for worker in self.app.workers):
            work = edit_outside(self)  # type: ignore[arg-type]  # it is a ChatScreen
            self.app.run_worker(work, group=GROUP)
