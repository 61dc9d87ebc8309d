"""The key that copies, else stops, else stashes, else asks whether to quit."""

from __future__ import annotations

import pytest

from tests.ui.controllers.fakes import Answers, Copied, Notices, Tasks, Written
from tui_chat.ui.controllers.quit import QuitController
from tui_chat.ui.keymap import Keymap


@pytest.mark.parametrize(
    ("selected", "answering", "typed", "effect"),
    [
        ("words", True, "text", "copied"),
        ("", True, "text", "stopped"),
        ("", False, "text", "stashed"),
        ("", False, "", "quit"),
    ],
)
async def test_interrupt_does_the_first_that_there_is(selected: str, answering: bool, typed: str, effect: str) -> None:
    done: list[str] = []

    def stop() -> bool:
        if answering:
            done.append("stopped")
        return answering

    async def quit_app() -> None:
        done.append("quit")

    prompt, copy, dialogs, notices, jobs = Written(typed), Copied(), Answers(True), Notices(), Tasks()
    QuitController(prompt, lambda: selected, stop, quit_app, Keymap, copy, dialogs, notices, jobs).interrupt()
    await jobs.done()
    done += ["copied"] if copy else []
    done += ["stashed"] if prompt.aside else []
    assert done == [effect]
    assert notices.said == (["Prompt stashed. Press Up to restore it."] if effect == "stashed" else [])


async def test_who_stays_is_not_thrown_out() -> None:
    async def quit_app() -> None:
        raise AssertionError

    jobs, dialogs = Tasks(), Answers(False)
    leaving = QuitController(Written(), str, lambda: False, quit_app, Keymap, Copied(), dialogs, Notices(), jobs)
    leaving.interrupt()
    await jobs.done()
    assert dialogs.asked == [("Quit tui-chat?", "Quit")]
