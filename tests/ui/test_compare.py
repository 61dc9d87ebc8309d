"""Answers side by side: asked for at once, watched, and one of them kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from textual._compositor import Compositor, LayoutUpdate
from textual.pilot import Pilot

from tests.scripted import ScriptedBackend, answered
from tests.store.trees import answer as made
from tests.support import golden
from tests.support.library import on_disk
from tests.ui.harness import chat, lines_of, strike, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.endpoint import Price
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Timing, Usage
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.store.themes import load_themes
from tui_chat.ui.app import ChatApp
from tui_chat.ui.screens.chat import ChatScreen
from tui_chat.ui.screens.compare import CompareScreen
from tui_chat.ui.themes import theme_of
from tui_chat.ui.widgets.compare_column import foot
from tui_chat.ui.widgets.compare_tabs import without_common_words

FIRST, COOL, WARM = answered("The Rhine."), answered("The Po is short."), answered("The Amazon is long!")
Script = list[ev.Event | Exception]

REJECTED: Script = [
    ev.Sent(1),
    ev.Judged(
        (
            Verdict("prompt", "violence", blocked=True, severity="high"),
            Verdict("prompt", "hate", blocked=False, severity="safe"),
        )
    ),
    ev.Failed(ServerError(ErrorKind.FILTERED, "The request was filtered.", 400)),
    ev.Closed(True),
]


def cool_and_warm() -> dict[float | None, list[Script]]:
    """What a backend answers to `/compare temperature 0.2 1.0`."""
    return {0.2: [COOL], 1.0: [WARM]}


async def ask(app: ChatApp, pilot: Pilot[int], *, text: str = "Name a river.") -> None:
    await pilot.press(*text, "enter")
    await until(lambda: not app.context.session.running and app.context.session.conversation.nodes)


async def compare(app: ChatApp, pilot: Pilot[int], typed: str) -> None:
    below = app.screen
    await pilot.press(*f"/compare {typed}", "enter")
    await until(lambda: app.screen is not below and "Compare" in lines_of(app)[0])


async def half(app: ChatApp, hold: asyncio.Semaphore) -> None:
    """Both answers have come as far as their second word."""
    backend = app.context.backend
    assert isinstance(backend, ScriptedBackend)
    await until(lambda: len(backend.asked) == 3)
    for _ in range(8):
        hold.release()
        await asyncio.sleep(0)
    await until(lambda: "The Po" in text_of(app) and "The Amazon" in text_of(app))


def go_on(hold: asyncio.Semaphore) -> None:
    for _ in range(100):
        hold.release()


def path_of(app: ChatApp) -> list[str]:
    return [node.turn.text for node in app.context.session.conversation.path()]


async def test_two_temperatures_stream_side_by_side_and_the_kept_one_goes_on(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(len(FIRST))
    backend = ScriptedBackend([FIRST, answered("Yes.")], hold=hold, by_temperature=cool_and_warm())
    async with chat(tmp_path, backend, settings=Settings(max_tokens=200)) as (app, pilot):
        await ask(app, pilot)
        await compare(app, pilot, "temperature 0.2 1.0")
        await half(app, hold)
        row = next(line for line in lines_of(app) if "The Po" in line)
        assert row.index("The Po") < row.index("The Amazon")
        assert path_of(app) == ["Name a river.", "The Rhine."]
        go_on(hold)
        await until(lambda: not app.context.session.running and "esc close" in text_of(app))
        assert {settings for _, settings in backend.asked[1:]} == {
            Settings(temperature=0.2, max_tokens=200),
            Settings(temperature=1.0, max_tokens=200),
        }
        below = app.screen_stack[0]
        await pilot.press("right", "k")
        await until(lambda: app.screen is below and "The Amazon is long!" in text_of(app))
        assert "‹ 3/3 ›" in text_of(app)
        await ask(app, pilot, text="Really?")
        assert backend.asked[-1][0] == [
            ("user", "Name a river."),
            ("assistant", "The Amazon is long!"),
            ("user", "Really?"),
        ]
        assert backend.asked[-1][1] == Settings(max_tokens=200)  # kept is the answer, not what it was asked with
        name = app.context.session.conversation.id
    found = on_disk(tmp_path, name)
    prompt = found.path()[0].id
    assert [found.nodes[each].turn.text for each in found.children(prompt)] == [
        "The Rhine.",
        "The Po is short.",
        "The Amazon is long!",
    ]
    assert [node.turn.text for node in found.path()][1] == "The Amazon is long!"


async def test_nothing_that_changes_below_repaints_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With four columns, each of those pictures made a key wait for two frames."""
    hold = asyncio.Semaphore(len(FIRST))
    async with chat(tmp_path, ScriptedBackend([FIRST], hold=hold, by_temperature=cool_and_warm())) as (app, pilot):
        await ask(app, pilot)
        await compare(app, pilot, "temperature 0.2 1.0")
        await half(app, hold)
        whole: list[Compositor] = []
        real = Compositor.render_full_update

        def counted(self: Compositor, simplify: bool = False) -> LayoutUpdate:
            whole.append(self)
            return real(self, simplify)

        below = app.screen_stack[0]
        assert isinstance(below, ChatScreen)
        await until(lambda: "d differences" in text_of(app))
        await pilot.pause()
        monkeypatch.setattr(Compositor, "render_full_update", counted)
        for hint in ("unmark", "differences"):
            below.state = replace(below.state, model=f"model of {hint}")
            for widget in below.query("*"):
                widget.refresh()
            await pilot.press("d")
            await until(lambda hint=hint: f"d {hint}" in text_of(app))  # type: ignore[misc]
            await until(lambda: not below._dirty_widgets and not below._compositor._dirty_regions)
            await pilot.pause()
        assert whole == []
        painted: list[object] = []
        monkeypatch.setattr(Compositor, "update_widgets", lambda _, widgets: painted.extend(widgets))
        assert isinstance(app.screen, CompareScreen)
        app.screen.action_differences()
        assert painted == [app.screen.query_one("#keys")], "a key is answered before the frame that waits"
        monkeypatch.undo()
        go_on(hold)


