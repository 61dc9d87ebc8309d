"""Notices come one at a time, and none is lost unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.ui import toasts
from tui_chat.ui.screens.add_endpoint import AddEndpoint
from tui_chat.ui.toasts import ToastNotifier


async def shown(app: App[Any], pilot: Pilot[Any]) -> list[tuple[str, str]]:
    await pilot.pause()
    return [(note.message, note.severity) for note in app._notifications]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    clock = {"now": 100.0}
    monkeypatch.setattr(toasts, "monotonic", lambda: clock["now"])
    return clock


async def test_a_notice_takes_the_place_of_the_one_before(at: dict[str, float]) -> None:
    app = App[None]()
    async with app.run_test(notifications=True) as pilot:
        notifier = ToastNotifier(app)
        notifier.say("One.")
        at["now"] += 2
        notifier.say("Two.")
        assert await shown(app, pilot) == [("Two.", "information")]
        at["now"] += 2
        notifier.say("Two.")
        assert await shown(app, pilot) == [("Two.", "information")], "said twice, shown once"


async def test_what_comes_together_is_shown_together(at: dict[str, float]) -> None:
    app = App[None]()
    async with app.run_test(notifications=True) as pilot:
        notifier = ToastNotifier(app)
        notifier.say("One.")
        notifier.warn("Two.")
        assert await shown(app, pilot) == [("One.\n\nTwo.", "warning")]


async def test_an_error_is_not_wiped_away_by_a_word_in_passing(at: dict[str, float]) -> None:
    app = App[None]()
    async with app.run_test(notifications=True) as pilot:
        notifier = ToastNotifier(app)
        notifier.report(ConfigurationError("It broke.", "Mend it."))
        at["now"] += 5
        notifier.say("Copied \x1b[31m.")
        await pilot.pause()
        (note,) = app._notifications
        assert note.message == "It broke.\nMend it.\n\nCopied ␛[31m."
        assert (note.severity, note.title) == ("error", "That did not work")
        at["now"] += 30
        notifier.say("Later.")
        assert await shown(app, pilot) == [("Later.", "information")]


async def test_a_notice_below_a_window_covers_no_line_of_it_and_is_gone_where_it_was(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(100, 22)) as (app, pilot):
        notifier = screen_of(app).controllers.notifier
        notifier.warn("A notice of " + "two lines " * 11)
        await until(lambda: "A notice of" in text_of(app))
        await pilot.press("ctrl+p", *"add an endpoint", "enter")
        await until(lambda: isinstance(app.screen, AddEndpoint) and "A notice of" in lines_of(app)[-2])
        await until(lambda: "╯" not in "".join(lines_of(app)[-2:]))
        await until(lambda: "what is typed is kept" in text_of(app))
        await until(lambda: text_of(app).count("▌") == 2)


@pytest.mark.parametrize("size", [(60, 20), (100, 30)])
async def test_a_notice_lies_over_no_window_and_is_shown_once(tmp_path: Path, size: tuple[int, int]) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=size) as (app, pilot):
        notifier = screen_of(app).controllers.notifier
        notifier.say("With the window.")
        await pilot.press("f1")
        await until(lambda: "With the window." in lines_of(app)[-1] and len(app.screen_stack) == 2)
        assert text_of(app).count("With the window.") == 1
        notifier.say("Behind it.")
        await until(lambda: "Behind it." in lines_of(app)[-1])
        await pilot.press("escape")
        await until(lambda: "Behind it." in text_of(app) and "Behind it." not in lines_of(app)[-1])


@pytest.mark.parametrize("size", [(60, 24), (100, 30)])
async def test_a_notice_that_is_older_than_a_window_waits_until_it_is_closed(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=size) as (app, pilot):
        notifier = screen_of(app).controllers.notifier
        notifier.inform("Done before.")
        await until(lambda: "Done before." in text_of(app))
        for note in app._notifications:
            note.raised_at -= 2 * toasts.TOGETHER
        await pilot.press("ctrl+p")
        await until(lambda: len(app.screen_stack) == 2 and lines_of(app)[-1].strip().endswith("close"))
        assert "Done before." not in text_of(app)
        await pilot.press("escape")
        await until(lambda: "Done before." in text_of(app) and len(app.screen_stack) == 1)
