"""What `llm logs --json` prints: a list of prompts with their responses, of any number of conversations.

Format: https://llm.datasette.io/en/stable/logging.html, by its table of columns; inferred where that says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tui_chat.core.conversation import Conversation
from tui_chat.core.serialize import ShapeError
from tui_chat.store.importers.importer import Importer, NewId, Rejected, Source
from tui_chat.store.importers.message_tree import (
    TreeMessage,
    conversation_of,
    items_of,
    moment_of,
    optional_text,
    with_names,
)
from tui_chat.store.message_text import call_block, joined, text_of, tool_text


def matches(source: Source) -> bool:
    match source.data:
        case [{"prompt": _, "response": _}, *_]:
            return True
        case _:
            return False


def read(source: Source, when: datetime, new_id: NewId) -> list[Conversation | Rejected]:
    talks: dict[str, list[Mapping[str, Any]]] = {}
    for number, row in enumerate(items_of(source.data)):
        talks.setdefault(str(row.get("conversation_id") or f"row-{number}"), []).append(row)
    found: list[Conversation | Rejected] = []
    for number, (name, rows) in enumerate(talks.items(), 1):
        try:
            made = _conversation(name, rows, when, new_id)
        except ShapeError as error:
            found.append(Rejected(f"Conversation {number}", f"{error}"))
        else:
            found += [made] if made is not None else []
    return found


def _conversation(name: str, rows: list[Mapping[str, Any]], when: datetime, new_id: NewId) -> Conversation | None:
    # The newest may stand first.
    rows = sorted(rows, key=lambda row: str(row.get("datetime_utc") or row.get("id") or ""))
    created = moment_of(rows[0].get("datetime_utc"), when)
    said: list[TreeMessage] = []
    for number, row in enumerate(rows):
        said += _pair(row, number, said[-1].id if said else None, created)
    title = next(filter(None, (optional_text(row.get("conversation_name")) for row in rows)), "")
    system = _words(rows[0], "system")
    own = name if rows[0].get("conversation_id") else None
    return conversation_of(own, title, created, said, new_id, None, system)


def _pair(row: Mapping[str, Any], number: int, above: str | None, created: datetime) -> list[TreeMessage]:
    own, at = str(row.get("id") or number), moment_of(row.get("datetime_utc"), created)
    files = [each.get("path") or each.get("url") for each in items_of(row.get("attachments"))]
    asked = TreeMessage(f"{own}-prompt", above, "user", with_names(_words(row, "prompt"), files), at)
    answer = TreeMessage(
        f"{own}-response",
        asked.id,
        "assistant",
        _answer(row),
        at,
        text_of(row.get("reasoning"), "reasoning"),
        optional_text(row.get("model")),
    )
    return [asked, answer]


def _answer(row: Mapping[str, Any]) -> str:
    """What the tools gave for the calls of the answer before, the answer, and its own calls."""
    gave = [
        tool_text(each.get("name"), text_of(each.get("output"), "output")) for each in items_of(row.get("tool_results"))
    ]
    calls = [call_block(each.get("name"), each.get("arguments")) for each in items_of(row.get("tool_calls"))]
    return joined([*gave, text_of(row.get("response"), "response"), *calls])


def _words(row: Mapping[str, Any], key: str) -> str:
    """A prompt, behind the fragments that were put in front of it."""
    fragments = items_of(row.get(f"{key}_fragments"))
    return joined([*(text_of(each.get("content"), key) for each in fragments), text_of(row.get(key), key)])


IMPORTER = Importer("what llm logs --json prints", matches, read)
