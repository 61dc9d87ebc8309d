"""A yardstick: the smallest Textual program that shows a streamed answer with Textual's own MarkdownStream.

python tests/bench/minimal_stream.py URL
"""

from __future__ import annotations

import json
import sys

import httpx
from textual import work
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Markdown


class MinimalStreamApp(App[None]):
    """A prompt, and below each other what was asked and what came."""

    def compose(self) -> ComposeResult:
        yield VerticalScroll()
        yield Input(placeholder="ready")

    def on_mount(self) -> None:
        self.client = httpx.AsyncClient(timeout=600)
        self.query_one(Input).focus()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        event.input.clear()
        pane, shown = self.query_one(VerticalScroll), Markdown()
        await pane.mount(shown)
        pane.anchor()
        self.stream(event.value, shown)

    @work
    async def stream(self, prompt: str, shown: Markdown) -> None:
        body = {"model": "bench", "messages": [{"role": "user", "content": prompt}], "stream": True}
        stream = Markdown.get_stream(shown)
        async with self.client.stream("POST", f"{sys.argv[1]}/chat/completions", json=body) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    for choice in json.loads(line[6:])["choices"]:
                        await stream.write(choice["delta"].get("content", ""))
        await stream.stop()


if __name__ == "__main__":
    MinimalStreamApp().run()
