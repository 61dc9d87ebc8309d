"""Run in a terminal by `test_terminal.py`: hostile text in every part of the transcript, then the end."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from textual.filter import LineFilter

from tests.ui.transcript.harness import TranscriptApp, answer, finish, path, show, user
from tui_chat.core.conversation import Node
from tui_chat.core.event import Closed, Finished, TextDelta, Waiting
from tui_chat.core.message import ErrorKind, Outcome, ServerError
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.ui.textual_fixes.output_guard import OutputGuard


class HostileApp(TranscriptApp):
    """Shows one text after the other, in all places at once, and streamed in single characters."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__()
        self.texts = texts

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Without the last guard: what is drawn has to be harmless by itself."""
        return [each for each in super().get_line_filters() if not isinstance(each, OutputGuard)]

    def on_mount(self) -> None:
        super().on_mount()
        self.set_timer(0.01, self.go)

    async def go(self) -> None:
        for text in self.texts:
            await self.show_everywhere(text)
        self.exit()

    async def show_everywhere(self, text: str) -> None:
        view = self.transcript
        code = f"```{text[:9]}\n{text}\n```\n\n| {text} |\n|---|\n| {text} |\n\n> {text}\n\n[{text}](https://a/{text})"
        error = ServerError(ErrorKind.SERVER, text, hint=text)
        verdicts = (Verdict("answer", text, False, severity=text, detail={"url": text}),)
        settings = Settings(system=text, stop=(text or "x",))
        show(view, path(user(text), answer(text, model=text, error=error, verdicts=verdicts), user(text)))
        view.append(
            Node("b", None, answer(code, reasoning=text, refusal=text, outcome=Outcome.REFUSED, settings=settings))
        )
        view.entries.notice(text)
        view.append(Node("c", None, answer("", outcome=None)))
        reply = Reply()
        view.stream("c", reply)
        reply.feed(Waiting(text))
        view.streams.touch()
        await asyncio.sleep(0.02)
        for letter in text:
            reply.feed(TextDelta(letter))
        reply.feed(Finished("stop"))
        reply.feed(Closed(True))
        await asyncio.sleep(0.02)
        finish(view, "c", reply)
        await asyncio.sleep(0.02)
        for _ in range(4):
            view.action_scroll("page", -1)
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    HostileApp(json.loads(sys.argv[1])).run()
