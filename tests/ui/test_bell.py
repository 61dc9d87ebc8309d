"""The bell rings when an answer ends while the user looks elsewhere, unless it is turned off."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.scripted import ScriptedBackend, answered
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until


@pytest.mark.parametrize(("ring", "away", "rings"), [(True, True, 1), (True, False, 0), (False, True, 0)])
async def test_it_rings_only_without_focus_and_where_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: bool, away: bool, rings: int
) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One.")]), ring=ring) as (app, pilot):
        rung: list[bool] = []
        monkeypatch.setattr(app, "bell", lambda: rung.append(app.app_focus))
        if away:
            app.post_message(events.AppBlur())
            await until(lambda: not app.app_focus)
        await screen_of(app).controllers.conversation.submit("x")  # no key: whoever strikes one looks at it
        await until(lambda: "One." in text_of(app) and not app.context.session.running)
        await pilot.pause()
        assert rung == [False] * rings
