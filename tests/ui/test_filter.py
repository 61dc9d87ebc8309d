"""The filter's modal on what servers really send, through the real client: what it says, and what comes after it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.client.asking import backend
from tests.faults.server import Script, Server, Wire, serve, text
from tests.support.rows import row
from tests.support.thorough import some
from tests.ui.harness import chat, lines_of, screen_of, text_of
from tests.waiting import until
from tests.wire.fixtures import Case, cases
from tui_chat.core.filter_categories import category_words
from tui_chat.ui.app import ChatApp
from tui_chat.ui.filter_rejection_text import report
from tui_chat.ui.screens.filter_rejection import FilterRejectionScreen

FIXTURES = Path(__file__).parent.parent / "wire_fixtures"
PROMPT_TITLE = "Prompt blocked by the content filter"
ANSWER_TITLE = "Answer blocked by the content filter"


def then_fine(*names: str) -> Script:
    """Each fixture in turn, and behind each of them an ordinary answer."""
    turns = iter([answered for name in names for answered in (name, None)])

    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            name = next(turns)
            if name is None:
                await wire.stream(text("All is "), text("well.", "stop"), b"data: [DONE]\n\n")
            else:
                await answer(wire, name)

    return script


async def answer(wire: Wire, name: str) -> None:
    stream = FIXTURES / f"{name}.sse"
    if stream.exists():
        await wire.stream(stream.read_bytes())
        return
    case: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    body = case["body"] if isinstance(case["body"], str) else json.dumps(case["body"])
    await wire.reply(case["status"], body.encode(), content_type=case["headers"].get("content-type", "text/plain"))


REJECTED = [
    ("azure_prompt_filtered_innererror", PROMPT_TITLE, "violence ■■□ medium blocked"),
    ("azure_serverless_prompt_filtered_microsoft", PROMPT_TITLE, "jailbreak attempt ✖ detected blocked"),
    ("azure_prompt_filtered_no_innererror", PROMPT_TITLE, "did not say which category"),
    ("azure_managed_424_content_filter", PROMPT_TITLE, "blocked"),
    ("mistral_403_guardrail", PROMPT_TITLE, "blocked"),
    ("azure_default_block_blocklist", ANSWER_TITLE, "blocklist ✖ blocked"),
    ("azure_async_block_midstream", ANSWER_TITLE, "blocked"),
    ("azure_async_block_after_stop_recorded", ANSWER_TITLE, "blocklist ✖ blocked"),
    ("azure_output_filtered_nonstream", ANSWER_TITLE, "protected text ✖ detected blocked"),
]


@pytest.mark.parametrize("size", [(120, 40), (62, 20)])
async def test_the_modal_says_what_was_rejected_and_the_next_prompt_is_answered(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    rejected = some(REJECTED, 2 if size[0] > 100 else 3)
    async with (
        serve(then_fine(*(name for name, _, _ in rejected))) as server,
        chat(tmp_path, backend(server.url), size=size) as (app, pilot),
    ):
        for name, title, finding in rejected:
            with row(name):
                await pilot.press(*"first", "enter")
                await until(lambda: isinstance(app.screen, FilterRejectionScreen) and title in text_of(app))  # noqa: B023
                words = " ".join(text_of(app).replace("┃", " ").split())
                assert finding in words
                assert ("e edit and resend" if size[0] > 100 else "e edit") in words
                assert all(len(line) <= size[0] for line in lines_of(app))
                await pilot.press("escape")
                await until(lambda: app.screen is screen_of(app))
                await pilot.press("up")
                assert screen_of(app).prompt.text == "first", "the prompt is in reach"
                screen_of(app).prompt.replace_text("second")
                await pilot.press("enter")
                await until(lambda: "All is well." in text_of(app))
                assert sent_by(server) == [[("user", "first")], [("user", "second")]]
                await begin_anew(app, pilot, server)


def sent_by(server: Server) -> list[list[tuple[str, str]]]:
    """The messages of each request, by role and text."""
    return [[(m["role"], m["content"]) for m in request.json["messages"]] for request in server.requests]


async def begin_anew(app: ChatApp, pilot: Pilot[int], server: Server) -> None:
    """Leave nothing of a row on the screen and at the server, for the next one."""
    await until(lambda: not app.context.session.running)
    await pilot.press("ctrl+n")
    await until(lambda: "All is well." not in text_of(app) and not screen_of(app).prompt.text)
    app.clear_notifications()
    server.requests.clear()


async def test_two_rejections_in_a_row(tmp_path: Path) -> None:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await answer(wire, "azure_prompt_filtered_innererror")

    async with serve(script) as server, chat(tmp_path, backend(server.url)) as (app, pilot):
        for prompt in ("first", "second"):
            await pilot.press(*prompt, "enter")
            await until(lambda: isinstance(app.screen, FilterRejectionScreen))
            await pilot.press("c")
            await until(lambda: bool(app.clipboard))
            await pilot.press("e")
            await until(lambda: bool(screen_of(app).prompt.text))
            assert screen_of(app).prompt.text == prompt
            screen_of(app).prompt.replace_text("")
        assert [len(request.json["messages"]) for request in server.requests] == [1, 1]
        assert app.clipboard.startswith(PROMPT_TITLE)
        assert "violence (prompt): medium, blocked" in app.clipboard
        assert "hate (prompt): safe" in app.clipboard


def judged_fixtures() -> list[Case]:
    """The fixtures in which a filter said something, or was not run."""
    return [case for case in cases() if case.expect.get("filter", {}).get("verdict", "none") not in ("none", "pass")]


async def test_every_report_of_a_filter_is_told_and_leaves_a_conversation_that_goes_on(tmp_path: Path) -> None:
    judged = judged_fixtures()
    assert len(judged) > 20
    judged = [*some(judged, 5)]
    script = then_fine(*(case.name for case in judged))
    async with serve(script) as server, chat(tmp_path, backend(server.url)) as (app, pilot):
        for case in judged:
            with row(case):
                await is_told(app, pilot, server, case)
                await begin_anew(app, pilot, server)


MARKS = {"blocked": "left out of requests", "annotated": "filter noticed", "not_run": "not checked by the filter"}


async def is_told(app: ChatApp, pilot: Pilot[int], server: Server, case: Case) -> None:
    said = case.expect["filter"]
    talk = app.context.session.conversation
    await pilot.press(*"first", "enter")
    await until(lambda: len(talk.nodes) == 2 and talk.path()[-1].turn.outcome and not app.context.session.running)
    blocked = said["verdict"] == "blocked"
    turn = app.context.session.conversation.path()[-1].turn
    assert turn.filter == said["verdict"]
    if blocked:
        title = PROMPT_TITLE if said["where"] == "prompt" else ANSWER_TITLE
        await until(lambda: isinstance(app.screen, FilterRejectionScreen) and title in text_of(app))
        told = report(turn)
        found = [category for category in said["categories"] if category["filtered"]]
        for category in found:
            name = category_words(category["name"].replace("-", "_"))
            assert re.search(rf"{re.escape(name)} \((prompt|answer)\): .*blocked", told), name
        assert found or "did not say which category" in told
        await pilot.press("escape")
    await until(lambda: app.screen is screen_of(app))
    await until(lambda: MARKS[said["verdict"]] in text_of(app))
    screen_of(app).prompt.replace_text("second")
    await pilot.press("enter")
    await until(lambda: "All is well." in text_of(app))
    sent = sent_by(server)[-1]
    assert sent[-1] == ("user", "second")
    assert [role for role, _ in sent] == ["user", "assistant"] * (len(sent) // 2) + ["user"]
    # An answer that the filter did not reject stays in; a guardrail that failed, and so blocked, leaves none.
    assert (len(sent) == 3) is (not blocked and bool(turn.text)), sent
