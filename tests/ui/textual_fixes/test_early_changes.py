"""A widget that changes before it is mounted has the size of what it shows."""

from __future__ import annotations

from pathlib import Path

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.ui.widgets.prompt import Prompt
from tui_chat.ui.widgets.prompt.queue_list import QueueList


async def test_a_list_that_grows_before_it_is_mounted_is_seen_whole(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, _):
        screen, queue = screen_of(app), QueueList()
        mounted = screen.query_one("#talk").mount(queue, before=screen.query_one(Prompt))
        queue.show(["first"], "")
        screen._refresh_layout()
        assert not queue.is_mounted
        queue.show(["first", "second"], "")
        await mounted
        await until(lambda: "2 second" in text_of(app) and "sent when the answer has ended" in text_of(app), 10)
