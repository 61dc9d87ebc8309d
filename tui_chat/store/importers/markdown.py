"""Markdown exported by this program.

Only what is between the marks counts (`core/markdown_marks`): headings and the lines under answers are for people.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tui_chat.core import markdown_marks as marks
from tui_chat.core.conversation import Conversation
from tui_chat.store import portable
from tui_chat.store.importers.importer import Importer, NewId, Source
from tui_chat.store.portable import PortableError

Mark = re.Match[str]


def matches(source: Source) -> bool:
    """Whether this text begins like Markdown exported by this program."""
    found = marks.pattern().match(_unified(source.text[:100_000]).lstrip("\ufeff \t\n"))
    return found is not None and found["kind"] == "conversation"


def read(given: Source, when: datetime, new_id: NewId) -> list[Conversation]:
    """The conversations in an exported Markdown file, which have times and ids of their own."""
    source = _unified(given.text)
    found: list[dict[str, Any]] = []
    names: list[str] = []
    mark = marks.pattern().search(source)
    while mark is not None:
        end = mark.end()
        ours = bool(names) and mark["name"] == names[-1]
        if mark["kind"] == "conversation":
            found.append(_begun(source, mark))
            names.append(mark["name"])
        elif mark["kind"] == "turn" and ours:
            turn, end = _message(source, mark)
            turns = found[-1]["turns"]
            turns.append(turn | {"parent": turns[-1].get("id") if turns else None})
        elif mark["kind"] == "file" and ours and found[-1]["turns"]:
            attached, end = _file(source, mark)
            found[-1]["turns"][-1].setdefault("attachments", []).append(attached)
        elif mark["kind"] == "details" and ours:
            _add_details(found[-1], _data(source, mark))
        mark = marks.pattern().search(source, end)
    return [portable.from_plain(data) for data in found]


def _unified(source: str) -> str:
    """If every line end is CRLF, a Windows program has changed the file: ours never has CRLF around the marks."""
    if "\r\n" in source and source.count("\n") == source.count("\r\n"):
        return source.replace("\r\n", "\n")
    return source


def _begun(source: str, mark: Mark) -> dict[str, Any]:
    data = _data(source, mark)
    found = data.get("format")
    if found != marks.FORMAT:
        raise _unsound(source, mark, f'its format is {str(found)[:40]!r}, expected "{marks.FORMAT}"; upgrade tui-chat')
    return {**data, "format": portable.FORMAT, "turns": []}


def _add_details(conversation: dict[str, Any], details: dict[str, Any]) -> None:
    """Add what the messages do not say themselves; details of turns that were removed from the file are ignored."""
    conversation["settings"] = details.get("settings") or {}
    known = details.get("turns")
    for turn in conversation["turns"]:
        about = known.get(turn.get("id")) if isinstance(known, dict) else None
        if isinstance(about, dict):
            turn.update({key: value for key, value in about.items() if key not in turn})


def _message(source: str, mark: Mark) -> tuple[dict[str, Any], int]:
    """One turn as plain data of the portable file, and where the rest begins."""
    own = marks.pattern(mark["name"])
    data = _data(source, mark)
    before, end = mark, _next(own, source, mark)
    if end["kind"] == "reasoning":
        before = _next(own, source, end)
        if before["kind"] != "text":
            raise _unsound(source, before, "it is inside a message")
        data |= {"reasoning": marks.unquoted(source[end.end() : before.start()]), **_data(source, before)}
        end = _next(own, source, before)
    if end["kind"] != "end":
        raise _unsound(source, end, "the message above it has no end")
    closed = data.pop(marks.CLOSED, None)
    data["text"] = _between(source[before.end() : end.start()], closed)
    return data, end.end()


def _file(source: str, mark: Mark) -> tuple[dict[str, Any], int]:
    """A file as plain data of the portable file, and where the rest begins. Its text may have been edited."""
    end = _next(marks.pattern(mark["name"]), source, mark)
    data = _data(source, mark)
    ticks = data.pop("fence", None)
    if isinstance(ticks, int) and 3 <= ticks <= len(source):
        fence = "`" * ticks
        _, _, fenced = source[mark.end() : end.start()].partition(f"\n{fence}\n")
        data["text"] = fenced.removesuffix(marks.EDGE).removesuffix(f"\n{fence}")
    return data, end.end()


def _between(section: str, closed: object) -> str:
    """The text without the surrounding empty lines, and without the line that was added to close an open fence."""
    text = section.removeprefix(marks.EDGE).removesuffix(marks.EDGE)
    return text.removesuffix(f"\n{closed}") if isinstance(closed, str) else text


def _next(own: re.Pattern[str], source: str, mark: Mark) -> Mark:
    found = own.search(source, mark.end())
    if found is None:
        raise _unsound(source, mark, f'no "<!-- {mark["name"]} end -->" follows it')
    return found


def _data(source: str, mark: Mark) -> dict[str, Any]:
    if mark["data"] is None:
        return {}
    try:
        data = portable.parse(mark["data"])
    except PortableError:
        raise _unsound(source, mark, "what it holds is not valid JSON") from None
    assert isinstance(data, dict)  # the pattern asks for braces
    return data


def _unsound(source: str, mark: Mark, why: str) -> PortableError:
    line = source.count("\n", 0, mark.start()) + 1
    return PortableError(
        f"The mark in line {line} cannot be read: {why}. Correct that place, or export the conversation again."
    )


IMPORTER = Importer("Markdown that tui-chat exported", matches, read, is_own=True)