async def test_the_versions_that_are_there_are_compared_without_a_request(tmp_path: Path) -> None:
    backend = ScriptedBackend([FIRST, COOL])
    async with chat(tmp_path, backend) as (app, pilot):
        await ask(app, pilot)
        await pilot.press("ctrl+r")
        await until(lambda: len(backend.asked) == 2 and not app.context.session.running)
        await pilot.press("shift+tab", "C")
        await until(lambda: "nothing is sent" in text_of(app) and "enter compare" in text_of(app))

        def ticked() -> list[bool]:
            rows = [line for line in lines_of(app) if ("The Rhine." in line or "The Po is" in line) and "│" in line]
            return ["☑" in row for row in rows[-2:]]

        await until(lambda: ticked() == [True, True])
        await pilot.press("2")
        await until(lambda: ticked() == [False, True] and "One more number, from 1 to 2" in text_of(app))
        await pilot.press("space", "7")
        await until(lambda: "There is no version 7. There are 1 to 2." in text_of(app))
        await pilot.press("down", "space")
        await until(lambda: ticked() == [True, True] and "space tick" in text_of(app))
        await pilot.press("space")
        await until(lambda: ticked() == [False, True])
        await pilot.press("down", "down", *"5", "enter")
        await until(lambda: "expected two to four values" in text_of(app))
        await pilot.press("up", "up", "space", "enter")
        await until(lambda: "The Rhine." in text_of(app) and "The Po is short." in text_of(app))
        strike(app, *["d"] * 7)  # quickly: what is looked for takes the place of what was
        await until(lambda: "unmark" in text_of(app))
        panes = [column.pane for column in app.screen.query("CompareColumn").results()]  # type: ignore[attr-defined]
        await until(lambda: all(pane.painter.marks for pane in panes))
        await pilot.press("enter")  # the newest is the chosen one
        await until(lambda: app.screen is app.screen_stack[0])
        assert path_of(app) == ["Name a river.", "The Po is short."]
        await compare(app, pilot, "versions 2 1")
        await until(lambda: "2/2 · " in text_of(app) and "1/2 · " in text_of(app))
        await pilot.press("k")
        await until(lambda: app.screen is app.screen_stack[0])
        assert path_of(app) == ["Name a river.", "The Rhine."]
        assert len(backend.asked) == 2


async def test_versions_with_the_same_words_say_so_at_once(tmp_path: Path) -> None:
    backend = ScriptedBackend([FIRST, FIRST, COOL])
    async with chat(tmp_path, backend) as (app, pilot):
        await ask(app, pilot)
        for count in (2, 3):
            await pilot.press("ctrl+r")
            await until(lambda count=count: len(backend.asked) == count and not app.context.session.running)  # type: ignore[misc]
        await compare(app, pilot, "versions 1 2")
        await until(lambda: "Compare   no word differs   Name a river." in text_of(app))
        assert "d differences" not in text_of(app)
        await pilot.press("escape")
        await until(lambda: app.screen is app.screen_stack[0])
        await compare(app, pilot, "versions 1 3")
        await until(lambda: "Compare   Name a river." in text_of(app) and "d differences" in text_of(app))


