"""Reasoning that a model writes into its answer between tags, told apart although a tag is cut anywhere."""

from __future__ import annotations

PAIRS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "[THINK]": "[/THINK]",
}


class Splitter:
    """Splits an answer's text into (reasoning, text).

    Tags count only at the very beginning of the answer, where models put them: further on they are what the answer
    talks about. Whitespace around the reasoning belongs to neither.
    """

    def __init__(self) -> None:
        self._held = ""
        self._end: str | None = None
        self._state = "start"
        self._thought = False

    def feed(self, piece: str) -> tuple[str, str]:
        """(reasoning, text) that is certain now; what may be half a tag waits."""
        if self._state == "text" or not piece:
            return "", piece
        self._held += piece
        match self._state:
            case "start":
                return self._begin()
            case "inside":
                return self._inside()
            case _:
                return self._after()

    def flush(self) -> tuple[str, str]:
        """The end of the answer: whatever waits is no tag."""
        held, self._held = self._held, ""
        state, self._state = self._state, "text"
        return (held, "") if state == "inside" else ("", "" if state == "after" else held)

    def text_only(self) -> str:
        """Reasoning comes in a field of its own, so tags mean nothing here. Returns what was held back."""
        if self._state != "start":
            return ""
        self._state = "text"
        held, self._held = self._held, ""
        return held

    def _begin(self) -> tuple[str, str]:
        start = self._held.lstrip()
        for tag, end in PAIRS.items():
            if start.startswith(tag):
                self._held, self._end, self._state = start[len(tag) :], end, "inside"
                return self._inside()
        if any(tag.startswith(start) for tag in PAIRS) and len(self._held) < 4096:
            return "", ""
        held, self._held, self._state = self._held, "", "text"
        return "", held

    def _inside(self) -> tuple[str, str]:
        end = self._end or ""
        if not self._thought:
            self._held = self._held.lstrip("\r\n")
        at = self._held.find(end)
        if at >= 0:
            reasoning, self._held, self._state = self._held[:at], self._held[at + len(end) :], "after"
            return reasoning, self._after()[1]
        keep = _overlap(self._held, end)
        reasoning, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        self._thought = self._thought or bool(reasoning)
        return reasoning, ""

    def _after(self) -> tuple[str, str]:
        text, self._held = self._held.lstrip(), ""
        if text:
            self._state = "text"
        return "", text


def _overlap(text: str, end: str) -> int:
    """How many characters at the end of the text may be the beginning of the tag."""
    return next((n for n in range(min(len(end) - 1, len(text)), 0, -1) if text.endswith(end[:n])), 0)
