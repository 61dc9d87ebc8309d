"""What has happened and was told to the chat screen: this file owns who deals with which fact."""

from __future__ import annotations

from textual import on
from textual.widgets import TextArea

from tui_chat.ui.messages import (
    AnswerChanged,
    AnswerEnded,
    AnswerTold,
    DeleteAsked,
    EndpointChosen,
    LibraryMoved,
    LibraryOpened,
    LibrarySearched,
    ModelChosen,
    PaneLeft,
    RenameAsked,
    ResetAsked,
    SaveAsked,
    SavingChanged,
    SettingsChanged,
    TunerCleared,
    TunerClosed,
    TunerTurned,
    UndoDeleteAsked,
)  # fmt: skip
from tui_chat.ui.screens.chat_actions import ChatActions
from tui_chat.ui.widgets.keybar import KeyBar
from tui_chat.ui.widgets.prompt import Prompt
from tui_chat.ui.widgets.settings_pane import SettingsPane


class ChatFacts(ChatActions):
    """Hands each message to the part that deals with it. Decides nothing itself."""

    @on(Prompt.Submitted)
    def _submitted(self, message: Prompt.Submitted) -> None:
        self.later(self._submit(message.text))

    async def _submit(self, text: str) -> None:
        await self._begun.wait()
        await self.turns.submit(text)

    @on(TextArea.Changed, "#prompt")
    def _typed(self) -> None:
        if self._begun.is_set():
            self.drafts.typed()

    @on(AnswerTold)
    def _told(self, message: AnswerTold) -> None:
        self.remarks.told(message)

    @on(AnswerChanged)
    def _changed(self, message: AnswerChanged) -> None:
        self.turns.changed(message.exchange)

    @on(AnswerEnded)
    def _ended(self, message: AnswerEnded) -> None:
        self.turns.ended(message.exchange)
        self.refresh_library()

    @on(LibrarySearched)
    def _searched(self) -> None:
        self.refresh_library()

    @on(LibraryOpened)
    def _chosen(self, message: LibraryOpened) -> None:
        self.later(self.shelf.open(message.id))

    @on(RenameAsked)
    def _rename_asked(self, message: RenameAsked) -> None:
        if self.library_view is not None:
            self.shelf.rename(message.id, message.title, self.library_view)

    @on(DeleteAsked)
    def _delete_asked(self, message: DeleteAsked) -> None:
        if self.library_view is not None:
            self.shelf.delete(message.id, message.title, self.library_view)

    @on(UndoDeleteAsked)
    def _undo_delete_asked(self) -> None:
        if self.library_view is not None:
            self.shelf.undo_delete(self.library_view)

    @on(SettingsChanged)
    def _settings_changed(self, message: SettingsChanged) -> None:
        self.tuning.change(message.settings)

    @on(SaveAsked)
    def _save_asked(self) -> None:
        self.later(self.tuning.save_as_default())

    @on(ResetAsked)
    def _reset_asked(self) -> None:
        self.later(self._reset())

    async def _reset(self) -> None:
        await self.tuning.back_to_configuration()
        self.tell_origins()

    @on(EndpointChosen)
    def _endpoint_chosen(self, message: EndpointChosen) -> None:
        self.tuning.choose_endpoint(message.name)

    @on(SavingChanged)
    def _saving_changed(self) -> None:
        self.saving.changed()

    @on(LibraryMoved)
    def _library_moved(self, message: LibraryMoved) -> None:
        self.saving.moved(message.words)

    @on(ModelChosen)
    def _model_chosen(self, message: ModelChosen) -> None:
        if message.model is not None and self.endpoints.is_key(message.model):
            self.say("That looks like a key and not like the name of a model, so it is not used.")
            for pane in self.query(SettingsPane):
                pane.show_endpoint(self._desk.endpoint, self._desk.backend.model)
        else:
            self._desk.backends.set_model(self._desk.endpoint, message.model)
        self.refresh_state()

    @on(PaneLeft)
    def _pane_left(self) -> None:
        self.prompt.focus()

    @on(TunerTurned)
    def _tuner_turned(self, message: TunerTurned) -> None:
        self.tuning.turn(message.name, message.steps)

    @on(TunerCleared)
    def _tuner_cleared(self, message: TunerCleared) -> None:
        self.tuning.clear(message.name)

    @on(TunerClosed)
    async def _tuner_closed(self) -> None:
        await self.query("Tuner").remove()
        self.query_one(KeyBar).display = True
        self.prompt.focus()
