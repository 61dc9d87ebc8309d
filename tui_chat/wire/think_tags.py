"""Separates thinking that a model writes between tags from its answer, however the tags are split."""

from __future__ import annotations

import re

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.wire.harmony import STARTS, Harmony, Kind, Part, marked_end
from tui_chat.wire.markdown_code_state import CodeState

PAIRS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "◁think▷": "◁/think▷",
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|begin_of_thought|>": "<|end_of_thought|>",
}

_ANSWERS = {"<|START_RESPONSE|>": "<|END_RESPONSE|>", "<|begin_of_solution|>": "<|end_of_solution|>"}
"""What some models (Cohere's, OpenThinker) write around the answer behind their thinking."""

_CLOSING = tuple(PAIRS.values())
_FINAL = "assistantfinal"
"""What is left of Harmony's markers if a server drops the special tokens: `analysis…assistantfinal…`."""

_ANALYSIS = "analysis"


def _any_of(marks: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, marks)))


_STRAY = _any_of(_CLOSING)
_STRAY_OR_FINAL = _any_of((*_CLOSING, _FINAL))
_FIRST = lazy_pattern("[" + re.escape("".join({mark[0] for mark in _CLOSING})) + "]")
_BEGINNINGS = (*PAIRS, *_CLOSING, *STARTS)

LONGEST_THOUGHT = 4_000_000
"""Characters after which a closing mark without an opening one no longer counts."""

_LONGEST_SPACE = 4096


