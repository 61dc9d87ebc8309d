"""The screen below a window looks as Textual draws it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_chat.ui.textual_fixes import screen_below


class Below(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("[red]red[/] [b]bold 東京[/] [@click=app.bell]link[/]")
        yield Static("on a ground")

    CSS = "Static { background: $panel; border: round blue; } ModalScreen { background: $background 60%; }"


async def test_each_cell_looks_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    for ours in (False, True):
        if ours:
            screen_below.install()
        else:
            monkeypatch.delattr(BackgroundScreen, "visualize", raising=False)
        app = Below()
        async with app.run_test(size=(30, 8)) as pilot:
            await app.push_screen(ModalScreen())
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            looks.append([[(cell, s.style) for s in strip for cell in s.text] for strip in strips])
    assert looks[0] == looks[1]
