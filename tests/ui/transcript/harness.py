"""An app that is nothing but the transcript, and messages in every state to put into it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.screen import Screen

from tests.support.shared_stylesheet import SharedStylesheet
from tui_chat.core.conversation import Node, Version
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Timing, Turn, Usage
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Source, Verdict
from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.textual_fixes.output_guard import OutputGuard
from tui_chat.ui.widgets.transcript import Transcript
from tui_chat.ui.widgets.transcript.prepared_messages import NO_VERSIONS

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHORT = 5_000
"""Characters of all messages, up to which a test waits until they are drawn."""

WARM, COOL = Settings(temperature=0.7), Settings(temperature=0.2, max_tokens=256)

MARKDOWN = '''Yes — a *generator* keeps its place between calls. In **short**:

1. Call the function: you get a generator, nothing has run.
2. Ask it for a value with `next()`.
   - It runs to the next `yield`,
   - hands over the value and stops there.
3. At the end it raises `StopIteration`.

```python
from collections.abc import Iterator


def countdown(start: int) -> Iterator[int]:
    """Count down to one."""
    while start > 0:
        yield start  # stops here
        start -= 1
```

| Kind | Memory | Good for |
|:-----|-------:|----------|
| list | all items | going over it twice |
| generator | one item | long or endless streams |

> Generators are the simplest way to write an iterator.

See [the documentation](https://docs.python.org/3/howto/functional.html#generators).'''


class TranscriptScreen(Screen[None]):
    """Runs those commands of the table that the transcript carries out by itself."""

    async def action_command(self, name: str) -> None:
        port: Any = SimpleNamespace(transcript=self.query_one(Transcript).run_action)
        done = BY_ID[name].run
        assert done is not None
        await cast("Awaitable[object]", done(port))


class TranscriptApp(App[None]):
    """Shows the nodes it is given; keeps the messages that the transcript posts."""

    AUTO_FOCUS = None

    def __init__(self, nodes: Sequence[Node] = (), theme: str = "textual-dark") -> None:
        super().__init__()
        self.stylesheet = SharedStylesheet(variables=self.stylesheet._variables)
        self.theme = theme
        self._safety = OutputGuard()
        self.nodes = nodes
        self.links: list[str] = []
        self.ends: list[bool] = []

    @asynccontextmanager
    async def run_test(self, **options: Any) -> AsyncIterator[Pilot[None]]:
        """Begins once short messages are drawn: on a busy machine that takes several steps, and rows move meanwhile."""
        async with super().run_test(**options) as pilot:
            if sum(len(node.turn.text) for node in self.nodes) < SHORT:
                await until(pilot, lambda: not self.transcript.streams._unfinished)
                before: list[str] = []
                while before != (before := screen(self)):
                    await pilot.pause()
            yield pilot

    def get_default_screen(self) -> TranscriptScreen:
        return TranscriptScreen()

    def compose(self) -> ComposeResult:
        yield Transcript(id="transcript")

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._safety]

    def on_mount(self) -> None:
        show(self.transcript, self.nodes)

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def on_transcript_link_clicked(self, message: Transcript.LinkClicked) -> None:
        self.links.append(message.url)

    def on_transcript_at_end_changed(self, message: Transcript.AtEndChanged) -> None:
        self.ends.append(message.at_end)


def screen(app: TranscriptApp) -> list[str]:
    """The rows of the pane as text, without the scroll bar."""
    view = app.transcript
    return [view.render_line(y).text[:-1].rstrip() for y in range(view.size.height)]


def shown(app: TranscriptApp) -> str:
    return "\n".join(screen(app))


async def until(pilot: Pilot[None], found: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not found():
            await pilot.pause()


async def counted(pilot: Pilot[None], view: Transcript, query: str) -> int:
    """How many hits a search has, once it is through."""
    view.search.find(query)
    return await recounted(pilot, view)


async def recounted(pilot: Pilot[None], view: Transcript) -> int:
    """How many hits the search has by now: a busy machine counts them in many slices."""
    await until(pilot, lambda: not view.search.counting)
    return view.search.progress.total


def everything(app: TranscriptApp) -> str:
    """All lines from the first to the last, by going through them line by line."""
    view = app.transcript
    view.action_scroll("start")
    lines = screen(app)
    before: list[str] = []
    while not view.viewport.following and before != lines[-view.size.height :]:
        before = lines[-view.size.height :]
        view.action_scroll("line", 1)
        lines.append(screen(app)[-1])
    return "\n".join(lines)


def show(view: Transcript, nodes: Sequence[Node], versions: Mapping[str, Version] = NO_VERSIONS) -> None:
    view.show(view.entries.prepared(nodes, versions))


def finish(view: Transcript, node_id: str, reply: Reply) -> None:
    """Put the final turn of a reply, as the engine makes it."""
    view.put(node_id, reply.turn(NOON, WARM, "demo"))


def user(text: str, minute: int = 0) -> Turn:
    return Turn("user", text, NOON + timedelta(minutes=minute))


def answer(text: str, minute: int = 0, outcome: Outcome | None = Outcome.COMPLETE, **rest: object) -> Turn:
    values = {
        "usage": Usage(20, 34, 54),
        "timing": Timing(210.0, 1100.0),
        "model": "mistral-large-2407",
        "settings": WARM,
        **rest,
    }
    return Turn("assistant", text, NOON + timedelta(minutes=minute), outcome=outcome, **values)  # type: ignore[arg-type]


def path(*turns: Turn) -> list[Node]:
    return [Node(f"n{index}", f"n{index - 1}" if index else None, turn) for index, turn in enumerate(turns)]


def blocked(side: Source) -> tuple[Verdict, ...]:
    return (
        Verdict(side, "violence", True, severity="medium"),
        Verdict(side, "jailbreak", False, detected=True),
        Verdict(side, "hate", False, severity="safe"),
    )


TIMEOUT = ServerError(
    ErrorKind.TIMEOUT, "The endpoint azure sent nothing for 60 seconds.", hint="Try again with ctrl+r."
)


def every_state() -> list[Node]:
    return path(
        user("How do generators work in Python? Please show an example, and say when a list is the better choice."),
        answer(MARKDOWN, 0, reasoning="The user asks about generators. I should show one, and compare it with a list."),
        user("And in one sentence?", 1),
        answer("A generator hands out values one at a time", 1, Outcome.LENGTH, settings=COOL),
        user("Tell me how to hurt someone.", 2),
        answer("", 2, Outcome.PROMPT_BLOCKED, verdicts=blocked("prompt"), usage=None, settings=COOL),
        user("A dark story, please.", 3),
        answer("It was a dark night, and", 3, Outcome.ANSWER_BLOCKED, verdicts=blocked("answer"), settings=COOL),
        user("Go on.", 4),
        answer("Once upon", 4, Outcome.INCOMPLETE, error=TIMEOUT, settings=COOL),
        user("Again?", 5),
        answer("", 5, Outcome.FAILED, error=TIMEOUT, usage=None, settings=COOL),
        user("What is this?", 6),
        answer("", 6, Outcome.REFUSED, refusal="I cannot help with that.", settings=COOL),
        user("Say nothing.", 7),
        answer("", 7, Outcome.EMPTY, settings=COOL),
        user("Last one.", 8),
        answer("Fine.", 8, Outcome.STOPPED, settings=COOL, not_run="answer"),
        user("Really the last one.", 9),
        answer(
            "It is, with a note.", 9, settings=COOL, verdicts=(Verdict("answer", "violence", False, severity="low"),)
        ),
    )
