"""Any size at any moment: nothing ends the app, and at a size that can be used again all is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events
from textual.geometry import Size

from tests.scripted import ScriptedBackend, answered
from tests.support.thorough import some
from tests.ui.harness import chat, text_of
from tests.waiting import until
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.verdict import Verdict

MARKDOWN = """# Head

漢字 text **bold** `code` https://example.org

| a | b |
|---|---|
| 1 | 2 |

```python
print(1)
```

> quote

1. one
   - two
"""
SIZES = [(0, 0), (1, 1), (4, 4), (2, 30), (80, 1), (21, 5), (260, 90)]
MOMENTS = {
    "chat": (),
    "panes and find": ("f2", "f3", "ctrl+f", "h"),
    "a menu while reading": ("shift+tab", "enter"),
    "the library": ("ctrl+o",),
    "help": ("f1",),
    "the palette": ("ctrl+p",),
    "a question": ("ctrl+c",),
    "a name for a file": ("ctrl+s",),
    "the exchange": ("f12",),
    "the content filter": ("ctrl+p", *"verdicts", "enter"),
    "the tuner": ("ctrl+t",),
}


@pytest.mark.parametrize("moment", some([*MOMENTS], 3))
async def test_every_window_lives_through_any_size(tmp_path: Path, moment: str) -> None:
    async with chat(tmp_path, ScriptedBackend([answered(MARKDOWN)])) as (app, pilot):
        await pilot.press(*"hello", "enter")
        await until(lambda: not app.context.session.running)
        await pilot.press(*MOMENTS[moment])
        await pilot.pause()
        before = text_of(app)
        for width, height in some(SIZES, 3, [*MOMENTS].index(moment) // 3):
            await pilot.resize_terminal(width, height)
            await pilot.press("down", "up", "pagedown", "pageup")
        await pilot.resize_terminal(100, 30)
        await until(lambda: app.size == (100, 30))
        await pilot.pause()
        assert app.ending.failure is None
        assert set(before.split()) & set(text_of(app).split())


async def test_a_storm_of_sizes_while_an_answer_streams(tmp_path: Path) -> None:
    words = MARKDOWN * 3
    backend = ScriptedBackend([answered(words)], hold=(hold := asyncio.Semaphore(0)))
    async with chat(tmp_path, backend) as (app, pilot):
        await pilot.press(*"hello", "enter")
        for step in range(200):
            size = Size(step * 37 % 130, step * 17 % 45)
            app.post_message(events.Resize(size, size))
            hold.release()
            if step % 10 == 0:
                await pilot.pause()
        for _ in range(500):
            hold.release()
        await until(lambda: not app.context.session.running)
        await pilot.resize_terminal(100, 30)
        await until(lambda: "two" in text_of(app) and "quote" in text_of(app))
        assert app.context.session.conversation.path()[-1].turn.text == words


@pytest.mark.parametrize("size", [(0, 0), (80, 1)])
async def test_it_starts_at_any_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=size) as (app, pilot):
        await pilot.press(*"typed")
        await pilot.resize_terminal(100, 30)
        await until(lambda: "typed" in text_of(app))


async def test_a_filter_window_that_was_resized_looks_as_before(tmp_path: Path) -> None:
    kinds = (
        "violence",
        "hate",
        "sexual",
        "self_harm",
        "jailbreak",
        "indirect_attack",
        "custom_blocklists",
        "profanity",
    )
    verdicts = tuple(Verdict("prompt", kind, blocked=True, severity="medium") for kind in kinds)
    refused = ServerError(ErrorKind.FILTERED, "It was filtered.")
    backend = ScriptedBackend([[ev.Sent(1), ev.Judged(verdicts), ev.Failed(refused), ev.Closed(done=False)]])
    async with chat(tmp_path, backend, size=(100, 26)) as (app, pilot):
        await pilot.press(*"hello", "enter")
        await until(lambda: "esc close" in text_of(app) and not app.context.session.running)
        await pilot.press("m", *["pageup"] * 4)
        await until(lambda: "m less" in text_of(app) and "Your message was not sent" in text_of(app))
        before = text_of(app)
        for size in ((60, 18), (140, 50), (100, 26)):
            await pilot.resize_terminal(*size)
        await until(lambda: text_of(app) == before)
