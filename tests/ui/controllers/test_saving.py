"""What is not saved is reported once each time that it goes wrong, and when it is over."""

from __future__ import annotations

from tests.ui.controllers.fakes import Notices, Posted
from tui_chat.engine.session import Session
from tui_chat.store.errors import LibraryError
from tui_chat.ui.controllers.saving import SavingController
from tui_chat.ui.widget_messages import SavingChanged


class Marks:
    def mark_unsaved(self, ids: set[str]) -> None:
        return


async def test_each_failure_is_reported_once_and_its_end_too(session: Session) -> None:
    services, notices, posted = session.services, Notices(), Posted()
    saving = SavingController(services, Marks(), notices, posted)
    await services.library.close()
    exchange_title = session.conversation.id
    session.rename(exchange_title, "new")
    await services.unsaved.settled()
    assert posted
    assert all(isinstance(fact, SavingChanged) for fact in posted)
    for _ in range(2):
        saving.changed()
    assert len(notices.said) == 1
    assert notices.said[0].startswith("Not saved yet: ")
    assert issubclass(LibraryError, Exception)
