"""Reassembles tool calls from their pieces, however a server numbers them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.core.event import ToolCallDelta
from tui_chat.core.surrogates import SurrogateJoiner, repair_surrogates


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return ""


class ToolCalls:
    """Gives each tool call of an answer its own number.

    Mistral omits `id` or writes the text "null" in continuations, Gemini numbers every call 0, others omit the index;
    some repeat the name with each piece. A new id begins a new call; the name is reported once.
    """

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._named: list[bool] = []
        self._joiners: list[SurrogateJoiner] = []
        self._slots: dict[int, int] = {}

    def feed(self, delta: Mapping[str, Any]) -> Iterator[ToolCallDelta]:
        """The pieces of calls in one delta or message."""
        calls = delta.get("tool_calls")
        for entry in calls if isinstance(calls, list) else ():
            if isinstance(entry, dict):
                yield from self._entry(entry, entry.get("function"))
        legacy = delta.get("function_call")
        if isinstance(legacy, dict):
            yield from self._entry({"index": 0}, legacy)

    def flush(self) -> Iterator[ToolCallDelta]:
        """The end of the answer."""
        for slot, joiner in enumerate(self._joiners):
            if rest := joiner.flush():
                yield ToolCallDelta(slot, "", rest)

    def _entry(self, entry: Mapping[str, Any], function: object) -> Iterator[ToolCallDelta]:
        function = function if isinstance(function, dict) else entry
        name = function.get("name")
        name = name if isinstance(name, str) else ""
        slot = self._slot(entry, starts=bool(name))
        arguments = function.get("arguments")
        if not isinstance(arguments, str):
            arguments = "" if arguments is None else _json(arguments)
        new_name = "" if self._named[slot] else repair_surrogates(name)
        self._named[slot] = self._named[slot] or bool(name)
        arguments = self._joiners[slot].feed(arguments)
        if new_name or arguments:
            yield ToolCallDelta(slot, new_name, arguments)

    def _slot(self, entry: Mapping[str, Any], *, starts: bool) -> int:
        id_ = entry.get("id")
        id_ = id_ if isinstance(id_, str) and id_ != "null" else ""
        index = entry.get("index")
        index = index if isinstance(index, int) else None
        known = self._slots.get(index) if index is not None else self._last(id_, starts=starts)
        if known is not None and not (id_ and starts and self._ids[known] not in ("", id_)):
            self._ids[known] = self._ids[known] or id_
            return known
        slot = len(self._ids)
        self._ids.append(id_)
        self._named.append(False)
        self._joiners.append(SurrogateJoiner())
        if index is not None:
            self._slots[index] = slot
        return slot

    def _last(self, id_: str, *, starts: bool) -> int | None:
        """Without an index: the call with this id, or the last one, unless a new one starts."""
        if id_ in self._ids and id_:
            return self._ids.index(id_)
        return len(self._ids) - 1 if self._ids and not id_ and not starts else None
