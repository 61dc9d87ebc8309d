"""Secrets in every part of an endpoint, echoed by a server: no screen, file, copied text or report holds one."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import TextArea

from tests.faults.server import serve
from tests.support.canary import found_in
from tests.support.echo import BODY, HEADERS, SECRETS, echo, echoing, stored, url_of
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.crash_report import crash_report
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.ui.screens.filter_rejection import FilterRejectionScreen
from tui_chat.ui.screens.http_trace import HttpTraceScreen


async def test_no_secret_reaches_a_screen_a_file_or_a_copied_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    screens: list[str] = []
    async with serve(echoing) as server:
        config = EndpointConfig("mine", url_of(server), auth="api-key", model="m", headers=HEADERS, body=BODY)
        backend = HttpBackend(config, SECRETS["key"], environ={}, first_pause=0.01)
        async with chat(tmp_path, backend, size=(120, 50)) as (app, pilot):
            monkeypatch.setattr(app, "copy_to_clipboard", copied.append)

            async def sent(prompt: str, *shown: str) -> None:
                screen_of(app).prompt.focus()
                await pilot.press(*prompt, "enter")
                await until(lambda: all(each in text_of(app) for each in shown))
                screens.append(text_of(app))

            await sent("answer", "[masked]", "content-length", "ready")
            await sent("break", "Well", "***", "failed")
            await sent("wrong", "You · 03:04", "wrong", "✗", "failed · 0")
            await pilot.press("f12")
            await until(lambda: isinstance(app.screen, HttpTraceScreen))
            await pilot.press("m")
            screens += [text_of(app), app.screen.query_one(TextArea).text]
            await pilot.press("c")
            await until(lambda: bool(copied))
            await pilot.press("left", "left")
            screens += [text_of(app), app.screen.query_one(TextArea).text]
            await pilot.press("escape")
            await screen_of(app).action_command("endpoint.copy_curl")
            await until(lambda: len(copied) == 2)
            screen_of(app).prompt.focus()
            await pilot.press(*"filter", "enter")
            await until(lambda: isinstance(app.screen, FilterRejectionScreen))
            await pilot.press("m")
            screens.append(text_of(app))
            bug = TypeError(f"header value {SECRETS['header']} has no length")
            report = crash_report(bug, app.context.backends.secrets.mask_shown)
    assert len(server.requests) == 4
    assert all(each in echo(server.requests[0]) for each in (SECRETS["key"], SECRETS["header"], SECRETS["cookie"]))
    for shown in (*screens, *copied):
        assert not found_in(shown.replace("\n", "")), shown
        assert "***" in shown or "[masked]" in shown
    assert report.count("***") == 1
    for name, content in stored(tmp_path):
        assert not found_in(content), name
