"""The measured program of `transcript_growth.py`: the transcript alone, with an answer that comes at a given pace.

    python tests/bench/transcript_app.py RESULT KIND TOKENS PER_SECOND HISTORY

Needs a terminal. Writes one JSON object to RESULT: CPU milliseconds per token for each quarter of the answer, how long
showing the history took, and the longest time that the event loop was held up.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import sys
import time
from pathlib import Path

os.environ.setdefault("TEXTUAL_FPS", "240")  # As the app sets it; read when textual is imported.
sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.ui.transcript.harness import MARKDOWN, TranscriptApp, answer, path, user
from tui_chat.core.conversation import Node
from tui_chat.core.event import TextDelta
from tui_chat.core.reply import Reply
from tui_chat.render.preload import warm

TOKEN = 4
"""Characters."""

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau".split()


def words(rand: random.Random, count: int) -> str:
    return " ".join(rand.choice(WORDS) for _ in range(count))


def source(kind: str, length: int) -> str:
    """An answer of one kind, all its lines different."""
    rand = random.Random(kind)
    head = {"fence": "```python\n", "table": "| a | b |\n|---|---|\n"}.get(kind, "")
    out = [head]
    size = len(head)
    while size < length:
        piece = {
            "mixed": lambda: f"## {words(rand, 3)}\n\n{words(rand, 60)}\n\n{MARKDOWN}\n\n",
            "fence": lambda: f'{rand.choice(WORDS)} = {rand.choice(WORDS)}({rand.random()}, "x")  # {words(rand, 2)}\n',
            "table": lambda: f"| {words(rand, 2)} | {words(rand, 4)} |\n",
            "list": lambda: f"- {words(rand, 7)}\n",
            "paragraph": lambda: f"{words(rand, 9)}. ",
        }[kind]()
        out.append(piece)
        size += len(piece)
    return "".join(out)[:length]


class BenchApp(TranscriptApp):
    """Shows a history, streams one answer, notes what it cost."""

    def __init__(self, result: Path, kind: str, tokens: int, per_second: float, history: int) -> None:
        rand = random.Random(1)
        turns = [t for _ in range(history // 2) for t in (user(words(rand, 13)), answer(words(rand, 240)))]
        super().__init__(path(*turns))
        self.result = result
        self.text = source(kind, tokens * TOKEN)
        self.per_second = per_second
        self.opened = 0.0
        self.longest = 0.0

    def on_mount(self) -> None:
        warm()
        began = time.perf_counter()
        super().on_mount()
        self.opened = time.perf_counter() - began
        gc.freeze()
        self.set_timer(0.3, lambda: self.run_worker(self.measure()))

    async def watch_loop(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.perf_counter() - began - 0.005)

    async def measure(self) -> None:
        view = self.transcript
        view.append(Node("prompt", None, user("go")))
        view.append(Node("answer", "prompt", answer("", outcome=None)))
        reply = Reply()
        view.stream("answer", reply)
        await asyncio.sleep(0.1)
        watch = asyncio.create_task(self.watch_loop())
        quarters = await self.stream(reply)
        watch.cancel()
        numbers = {"ms_per_token": quarters, "opened_ms": self.opened * 1e3, "held_up_ms": self.longest * 1e3}
        self.result.write_text(json.dumps(numbers))
        self.exit()

    async def stream(self, reply: Reply) -> list[float]:
        tokens = [self.text[at : at + TOKEN] for at in range(0, len(self.text), TOKEN)]
        quarters: list[float] = []
        began, spent = time.perf_counter(), time.process_time()
        for index, token in enumerate(tokens, 1):
            await asyncio.sleep(max(began + index / self.per_second - time.perf_counter(), 0))
            reply.feed(TextDelta(token))
            self.transcript.streams.touch()
            if index % (len(tokens) // 4) == 0:
                now = time.process_time()
                quarters.append((now - spent) * 4e3 / len(tokens))
                spent = now
        return quarters


if __name__ == "__main__":
    BenchApp(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])).run()