class ThinkTagSplitter:
    """Splits an answer's text into parts (see `harmony.Part`).

    Opening tags count only at the very beginning of the answer, where models put them: later ones are part of the
    answer's subject. A closing tag without an opening one, outside of code, turns all earlier text into thinking: some
    chat templates put the opening tag into the prompt. White space around the thinking belongs to neither.
    """

    def __init__(self) -> None:
        self._held = ""
        self._end = ""
        self._state = "start"
        self._thought = False
        self._harmony: Harmony | None = None
        self._code = CodeState()
        self._unread: list[str] = []
        """Text received since the code state was last updated: it is joined only when a closing mark is found."""
        self._size = 0
        self._begun = ""
        """The first characters of the text."""
        self._opened = False

    def feed(self, piece: str) -> list[Part]:
        """The text that is certain now; a possible half of a mark waits."""
        if not piece:
            return []
        match self._state:
            case "text":
                return [("text", piece)]
            case "watching":
                return self._watch(piece)
            case "harmony" if self._harmony is not None:
                return self._harmony.feed(piece)
        self._held += piece
        match self._state:
            case "start":
                return self._begin()
            case "inside":
                return self._inside()
            case "field":
                return self._after_field()
            case "answer":
                return self._answer()
            case _:
                return self._after()

    def flush(self) -> list[Part]:
        """End the answer: what still waits is not a mark."""
        if self._harmony is not None:
            return self._harmony.flush()
        parts = self.held()
        self._held, self._state = "", "text"
        return parts

    def held(self) -> list[Part]:
        """The parts that would follow if the answer ended here."""
        if self._harmony is not None:
            return self._harmony.held()
        return _part("reasoning" if self._state == "inside" else "text", self._held)

    def reasoning_field(self) -> list[Part]:
        """Thinking arrives in its own field, so tags mean nothing. Returns what was held back.

        Only a closing tag at the beginning of the text is still dropped: some servers leave it there.
        """
        if self._state not in ("start", "watching"):
            return []
        held, self._held = self._held, ""
        self._state = "text" if held or self._state == "watching" else "field"
        self._unread.clear()
        return [("text", held)] if held else []

    def _begin(self) -> list[Part]:
        start = self._held.lstrip()
        for tag, end in PAIRS.items():
            if start.startswith(tag):
                self._held, self._end, self._state = start[len(tag) :], end, "inside"
                return self._inside()
        if start.startswith(STARTS):
            self._held, self._state, self._harmony = "", "harmony", Harmony()
            return self._harmony.feed(start)
        if closing := next((tag for tag in _CLOSING if start.startswith(tag)), None):
            self._held, self._state = start[len(closing) :], "after"
            return self._after()
        if any(mark.startswith(start) for mark in _BEGINNINGS) and len(self._held) < _LONGEST_SPACE:
            return []
        held, self._held, self._state = self._held, "", "watching"
        return self._watch(held)

    def _inside(self) -> list[Part]:
        if not self._thought:
            self._held = self._held.lstrip("\r\n")
        at = self._held.find(self._end)
        if at >= 0:
            reasoning, self._held, self._state = self._held[:at], self._held[at + len(self._end) :], "after"
            return [*_part("reasoning", reasoning), *self._after()]
        keep = marked_end(self._held, (self._end,))
        reasoning, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        self._thought = self._thought or bool(reasoning)
        return _part("reasoning", reasoning)

    def _after(self) -> list[Part]:
        text, self._held = self._held.lstrip(), ""
        if not text:
            return []
        for start, end in _ANSWERS.items():
            if text.startswith(start):
                self._held, self._end, self._state = text[len(start) :], end, "answer"
                return self._answer()
        if any(start.startswith(text) for start in _ANSWERS):
            self._held = text
            return []
        self._state = "text"
        return _part("text", text)

    def _answer(self) -> list[Part]:
        """Pass text on without the mark that ends it."""
        at = self._held.find(self._end)
        if at >= 0:
            text, self._held, self._state = self._held[:at] + self._held[at + len(self._end) :], "", "text"
            return _part("text", text)
        keep = marked_end(self._held, (self._end,))
        text, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return _part("text", text)

    def _after_field(self) -> list[Part]:
        start = self._held.lstrip()
        if closing := next((tag for tag in _CLOSING if start.startswith(tag)), None):
            self._held, self._state = start[len(closing) :], "after"
            return self._after()
        if start.startswith(STARTS):  # a server that parts thinking and leaves the markers of the answer
            self._held, self._state, self._harmony = "", "harmony", Harmony()
            return self._harmony.feed(start)
        if any(tag.startswith(start) for tag in (*_CLOSING, *STARTS)) and len(self._held) < _LONGEST_SPACE:
            return []
        held, self._held, self._state = self._held, "", "text"
        return _part("text", held)

    def _watch(self, piece: str) -> list[Part]:
        """Pass text on, and look for a closing mark in it."""
        analysis = (self._begun + piece).startswith(_ANALYSIS)
        if not (self._held or analysis) and _FIRST.search(piece) is None:
            self._passed(piece)
            return [("text", piece)]
        text = self._held + piece
        parts: list[Part] = []
        mark_in = _STRAY_OR_FINAL if analysis else _STRAY
        while (found := mark_in.search(text)) is not None:
            before, mark, text = text[: found.start()], found[0], text[found.end() :]
            self._passed(before)
            if self._is_stray():
                self._held, self._state = text, "after"
                self._unread.clear()
                marker = _ANALYSIS if mark == _FINAL else ""
                return [*parts, *_part("text", before), ("relabel", marker), *self._after()]
            self._passed(mark)
            parts += _part("text", before + mark)
        keep = marked_end(text, (*_CLOSING, _FINAL) if analysis else _CLOSING)
        rest, self._held = text[: len(text) - keep], text[len(text) - keep :]
        self._passed(rest)
        parts += _part("text", rest)
        if self._state == "text":  # it has become too long to be looked at any further
            held, self._held = self._held, ""
            parts += _part("text", held)
        return parts

    def _passed(self, text: str) -> None:
        self._unread.append(text)
        self._size += len(text)
        if len(self._begun) < len(_ANALYSIS):
            self._begun += text[: len(_ANALYSIS)]
        if self._size > LONGEST_THOUGHT:
            self._state = "text"
            self._unread.clear()

    def _is_stray(self) -> bool:
        """Whether a closing mark here closes thinking that nothing opened."""
        if self._state != "watching":
            return False
        unread = "".join(self._unread)
        self._unread.clear()
        self._opened = self._opened or any(tag in unread for tag in PAIRS)
        self._code.feed(unread)
        return not (self._opened or self._code.inside)


def _part(kind: Kind, text: str) -> list[Part]:
    return [(kind, text)] if text else []