async def test_versions_of_an_edited_prompt_are_compared_from_the_tree_with_their_prompts(tmp_path: Path) -> None:
    backend = ScriptedBackend([FIRST, COOL])
    async with chat(tmp_path, backend) as (app, pilot):
        await ask(app, pilot)
        await pilot.press("f4", *" Now", "enter")
        await until(lambda: len(backend.asked) == 2 and not app.context.session.running)
        await pilot.press(*"/tree", "enter")
        await until(lambda: "c compare" in text_of(app))
        await pilot.press("up", "c")
        await until(lambda: "2 versions of a prompt" in text_of(app))
        seen = ("Name a river. Now", "The Rhine.", "The Po is short.")
        await until(lambda: all(words in text_of(app) for words in seen))
        await pilot.press("d")
        panes = [column.pane for column in app.screen.query("CompareColumn").results()]  # type: ignore[attr-defined]
        await until(lambda: all(pane.painter.marks for pane in panes))
        await pilot.press("left", "enter")
        await until(lambda: app.screen is app.screen_stack[0])
        assert path_of(app) == ["Name a river.", "The Rhine."]


async def test_escape_stops_all_then_closes_and_what_came_is_kept(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(len(FIRST))
    async with chat(tmp_path, ScriptedBackend([FIRST], hold=hold, by_temperature=cool_and_warm())) as (app, pilot):
        await ask(app, pilot)
        await compare(app, pilot, "temperature 0.2 1.0")
        await half(app, hold)
        await pilot.press("escape")
        await until(lambda: text_of(app).count("stopped") == 2)
        await pilot.press("escape")
        await until(lambda: app.screen is app.screen_stack[0] and "‹ 1/3 ›" in text_of(app))
        conversation = app.context.session.conversation
        await until(lambda: not app.context.session.running)
    found = on_disk(tmp_path, conversation.id)
    turns = [found.nodes[each].turn for each in found.children(found.path()[0].id)][1:]
    assert [(turn.text.strip(), turn.outcome) for turn in turns] == [
        ("The Po", Outcome.STOPPED),
        ("The Amazon", Outcome.STOPPED),
    ]


async def test_differences_come_into_view_where_they_are_marked(tmp_path: Path) -> None:
    tail = "".join(f"\n\nLine {number}." for number in range(40))
    scripts: dict[float | None, list[Script]] = {0.2: [answered(f"Po.{tail}")], 1.0: [answered(f"Amazon.{tail}")]}
    async with chat(tmp_path, ScriptedBackend([FIRST], by_temperature=scripts)) as (app, pilot):
        await ask(app, pilot)
        await compare(app, pilot, "temperature 0.2 1.0")
        await until(lambda: "esc close" in text_of(app))
        await pilot.press("end", "right", "end")
        await until(lambda: text_of(app).count("Line 39.") == 2)
        assert "Amazon." not in text_of(app)
        await pilot.press("d")
        await until(lambda: "Po." in text_of(app) and "Amazon." in text_of(app))
        await pilot.press("end")
        await until(lambda: "Po." in text_of(app) and "Amazon." not in text_of(app))


async def test_one_that_is_kept_while_it_comes_goes_on_in_the_conversation(tmp_path: Path) -> None:
    hold = asyncio.Semaphore(len(FIRST))
    async with chat(tmp_path, ScriptedBackend([FIRST], hold=hold, by_temperature=cool_and_warm())) as (app, pilot):
        await ask(app, pilot)
        await compare(app, pilot, "temperature 0.2 1.0")
        await half(app, hold)
        await pilot.press("2", "enter")
        await until(lambda: app.screen is app.screen_stack[0] and "The Amazon" in text_of(app))
        session = app.context.session
        await until(lambda: len(session.running) == 1)
        go_on(hold)
        await until(lambda: not session.running and "‹ 3/3 ›" in text_of(app))
        turns = [
            session.conversation.nodes[each].turn
            for each in session.conversation.siblings(session.conversation.head or "")
        ]
        assert [turn.outcome for turn in turns] == [Outcome.COMPLETE, Outcome.STOPPED, Outcome.COMPLETE]
        assert "The Amazon is long!" in text_of(app)


THEMES = [theme_of(data) for data in load_themes()[0]]
PROSE = (
    "The **Po** rises on Monviso and ends in the Adriatic. It is 652 km long.\n\n- many bridges\n- few boats",
    "The **Po** rises on Monviso and ends in a wide delta. It is *about* 650 km long.\n\n- some bridges\n- few boats",
)


async def test_the_view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")  # wherever the test runs
    scripts: dict[float | None, list[Script]] = {0.0: [answered(PROSE[0])], 0.5: [answered(PROSE[1])], 1.0: [REJECTED]}
    own = {"size": (100, 24), "themes": THEMES, "theme": "ember", "settings": Settings(temperature=0.7)}
    backend = ScriptedBackend([FIRST], by_temperature=scripts)
    async with chat(tmp_path, backend, **own) as (app, pilot):  # type: ignore[arg-type]
        await ask(app, pilot, text="Tell me of the Po.")
        await compare(app, pilot, "temperature 0 0.5 1")
        await until(lambda: not app.context.session.running and "esc close" in text_of(app))
        await pilot.press("2", "d")
        await at_all_widths(app, pilot, "compare", 0)
        await pilot.press("escape")
        await until(lambda: app.screen is app.screen_stack[0])
        await compare(app, pilot, "versions 2 3")
        await until(lambda: "3/4 · temperature 0.5 · " in text_of(app))
        await pilot.press("d")
        await at_all_widths(app, pilot, "diff", 3)  # above it stands when they came


async def at_all_widths(app: ChatApp, pilot: Pilot[int], name: str, first: int) -> None:
    """The answers from a row on, with the words that differ."""
    panes = [column.pane for column in app.screen.query("CompareColumn").results()]  # type: ignore[attr-defined]

    async def marked(width: int, height: int) -> None:
        await pilot.resize_terminal(width, height)
        await until(lambda: all(pane.painter.marks for pane in panes[:2]))
        await pilot.pause()

    for width, height in ((60, 20), (140, 24), (100, 24)):
        await marked(width, height)
        await golden.check(f"{name}-{width}", app, rows=range(first, height))
    for theme in ("tui-chat-light", "ember") if name == "compare" else ():
        app.theme = theme
        await marked(100, 24)
        await golden.check(f"{name}-{theme}", app, looks=True, rows=range(first, 24))


async def test_an_answer_is_copied_asked_for_again_and_used(tmp_path: Path) -> None:
    code = "Look:\n\n```python\nprint(1)\n```"
    scripts: dict[float | None, list[Script]] = {0.2: [COOL, answered("The Tiber.")], 1.0: [answered(code)]}
    async with chat(tmp_path, ScriptedBackend([FIRST], by_temperature=scripts)) as (app, pilot):
        await ask(app, pilot)
        await compare(app, pilot, "temperature 0.2 1.0")
        await until(lambda: not app.context.session.running and "esc close" in text_of(app))
        row = next(y for y, line in enumerate(lines_of(app)) if "python" in line)
        await pilot.click(offset=(lines_of(app)[row].index("copy") + 1, row))
        await until(lambda: app.clipboard.strip() == "print(1)")
        await pilot.press("2", "c")
        await until(lambda: app.clipboard == code)
        await pilot.press("1", "r")
        await until(lambda: "The Tiber." in text_of(app) and "The Po" not in text_of(app))
        await until(lambda: not app.context.session.running)
        await pilot.press("u")
        await until(lambda: app.context.session.settings == Settings(temperature=0.2))
        assert path_of(app) == ["Name a river.", "The Tiber."]


def test_beside_an_answer_with_a_price_one_without_says_so() -> None:
    usage = Usage(1000, 200, 1200)
    paid, other = (replace(made("x"), usage=usage, endpoint=name) for name in ("paid", "other"))
    price = {"paid": Price(2.0, 6.0, "USD")}.get
    assert foot(paid, price, has_priced=True)[0].endswith("200 tokens out · $0.0032")
    assert foot(other, price, has_priced=True)[0].endswith("200 tokens out · no price")
    assert "price" not in foot(other, price, has_priced=False)[0]


def test_the_cost_of_an_answer_stands_before_its_speed_where_a_narrow_column_cuts_the_end() -> None:
    timing = Timing(first_token_ms=100, total_ms=1100)
    cut = replace(made("x", outcome=Outcome.LENGTH), usage=Usage(1000, 200, 1200), endpoint="paid", timing=timing)
    text = foot(cut, {"paid": Price(2.0, 6.0, "USD")}.get, has_priced=True)[0]
    assert text == "cut at max_tokens · 200 tokens out · 1.1 s · $0.0032 · 200 tok/s"


@pytest.mark.parametrize(
    ("heads", "lead", "tabs"),
    [
        (("temperature 0.2", "temperature 1"), "temperature ", ["0.2", "1"]),
        (
            ("5/7 · temperature 0.5 · 08:46", "6/7 · temperature 1 · 08:46"),
            "temperature ",
            ["5/7 · 0.5 · 08:46", "6/7 · 1 · 08:46"],
        ),
        (
            ("prompt 1/2 · answer 1/3 · 08:46", "prompt 2/2 · 08:47"),
            "prompt ",
            ["1/2 · answer 1/3 · 08:46", "2/2 · 08:47"],
        ),
        (("system not sent", "system not so"), "system not ", ["sent", "so"]),
        (("mistral-small", "mistral-large"), "", ["mistral-small", "mistral-large"]),
    ],
)
def test_words_that_all_tabs_have_are_said_once(heads: tuple[str, ...], lead: str, tabs: list[str]) -> None:
    assert without_common_words(heads) == (lead, tabs)
