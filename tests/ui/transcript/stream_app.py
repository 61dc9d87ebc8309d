"""Run in a terminal by `test_terminal.py`: answers stream, the view moves, and at each rest the picture is noted."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path

from tests.ui.transcript.harness import MARKDOWN, TranscriptApp, answer, finish, path, user
from tui_chat.core.conversation import Node
from tui_chat.core.event import Stopped, TextDelta
from tui_chat.core.reply import Reply


class StreamApp(TranscriptApp):
    """Writes what it believes to be on the screen to a file, and waits for a key before it goes on."""

    def __init__(self, seed: int, folder: Path) -> None:
        super().__init__(path(*(t for n in range(6) for t in (user(f"q {n}"), answer(MARKDOWN)))))
        self.rand = random.Random(seed)
        self.folder = folder
        self.go_on = asyncio.Event()

    def on_mount(self) -> None:
        super().on_mount()
        self.run_worker(self.play())

    def on_key(self) -> None:
        self.go_on.set()

    async def play(self) -> None:
        for turn in range(4):
            await self.one_answer(turn)
            await asyncio.sleep(0.1)
            rows = [self.transcript.render_line(y).text.rstrip() for y in range(self.transcript.size.height)]
            target = self.folder / f"{turn}.json"
            target.with_suffix(".new").write_text(json.dumps(rows))
            target.with_suffix(".new").rename(target)
            self.go_on.clear()
            await self.go_on.wait()
        self.exit()

    async def one_answer(self, turn: int) -> None:
        view, rand = self.transcript, self.rand
        view.append(Node(f"u{turn}", None, user("more")))
        view.append(Node(f"a{turn}", None, answer("", outcome=None)))
        reply = Reply()
        view.stream(f"a{turn}", reply)
        text = MARKDOWN * 2
        for at in range(0, len(text), 9):
            reply.feed(TextDelta(text[at : at + 9]))
            view.streams.touch()
            await asyncio.sleep(0.002)
            if rand.random() < 0.05:
                view.action_scroll("line", rand.randrange(-40, 40))
        reply.feed(Stopped())
        finish(view, f"a{turn}", reply)


if __name__ == "__main__":
    StreamApp(int(sys.argv[1]), Path(sys.argv[2])).run()
