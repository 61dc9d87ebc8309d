"""Decodes OpenAI's Harmony markers into thinking, answer and tool calls, however the text is cut.

gpt-oss models write `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…`. Servers
that do not parse it (llama.cpp with `--reasoning-format none`, older vLLM) pass it on as the answer.

Source: https://github.com/openai/harmony, docs/format.md.
"""

from __future__ import annotations

import re
from typing import Literal

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.wire.markdown_code_state import CodeState

Kind = Literal["text", "reasoning", "relabel", "call", "arguments"]
"""What a part is: `relabel` says that all earlier text was thinking; `call` begins a tool call with its name."""

Part = tuple[Kind, str]

STARTS = ("<|start|>", "<|channel|>")
"""The beginning of an answer in this format."""

_MARKERS = tuple(f"<|{name}|>" for name in ("start", "channel", "constrain", "message", "end", "return", "call"))
_MARKER = lazy_pattern("|".join(map(re.escape, _MARKERS)))
_RECIPIENT = lazy_pattern(r"\bto=(?:functions\.)?([\w.-]+)")
_ENDS = ("<|end|>", "<|return|>")
_LONGEST_HEADER = 1000


class Harmony:
    """Decodes an answer from its first marker on."""

    def __init__(self) -> None:
        self._held = ""
        self._header = ""
        """The part before `<|message|>`: role, channel, recipient."""
        self._channel: Kind | None = None
        """The kind of the current body; None outside of one."""
        self._fresh = False
        self._said: set[Kind] = set()
        self._code = CodeState()
        self._unread: list[str] = []
        """Text received since the code state was last updated."""
        self._quoted_end = ""
        """An end marker inside code: the answer's own if nothing follows it, else quoted by the answer."""

    def feed(self, piece: str) -> list[Part]:
        """The parts that are certain now; half a marker waits."""
        text, parts, at = self._held + piece, [], 0
        for marker in _MARKER.finditer(text):
            parts += self._say(text[at : marker.start()])
            if self._is_quoted():
                parts += self._say("" if marker[0] in _ENDS else marker[0])
                self._quoted_end += marker[0] if marker[0] in _ENDS else ""
            else:
                parts += self._marked(marker[0])
            at = marker.end()
        rest = text[at:]
        keep = marked_end(rest, _MARKERS)
        self._held = rest[len(rest) - keep :]
        return parts + self._say(rest[: len(rest) - keep])

    def flush(self) -> list[Part]:
        """End the answer. Text outside of any body is shown: what a model said is never lost."""
        parts = self.held()
        self._held = self._header = ""
        return parts

    def held(self) -> list[Part]:
        """The parts that would follow if the answer ended here."""
        if self._channel is not None:
            return self._spoken(self._channel, self._held)
        header = (self._header + self._held).strip()
        return [] if header in ("", "assistant") else [("text", header)]

    def _say(self, text: str) -> list[Part]:
        if not text:
            return []
        if self._channel is None:
            self._header = (self._header + text)[:_LONGEST_HEADER]
            return []
        text, self._quoted_end = self._quoted_end + text, ""
        if self._channel == "text":
            self._unread.append(text)
        parts = self._spoken(self._channel, text)
        self._fresh = False
        self._said.add(self._channel)
        return parts

    def _is_quoted(self) -> bool:
        """Whether a marker here is inside code, so that the answer only quotes it."""
        if self._channel != "text":
            return False
        self._code.feed("".join(self._unread))
        self._unread.clear()
        return self._code.inside

    def _spoken(self, kind: Kind, text: str) -> list[Part]:
        gap = "\n\n" if self._fresh and kind in self._said and kind != "arguments" else ""
        return [(kind, gap + text)] if text else []

    def _marked(self, marker: str) -> list[Part]:
        match marker:
            case "<|message|>":
                return self._begin()
            case "<|channel|>" | "<|constrain|>":
                self._header += " "
            case _:
                self._header = ""
        if marker != "<|constrain|>":
            self._channel = None
        return []

    def _begin(self) -> list[Part]:
        header, self._header, self._fresh = self._header, "", True
        self._code, self._unread = CodeState(), []
        recipient = _RECIPIENT.search(header)
        if recipient is not None:
            self._channel = "arguments"
            return [("call", recipient[1])]
        self._channel = "reasoning" if "analysis" in header.split() else "text"
        return []


def marked_end(text: str, marks: tuple[str, ...]) -> int:
    """How many characters at the end of the text may begin one of these marks."""
    longest = max(map(len, marks)) - 1
    for size in range(min(longest, len(text)), 0, -1):
        tail = text[len(text) - size :]
        if any(len(mark) > size and mark.startswith(tail) for mark in marks):
            return size
    return 0
